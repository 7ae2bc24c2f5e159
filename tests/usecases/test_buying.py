"""Buying: what a failed first payment leaves behind, and who may buy when."""

from __future__ import annotations

from datetime import timedelta

from goodterms import wiring
from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.storage.load import load_subscription
from goodterms.usecases import purchase
from goodterms.usecases.purchase import Bought
from tests.support.worlds import Sandbox

ANN = Actor("customer", "ann")


def _buy(sandbox: Sandbox, card: str = "pm_ok", **more: str) -> Bought | Refusal:
    sandbox.plan()
    wish = purchase.Purchase("shield-year", "AUD", f"{card}.{wiring.new_id().hex}", **more)
    return purchase.purchase(sandbox.world, sandbox.customer(), wish, actor=ANN)


def test_a_declined_first_payment_leaves_the_way_free(sandbox: Sandbox) -> None:
    """After a declined card the customer buys with another one; nothing of the failed attempt stands in the way."""
    declined = _buy(sandbox, "pm_declined")
    assert isinstance(declined, Bought)
    assert declined.charge_state == "declined"
    again = _buy(sandbox)
    assert isinstance(again, Bought), again
    assert again.charge_state == "succeeded"
    first = load_subscription(declined.bucket, declined.subscription_id, at=sandbox.now, lock=False)
    assert first.end_reason == "payment_failed"
    assert (first.terms, first.orders, first.auto_renew, first.next_step_at) == ((), (), False, None)


def test_an_unknown_first_payment_blocks_a_second_one(sandbox: Sandbox) -> None:
    """While nobody knows whether the first payment was taken, another purchase is refused rather than charged."""
    unknown = _buy(sandbox, "pm_answer_lost")
    assert isinstance(unknown, Bought)
    assert unknown.charge_state == "unknown"
    again = _buy(sandbox)
    assert isinstance(again, Refusal)
    assert again.code == "already_subscribed"
    sandbox.set_clock(sandbox.now + timedelta(minutes=2))
    sandbox.work()
    found = load_subscription(unknown.bucket, unknown.subscription_id, at=sandbox.now, lock=False)
    assert [charge.state.value for charge in found.charges] == ["succeeded"]
    assert len(found.terms) == 1
