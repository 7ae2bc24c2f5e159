"""Refunds under other policies than the shipped one: partial amounts, later ends, facts that somebody has to state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from goodterms.domain.approval import ApprovalOutcome, Wish, decide_approval
from goodterms.domain.cancellation_undo import decide_undo
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundEffect, RefundState, RefundWay
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.domain.refundability import judge_request
from goodterms.domain.refunding import Context, RefundResult, decide_another_way, decide_refund_outcome
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.request_facts import decide_facts
from goodterms.domain.requests import Intake, decide_decline, decide_information, decide_refund_request
from goodterms.domain.rules import FactValue
from goodterms.domain.subscription import DisplayState, EndReason, Subscription, display_state
from goodterms.domain.term import Interval
from tests.support import second_policy as second
from tests.support.samples import (
    AGENT,
    CUSTOMER,
    SECOND_AGENT,
    after,
    at,
    bought,
    decided,
    reference,
    renewed,
    weekdays_only,
)

BOUGHT_AT = at("2027-01-10T09:00")
ASKED_AT = at("2027-04-20T10:00")
PRICE = Money(7995, "AUD")
DAY = timedelta(days=1)


class Trial:
    """One request under a policy, lived through; the facts of every decision are kept."""

    def __init__(self, rules: str, sub: Subscription, *, refund: str = "", asked_at: datetime = ASKED_AT) -> None:
        self.policy: Policy = second.policy(rules, refund=refund)
        self.sub = sub
        self.order_id = sub.orders[-1].id
        self.now = asked_at
        self.facts: list[object] = []
        self.mails: list[tuple[str, dict[str, object]]] = []
        order = sub.orders[-1]
        told = Claimed(order.number, order.buyer_email, order.buyer_name, order.placed_at.date())
        self.request = self._take(
            decide_refund_request(
                sub, order, Intake(UUID(int=900), asked_at, "account", told, order.buyer_email), self.policy,
                reference(), asked_at, actor=CUSTOMER, calendar=weekdays_only(),
            )
        ).outcome  # fmt: skip
        assert isinstance(self.request, RefundRequest)

    @property
    def order(self):  # type: ignore[no-untyped-def]
        """The order asked about."""
        return next(o for o in self.sub.orders if o.id == self.order_id)

    def state(self, **facts: FactValue) -> Decision | Refusal:
        """A specialist enters facts."""
        return self._kept(
            decide_facts(
                self.sub, self.order, self.request, facts, self.policy, reference(), self.now, actor=AGENT,
                calendar=weekdays_only(),
            )
        )  # fmt: skip

    def answer(self, answer: str = "", **facts: FactValue) -> Decision | Refusal:
        """The customer answers."""
        return self._kept(
            decide_information(
                self.sub, self.order, self.request, Claimed(), self.policy, reference(), self.now, actor=CUSTOMER,
                calendar=weekdays_only(), answer=answer, stated=facts,
            )
        )  # fmt: skip

    def approve(self, actor=AGENT, wish: Wish | None = None) -> Decision | Refusal:  # type: ignore[no-untyped-def]
        """A specialist confirms."""
        return self._kept(
            decide_approval(
                self.sub, self.order, self.request, self.policy, reference(), self.now, actor=actor, wish=wish
            )
        )

    def hear(self, outcome: str, attempt: int = 1, *, order_id: UUID | None = None) -> Decision | Refusal:
        """The gateway says something of a refund."""
        wanted = order_id or self.order_id
        refund = next(r for r in self.sub.refunds if r.order_id == wanted and r.attempt == attempt)
        return self._kept(
            decide_refund_outcome(
                self.sub, refund, RefundResult(outcome, f"re_{refund.key[-9:]}"), self._context(wanted), self.now
            )
        )

    def _context(self, order_id: UUID) -> Context:
        order = next(o for o in self.sub.orders if o.id == order_id)
        return Context(order, self.request, self.policy, reference(), weekdays_only())

    def again(self) -> Decision | Refusal:
        """The failed refund is tried once more."""
        failed = self.sub.refunds[-1]
        context = self._context(self.order_id)
        return self._kept(
            decide_another_way(self.sub, failed, context, self.now, actor=SECOND_AGENT, way=RefundWay.ORIGINAL)
        )

    def work(self) -> None:
        """The worker does what is due."""
        self._take(plan_renewal(self.sub, reference(), self.now))

    def _kept(self, decision: Decision | Refusal) -> Decision | Refusal:
        if isinstance(decision, Decision):
            self._take(decision)
        return decision

    def _take(self, decision: Decision | Refusal) -> Decision:
        done = decided(decision)
        self.sub = after(done)
        rows = [row for row in (*done.inserts, *done.updates) if isinstance(row, RefundRequest)]
        self.request = rows[-1] if rows else getattr(self, "request", None)  # type: ignore[assignment]
        self.facts += done.facts
        self.mails += [(m.kind, dict(m.data)) for m in done.messages]
        return done


def _outcome(done: Decision | Refusal) -> ApprovalOutcome:
    outcome = decided(done).outcome
    assert isinstance(outcome, ApprovalOutcome)
    return outcome


def _code(done: Decision | Refusal) -> str:
    return done.code if isinstance(done, Refusal) else "decided"


# --- Partial amounts and later ends -----------------------------------------------------------------------------


def test_a_rule_pays_the_rest_from_next_month_and_access_runs_until_then() -> None:
    """The amount is prorated, the end is frozen on the refund, and nothing changes before the gateway accepts."""
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT))
    outcome = _outcome(trial.approve())
    rest = (date(2028, 1, 10) - date(2027, 5, 1)).days
    assert outcome.amount == PRICE.share(rest, 365)
    assert (outcome.effect, outcome.access_until) == (RefundEffect.END_LATER, at("2027-05-01"))
    assert trial.sub.auto_renew
    trial.hear("pending")
    term = trial.sub.terms[-1]
    assert (term.revoked_at, term.access_ends_at) == (at("2027-05-01"), at("2027-05-01"))
    assert not trial.sub.auto_renew
    assert display_state(trial.sub, trial.now) is DisplayState.NON_RENEWING
    assert trial.sub.next_step_at == at("2027-05-01")
    assert trial.order.refunded_minor == outcome.amount.minor < PRICE.minor
    kind, data = trial.mails[-1]
    assert (kind, data["effect"], data["access_until"]) == ("refund_initiated", "end_later", "2027-05-01T00:00:00Z")
    trial.now = at("2027-05-01T01:00")
    trial.work()
    assert (trial.sub.expired_at, trial.sub.end_reason) == (at("2027-05-01"), EndReason.REFUNDED)
    assert display_state(trial.sub, trial.now) is DisplayState.EXPIRED


def test_a_later_end_that_is_past_at_initiation_ends_at_once() -> None:
    """A decision that took longer than the rule's end leaves nothing to wait for."""
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT))
    trial.now = at("2027-05-20T10:00")
    outcome = _outcome(trial.approve())
    trial.hear("succeeded")
    assert outcome.amount == PRICE.share((date(2028, 1, 10) - date(2027, 5, 1)).days, 365)
    assert trial.sub.terms[-1].revoked_at == trial.now
    assert trial.sub.expired_at == trial.now


