"""Renewing ahead: when it is announced, charged, retried and given up, also after nights that were missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from goodterms.domain.cancellation import decide_cancellation
from goodterms.domain.cancellation_undo import decide_undo
from goodterms.domain.charging import ChargeResult, decide_charge_outcome, decide_payment_method
from goodterms.domain.facts import FactName
from goodterms.domain.money import Money
from goodterms.domain.payment import ChargeState
from goodterms.domain.renewal import plan_renewal, renewal_plan
from goodterms.domain.subscription import DisplayState, EndReason, Subscription, display_state
from goodterms.domain.term import Interval
from tests.support.samples import CUSTOMER, after, at, bought, decided, paid, reference, renewed, step, subscription

BOUGHT_AT = at("2026-01-10T09:00")
END = at("2027-01-10T09:00")
TOLD_AT = END - timedelta(days=30)
CHARGE_AT = END - timedelta(days=14)
POLICY = reference()


def _announced() -> Subscription:
    return step(bought(BOUGHT_AT), TOLD_AT)


def _charged(when: datetime = CHARGE_AT) -> Subscription:
    return step(_announced(), when)


def _declined(sub: Subscription, when: datetime, *, retryable: bool = True) -> Subscription:
    charge = sub.open_charge
    assert charge is not None
    result = ChargeResult("declined", code="card_declined", retryable=retryable)
    return after(decide_charge_outcome(sub, charge, result, POLICY, when))


def _canceled(sub: Subscription, when: datetime) -> Subscription:
    one = decide_cancellation(sub, POLICY, when, actor=CUSTOMER, channel="account", id=sub.derived_id("c"))
    return after(one)


def _undone(sub: Subscription, when: datetime) -> Subscription:
    return after(decide_undo(sub, POLICY, when, actor=CUSTOMER))


def _until_idle(sub: Subscription, now: datetime) -> tuple[Subscription, int]:
    """The worker, again and again at one instant, until nothing is due; how often it had to look."""
    for times in range(10):
        if sub.next_step_at is None or sub.next_step_at > now:
            return sub, times
        sub = step(sub, now)
    raise AssertionError("the subscription never leaves the due set")


@pytest.mark.requirement("R17")
def test_the_schedule_is_the_policys() -> None:
    """A year is announced 30 days and charged 14 days before it ends, each at the column that finds it."""
    sub = bought(BOUGHT_AT)
    assert sub.next_step_at == TOLD_AT
    assert step(sub, TOLD_AT - timedelta(microseconds=1)).announced is None
    sub = step(sub, TOLD_AT)
    assert (sub.announced is not None, sub.next_step_at) == (True, CHARGE_AT)
    assert step(sub, CHARGE_AT - timedelta(microseconds=1)).open_charge is None
    charge = step(sub, CHARGE_AT).open_charge
    assert charge is not None
    assert (charge.starts_at, charge.ends_at, charge.term_number) == (END, at("2028-01-10T09:00"), 2)


@pytest.mark.requirement("R17")
def test_a_month_is_charged_two_weeks_ahead() -> None:
    """A monthly term is announced 21 and charged 14 days before its end, by the schedule for its length."""
    sub = bought(BOUGHT_AT, interval=Interval(months=1))
    assert sub.next_step_at == at("2026-02-10T09:00") - timedelta(days=21)
    sub = step(sub, sub.next_step_at)
    assert sub.next_step_at == at("2026-02-10T09:00") - timedelta(days=14)


@pytest.mark.requirement("R1", "R2")
def test_ten_renewals_make_one_order_a_term() -> None:
    """Renewed ten times, every number has one order and one paid charge, and terms join without gap or overlap."""
    sub = bought(BOUGHT_AT)
    for _ in range(10):
        sub = renewed(sub)
    assert [o.term_number for o in sub.orders] == list(range(1, 12))
    assert len({o.id for o in sub.orders}) == 11
    assert all(a.ends_at == b.starts_at for a, b in zip(sub.terms, sub.terms[1:], strict=False))
    assert sub.terms[-1].ends_at == at("2037-01-10T09:00")


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("state", [ChargeState.INTENDED, ChargeState.UNKNOWN])
def test_an_open_charge_lets_no_other_start(state: ChargeState) -> None:
    """While the outcome is still to come, the worker does nothing at any instant, also after the term has ended."""
    sub = _charged()
    sub = replace(sub, charges=(*sub.charges[:-1], replace(sub.charges[-1], state=state)))
    for when in (CHARGE_AT, CHARGE_AT + timedelta(days=3), END, END + timedelta(days=400)):
        decision = plan_renewal(sub, POLICY, when)
        assert (decision.inserts, decision.facts, decision.messages) == ((), (), ())
        assert after(decision).next_step_at is None


def test_retries_follow_the_policy_and_end() -> None:
    """A failing card is tried 3, 6, 9 and 12 days after the first attempt, and then no more before the end."""
    sub = _charged()
    tried = [CHARGE_AT]
    for _ in range(9):
        sub = _declined(sub, tried[-1] + timedelta(seconds=3))
        assert display_state(sub, tried[-1] + timedelta(seconds=3)) is DisplayState.PAST_DUE
        assert sub.next_step_at is not None
        if sub.next_step_at == END:
            break
        tried.append(sub.next_step_at)
        sub = step(sub, tried[-1])
    assert tried == [CHARGE_AT + timedelta(days=d) for d in (0, 3, 6, 9, 12)]
    assert [c.key for c in sub.charges[1:]] == [f"gt-charge-{sub.id.hex}-2-{n}" for n in (1, 2, 3, 4, 5)]
    sub = step(sub, END)
    assert (sub.expired_at, sub.end_reason, sub.auto_renew) == (END, EndReason.PAYMENT_FAILED, False)


def test_retries_missed_by_a_standstill_are_one() -> None:
    """After a standstill over two retries one attempt is made, and the next waits for its own day."""
    sub = _declined(_charged(), CHARGE_AT)
    sub = step(sub, CHARGE_AT + timedelta(days=7))
    sub = _declined(sub, CHARGE_AT + timedelta(days=7))
    assert sub.next_step_at == CHARGE_AT + timedelta(days=9)


def test_a_hard_decline_waits_for_another_card() -> None:
    """A card that must never be tried again is not; another one is tried at once."""
    sub = _declined(_charged(), CHARGE_AT, retryable=False)
    assert sub.next_step_at == END
    now = CHARGE_AT + timedelta(days=1)
    sub = after(decide_payment_method(sub, "pm_other", POLICY, now, CUSTOMER))
    assert sub.next_step_at is not None
    assert sub.next_step_at <= now
    assert step(sub, now).open_charge is not None


def test_nothing_is_charged_without_a_card() -> None:
    """A subscription without a payment method is announced and expires; no charge is intended that can not be sent."""
    sub = replace(bought(BOUGHT_AT), payment_method=None)
    sub = step(sub, TOLD_AT)
    assert sub.next_step_at == END
    assert step(sub, CHARGE_AT).open_charge is None
    with_card = after(decide_payment_method(sub, "pm_ok", POLICY, CHARGE_AT, CUSTOMER))
    assert with_card.next_step_at == CHARGE_AT
    assert step(sub, END).end_reason is EndReason.NOT_CHARGED


@pytest.mark.parametrize(
    ("told_before_end", "charge_after"),
    [
        pytest.param(timedelta(days=30), timedelta(days=16), id="in-time"),
        pytest.param(timedelta(days=17), timedelta(days=3), id="exactly-the-notice"),
        pytest.param(timedelta(days=16), timedelta(days=3), id="late-by-a-day"),
        pytest.param(timedelta(days=4), timedelta(days=3), id="notice-still-fits"),
        pytest.param(timedelta(days=3), timedelta(days=1, hours=12), id="notice-is-all-that-is-left"),
        pytest.param(timedelta(hours=2), timedelta(hours=1), id="two-hours-left"),
    ],
)
def test_a_late_announcement_keeps_its_notice(told_before_end: timedelta, charge_after: timedelta) -> None:
    """Told late, the charge waits for the notice, or for half of what is left, and stays before the end."""
    told_at = END - told_before_end
    sub = step(bought(BOUGHT_AT), told_at)
    assert sub.next_step_at == told_at + charge_after
    assert sub.next_step_at < END


@pytest.mark.parametrize("days_late", [1, 10, 17, 29])
def test_missed_nights_are_caught_up(days_late: int) -> None:
    """After a standstill the renewal is announced, then charged once, and never in the same breath."""
    now = TOLD_AT + timedelta(days=days_late)
    sub, times = _until_idle(bought(BOUGHT_AT), now)
    assert times == 1
    assert sub.open_charge is None
    assert sub.next_step_at is not None
    sub, _ = _until_idle(sub, sub.next_step_at)
    assert sub.open_charge is not None
    assert len(sub.charges) == 2


@pytest.mark.requirement("R14")
def test_after_the_end_nothing_is_charged() -> None:
    """Found at or after the end, the subscription expires as of that end, is told once, and is never due again."""
    for late in (timedelta(0), timedelta(days=200)):
        decision = plan_renewal(_announced(), POLICY, END + late)
        sub = after(decision)
        assert (sub.expired_at, sub.next_step_at, sub.end_reason) == (END, None, EndReason.NOT_CHARGED)
        assert [m.kind for m in decision.messages] == ["subscription_expired"]
        again = plan_renewal(sub, POLICY, END + late)
        assert (again.facts, again.messages, again.inserts) == ((), (), ())


@pytest.mark.requirement("R3")
def test_canceled_nothing_is_announced_or_charged() -> None:
    """After a cancellation the next thing to happen is the end."""
    sub = _canceled(_announced(), CHARGE_AT - timedelta(days=1))
    assert sub.next_step_at == END
    assert step(sub, CHARGE_AT).open_charge is None
    assert step(sub, END).end_reason is EndReason.CANCELED


@pytest.mark.parametrize(
    ("now_minor", "charged_minor", "tax_minor"),
    [
        pytest.param(7995, 7995, 727, id="unchanged"),
        pytest.param(8995, 7995, 818 * 7995 // 8995, id="raised-after-the-announcement"),
        pytest.param(6995, 6995, 636, id="lowered-after-the-announcement"),
        pytest.param(0, 0, 0, id="free-now"),
    ],
)
def test_the_charge_is_at_most_what_was_announced(now_minor: int, charged_minor: int, tax_minor: int) -> None:
    """Raised after the announcement, a price is not charged; lowered, it is; the tax is its share."""
    sub = _announced()
    taxes = {7995: 727, 8995: 818, 6995: 636, 0: 0}
    sub = replace(sub, price=Money(now_minor, "AUD"), tax_minor=taxes[now_minor])
    plan = renewal_plan(sub, POLICY)
    assert plan is not None
    charge = step(sub, CHARGE_AT).open_charge
    assert charge is not None
    assert plan.amount == charge.amount == Money(charged_minor, "AUD")
    assert charge.tax_minor == tax_minor


def test_undone_while_a_card_fails_the_notice_counts_again() -> None:
    """Keeping a subscription whose card failed charges nothing at once: it is announced again, with its notice."""
    sub = _declined(_charged(), CHARGE_AT)
    sub = _canceled(sub, CHARGE_AT + timedelta(days=1))
    now = CHARGE_AT + timedelta(days=8)
    sub = _undone(sub, now)
    assert sub.next_step_at == now + timedelta(days=3)
    assert step(sub, now).open_charge is None
    with_card = after(decide_payment_method(sub, "pm_other", POLICY, now, CUSTOMER))
    assert with_card.next_step_at == now + timedelta(days=3)


def test_undone_after_a_charge_was_let_go_it_is_charged() -> None:
    """A charge that was let go because of the cancellation is no decline: kept, the subscription renews."""
    sub = _canceled(_charged(), CHARGE_AT)
    charge = sub.open_charge
    assert charge is not None
    sub = after(decide_charge_outcome(sub, charge, ChargeResult("not_found"), POLICY, CHARGE_AT))
    now = CHARGE_AT + timedelta(hours=1)
    sub = _undone(sub, now)
    assert display_state(sub, now) is DisplayState.ACTIVE
    assert sub.next_step_at == now + timedelta(days=3)
    again = step(sub, sub.next_step_at).open_charge
    assert again is not None
    assert again.attempt == 2
    assert again.key != charge.key


@pytest.mark.requirement("R2")
def test_a_term_after_a_dropped_one_takes_its_place() -> None:
    """After a dropped term the next one starts where the running one ends, under a number of its own."""
    sub = renewed(bought(BOUGHT_AT))
    dropped = replace(sub.terms[1], dropped_at=END - timedelta(days=10))
    sub = replace(sub, terms=(sub.terms[0], dropped), announced=None, next_step_at=END - timedelta(days=10))
    sub = renewed(sub)
    assert [t.number for t in sub.terms] == [1, 2, 3]
    assert (sub.terms[2].starts_at, sub.terms[2].ends_at) == (dropped.starts_at, dropped.ends_at)


def test_never_paid_is_never_due() -> None:
    """A subscription whose first payment is still to come has no step of its own."""
    sub = subscription(bought_at=BOUGHT_AT)
    assert step(sub, BOUGHT_AT + timedelta(days=900)).next_step_at is None


def test_an_announcement_is_mailed_once_and_again_after_undo() -> None:
    """Each announcement has its own letter: a second one after a cancellation was taken back is not swallowed."""
    first = decided(plan_renewal(bought(BOUGHT_AT), POLICY, TOLD_AT))
    sub = _canceled(after(first), TOLD_AT + timedelta(days=1))
    second = decided(decide_undo(sub, POLICY, TOLD_AT + timedelta(days=2), actor=CUSTOMER))
    subjects = [m.subject for d in (first, second) for m in d.messages if m.kind == "renewal_coming"]
    assert len(set(subjects)) == 2
    assert FactName.SUBSCRIPTION_RENEWAL_ANNOUNCED in [f.name for f in second.facts]


def test_paid_in_time_it_is_active_to_the_new_end() -> None:
    """A retry that succeeds ends the failing state and pays the term from its planned start."""
    sub = step(_declined(_charged(), CHARGE_AT), CHARGE_AT + timedelta(days=3))
    sub = paid(sub, CHARGE_AT + timedelta(days=3))
    assert display_state(sub, CHARGE_AT + timedelta(days=3)) is DisplayState.ACTIVE
    assert (sub.terms[1].starts_at, sub.paid_through) == (END, at("2028-01-10T09:00"))
    assert sub.orders[1].placed_at == CHARGE_AT + timedelta(days=3)


def test_a_retry_that_would_come_after_the_end_is_not_promised() -> None:
    """Where the next retry would fall behind the end of the term, no further attempt is announced or made."""
    late = END - timedelta(days=2)
    sub = step(_announced(), late)
    charge = sub.open_charge
    assert charge is not None
    declined = decided(
        decide_charge_outcome(sub, charge, ChargeResult("declined", code="card_declined"), POLICY, late)
    )
    assert [m.data["retry_at"] for m in declined.messages if m.kind == "charge_failed"] == [None]
    assert after(declined).next_step_at == END


@pytest.mark.parametrize("undo", ["never", "until_the_end"])
def test_undo_is_as_the_policy_says(undo: str) -> None:
    """A policy that lets nobody take a cancellation back refuses it, whatever the instant."""
    rules = replace(POLICY, cancellation=replace(POLICY.cancellation, undo=undo))  # type: ignore[arg-type]
    sub = _canceled(bought(BOUGHT_AT), TOLD_AT)
    done = decide_undo(sub, rules, TOLD_AT, actor=CUSTOMER)
    assert getattr(done, "code", "kept") == {"never": "undo_not_offered", "until_the_end": "kept"}[undo]


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        pytest.param(False, EndReason.REFUNDED, id="refunded-and-left"),
        pytest.param(True, EndReason.PAYMENT_FAILED, id="kept-after-the-refund-and-not-paid"),
    ],
)
def test_why_it_ended_after_a_dropped_term(kept: bool, reason: EndReason) -> None:
    """A renewal paid back ends as refunded; kept all the same and then not paid, it ends for want of payment."""
    sub = renewed(bought(BOUGHT_AT))
    now = END - timedelta(days=12)
    dropped = replace(sub.terms[1], dropped_at=now)
    sub = replace(sub, terms=(sub.terms[0], dropped), auto_renew=False, announced=None)
    if kept:
        sub = _undone(sub, now)
        assert sub.next_step_at is not None
        sub = _declined(step(sub, sub.next_step_at), sub.next_step_at, retryable=False)
    assert step(sub, END).end_reason is reason
