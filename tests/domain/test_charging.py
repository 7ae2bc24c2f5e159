"""What came of a charge: one order a term, unknown stays unknown, and no money without a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from goodterms.domain.charging import ChargeResult, decide_charge_outcome, decide_purchase
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.expiring import expire
from goodterms.domain.facts import SYSTEM
from goodterms.domain.money import Money
from goodterms.domain.payment import ChargeState, OrderKind
from goodterms.domain.subscription import DisplayState, EndReason, Subscription, display_state
from tests.support.samples import CUSTOMER, after, at, bought, decided, paid, reference, step, subscription

BOUGHT_AT = at("2026-01-10T09:00")
END = at("2027-01-10T09:00")
CHARGE_AT = END - timedelta(days=14)
POLICY = reference()


def _charged() -> Subscription:
    return step(step(bought(BOUGHT_AT), END - timedelta(days=30)), CHARGE_AT)


def _hear(sub: Subscription, outcome: str, number: int = -1, **more: object) -> Decision | Refusal:
    result = ChargeResult(outcome, "ch_1", **more)  # type: ignore[arg-type]
    return decide_charge_outcome(sub, sub.charges[number], result, POLICY, CHARGE_AT)


def test_a_first_purchase_starts_with_an_intent_alone() -> None:
    """Before the card has paid there is a charge with its derived key, and neither term nor order nor access."""
    sub = subscription(bought_at=BOUGHT_AT)
    made = after(decide_purchase(sub, POLICY, BOUGHT_AT, CUSTOMER))
    assert (made.terms, made.orders, made.paid_through, made.next_step_at) == ((), (), None, None)
    assert [c.key for c in made.charges] == [f"gt-charge-{sub.id.hex}-1-1"]
    assert display_state(made, BOUGHT_AT) is DisplayState.EXPIRED
    assert isinstance(decide_purchase(replace(sub, payment_method=None), POLICY, BOUGHT_AT, CUSTOMER), Refusal)


@pytest.mark.requirement("R25")
def test_the_order_is_dated_by_the_intent_that_succeeded() -> None:
    """Answered days later, the order's date is that of the committed intent, and the term starts as planned."""
    sub = paid(_charged(), CHARGE_AT + timedelta(days=3))
    order = sub.orders[-1]
    assert (order.placed_at, order.kind) == (CHARGE_AT, OrderKind.RENEWAL)
    assert (sub.terms[-1].starts_at, order.term_number) == (END, 2)


def test_a_sale_is_booked_with_its_tax() -> None:
    """Cash comes in against sales and tax, which together are what was charged."""
    decision = decided(_hear(_charged(), "succeeded"))
    moves = {(p.debit.value, p.credit.value): p.amount.minor for p in decision.postings}
    assert moves == {("cash", "sales"): 7995 - 727, ("cash", "tax"): 727}


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("first", ["succeeded", "declined"])
@pytest.mark.parametrize("again", ["declined", "unknown", "not_found", "succeeded"])
def test_the_first_answer_wins(first: str, again: str) -> None:
    """A settled charge is left alone by whatever is said later; only a payment found late is still named."""
    sub = after(_hear(_charged(), first))
    done = _hear(sub, again)
    if (first, again) == ("declined", "succeeded"):
        assert after(done).terms[-1].number == 2
    else:
        assert isinstance(done, Refusal)
        assert done.already


@pytest.mark.parametrize("meanwhile", ["paid", "under way"])
def test_a_second_payment_of_a_term_makes_no_second_order(meanwhile: str) -> None:
    """A declined attempt that turns out paid, beside another attempt of its term, is refused for a person to see."""
    sub = after(_hear(_charged(), "declined"))
    sub = step(sub, CHARGE_AT + timedelta(days=3))
    if meanwhile == "paid":
        sub = paid(sub, CHARGE_AT + timedelta(days=3))
    done = _hear(sub, "succeeded", number=1)
    assert isinstance(done, Refusal)
    assert (done.code, done.already) == ("charged_twice", False)


