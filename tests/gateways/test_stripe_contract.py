"""Stripe's adapter keeps the gateway contract, through the official SDK over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from goodterms.gateways.protocol import CardPages, Gateway
from tests.gateways.contract import GatewayContract, LoadContract
from tests.gateways.contract_refunds import RefundContract
from tests.gateways.stripe_world import StripeWorld


@pytest.fixture(scope="class")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StripeWorld]:
    """One far side per class of tests."""
    world = StripeWorld(tmp_path_factory.mktemp("stripe"))
    yield world
    world.close()


class TestStripeCharges(GatewayContract):
    """Charges, keys and the network."""

    def test_is_a_gateway(self, world: StripeWorld) -> None:
        """The adapter has the name and the abilities that the protocol asks for."""
        gateway: Gateway = world.gateway
        assert gateway.name == "stripe"
        assert gateway.abilities.card_page
        assert isinstance(gateway, CardPages)
        assert not gateway.abilities.charges_itself


class TestStripeRefunds(RefundContract):
    """Refunds and the statement."""


class TestStripeUnderLoad(LoadContract):
    """Many at once, and a SIGKILL."""
