"""What was lost is made anew under its own ids, as of its instant; what does not fit is refused."""

from __future__ import annotations

from datetime import timedelta

from goodterms.domain.charging import ChargeResult, decide_charge_outcome
from goodterms.domain.decision import Refusal
from goodterms.domain.money import Money
from goodterms.domain.payment import CANCELED_BEFORE_SENT, Charge, Refund, RefundEffect, RefundState
from goodterms.domain.recovering import (
    Sent,
    decide_recovered_charge,
    decide_recovered_refund,
    decide_to_announce_anew,
    refund_attempt,
    term_and_attempt,
)
from goodterms.domain.refunding import Context, RefundResult, decide_external_refund, decide_refund_outcome
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import replace
from tests.support.samples import after, at, bought, decided, reference, renewed, step, weekdays_only

BOUGHT = at("2026-05-10T09:00")
POLICY = reference()


def _renewed() -> tuple[Subscription, Subscription]:
    """A subscription before its renewal and after it."""
    before = bought(BOUGHT)
    return before, renewed(before)


def test_an_id_leads_back_to_term_and_attempt() -> None:
    """What an id was derived from is found by trying, and nothing else."""
    before, later = _renewed()
    charge = later.charges[-1]
    assert term_and_attempt(before.id, charge.id, 2, ahead=0, attempts=3) == (2, 1)
    assert term_and_attempt(before.id, charge.id, 1, ahead=3, attempts=3) == (2, 1)
    assert term_and_attempt(before.id, charge.id, 3, ahead=9, attempts=9) is None
    assert term_and_attempt(before.customer_id, charge.id, 1, ahead=9, attempts=9) is None


def test_a_lost_charge_is_the_one_that_was_lost() -> None:
    """Same id, key, term and amount; with its outcome the state is that of the lost history but for what was said."""
    before, later = _renewed()
    lost = later.charges[-1]
    sent = Sent(1, lost.amount, lost.intended_at)
    made = decided(decide_recovered_charge(before, 2, sent, POLICY))
    charge = made.outcome
    assert isinstance(charge, Charge)
    assert (charge.id, charge.key, charge.starts_at, charge.ends_at) == (
        lost.id, lost.key, lost.starts_at, lost.ends_at,
    )  # fmt: skip
    assert made.messages == ()
    assert made.facts[0].data["recovered"] is True
    result = ChargeResult("succeeded", lost.gateway_ref)
    paid = after(decide_charge_outcome(after(made), charge, result, POLICY, lost.intended_at))
    assert (paid.terms, paid.paid_through) == (later.terms, later.paid_through)
    assert [(o.id, o.number, o.placed_at, o.tax_minor) for o in paid.orders] == [
        (o.id, o.number, o.placed_at, o.tax_minor) for o in later.orders
    ]


def test_an_open_attempt_was_let_go_before_the_next_was_made() -> None:
    """Only one charge of a term is open: the first one that the backup still holds was not."""
    before = bought(BOUGHT)
    waiting = before
    while waiting.open_charge is None:
        assert waiting.next_step_at is not None
        waiting = step(waiting, waiting.next_step_at)
    sent = Sent(2, waiting.price, waiting.charges[-1].intended_at + timedelta(days=2))
    made = after(decide_recovered_charge(waiting, 2, sent, POLICY))
    assert [(c.term_number, c.attempt, c.state.open, c.decline_code) for c in made.charges[-2:]] == [
        (2, 1, False, CANCELED_BEFORE_SENT),
        (2, 2, True, None),
    ]


def test_a_charge_of_another_term_or_currency_is_refused() -> None:
    """Terms come in order, in the currency of the subscription."""
    before = bought(BOUGHT)
    far = decide_recovered_charge(before, 3, Sent(1, before.price, BOUGHT), POLICY)
    foreign = decide_recovered_charge(before, 2, Sent(1, Money(100, "EUR"), BOUGHT), POLICY)
    assert isinstance(far, Refusal)
    assert isinstance(foreign, Refusal)
    assert (far.code, foreign.code) == ("out_of_order", "currency_differs")


def _context(sub: Subscription) -> Context:
    return Context(sub.orders[-1], None, POLICY, POLICY, weekdays_only())


def test_a_lost_refund_takes_its_place_and_ends_access() -> None:
    """The whole payment of the running term: it is revoked as of the instant the gateway took the refund."""
    sub = bought(BOUGHT)
    order, when = sub.orders[0], BOUGHT + timedelta(days=3)
    sent = Sent(2, order.amount, when)
    made = decided(decide_recovered_refund(sub, sent, _context(sub), asked_at=when))
    refund = made.outcome
    assert isinstance(refund, Refund)
    assert refund_attempt(order, refund.id, attempts=5) == 2
    assert refund_attempt(order, refund.id, attempts=1) is None
    assert (refund.effect, refund.state, refund.key[-2:]) == (
        RefundEffect.REVOKE_TERM, RefundState.INTENDED, "-2",
    )  # fmt: skip
    taken = after(made)
    done = after(decide_refund_outcome(taken, refund, RefundResult("succeeded", "re_1"), _context(taken), when))
    assert done.terms[0].revoked_at == when
    assert not done.auto_renew
    assert done.orders[0].refunded_minor == order.amount.minor


