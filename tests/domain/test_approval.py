"""Approving: who may, for how much, what it would do, and that nothing is approved or paid twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from goodterms.domain.approval import ApprovalOutcome, Wish, decide_approval
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundEffect, RefundState
from goodterms.domain.refund_request import Approval, Claimed, RefundRequest, RequestState
from goodterms.domain.requests import Intake, decide_refund_request
from goodterms.domain.subscription import Subscription
from tests.support.refunds import Books
from tests.support.samples import (
    AGENT,
    CUSTOMER,
    SECOND_AGENT,
    at,
    bought,
    decided,
    reference,
    renewed,
    step,
    weekdays_only,
)

BOUGHT_AT = at("2026-05-11T09:00")
NOW = BOUGHT_AT + timedelta(days=1)
LATE = BOUGHT_AT + timedelta(days=40)
POLICY = reference()
ALL = Money(7995, "AUD")


def _request(sub: Subscription, now: datetime, **claimed: object) -> RefundRequest:
    order = sub.orders[-1]
    told = {
        "order_number": order.number, "email": order.buyer_email, "name": order.buyer_name,
        "purchase_on": order.placed_at.date(), **claimed,
    }  # fmt: skip
    intake = Intake(UUID(int=500), now, "account", Claimed(**told), order.buyer_email)  # type: ignore[arg-type]
    decision = decide_refund_request(
        sub, order, intake, POLICY, POLICY, now, actor=CUSTOMER, calendar=weekdays_only()
    )  # fmt: skip
    request = decided(decision).outcome
    assert isinstance(request, RefundRequest)
    return request


def _approve(
    sub: Subscription, request: RefundRequest, now: datetime, actor: Actor = AGENT, wish: Wish | None = None,
    **more: object,
) -> Decision | Refusal:  # fmt: skip
    return decide_approval(
        sub, sub.orders[-1], request, POLICY, POLICY, now, actor=actor, wish=wish, **more  # type: ignore[arg-type]
    )  # fmt: skip


def _code(done: Decision | Refusal) -> str:
    return done.code if isinstance(done, Refusal) else "decided"


def _outcome(done: Decision | Refusal) -> ApprovalOutcome:
    outcome = decided(done).outcome
    assert isinstance(outcome, ApprovalOutcome)
    return outcome


def _approved_row(done: Decision | Refusal) -> RefundRequest:
    return next(row for row in decided(done).updates if isinstance(row, RefundRequest))


@pytest.mark.requirement("R37", "R38")
def test_an_approval_commits_an_intent_and_touches_no_access() -> None:
    """Confirmed, the whole payment is reserved and owed; access and auto-renew wait for the gateway."""
    sub = bought(BOUGHT_AT)
    decision = decided(_approve(sub, _request(sub, NOW), NOW))
    after = next(row for row in decision.updates if isinstance(row, Subscription))
    refund = after.open_refund
    assert refund is not None
    assert (refund.amount, refund.state, refund.charge_ref) == (ALL, RefundState.INTENDED, sub.orders[0].gateway_ref)
    assert (after.terms, after.auto_renew) == (sub.terms, True)
    assert after.orders[0].refundable.minor == 0
    assert after.next_step_at is None
    assert {p.credit.value for p in decision.postings} == {"refunds_payable"}


@pytest.mark.requirement("R48")
def test_approved_twice_is_approved_once() -> None:
    """The second click finds it approved, which counts as done."""
    sub = bought(BOUGHT_AT)
    request = _approved_row(_approve(sub, _request(sub, NOW), NOW))
    again = _approve(sub, request, NOW)
    assert isinstance(again, Refusal)
    assert (again.code, again.already) == ("wrong_state", True)
    declined = replace(request, state=RequestState.DECLINED)
    assert not _approve(sub, declined, NOW).already  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"order_number": "0007-0000-0000"}, "facts_not_confirmed", id="other-number"),
        pytest.param({"email": "eve@example.org"}, "facts_not_confirmed", id="other-address"),
        pytest.param({}, "decided", id="all-match"),
    ],
)
@pytest.mark.requirement("R32", "R33")
def test_unconfirmed_facts_can_not_be_approved(change: dict[str, str], code: str) -> None:
    """What must match and does not leads to a question first, whoever approves."""
    sub = bought(BOUGHT_AT)
    assert _code(_approve(sub, _request(sub, NOW, **change), NOW)) == code


def test_nobody_approves_his_own_case() -> None:
    """An agent whose address is the buyer's or the one the request is answered at has to leave it to a colleague."""
    sub = bought(BOUGHT_AT)
    request = _request(sub, NOW)
    mine = frozenset({sub.buyer_email.upper()})
    assert _code(_approve(sub, request, NOW, related=mine)) == "own_case"
    elsewhere = replace(request, contact_email="sam@home.example")
    assert _code(_approve(sub, elsewhere, NOW, related=frozenset({"sam@home.example"}))) == "own_case"


def test_an_approval_waits_for_what_is_under_way() -> None:
    """While a charge, or another refund of the order, has no outcome yet, nothing is approved."""
    sub = bought(BOUGHT_AT)
    request = _request(sub, NOW)
    books = Books(sub)
    books.intend(1000, NOW)
    assert _code(_approve(books.sub, request, NOW, wish=Wish(Money(500, "AUD"), "more"))) == "refund_under_way"
    while sub.open_charge is None:
        assert sub.next_step_at is not None
        sub = step(sub, sub.next_step_at)
    assert _code(_approve(sub, request, NOW)) == "charge_under_way"