def test_unused_days_end_access_at_once() -> None:
    """A prorated amount with an immediate end is no gift of the rest: the term is revoked although money is kept."""
    trial = Trial(second.PRORATED, bought(BOUGHT_AT))
    outcome = _outcome(trial.approve())
    assert outcome.amount == PRICE.share((date(2028, 1, 10) - date(2027, 4, 21)).days, 365)
    assert (outcome.effect, outcome.access_until) == (RefundEffect.REVOKE_TERM, None)
    trial.hear("succeeded")
    assert trial.sub.expired_at == trial.now


def test_a_share_keeps_the_term_and_stops_the_renewal() -> None:
    """Half goes back and the term runs out: it is not cut, but nothing renews; it can be kept after all."""
    trial = Trial(second.HALF, bought(BOUGHT_AT))
    outcome = _outcome(trial.approve())
    assert (outcome.amount, outcome.access_until) == (PRICE.share(1, 2), trial.sub.terms[-1].ends_at)
    trial.hear("succeeded")
    assert trial.sub.terms[-1].standing
    assert (trial.sub.auto_renew, trial.sub.next_step_at) == (False, trial.sub.terms[-1].ends_at)
    assert _code(decide_undo(trial.sub, reference(), trial.now + DAY, actor=CUSTOMER)) == "decided"


