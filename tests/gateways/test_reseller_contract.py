"""The file reseller keeps the gateway contract as far as its abilities go: it is never asked to charge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateways.contract_refunds import RefundContract
from tests.gateways.contract_seller import SellerContract
from tests.gateways.reseller_world import ResellerWorld


@pytest.fixture(scope="class")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResellerWorld]:
    """One folder and shop per class of tests."""
    world = ResellerWorld(tmp_path_factory.mktemp("reseller"))
    yield world
    world.close()


class TestResellerSells(SellerContract):
    """Sales, renewals and instructions."""


class TestResellerRefunds(RefundContract):
    """Refunds and the statement."""
