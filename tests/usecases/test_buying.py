"""Buying: what a failed first payment leaves behind, and who may buy when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from goodterms import wiring
from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.storage.load import load_subscription
from goodterms.storage.models import Plan, SubscriptionRow
from goodterms.usecases import cancel, purchase
from goodterms.usecases.purchase import Bought
from tests.support.worlds import Sandbox

ANN = Actor("customer", "ann")


def _buy(sandbox: Sandbox, card: str = "pm_ok", **more: str) -> Bought | Refusal:
    sandbox.plan()
    wish = purchase.Purchase("shield-year", "AUD", f"{card}.{wiring.new_id().hex}", **more)
    return purchase.purchase(sandbox.world, sandbox.customer(), wish, actor=ANN)


def _code(done: Bought | Refusal) -> str:
    return done.charge_state if isinstance(done, Bought) else done.code


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


@pytest.mark.requirement("R13")
def test_bought_again_before_a_worker_came_by(sandbox: Sandbox) -> None:
    """Once access has ended the product can be bought again, whether or not a worker has recorded the end."""
    first = _buy(sandbox)
    assert isinstance(first, Bought)
    cancel.cancel(sandbox.world, first.bucket, first.subscription_id, actor=ANN, channel="account")
    sandbox.advance(days=365, hours=-1)
    assert _code(_buy(sandbox)) == "already_subscribed"
    sandbox.advance(hours=1)
    assert _code(_buy(sandbox)) == "succeeded"
    old = load_subscription(first.bucket, first.subscription_id, at=sandbox.now, lock=False)
    assert (old.expired_at, old.end_reason) == (sandbox.now, "canceled")
    assert _code(_buy(sandbox)) == "already_subscribed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"plan": "nothing"}, "plan_unknown", id="plan"),
        pytest.param({"currency": "JPY"}, "not_sold_in_currency", id="currency"),
        pytest.param({"gateway": "elsewhere"}, "gateway_unknown", id="gateway"),
        pytest.param({"payment_method": ""}, "payment_method_missing", id="card"),
        pytest.param({"plan": "shield-week"}, "not_covered", id="shorter-than-the-policy-renews"),
    ],
)
def test_what_can_not_be_sold_is_refused_before_any_charge(
    sandbox: Sandbox, change: dict[str, str], code: str
) -> None:
    """A wish that can not be fulfilled is refused with its reason, and leaves nothing behind."""
    sandbox.plan()
    sandbox.plan("shield-week")
    Plan.objects.filter(code="shield-week").update(interval_months=0, interval_days=7)
    wish = purchase.Purchase(**{"plan": "shield-year", "currency": "AUD", "payment_method": "pm_ok", **change})
    assert _code(purchase.purchase(sandbox.world, sandbox.customer(), wish, actor=ANN)) == code
    assert not SubscriptionRow.objects.exists()


def test_another_refusal_of_the_database_is_not_taken_for_a_living_subscription(sandbox: Sandbox) -> None:
    """A customer that does not exist is an error to see, not a subscription that is in the way."""
    sandbox.plan()
    stranger = replace(sandbox.customer(), id=wiring.new_id())
    with pytest.raises(IntegrityError):
        purchase.purchase(sandbox.world, stranger, purchase.Purchase("shield-year", "AUD", "pm_ok"), actor=ANN)