def test_what_ends_with_a_refund_can_not_be_kept_after_all() -> None:
    """The term was paid back from its end on; to go on it has to be bought again."""
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT))
    trial.approve()
    trial.hear("pending")
    assert _code(decide_undo(trial.sub, reference(), trial.now + DAY, actor=CUSTOMER)) == "refunded"


def test_the_unused_part_is_paid_back_once() -> None:
    """Asked again, the part that ended access is not paid a second time out of what was kept for the used days."""
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT))
    trial.approve()
    trial.hear("succeeded")
    again = Trial(second.NEXT_MONTH, trial.sub, asked_at=ASKED_AT + DAY)
    refused = again.approve()
    assert isinstance(refused, Refusal)
    assert refused.code == "nothing_paid"


def test_tax_that_a_policy_keeps_is_not_paid_back() -> None:
    """The price goes back without its tax, and the books keep the tax where it was."""
    trial = Trial(second.PRORATED, bought(BOUGHT_AT), refund='tax = "kept"')
    gross = PRICE.share((date(2028, 1, 10) - date(2027, 4, 21)).days, 365)
    outcome = _outcome(trial.approve())
    assert outcome.amount == gross - Money(trial.order.tax_of(gross), "AUD")
    assert trial.sub.refunds[-1].tax_minor == 0


# --- Failures ---------------------------------------------------------------------------------------------------


def test_a_rejected_refund_with_a_later_end_leaves_everything_as_it_was() -> None:
    """The gateway refuses: no money, no later end, the renewal stays on; the next attempt carries the same end."""
    sub = bought(BOUGHT_AT)
    trial = Trial(second.NEXT_MONTH, sub)
    trial.approve()
    trial.hear("rejected")
    assert (trial.sub.terms, trial.sub.auto_renew) == (sub.terms, True)
    assert trial.order.refunded_minor == 0
    trial.again()
    second_try = trial.sub.refunds[-1]
    assert (second_try.effect, second_try.access_until_at) == (RefundEffect.END_LATER, at("2027-05-01"))
    trial.hear("pending", attempt=2)
    assert trial.sub.terms[-1].revoked_at == at("2027-05-01")


def test_a_refund_that_comes_back_does_not_move_the_later_end() -> None:
    """Initiated and failed later: the debt is open again, access still ends when it was told to, once."""
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT))
    trial.approve()
    trial.hear("succeeded")
    trial.now += DAY
    trial.hear("failed")
    assert trial.sub.terms[-1].revoked_at == at("2027-05-01")
    trial.again()
    assert (trial.sub.refunds[-1].effect, trial.sub.refunds[-1].access_until_at) == (RefundEffect.MONEY_ONLY, None)
    trial.hear("succeeded", attempt=2)
    assert trial.sub.refunds[-1].state is RefundState.SUCCEEDED


# --- Facts that somebody has to state ---------------------------------------------------------------------------


