"""The built-in bank keeps the gateway contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.protocol import Gateway, Outcome
from tests.gateways.bank_world import BankWorld
from tests.gateways.contract import GatewayContract, LoadContract
from tests.gateways.contract_refunds import RefundContract
from tests.gateways.contract_world import charge_intent


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

    def test_a_refused_key_makes_it_rest(self, world: BankWorld) -> None:
        """A bank that takes nothing from us is left alone: whatever is sent to it would end as unknown."""
        stranger = Bank(world.bank.url, "another key")
        answers = stranger.charge_many([charge_intent(world.card("ok")) for _ in range(500)])
        assert stranger.gate.resting
        assert {(one.outcome, one.code) for one in answers} == {
            (Outcome.UNKNOWN, "unauthorized"), (Outcome.UNKNOWN, "not_sent")
        }  # fmt: skip
        assert sum(one.code == "unauthorized" for one in answers) < 200


class TestBankRefunds(RefundContract):
    """Refunds and the statement."""


class TestBankUnderLoad(LoadContract):
    """Many at once, and a SIGKILL."""
