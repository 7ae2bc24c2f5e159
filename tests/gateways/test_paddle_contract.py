"""Paddle's adapter keeps the gateway contract as far as its abilities go: it is never asked to charge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from goodterms.gateways.protocol import Gateway
from tests.gateways.contract_refunds import RefundContract
from tests.gateways.contract_seller import SellerContract
from tests.gateways.paddle_world import PaddleWorld


@pytest.fixture(scope="class")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaddleWorld]:
    """One far side per class of tests."""
    world = PaddleWorld(tmp_path_factory.mktemp("paddle"))
    yield world
    world.close()


class TestPaddleSells(SellerContract):
    """Sales, renewals and instructions."""

    def test_is_a_gateway(self, world: PaddleWorld) -> None:
        """The adapter has the name and the abilities that the protocol asks for."""
        gateway: Gateway = world.gateway
        assert gateway.name == "paddle"
        assert gateway.abilities.answers_later
        assert not gateway.abilities.traces_refunds


class TestPaddleRefunds(RefundContract):
    """Refunds and the statement."""
