"""Two people, or two workers, at the same instant on connections of their own: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from goodterms import wiring
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.storage.load import load_subscription
from goodterms.storage.models import RefundRow, SubscriptionRow
from goodterms.usecases import cancel, collect, pay_back, purchase, renew, review
from tests.support.books import assert_books_agree
from tests.support.worlds import Sandbox

ANN = Actor("customer", "ann")


def _together(*acts: Callable[[], Any]) -> list[Any]:
    """Every act in a thread of its own, all let go at once; their results in order."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


def _code(done: Any) -> str:
    return done.code if isinstance(done, Refusal) else "decided"


@pytest.mark.requirement("R48")
def test_two_agents_approve_one_request(sandbox: Sandbox) -> None:
    """Of two approvals one commits the refund and the other finds it approved; the bank is asked once."""
    sale = sandbox.sell()
    request = sale.ask_refund()
    agents = [Actor("agent", f"{name}@desk.example") for name in ("sam", "kim", "lee")]
    done = _together(
        *(lambda a=a: review.approve(sandbox.world, request.bucket, request.id, actor=a) for a in agents)  # type: ignore[misc]
    )
    assert sorted(map(_code, done)) == ["decided", "wrong_state", "wrong_state"]
    assert all(d.already for d in done if isinstance(d, Refusal))
    assert RefundRow.objects.filter(bucket=sale.bucket, order_id=sale.order.id).count() == 1
    assert_books_agree(sale)


@pytest.mark.requirement("R11")
def test_a_cancellation_and_the_renewal_run(sandbox: Sandbox) -> None:
    """Whoever commits first wins: not charged at all, or told that a payment is under way."""
    sale = sandbox.sell()
    sandbox.advance(days=335)
    sandbox.work()
    sandbox.advance(days=16)
    key = (sale.bucket, sale.subscription_id)
    _, canceled = _together(
        lambda: renew.renew_due(sandbox.world),
        lambda: cancel.cancel(sandbox.world, *key, actor=ANN, channel="account"),
    )
    assert isinstance(canceled, Decision)
    collect.collect_due(sandbox.world)
    sub = load_subscription(*key, at=sandbox.now, lock=False)
    assert not sub.auto_renew
    assert canceled.outcome.charge_under_way == (len(sub.charges) == 2)  # type: ignore[attr-defined]
    assert all(not charge.state.open for charge in sub.charges)
    assert len(sub.orders) == 1  # one that had been intended was not sent any more
    assert_books_agree(sale)


def test_two_workers_share_the_due_work(sandbox: Sandbox) -> None:
    """Two renewal runs, two collecting runs and two paying runs at once do each thing once."""
    sales = [sandbox.sell(sandbox.customer(f"b{n}@example.org")) for n in range(4)]
    sandbox.advance(days=335)
    _together(*([lambda: renew.renew_due(sandbox.world)] * 2))
    sandbox.advance(days=16)
    _together(*([lambda: renew.renew_due(sandbox.world)] * 2))
    _together(*([lambda: collect.collect_due(sandbox.world)] * 3))
    _together(*([lambda: pay_back.read_statement(sandbox.world, "bank")] * 2))
    for sale in sales:
        sub = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
        assert [c.state.value for c in sub.charges] == ["succeeded", "succeeded"]
        assert len(sub.orders) == 2
        assert_books_agree(sale)


def test_a_double_click_buys_once(sandbox: Sandbox) -> None:
    """Three purchases of one customer at once: one subscription, the others are refused."""
    sandbox.plan()
    ann = sandbox.customer()
    wish = purchase.Purchase("shield-year", "AUD", f"pm_ok.{wiring.new_id().hex}")
    done = _together(*([lambda: purchase.purchase(sandbox.world, ann, wish, actor=ANN)] * 3))
    assert sorted(map(_code, done)) == ["already_subscribed", "already_subscribed", "decided"]
    assert SubscriptionRow.objects.count() == 1


def test_two_cancellations_are_one(sandbox: Sandbox) -> None:
    """A double click cancels once; the second click counts as done."""
    sale = sandbox.sell()
    key = (sale.bucket, sale.subscription_id)
    act = lambda: cancel.cancel(sandbox.world, *key, actor=ANN, channel="account")  # noqa: E731
    assert sorted(map(_code, _together(act, act))) == ["already_canceled", "decided"]


def test_an_undo_and_a_refund(sandbox: Sandbox) -> None:
    """Taken back while a refund is approved: in either order the refund cancels and nothing renews."""
    sale = sandbox.sell(card="pm_refund_instant")
    key = (sale.bucket, sale.subscription_id)
    cancel.cancel(sandbox.world, *key, actor=ANN, channel="account")
    request = sale.ask_refund()
    _together(
        lambda: cancel.undo(sandbox.world, *key, actor=ANN),
        lambda: review.approve(sandbox.world, request.bucket, request.id, actor=Actor("agent", "sam@desk.example")),
    )
    sub = load_subscription(*key, at=sandbox.now, lock=False)
    assert (sub.auto_renew, sub.expired_at) == (False, sandbox.now)
    assert_books_agree(sale)
