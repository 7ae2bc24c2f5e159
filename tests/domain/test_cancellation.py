"""Cancelling: what is shown is what is done, at any instant, and it can be taken back until the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from goodterms.domain.cancellation import CancellationOutcome, cancellation_outcome, decide_cancellation
from goodterms.domain.cancellation_undo import UndoOutcome, decide_undo
from goodterms.domain.charging import ChargeResult, decide_charge_outcome, decide_purchase
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.entitlement import entitlement
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundEffect, RefundState
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.subscription import DisplayState, Subscription, display_state
from tests.support.refunds import Books
from tests.support.samples import (
    CUSTOMER,
    after,
    at,
    bought,
    decided,
    paid,
    reference,
    renewed,
    step,
    subscription,
)

BOUGHT_AT = at("2026-01-10T09:00")
END = at("2027-01-10T09:00")
NEXT_END = at("2028-01-10T09:00")
CHARGE_AT = END - timedelta(days=14)
POLICY = reference()
MOMENT = timedelta(microseconds=1)


def _cancel(
    sub: Subscription, now: datetime, shown: str | None = None, channel: str = "account"
) -> Decision | Refusal:
    return decide_cancellation(
        sub, POLICY, now, actor=CUSTOMER, channel=channel, id=sub.derived_id(f"c/{now}"), shown=shown
    )  # fmt: skip


def _shown(sub: Subscription, now: datetime) -> CancellationOutcome:
    return cancellation_outcome(sub, POLICY, now, POLICY)


def _code(done: Decision | Refusal) -> str:
    return done.code if isinstance(done, Refusal) else "decided"


def _charged() -> Subscription:
    return step(step(bought(BOUGHT_AT), END - timedelta(days=30)), CHARGE_AT)


def _failing() -> Subscription:
    sub = _charged()
    assert sub.open_charge is not None
    declined = ChargeResult("declined", code="card_declined")
    return after(decide_charge_outcome(sub, sub.open_charge, declined, POLICY, CHARGE_AT))


SITUATIONS = [
    pytest.param(lambda: bought(BOUGHT_AT), BOUGHT_AT, END, id="at-once"),
    pytest.param(lambda: bought(BOUGHT_AT), END - MOMENT, END, id="last-moment"),
    pytest.param(lambda: step(bought(BOUGHT_AT), END - timedelta(days=30)), CHARGE_AT - MOMENT, END, id="announced"),
    pytest.param(_charged, CHARGE_AT, END, id="charge-under-way"),
    pytest.param(_failing, CHARGE_AT + timedelta(days=1), END, id="card-failing"),
    pytest.param(lambda: renewed(bought(BOUGHT_AT)), CHARGE_AT + timedelta(days=1), NEXT_END, id="next-term-paid"),
]


@pytest.mark.requirement("R4", "R7", "R18")
@pytest.mark.parametrize(("make", "now", "until"), SITUATIONS)
def test_what_is_shown_is_what_is_done(make: object, now: datetime, until: datetime) -> None:
    """At any moment of the term the preview changes nothing, and the act that follows it does just what was shown."""
    sub: Subscription = make()  # type: ignore[operator]
    shown = _shown(sub, now)
    decision = decided(_cancel(sub, now, shown.fingerprint))
    assert decision.outcome == shown
    assert shown.access_until == until
    canceled = after(decision)
    assert (canceled.auto_renew, canceled.paid_through) == (False, until)
    assert canceled.cancellation is not None
    assert canceled.cancellation.access_until == until


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(("make", "now", "until"), SITUATIONS)
def test_cancelling_moves_no_money(make: object, now: datetime, until: datetime) -> None:
    """No refund, posting or change of an order follows from a cancellation; one letter does."""
    sub: Subscription = make()  # type: ignore[operator]
    decision = decided(_cancel(sub, now))
    assert decision.postings == ()
    assert (after(decision).orders, after(decision).refunds, after(decision).charges) == (
        sub.orders, sub.refunds, sub.charges,
    )  # fmt: skip
    assert [m.kind for m in decision.messages] == ["cancellation_confirmed"]


@pytest.mark.requirement("R12", "R13")
def test_access_is_the_same_until_the_end() -> None:
    """Canceled on the first day, the entitlement equals the uncanceled one to the end, and stops by itself."""
    sub = bought(BOUGHT_AT)
    canceled = after(_cancel(sub, BOUGHT_AT))
    for when in (BOUGHT_AT, END - MOMENT):
        assert entitlement(canceled.terms, when) == entitlement(sub.terms, when)
        assert display_state(canceled, when) is DisplayState.NON_RENEWING
    assert not entitlement(canceled.terms, END).may_use
    assert display_state(canceled, END) is DisplayState.EXPIRED


@pytest.mark.requirement("R7")
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: paid(_charged(), CHARGE_AT), id="the-next-term-was-paid"),
        pytest.param(lambda _: _charged(), id="a-charge-was-begun"),
        pytest.param(lambda sub: replace(sub, price=Money(5995, "AUD")), id="the-price-fell"),
    ],
)
def test_what_has_changed_since_is_shown_again(change: object) -> None:
    """When what cancelling means has changed since it was shown, the customer is asked again."""
    sub = step(bought(BOUGHT_AT), END - timedelta(days=30))
    shown = _shown(sub, CHARGE_AT).fingerprint
    assert _code(_cancel(change(sub), CHARGE_AT, shown)) == "preview_changed"  # type: ignore[operator]
    assert _code(_cancel(sub, CHARGE_AT, shown)) == "decided"


def test_a_preview_holds_while_nothing_changes() -> None:
    """What was shown in the morning can be confirmed in the evening, as long as it still is what would happen."""
    sub = bought(BOUGHT_AT)
    assert _shown(sub, BOUGHT_AT).fingerprint == _shown(sub, BOUGHT_AT + timedelta(hours=9)).fingerprint
    after_window = BOUGHT_AT + timedelta(days=31)
    assert _shown(sub, BOUGHT_AT).fingerprint != _shown(sub, after_window).fingerprint


@pytest.mark.requirement("R16", "R21")
def test_the_preview_offers_the_refund_while_it_is_open() -> None:
    """With the next term paid early, the preview names its start, the refund of it, and the end that would remain."""
    sub = renewed(bought(BOUGHT_AT))
    now = CHARGE_AT + timedelta(days=1)
    shown = _shown(sub, now)
    assert shown.early_billed_from == END
    assert shown.refund is not None
    assert (shown.refund.effect, shown.refund.keeps_until) == (RefundEffect.DROP_TERM, END)
    assert shown.refund.amount == sub.orders[1].amount
    assert _shown(sub, END + timedelta(days=40)).refund is None


@pytest.mark.requirement("R10")
def test_the_dropped_charge_is_the_planned_one() -> None:
    """The preview names the charge that will not happen; with a charge under way it says so instead."""
    sub = step(bought(BOUGHT_AT), END - timedelta(days=30))
    shown = _shown(sub, CHARGE_AT - MOMENT)
    assert (shown.dropped_charge_at, shown.dropped_charge) == (CHARGE_AT, Money(7995, "AUD"))
    shown = _shown(_charged(), CHARGE_AT)
    assert (shown.dropped_charge, shown.charge_under_way, shown.access_until_if_charged) == (None, True, NEXT_END)


@pytest.mark.requirement("R4")
def test_after_the_end_a_charge_of_unknown_outcome_can_still_be_stopped_from_renewing() -> None:
    """Over, but with a payment under way: a cancellation is taken, and nothing renews after that payment."""
    sub = _charged()
    later = END + timedelta(days=1)
    canceled = after(_cancel(sub, later, _shown(sub, later).fingerprint))
    done = paid(canceled, later)
    assert (done.auto_renew, done.next_step_at) == (False, NEXT_END)
    without = replace(sub, charges=sub.charges[:1])
    assert _code(_cancel(without, later)) == "expired"


def test_a_first_payment_of_unknown_outcome_can_be_canceled() -> None:
    """Canceled while nobody knows: a charge that never arrived is not sent again, one that did pays one term."""
    sub = after(decide_purchase(subscription(bought_at=BOUGHT_AT), POLICY, BOUGHT_AT, CUSTOMER))
    canceled = after(_cancel(sub, BOUGHT_AT))
    lost = decide_charge_outcome(canceled, canceled.charges[0], ChargeResult("not_found"), POLICY, BOUGHT_AT)
    assert after(lost).charges[0].decline_code == "canceled_before_sent"
    assert decided(lost).messages == ()
    assert after(lost).expired_at == BOUGHT_AT
    assert paid(canceled, BOUGHT_AT).next_step_at == END


@pytest.mark.parametrize(
    ("make", "now", "code", "already"),
    [
        pytest.param(lambda: bought(BOUGHT_AT), END, "expired", False, id="at-the-end"),
        pytest.param(
            lambda: after(_cancel(bought(BOUGHT_AT), BOUGHT_AT)), BOUGHT_AT, "already_canceled", True, id="twice"
        ),
        pytest.param(
            lambda: after(_cancel(bought(BOUGHT_AT), BOUGHT_AT)), END, "expired", False, id="canceled-and-over"
        ),
        pytest.param(lambda: step(bought(BOUGHT_AT), END), END, "expired", False, id="recorded"),
    ],
)
def test_refusals(make: object, now: datetime, code: str, already: bool) -> None:
    """What is over or canceled is refused with its reason; a repeated click counts as done."""
    done = _cancel(make(), now)  # type: ignore[operator]
    assert isinstance(done, Refusal)
    assert (done.code, done.already) == (code, already)


def test_a_channel_that_the_policy_does_not_offer() -> None:
    """Cancelling through another channel than the policy's is refused."""
    assert _code(_cancel(bought(BOUGHT_AT), BOUGHT_AT, channel="fax")) == "channel_not_offered"