def test_a_lost_refund_of_what_had_not_begun_drops_it() -> None:
    """It counts when it was asked for, where that is known."""
    _, later = _renewed()
    order = later.orders[-1]
    begun = later.terms[-1].starts_at + timedelta(days=1)
    asked = later.terms[-1].starts_at - timedelta(days=1)
    sent = Sent(1, order.amount, begun)
    dropped = decided(decide_recovered_refund(later, sent, _context(later), asked_at=asked)).outcome
    revoked = decided(decide_recovered_refund(later, sent, _context(later), asked_at=begun)).outcome
    assert isinstance(dropped, Refund)
    assert isinstance(revoked, Refund)
    assert (dropped.effect, revoked.effect) == (RefundEffect.DROP_TERM, RefundEffect.REVOKE_TERM)


def test_a_number_that_another_refund_has_taken_meanwhile() -> None:
    """Somebody refunded a part in the dashboard after the loss: the lost refund keeps its name and comes after it."""
    sub = bought(BOUGHT)
    order, when = sub.orders[0], BOUGHT + timedelta(days=3)
    part = Money(order.amount.minor // 3, order.amount.currency)
    made_there = decided(
        decide_external_refund(sub, part, "re_by_hand", _context(sub), when, at=when, settled=True)
    )  # fmt: skip
    beside = after(made_there)
    recovered = decided(decide_recovered_refund(beside, Sent(1, part, when), _context(beside), asked_at=when)).outcome
    assert isinstance(recovered, Refund)
    assert refund_attempt(order, recovered.id, attempts=1) == 1
    assert (recovered.attempt, recovered.key) == (2, f"gt-refund-{order.id.hex}-1")
    assert refund_attempt(order, beside.refunds[0].id, attempts=5) is None


def test_more_than_is_left_is_refused() -> None:
    """Refunds never exceed the charge, whoever made them."""
    sub = bought(BOUGHT)
    order = sub.orders[0]
    more = Money(order.amount.minor + 1, order.amount.currency)
    over = decide_recovered_refund(sub, Sent(1, more, BOUGHT), _context(sub), asked_at=BOUGHT)
    foreign = decide_recovered_refund(sub, Sent(1, Money(1, "EUR"), BOUGHT), _context(sub), asked_at=BOUGHT)
    assert isinstance(over, Refusal)
    assert isinstance(foreign, Refusal)
    assert (over.code, foreign.code) == ("over_charge", "currency_differs")


def test_an_announced_renewal_is_announced_once_more_before_its_charge() -> None:
    """The second mail starts the notice anew; the charge still comes before the end."""
    sub = bought(BOUGHT)
    while sub.announced is None:
        assert sub.next_step_at is not None
        sub = step(sub, sub.next_step_at)
    charge_at, end = sub.next_step_at, sub.paid_through
    assert charge_at is not None
    assert end is not None
    for now in (charge_at, end - timedelta(hours=6)):
        withdrawn = decide_to_announce_anew(sub, POLICY, now)
        assert withdrawn is not None
        assert withdrawn.messages == ()
        waiting = after(withdrawn)
        assert waiting.next_step_at is not None
        assert waiting.next_step_at <= now
        told = step(waiting, now)
        assert told.announced is not None
        assert told.announced.at == now
        assert told.next_step_at is not None
        assert now < told.next_step_at < end
        assert step(told, told.next_step_at).open_charge is not None


def test_nothing_is_announced_anew_where_nothing_will_be_charged() -> None:
    """Not announced yet, canceled, over, or a charge under way."""
    sub = bought(BOUGHT)
    assert decide_to_announce_anew(sub, POLICY, BOUGHT) is None
    while sub.announced is None:
        assert sub.next_step_at is not None
        sub = step(sub, sub.next_step_at)
    assert sub.next_step_at is not None
    assert sub.paid_through is not None
    assert decide_to_announce_anew(replace(sub, auto_renew=False), POLICY, sub.next_step_at) is None
    assert decide_to_announce_anew(sub, POLICY, sub.paid_through) is None
    under_way = step(sub, sub.next_step_at)
    assert under_way.open_charge is not None
    assert decide_to_announce_anew(under_way, POLICY, sub.next_step_at) is None