def test_a_deduction_waits_for_its_amount() -> None:
    """What only we can find out is not asked of the customer; entered, it is deducted."""
    trial = Trial(second.LESS_BENEFITS, bought(BOUGHT_AT))
    assert trial.request.state is RequestState.RECEIVED
    assert "information_needed" not in dict(trial.mails)
    waiting = trial.approve()
    assert isinstance(waiting, Refusal)
    assert (waiting.code, waiting.values["missing"]) == ("facts_missing", "value_of_benefits_used")
    trial.state(value_of_benefits_used=Money(1995, "AUD"))
    assert _outcome(trial.approve()).amount == Money(6000, "AUD")
    stated = [f for f in trial.facts if f.name == "refund_request.fact_stated"]  # type: ignore[attr-defined]
    assert [dict(f.data)["value_minor"] for f in stated] == [1995]  # type: ignore[attr-defined]


def test_a_customer_is_asked_and_the_answer_decides() -> None:
    """Yes or no is for the customer: the request waits, keeps its date, and is judged anew with the answer."""
    trial = Trial(second.IF_UNUSED, bought(BOUGHT_AT))
    assert trial.request.state is RequestState.NEEDS_INFORMATION
    kind, data = trial.mails[-1]
    asked = {"used_in_cycle": "Has it been used in the current billing cycle?"}
    assert (kind, data["asked"], data["question"]) == ("information_needed", asked, None)
    assert _code(trial.answer()) == "answer_missing"
    trial.answer(used_in_cycle=False)
    assert trial.request.state is RequestState.IN_REVIEW
    assert trial.request.received_at == ASKED_AT
    said = trial.request.facts["used_in_cycle"]
    assert (said.value, said.by) == (False, str(CUSTOMER))
    assert _code(trial.answer(used_in_cycle=False)) == "answer_known"
    assert _outcome(trial.approve()).amount == PRICE


def test_a_specialist_corrects_what_was_stated() -> None:
    """The latest statement counts, both are in the journal, and what was confirmed before is to be confirmed again."""
    trial = Trial(second.IF_UNUSED, bought(BOUGHT_AT))
    trial.answer(used_in_cycle=False)
    trial.request = replace(trial.request, approvals=())
    trial.state(used_in_cycle=True)
    refused = trial.approve()
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.values["clause"]) == ("not_granted", "NOTHING-ELSE")
    stated = [f for f in trial.facts if f.name == "refund_request.fact_stated"]  # type: ignore[attr-defined]
    assert [(dict(f.data)["value"], str(f.actor)) for f in stated] == [  # type: ignore[attr-defined]
        (False, str(CUSTOMER)),
        (True, str(AGENT)),
    ]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        pytest.param({}, "answer_missing", id="none"),
        pytest.param({"shoe_size": 43}, "fact_unknown", id="unknown"),
        pytest.param({"value_of_benefits_used": "a lot"}, "fact_invalid", id="no-amount"),
        pytest.param({"value_of_benefits_used": Money(100, "EUR")}, "fact_invalid", id="other-currency"),
        pytest.param({"value_of_benefits_used": Money(-1, "AUD")}, "fact_invalid", id="negative"),
        pytest.param({"country": "Germany"}, "fact_invalid", id="no-country"),
        pytest.param({"consumer": "yes"}, "fact_invalid", id="no-bool"),
        pytest.param({"contract_made_on": at("2027-01-01")}, "fact_invalid", id="instant-for-a-date"),
        pytest.param({"information_given_at": at("2027-01-01").replace(tzinfo=None)}, "fact_invalid", id="no-zone"),
        pytest.param({"prior_refunds_user": -1}, "fact_invalid", id="negative-number"),
        pytest.param({"product_class": "cheese"}, "fact_invalid", id="other-word"),
        pytest.param({"information_given_at": None}, "decided", id="there-was-none"),
    ],
)
def test_only_values_of_the_right_type_are_stated(facts: dict[str, FactValue], code: str) -> None:
    """A value that is none of the fact is refused with the fact's name, and nothing is recorded."""
    trial = Trial(second.LESS_BENEFITS, bought(BOUGHT_AT))
    before = trial.request
    done = trial.state(**facts)
    assert _code(done) == code
    if isinstance(done, Refusal):
        assert trial.request == before
        assert not facts or done.values["fact"] == next(iter(facts))