def test_each_cancellation_has_its_number_and_letter() -> None:
    """Canceled, taken back and canceled again: two cancellations, two numbers, two letters."""
    first = decided(_cancel(bought(BOUGHT_AT), BOUGHT_AT))
    kept = after(decide_undo(after(first), POLICY, BOUGHT_AT + timedelta(hours=1), actor=CUSTOMER))
    second = decided(_cancel(kept, BOUGHT_AT + timedelta(hours=2)))
    assert len({m.subject for d in (first, second) for m in d.messages}) == 2
    one, two = after(first).cancellation, after(second).cancellation
    assert one is not None
    assert two is not None
    assert one.number != two.number


def test_taking_it_back_charges_nothing_at_once() -> None:
    """Kept inside the lead, the charge is announced and waits its notice; kept before, the plan is the old one."""
    early = decided(decide_undo(after(_cancel(bought(BOUGHT_AT), BOUGHT_AT)), POLICY, BOUGHT_AT, actor=CUSTOMER))
    assert after(early).next_step_at == END - timedelta(days=30)
    now = CHARGE_AT + timedelta(days=2)
    late = decided(decide_undo(after(_cancel(bought(BOUGHT_AT), BOUGHT_AT)), POLICY, now, actor=CUSTOMER))
    kept = after(late)
    assert kept.next_step_at == now + timedelta(days=3)
    assert isinstance(late.outcome, UndoOutcome)
    assert late.outcome.plan.charge_at == kept.next_step_at
    assert plan_renewal(kept, POLICY, now).inserts == ()
    assert {m.kind for m in late.messages} == {"renewal_coming", "cancellation_undone"}


def test_it_can_not_be_taken_back_at_the_end_or_during_a_refund() -> None:
    """Until the last moment it can; at the end, or while a refund is asked of the gateway, it can not."""
    canceled = after(_cancel(bought(BOUGHT_AT), BOUGHT_AT))
    assert _code(decide_undo(canceled, POLICY, END - MOMENT, actor=CUSTOMER)) == "decided"
    assert _code(decide_undo(canceled, POLICY, END, actor=CUSTOMER)) == "expired"
    assert _code(decide_undo(bought(BOUGHT_AT), POLICY, BOUGHT_AT, actor=CUSTOMER)) == "not_canceled"
    books = Books(canceled)
    books.intend(100, BOUGHT_AT)
    for state in (RefundState.INTENDED, RefundState.UNKNOWN):
        held = replace(books.sub, refunds=(replace(books.sub.refunds[0], state=state),))
        assert _code(decide_undo(held, POLICY, BOUGHT_AT, actor=CUSTOMER)) == "refund_under_way"
