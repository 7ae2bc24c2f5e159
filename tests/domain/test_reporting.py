"""What a seller reports becomes the same as a charge of our own; what does not fit is refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from goodterms.domain.cancellation import CancellationOutcome, cancellation_outcome, decide_cancellation
from goodterms.domain.cancellation_undo import decide_undo
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.instructing import InstructionResult, decide_instruction_outcome
from goodterms.domain.instruction import Instruction, InstructionState, Wish, named_by
from goodterms.domain.money import Money
from goodterms.domain.payment import REPORTED_WITHIN, Charge, OrderKind
from goodterms.domain.reporting import ReportedCharge, decide_reported_charge, decide_reported_stop
from goodterms.domain.subscription import Subscription
from tests.support.samples import CUSTOMER, after, at, bought, decided, reference, renewed, step

POLICY = reference()
BOUGHT_AT = at("2026-01-10T09:00")
RENEWED_AT = at("2026-12-27T09:00")
END = at("2027-01-10T09:00")


def sold(**changed: object) -> Subscription:
    """A subscription whose seller charges, with its first term."""
    return replace(bought(BOUGHT_AT, card="AG-1"), seller_charges=True, **changed)  # type: ignore[arg-type]


def report(one: Subscription, **changed: object) -> ReportedCharge:
    """The report of its renewal, told otherwise in parts."""
    term = one.next_term()
    made = ReportedCharge("RS-2", one.price, one.tax_minor, RENEWED_AT, term.starts_at, term.ends_at, paid=True)
    return replace(made, **changed)  # type: ignore[arg-type]


def taken(one: Subscription, reported: ReportedCharge, now: object = RENEWED_AT) -> Subscription:
    """The subscription once the report is taken in."""
    found = decide_reported_charge(one, reported, POLICY, now)  # type: ignore[arg-type]
    assert not isinstance(found, Refusal), found
    return after(found[-1])


def instructions(decision: Decision) -> list[Instruction]:
    """What the seller is told by a decision."""
    return [row for row in decision.inserts if isinstance(row, Instruction)]


def test_a_reported_renewal_is_like_one_of_ours() -> None:
    """The same terms, the same order, the same dates as of a renewal that we charge at that instant."""
    ours = renewed(bought(BOUGHT_AT, card="AG-1"))
    theirs = taken(sold(), report(sold()))
    assert theirs.terms == ours.terms
    mine, other = ours.orders[-1], theirs.orders[-1]
    assert replace(other, gateway_ref=mine.gateway_ref) == mine
    assert (other.placed_at, other.kind, other.gateway_ref) == (RENEWED_AT, OrderKind.RENEWAL, "RS-2")
    assert theirs.paid_through == ours.paid_through
    assert theirs.auto_renew


def test_the_intent_is_dated_by_the_seller() -> None:
    """However late it is heard, the order has the seller's date; what we book is booked when we hear it."""
    heard_at = END + timedelta(days=40)
    found = decide_reported_charge(sold(), report(sold()), POLICY, heard_at)
    assert not isinstance(found, Refusal)
    intent, outcome = found
    (charge,) = [row for row in intent.inserts if isinstance(row, Charge)]
    assert charge.intended_at == RENEWED_AT
    assert [str(fact.name) for fact in (*intent.facts, *outcome.facts)] == [
        "charge.intended", "charge.succeeded", "subscription.renewed"
    ]  # fmt: skip
    assert {fact.at for fact in intent.facts} == {RENEWED_AT}
    assert {fact.at for fact in outcome.facts} == {heard_at}


def test_a_first_sale_brings_the_subscription() -> None:
    """One without terms is new: the intent inserts it, the outcome starts it."""
    new = replace(sold(), terms=(), orders=(), charges=(), version=0, last_fact=0, paid_through=None)
    first = report(new, at=BOUGHT_AT, starts_at=BOUGHT_AT, ends_at=END, gateway_ref="RS-1")
    found = decide_reported_charge(new, first, POLICY, RENEWED_AT)
    assert not isinstance(found, Refusal)
    assert any(isinstance(row, Subscription) for row in found[0].inserts)
    assert found[1].facts[-1].name == "subscription.started"
    assert instructions(found[0]) == instructions(found[1]) == []


@pytest.mark.parametrize(
    ("changed", "code", "already"),
    [
        ({"gateway_ref": "ch_1-1-1"}, "reported_before", True),
        ({"starts_at": BOUGHT_AT, "ends_at": END, "paid": False, "code": "card_declined"}, "term_paid", True),
        ({"starts_at": BOUGHT_AT}, "terms_overlap", False),
        ({"starts_at": END + timedelta(days=1)}, "gap_in_terms", False),
        ({"ends_at": END}, "term_empty", False),
        ({"at": RENEWED_AT + timedelta(seconds=1)}, "future_charge", False),
        ({"amount": Money(7995, "EUR")}, "currency_differs", False),
        ({"amount": Money(0, "AUD"), "tax_minor": 0}, "amount_invalid", False),
        ({"tax_minor": 7996}, "amount_invalid", False),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, object], code: str, already: bool) -> None:
    """Each with its code; what is known already is no trouble."""
    one = sold()
    if code == "reported_before":
        changed = {"gateway_ref": one.orders[0].gateway_ref}
    refused = decide_reported_charge(one, report(one, **changed), POLICY, RENEWED_AT)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.already) == (code, already)


