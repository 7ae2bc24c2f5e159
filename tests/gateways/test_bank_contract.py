"""The built-in bank keeps the gateway contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from goodterms.gateways.protocol import Gateway
from tests.gateways.bank_world import BankWorld
from tests.gateways.contract import GatewayContract, LoadContract
from tests.gateways.contract_refunds import RefundContract


@pytest.fixture(scope="class")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankWorld]:
    """One bank per class of tests."""
    world = BankWorld(tmp_path_factory.mktemp("bank"))
    yield world
    world.close()


class TestBankCharges(GatewayContract):
    """Charges, keys and the network."""

    def test_is_a_gateway(self, world: BankWorld) -> None:
        """The adapter has the name and the abilities that the protocol asks for."""
        gateway: Gateway = world.gateway
        assert gateway.name == "bank"
        assert gateway.abilities.test_cards
        assert gateway.abilities.refunds_in_dashboard
        assert not gateway.abilities.charges_itself


class TestBankRefunds(RefundContract):
    """Refunds and the statement."""


class TestBankUnderLoad(LoadContract):
    """Many at once, and a SIGKILL."""
