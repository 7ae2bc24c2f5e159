"""A gateway is never called while a transaction is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import transaction

from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.usecases import cancel, collect, pay_back, review
from tests.support.worlds import Sandbox

AGENT = Actor("agent", "sam@desk.example")
CALLS = {"charge", "charge_many", "refund", "find_charge", "find_refund", "movements", "current"}


def test_no_gateway_inside_a_transaction(sandbox: Sandbox) -> None:
    """Whoever asks for one inside a transaction gets an error instead, and nothing is sent."""
    sale = sandbox.sell(card="pm_answer_lost", months=1)
    sandbox.advance(hours=1)
    before = sandbox.world.gateways["bank"].movements(after=None)
    for act in (
        lambda: sandbox.world.gateway("bank"),
        lambda: collect.collect_due(sandbox.world),
        lambda: pay_back.read_statement(sandbox.world, "bank"),
    ):
        with pytest.raises(RuntimeError, match="inside a database transaction"), transaction.atomic():
            act()
    assert sandbox.world.gateways["bank"].movements(after=None) == before
    sandbox.work()
    assert len(sale.order.gateway_ref) > 0


class Watched:
    """The bank, that looks at every call whether a transaction of ours is open anywhere."""

    def __init__(self, bank: Any, open_transactions: Callable[[], int]) -> None:
        self._bank, self._open = bank, open_transactions
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._bank, name)
        if name not in CALLS:
            return found

        def call(*arguments: Any, **more: Any) -> Any:
            assert self._open() == 0, f"{name} was called while a transaction was open"
            self.asked.add(name)
            return found(*arguments, **more)

        return call


def test_journeys_call_a_gateway_outside_of_transactions(sandbox: Sandbox, pg: psycopg.Connection[tuple[int]]) -> None:
    """Bought, renewed, unsure, canceled, paid back, disputed: the database has no open transaction at any call."""

    def open_transactions() -> int:
        row = pg.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND xact_start IS NOT NULL"
        ).fetchone()
        assert row is not None
        return row[0]

    bank = Watched(sandbox.world.gateways["bank"], open_transactions)
    sandbox.world.gateways["bank"] = bank  # type: ignore[index]
    sales = [
        sandbox.sell(sandbox.customer(f"{card}@example.org"), "shield-month", f"pm_{card}", minor=995, months=1)
        for card in ("ok", "answer_lost", "request_lost", "refund_answer_lost", "refund_instant")
    ]
    cancel.cancel(sandbox.world, sales[0].bucket, sales[0].subscription_id, actor=AGENT, channel="support")
    request = sales[3].ask_refund()
    assert isinstance(review.approve(sandbox.world, request.bucket, request.id, actor=AGENT), Decision)
    sandbox.dispute(sales[4])
    sandbox.live(20)
    assert bank.asked >= CALLS - {"charge"}, "single charges go the way of many"