def test_after_the_end_it_may_begin_anew() -> None:
    """Once the end is recorded, a later term is a new beginning, not a gap; the subscription lives again."""
    over = step(sold(), END + REPORTED_WITHIN)
    assert over.expired_at == END
    later = END + timedelta(days=30)
    again = taken(over, report(over, at=later, starts_at=later, ends_at=later + timedelta(days=365)), later)
    assert (again.expired_at, again.terms[-1].starts_at) == (None, later)


def test_a_failed_charge_is_an_attempt() -> None:
    """It is a declined attempt of the next term; the one that is paid is the next attempt."""
    failed = taken(sold(), report(sold(), paid=False, code="insufficient_funds", gateway_ref="RS-1b"))
    assert len(failed.declined_attempts(2)) == 1
    later = RENEWED_AT + timedelta(days=3)
    paid = taken(failed, report(failed, at=later), later)
    assert [(c.attempt, str(c.state)) for c in paid.charges if c.term_number == 2] == [
        (1, "declined"), (2, "succeeded")
    ]  # fmt: skip


def test_we_announce_and_never_charge() -> None:
    """The worker's steps are the announcement and, two days after it, the end; between them there is nothing to do."""
    one = step(sold(), at("2026-12-11T09:00"))
    assert one.announced is not None
    assert one.next_step_at == END + REPORTED_WITHIN
    for when in (RENEWED_AT, END, END + REPORTED_WITHIN - timedelta(seconds=1)):
        assert one.charges == step(one, when).charges
        assert step(one, when).expired_at is None
    assert step(one, END + REPORTED_WITHIN).expired_at == END


def test_the_seller_is_told_what_was_decided() -> None:
    """A cancellation tells it to stop and taking it back to go on; an expiry tells it to stop; by our own key."""
    one = sold()
    stop = decided(decide_cancellation(one, POLICY, RENEWED_AT, actor=CUSTOMER, channel="account", id=one.id))
    (told,) = instructions(stop)
    assert (told.wish, told.agreement, told.state) == (Wish.STOP, "AG-1", InstructionState.INTENDED)
    assert named_by(told.key) == (one.bucket, one.id, after(stop).version)
    on = decided(decide_undo(after(stop), POLICY, RENEWED_AT, actor=CUSTOMER))
    (later,) = instructions(on)
    assert (later.wish, later.number > told.number) == (Wish.GO_ON, True)
    ours = decided(
        decide_cancellation(bought(BOUGHT_AT), POLICY, RENEWED_AT, actor=CUSTOMER, channel="account", id=one.id)
    )
    assert instructions(ours) == []
    assert named_by("gt-charge-1") is None


def test_the_seller_is_not_told_what_it_said() -> None:
    """A cancellation that was made there stops the renewal here, dated as it was there, and tells nobody."""
    made_at = RENEWED_AT - timedelta(days=2)
    stopped = decided(decide_reported_stop(sold(), made_at, POLICY, RENEWED_AT))
    canceled = after(stopped).cancellation
    assert canceled is not None
    assert (canceled.channel, canceled.requested_at) == ("seller", made_at)
    assert instructions(stopped) == []
    again = decide_reported_stop(after(stopped), made_at, POLICY, RENEWED_AT)
    assert isinstance(again, Refusal)
    assert again.already


def test_inside_the_lead_the_seller_may_have_charged() -> None:
    """From the date that was announced on, a customer who cancels is told that a payment may be under way."""
    one = step(sold(), at("2026-12-11T09:00"))
    before = cancellation_outcome(one, POLICY, RENEWED_AT - timedelta(seconds=1), POLICY)
    after_it = cancellation_outcome(one, POLICY, RENEWED_AT, POLICY)
    assert isinstance(before, CancellationOutcome)
    assert isinstance(after_it, CancellationOutcome)
    assert (before.charge_under_way, before.dropped_charge_at) == (False, RENEWED_AT)
    assert (after_it.charge_under_way, after_it.dropped_charge_at) == (True, None)
    assert after_it.access_until_if_charged == at("2028-01-10T09:00")


def test_outcomes_of_an_instruction() -> None:
    """Confirmed and refused are facts; unknown is looked up later; not found is sent again; settled is left alone."""
    one = sold()
    stop = decided(decide_cancellation(one, POLICY, RENEWED_AT, actor=CUSTOMER, channel="account", id=one.id))
    sub, (told,) = after(stop), instructions(stop)

    def outcome(word: str, code: str | None = None, of: Instruction = told) -> tuple[Instruction, list[str]]:
        made = decided(decide_instruction_outcome(sub, of, InstructionResult(word, code), POLICY, RENEWED_AT))
        (row,) = [row for row in made.updates if isinstance(row, Instruction)]
        return row, [str(fact.name) for fact in made.facts]

    done, facts = outcome("succeeded")
    assert (done.state, done.check_at, facts) == (InstructionState.SUCCEEDED, None, ["subscription.stop_confirmed"])
    refused, facts = outcome("declined", "agreement_ended")
    assert (refused.code, facts) == ("agreement_ended", ["subscription.stop_refused"])
    waiting, facts = outcome("unknown", "instructed")
    assert (waiting.state, facts) == (InstructionState.UNKNOWN, [])
    assert waiting.check_at == RENEWED_AT + timedelta(minutes=1)
    lost, _ = outcome("not_found", of=replace(waiting, sent_at=RENEWED_AT))
    assert (lost.state, lost.sent_at) == (InstructionState.INTENDED, None)
    gone, facts = outcome("superseded")
    assert (gone.state, gone.code, facts) == (InstructionState.DECLINED, "superseded", [])
    again = decide_instruction_outcome(sub, done, InstructionResult("declined", "x"), POLICY, RENEWED_AT)
    assert isinstance(again, Refusal)
    assert again.already