@pytest.mark.requirement("R23")
def test_what_the_policy_denies_needs_goodwill() -> None:
    """Outside the window nothing is granted, with the clause; goodwill is, by two people."""
    sub = bought(BOUGHT_AT)
    request = _request(sub, LATE)
    denied = _approve(sub, request, LATE)
    assert isinstance(denied, Refusal)
    assert (denied.code, denied.values["clause"]) == ("not_granted", "OUTSIDE-WINDOW")
    first = _approve(sub, request, LATE, wish=Wish(Money(1000, "AUD"), "Outage"))
    assert not _outcome(first).final
    request = _approved_row(first)
    assert _code(_approve(sub, request, LATE, AGENT, Wish(Money(1000, "AUD"), "Outage"))) == "same_person"
    second = _approve(sub, request, LATE, SECOND_AGENT, Wish(Money(1000, "AUD"), "Outage"))
    assert _outcome(second).final
    assert _outcome(second).effect is RefundEffect.MONEY_ONLY


@pytest.mark.parametrize(
    ("wish", "days", "code"),
    [
        pytest.param(Wish(Money(0, "AUD"), "x"), 40, "amount_invalid", id="nothing"),
        pytest.param(Wish(Money(-1, "AUD"), "x"), 40, "amount_invalid", id="negative"),
        pytest.param(Wish(Money(100, "EUR"), "x"), 40, "amount_invalid", id="another-currency"),
        pytest.param(Wish(Money(100, "AUD"), " "), 40, "reason_missing", id="without-a-reason"),
        pytest.param(Wish(Money(100, "AUD"), "x"), 61, "over_goodwill_limit", id="too-late"),
        pytest.param(Wish(Money(7996, "AUD"), "x"), 40, "over_goodwill_limit", id="more-than-was-paid"),
        pytest.param(Wish(Money(7995, "AUD"), "x"), 60, "decided", id="last-day-all-of-it"),
    ],
)
def test_goodwill_has_limits(wish: Wish, days: int, code: str) -> None:
    """Goodwill is a positive part of what was paid, in its currency, with a reason, within the policy's days."""
    sub = bought(BOUGHT_AT)
    now = BOUGHT_AT + timedelta(days=days)
    assert _code(_approve(sub, _request(sub, now), now, wish=wish)) == code


def test_goodwill_in_parts_stays_within_its_share() -> None:
    """What was paid back before counts, so that parts do not add up to more than the policy's share."""
    half = replace(
        POLICY, refund=replace(POLICY.refund, goodwill=replace(POLICY.refund.goodwill, max_share_percent=50))
    )
    books = Books(bought(BOUGHT_AT))
    books.intend(3000, LATE)
    books.hear(1, "succeeded", LATE)
    request = _request(books.sub, LATE)
    for minor, code in ((998, "decided"), (999, "over_goodwill_limit")):
        wish = Wish(Money(minor, "AUD"), "x")
        done = decide_approval(books.sub, books.order, request, half, half, LATE, actor=AGENT, wish=wish)
        assert _code(done) == code


def test_the_second_confirms_what_the_first_did() -> None:
    """Another amount, or the policy's instead of goodwill, is no second confirmation."""
    sub = bought(BOUGHT_AT)
    request = _approved_row(_approve(sub, _request(sub, NOW), NOW, wish=Wish(Money(1000, "AUD"), "x")))
    assert request.approvals == (Approval(str(AGENT), NOW),)
    assert _code(_approve(sub, request, NOW, SECOND_AGENT)) == "amount_changed"
    assert _code(_approve(sub, request, NOW, SECOND_AGENT, Wish(Money(1001, "AUD"), "x"))) == "amount_changed"
    assert (
        _code(_approve(sub, request, NOW, SECOND_AGENT, Wish(Money(1000, "AUD"), "x"), senior=False))
        == "senior_needed"
    )


def test_a_large_refund_needs_two() -> None:
    """Above the policy's amount the first approval pays nothing yet."""
    sub = bought(BOUGHT_AT, price=Money(30001, "AUD"))
    first = _approve(sub, _request(sub, NOW), NOW)
    assert not _outcome(first).final
    assert decided(first).postings == ()
    assert _outcome(_approve(sub, _approved_row(first), NOW, SECOND_AGENT)).final
    exactly = bought(BOUGHT_AT, price=Money(30000, "AUD"))
    assert _outcome(_approve(exactly, _request(exactly, NOW), NOW)).final


@pytest.mark.requirement("R45", "R46")
@pytest.mark.parametrize(
    ("asked", "effect"),
    [
        pytest.param(timedelta(microseconds=-1), RefundEffect.DROP_TERM, id="a-moment-before-it-begins"),
        pytest.param(timedelta(0), RefundEffect.REVOKE_TERM, id="as-it-begins"),
    ],
)
def test_the_effect_is_judged_at_the_request(asked: timedelta, effect: RefundEffect) -> None:
    """However long the decision takes, what happens to the term follows from the moment of the first contact."""
    sub = renewed(bought(BOUGHT_AT))
    starts_at = sub.terms[1].starts_at
    request = _request(sub, starts_at + asked)
    outcome = _outcome(_approve(sub, request, starts_at + timedelta(days=2)))
    assert outcome.effect is effect


def test_the_preview_fingerprint_tells_what_changes() -> None:
    """Amount, effect, end of access and finality are what was shown; the same case shows the same."""
    sub = bought(BOUGHT_AT)
    request = _request(sub, NOW)
    shown = _outcome(_approve(sub, request, NOW))
    assert shown.fingerprint == _outcome(_approve(sub, request, NOW + timedelta(hours=3))).fingerprint
    for changed in (
        replace(shown, amount=Money(1, "AUD")), replace(shown, effect=RefundEffect.MONEY_ONLY),
        replace(shown, access_until=NOW), replace(shown, final=False), replace(shown, goodwill=True),
    ):  # fmt: skip
        assert changed.fingerprint != shown.fingerprint
