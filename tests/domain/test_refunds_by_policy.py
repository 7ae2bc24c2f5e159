"""Refunds under other policies than the shipped one: partial amounts, later ends, what was charged meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from goodterms.domain.approval import Wish
from goodterms.domain.cancellation_undo import decide_undo
from goodterms.domain.decision import Refusal
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundEffect, RefundState
from goodterms.domain.refundability import judge_request
from goodterms.domain.subscription import DisplayState, EndReason, display_state
from goodterms.domain.term import Interval
from tests.support import second_policy as second
from tests.support.samples import CUSTOMER, SECOND_AGENT, at, bought, reference, renewed
from tests.support.trial import Trial, code_of, outcome_of

BOUGHT_AT = at("2027-01-10T09:00")
ASKED_AT = at("2027-04-20T10:00")
PRICE = Money(7995, "AUD")
DAY = timedelta(days=1)


def test_a_rule_pays_the_rest_from_next_month_and_access_runs_until_then() -> None:
    """The amount is prorated, the end is frozen on the refund, and nothing changes before the gateway accepts."""
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT), asked_at=ASKED_AT)
    outcome = outcome_of(trial.approve())
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
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT), asked_at=ASKED_AT)
    trial.now = at("2027-05-20T10:00")
    outcome = outcome_of(trial.approve())
    trial.hear("succeeded")
    assert outcome.amount == PRICE.share((date(2028, 1, 10) - date(2027, 5, 1)).days, 365)
    assert trial.sub.terms[-1].revoked_at == trial.now
    assert trial.sub.expired_at == trial.now


def test_unused_days_end_access_at_once() -> None:
    """A prorated amount with an immediate end is no gift of the rest: the term is revoked although money is kept."""
    trial = Trial(second.PRORATED, bought(BOUGHT_AT), asked_at=ASKED_AT)
    outcome = outcome_of(trial.approve())
    assert outcome.amount == PRICE.share((date(2028, 1, 10) - date(2027, 4, 21)).days, 365)
    assert (outcome.effect, outcome.access_until) == (RefundEffect.REVOKE_TERM, None)
    trial.hear("succeeded")
    assert trial.sub.expired_at == trial.now


def test_a_share_keeps_the_term_and_stops_the_renewal() -> None:
    """Half goes back and the term runs out: it is not cut, but nothing renews; it can be kept after all."""
    trial = Trial(second.HALF, bought(BOUGHT_AT), asked_at=ASKED_AT)
    outcome = outcome_of(trial.approve())
    assert (outcome.amount, outcome.access_until) == (PRICE.share(1, 2), trial.sub.terms[-1].ends_at)
    trial.hear("succeeded")
    assert trial.sub.terms[-1].standing
    assert (trial.sub.auto_renew, trial.sub.next_step_at) == (False, trial.sub.terms[-1].ends_at)
    assert code_of(decide_undo(trial.sub, reference(), trial.now + DAY, actor=CUSTOMER)) == "decided"


def test_what_ends_with_a_refund_can_not_be_kept_after_all() -> None:
    """The term was paid back from its end on; to go on it has to be bought again."""
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT), asked_at=ASKED_AT)
    trial.approve()
    trial.hear("pending")
    assert code_of(decide_undo(trial.sub, reference(), trial.now + DAY, actor=CUSTOMER)) == "refunded"


def test_the_unused_part_is_paid_back_once() -> None:
    """Asked again, the part that ended access is not paid a second time out of what was kept for the used days."""
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT), asked_at=ASKED_AT)
    trial.approve()
    trial.hear("succeeded")
    again = Trial(second.NEXT_MONTH, trial.sub, asked_at=ASKED_AT + DAY)
    refused = again.approve()
    assert isinstance(refused, Refusal)
    assert refused.code == "nothing_paid"


def test_tax_that_a_policy_keeps_is_not_paid_back() -> None:
    """The price goes back without its tax, and the books keep the tax where it was."""
    trial = Trial(second.PRORATED, bought(BOUGHT_AT), asked_at=ASKED_AT, refund='tax = "kept"')
    gross = PRICE.share((date(2028, 1, 10) - date(2027, 4, 21)).days, 365)
    outcome = outcome_of(trial.approve())
    assert outcome.amount == gross - Money(trial.order.tax_of(gross), "AUD")
    assert trial.sub.refunds[-1].tax_minor == 0


def test_a_rejected_refund_with_a_later_end_leaves_everything_as_it_was() -> None:
    """The gateway refuses: no money, no later end, the renewal stays on; the next attempt carries the same end."""
    sub = bought(BOUGHT_AT)
    trial = Trial(second.NEXT_MONTH, sub, asked_at=ASKED_AT)
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
    trial = Trial(second.NEXT_MONTH, bought(BOUGHT_AT), asked_at=ASKED_AT)
    trial.approve()
    trial.hear("succeeded")
    trial.now += DAY
    trial.hear("failed")
    assert trial.sub.terms[-1].revoked_at == at("2027-05-01")
    trial.again()
    assert (trial.sub.refunds[-1].effect, trial.sub.refunds[-1].access_until_at) == (RefundEffect.MONEY_ONLY, None)
    trial.hear("succeeded", attempt=2)
    assert trial.sub.refunds[-1].state is RefundState.SUCCEEDED


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
    outcome = outcome_of(trial.approve())
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


def test_after_a_rejection_both_are_tried_again_with_their_effects() -> None:
    """The renewal that waits for its own refund is no term that followed: access ends as it was approved."""
    trial = _late(-3)
    newer = trial.sub.orders[-1]
    trial.approve()
    trial.hear("rejected")
    trial.hear("rejected", order_id=newer.id)
    assert all(term.standing for term in trial.sub.terms)
    trial.again()
    assert trial.sub.refunds[-1].effect is RefundEffect.REVOKE_TERM
    trial.hear("succeeded", attempt=2)
    trial.again(newer.id)
    assert trial.sub.refunds[-1].effect is RefundEffect.DROP_TERM
    trial.hear("succeeded", attempt=2, order_id=newer.id)
    assert trial.sub.expired_at == trial.now


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
    outcome = outcome_of(trial.approve(actor=SECOND_AGENT, wish=wish))
    assert (outcome.also, outcome.effect) == ((), RefundEffect.MONEY_ONLY)