def test_unknown_stays_unknown_and_is_asked_about_ever_more_rarely() -> None:
    """Without an answer nothing is decided: the waits grow to a day, one fact is recorded, nobody is written to."""
    sub = _charged()
    waits, facts = [], []
    for _ in range(7):
        decision = decided(_hear(sub, "unknown"))
        sub = after(decision)
        charge = sub.charges[-1]
        assert charge.state is ChargeState.UNKNOWN
        assert charge.check_at is not None
        waits.append(charge.check_at - CHARGE_AT)
        facts += [f.name.value for f in decision.facts]
        assert decision.messages == ()
        assert sub.next_step_at is None
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(days=1))
    assert facts == ["charge.unknown"]


def test_what_never_arrived_is_sent_again_under_its_key() -> None:
    """Conclusively unknown to the gateway and still wanted, the same intent is due again at once."""
    sub = after(_hear(_charged(), "unknown"))
    again = after(_hear(sub, "not_found")).charges[-1]
    assert (again.state, again.sent_at, again.check_at) == (ChargeState.INTENDED, None, CHARGE_AT)
    assert again.key == sub.charges[-1].key


@pytest.mark.parametrize(
    ("renews", "when", "code"),
    [
        pytest.param(True, END - timedelta(microseconds=1), None, id="last-moment"),
        pytest.param(True, END, "too_late", id="at-the-end"),
        pytest.param(False, CHARGE_AT, "canceled_before_sent", id="canceled"),
        pytest.param(False, END, "canceled_before_sent", id="canceled-and-over"),
    ],
)
@pytest.mark.requirement("R14")
def test_what_never_arrived_is_let_go_when_nobody_wants_it(renews: bool, when: datetime, code: str | None) -> None:
    """After a cancellation or at the end of the term a charge that never arrived is not sent again."""
    sub = replace(_charged(), auto_renew=renews)
    decision = decide_charge_outcome(sub, sub.charges[-1], ChargeResult("not_found"), POLICY, when)
    charge = after(decision).charges[-1]
    assert charge.decline_code == code
    assert charge.state is (ChargeState.DECLINED if code else ChargeState.INTENDED)


def test_a_payment_of_an_expired_subscription_gives_what_was_paid_for() -> None:
    """Expired while nobody knew, and paid after all: the term runs, nothing renews after it."""
    draft = Draft(_charged(), now=END, actor=SYSTEM, policy_digest=None)
    expire(draft, END)
    sub = after(_hear(after(draft.done()), "succeeded"))
    assert (sub.expired_at, sub.end_reason, sub.auto_renew) == (None, None, False)
    assert (sub.paid_through, sub.next_step_at) == (sub.terms[1].ends_at, sub.terms[1].ends_at)


def test_a_failed_first_payment_ends_the_attempt_without_a_letter_of_expiry() -> None:
    """The customer hears that the card failed; nothing was ever active that could be said to have expired."""
    sub = after(decide_purchase(subscription(bought_at=BOUGHT_AT), POLICY, BOUGHT_AT, CUSTOMER))
    decision = decided(_hear(sub, "declined", code="card_declined"))
    assert [m.kind for m in decision.messages] == ["charge_failed"]
    ended = after(decision)
    assert (ended.end_reason, ended.auto_renew, ended.expired_at) == (EndReason.PAYMENT_FAILED, False, CHARGE_AT)


def test_every_attempt_has_its_own_letter() -> None:
    """A second decline of the same term is told like the first, not swallowed as a repetition."""
    first = decided(_hear(_charged(), "declined"))
    sub = step(after(first), CHARGE_AT + timedelta(days=3))
    second = decided(_hear(sub, "declined"))
    subjects = [m.subject for d in (first, second) for m in d.messages if m.kind == "charge_failed"]
    assert len(set(subjects)) == 2


def test_a_canceled_customer_is_not_told_of_declines() -> None:
    """After a cancellation a declined charge is no news: nothing will be charged anyway."""
    decision = decided(_hear(replace(_charged(), auto_renew=False), "declined"))
    assert decision.messages == ()
    assert after(decision).next_step_at == END


def test_a_free_term_is_booked_without_postings() -> None:
    """A price of zero makes an order and a term and moves nothing in the books."""
    sub = bought(BOUGHT_AT, price=Money(7995, "AUD"))
    sub = replace(sub, price=Money(0, "AUD"), tax_minor=0)
    sub = step(step(sub, END - timedelta(days=30)), CHARGE_AT)
    decision = decided(_hear(sub, "succeeded"))
    assert decision.postings == ()
    assert len(after(decision).terms) == 2