def test_a_request_that_waits_for_facts_is_declined_only_with_a_note() -> None:
    """No rule has denied it: whoever declines says why."""
    trial = Trial(second.IF_UNUSED, bought(BOUGHT_AT))

    def decline(note: str) -> Decision | Refusal:
        return decide_decline(
            trial.sub, trial.order, trial.request, trial.policy, reference(), trial.now, actor=AGENT, note=note
        )

    assert _code(decline("")) == "reason_missing"
    assert _code(decline("Used for months.")) == "decided"


# --- What was charged while the request waited --------------------------------------------------------------------


def _late(days: int) -> Trial:
    """A request that is decided after the next renewal was charged, days after its term began."""
    trial = Trial(second.PRORATED, bought(BOUGHT_AT, interval=Interval(months=1)), asked_at=BOUGHT_AT + 10 * DAY)
    trial.sub = renewed(trial.sub)
    trial.now = trial.sub.terms[-1].starts_at + days * DAY
    return trial


@pytest.mark.parametrize("days", [-3, 5], ids=["not-begun", "begun"])
def test_a_renewal_charged_while_waiting_goes_back_with_the_request(days: int) -> None:
    """The order is judged as the latest it was; the newer payment goes back in full and its term with it."""
    trial = _late(days)
    assert judge_request(trial.sub, trial.order, trial.request, trial.policy).outcome == "grant"
    newer = trial.sub.orders[-1]
    outcome = _outcome(trial.approve())
    assert [order.id for order in outcome.also] == [newer.id]
    assert outcome.total == outcome.amount + newer.amount
    assert {r.request_id for r in trial.sub.refunds} == {trial.request.id}
    assert trial.sub.open_charge is None
    trial.hear("succeeded")
    trial.hear("succeeded", order_id=newer.id)
    last = trial.sub.terms[-1]
    assert (last.dropped_at, last.revoked_at) == ((trial.now, None) if days < 0 else (None, trial.now))
    assert trial.sub.expired_at == trial.now
    assert trial.sub.orders[-1].refundable.minor == 0
    assert not trial.sub.auto_renew


def test_a_renewal_whose_refund_is_rejected_keeps_its_term() -> None:
    """Each refund stands for itself: the term that is not paid back stays, and nothing renews."""
    trial = _late(-3)
    newer = trial.sub.orders[-1]
    trial.approve()
    trial.hear("succeeded")
    trial.hear("rejected", order_id=newer.id)
    assert trial.sub.terms[-1].standing
    assert (trial.sub.expired_at, trial.sub.auto_renew) == (None, False)
    assert trial.sub.paid_through == trial.sub.terms[-1].ends_at


def test_a_renewal_charged_before_the_request_counts_as_later() -> None:
    """Asked after the renewal, the order before it is an old one; the renewal is not touched."""
    sub = renewed(bought(BOUGHT_AT))
    trial = Trial(second.PRORATED, sub, asked_at=sub.orders[-1].placed_at + DAY)
    old = trial.sub.orders[0]
    trial.order_id = old.id
    verdict = judge_request(trial.sub, old, replace(trial.request, order_id=old.id), reference())
    assert verdict.clause == "NOT-LATEST-TERM"


def test_goodwill_takes_nothing_along() -> None:
    """Outside the rules only what was agreed is paid, whatever was charged meanwhile."""
    trial = _late(-3)
    wish = Wish(Money(1000, "AUD"), "kindness")
    trial.approve(wish=wish)
    outcome = _outcome(trial.approve(actor=SECOND_AGENT, wish=wish))
    assert (outcome.also, outcome.effect) == ((), RefundEffect.MONEY_ONLY)
