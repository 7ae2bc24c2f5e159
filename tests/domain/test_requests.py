"""The refund request as a case: from receipt to decision, with its first date, and never decided by a mismatch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.refund_request import Approval, Claimed, RefundRequest, RequestState
from goodterms.domain.requests import (
    Intake,
    decide_decline,
    decide_information,
    decide_question,
    decide_refund_request,
    decide_reopening,
    decide_retraction,
    decide_review,
)
from goodterms.domain.subscription import Subscription
from tests.support.samples import (
    AGENT,
    CUSTOMER,
    SECOND_AGENT,
    at,
    bought,
    decided,
    reference,
    renewed,
    weekdays_only,
)

BOUGHT_AT = at("2026-05-11T09:00")
NOW = at("2026-05-15T10:00")  # a Friday
POLICY, CALENDAR = reference(), weekdays_only()


def _told(sub: Subscription, **changed: object) -> Claimed:
    order = sub.orders[-1]
    facts = {
        "order_number": order.number, "email": order.buyer_email, "name": order.buyer_name,
        "purchase_on": order.placed_at.date(), **changed,
    }  # fmt: skip
    return Claimed(**facts)  # type: ignore[arg-type]


def _receive(
    sub: Subscription, received_at: datetime = NOW, now: datetime = NOW, channel: str = "account", **changed: object
) -> Decision | Refusal:
    claimed = _told(sub, **changed)
    intake = Intake(UUID(int=500), received_at, channel, claimed, str(changed.get("email", sub.buyer_email)))
    return decide_refund_request(
        sub, sub.orders[-1], intake, POLICY, POLICY, now, actor=CUSTOMER, calendar=CALENDAR
    )  # fmt: skip


def _request(done: Decision | Refusal) -> RefundRequest:
    outcome = decided(done).outcome
    assert isinstance(outcome, RefundRequest)
    return outcome


def _answer(sub: Subscription, request: RefundRequest, later: Claimed, now: datetime = NOW) -> Decision | Refusal:
    return decide_information(
        sub, sub.orders[-1], request, later, POLICY, POLICY, now, actor=CUSTOMER, calendar=CALENDAR
    )  # fmt: skip


def _decline(sub: Subscription, request: RefundRequest, note: str = "", now: datetime = NOW) -> Decision | Refusal:
    return decide_decline(sub, sub.orders[-1], request, POLICY, POLICY, now, actor=AGENT, note=note)


def _reopen(sub: Subscription, request: RefundRequest, actor: object = CUSTOMER, reason: str = "Look again") -> object:
    return decide_reopening(
        sub, sub.orders[-1], request, POLICY, POLICY, NOW, actor=actor, reason=reason, calendar=CALENDAR  # type: ignore[arg-type]
    )  # fmt: skip


def _code(done: object) -> str:
    return done.code if isinstance(done, Refusal) else "decided"


@pytest.mark.requirement("R22", "R30")
def test_a_request_is_kept_with_its_date_and_moves_nothing() -> None:
    """Received, it has its first contact, channel, verdict and promised day; money and access are untouched."""
    sub = bought(BOUGHT_AT)
    decision = decided(_receive(sub, received_at=NOW - timedelta(days=2), channel="support"))
    request = _request(decision)
    assert (request.state, request.received_at, request.opened_at) == (
        RequestState.RECEIVED,
        NOW - timedelta(days=2),
        NOW,
    )
    assert request.verdict is not None
    assert request.verdict["clause"] == "FIRST-PURCHASE-30-DAYS"
    assert request.due_at == at("2026-05-16")  # two business days after the Wednesday
    assert decision.postings == ()
    assert [m.kind for m in decision.messages] == ["request_received"]


@pytest.mark.requirement("R31", "R32", "R35")
@pytest.mark.parametrize(
    ("changed", "state", "results"),
    [
        pytest.param({}, "received", {"match"}, id="all-match"),
        pytest.param({"name": "BUYER  1"}, "received", {"match"}, id="name-loosely"),
        pytest.param({"purchase_on": date(2026, 5, 12)}, "received", {"match"}, id="a-day-off"),
        pytest.param({"purchase_on": None}, "received", {"match", "missing"}, id="no-date"),
        pytest.param({"order_number": ""}, "needs_information", {"match", "missing"}, id="no-number"),
        pytest.param(
            {"order_number": "0007-AAAA-AAAA"}, "needs_information", {"match", "mismatch"}, id="other-number"
        ),
        pytest.param({"email": "eve@example.org"}, "needs_information", {"match", "mismatch"}, id="other-address"),
        pytest.param({"purchase_on": date(2026, 5, 14)}, "needs_information", {"match", "mismatch"}, id="other-date"),
    ],
)
def test_facts_are_compared_and_asked_about(changed: dict[str, object], state: str, results: set[str]) -> None:
    """Each fact is a match, a mismatch or missing; what is not confirmed becomes a question, never a denial."""
    decision = decided(_receive(bought(BOUGHT_AT), **changed))
    request = _request(decision)
    assert request.state == state
    assert {check["result"] for check in request.checks} == results
    assert {check["name"] for check in request.checks} == {"order_number", "email", "name", "purchase_date"}
    assert ("information_needed" in [m.kind for m in decision.messages]) == (state == "needs_information")


@pytest.mark.requirement("R35")
def test_the_answer_keeps_the_first_date() -> None:
    """Corrected weeks later, the request is judged by the day it first came, and the known facts stay."""
    sub = bought(BOUGHT_AT)
    request = _request(_receive(sub, order_number="0007-AAAA-AAAA"))
    late = BOUGHT_AT + timedelta(days=60)
    answered = _request(_answer(sub, request, Claimed(order_number=sub.orders[0].number), late))
    assert (answered.state, answered.received_at) == (RequestState.IN_REVIEW, NOW)
    assert answered.claimed == _told(sub)
    assert answered.verdict is not None
    assert answered.verdict["outcome"] == "grant"


@pytest.mark.requirement("R35")
def test_still_wrong_it_is_asked_again() -> None:
    """An answer that does not settle it leads to a second letter of its own, not to silence."""
    sub = bought(BOUGHT_AT)
    first = decided(_receive(sub, order_number="0007-AAAA-AAAA"))
    second = decided(_answer(sub, _request(first), Claimed(order_number="0007-BBBB-BBBB")))
    assert _request(second).state is RequestState.NEEDS_INFORMATION
    asked = [m.subject for d in (first, second) for m in d.messages if m.kind == "information_needed"]
    assert len(set(asked)) == 2


def test_which_fact_differs_is_told_to_the_order_s_address_only() -> None:
    """Somebody else's address hears that something is unclear, and not what."""
    sub = bought(BOUGHT_AT)
    own = decided(_receive(sub, order_number="0007-AAAA-AAAA"))
    strange = decided(_receive(sub, email="eve@example.org"))
    told = [next(m for m in d.messages if m.kind == "information_needed").data["unclear"] for d in (own, strange)]
    assert told == [["order_number"], []]


@pytest.mark.requirement("R24")
@pytest.mark.parametrize(
    ("received", "outcome"),
    [
        pytest.param("2026-06-10T23:59:59", "grant", id="day-30"),
        pytest.param("2026-06-11T00:00:00", "deny", id="day-31"),
    ],
)
def test_the_window_counts_from_the_order_to_the_first_contact(received: str, outcome: str) -> None:
    """Entered by support days later, a request is in time when its first contact was."""
    request = _request(_receive(bought(BOUGHT_AT), at(received), at("2026-07-01"), "support"))
    assert request.verdict is not None
    assert request.verdict["outcome"] == outcome


@pytest.mark.requirement("R36")
def test_a_denial_names_the_criterion_and_the_dates() -> None:
    """Declined outside the window, the letter has the clause, its reason and the last day."""
    sub = bought(BOUGHT_AT)
    late = BOUGHT_AT + timedelta(days=40)
    request = _request(_receive(sub, late, late))
    decision = decided(_decline(sub, request, now=late))
    letter = next(m for m in decision.messages if m.kind == "request_declined")
    assert (letter.data["clause"], letter.data["last_day_on"]) == ("OUTSIDE-WINDOW", "2026-06-10")
    assert "10 June 2026" in str(letter.data["because"])
    assert _request(decision).state is RequestState.DECLINED


@pytest.mark.requirement("R34")
def test_what_the_policy_grants_is_not_declined_without_a_word() -> None:
    """Declining against the policy needs a note that says why."""
    sub = bought(BOUGHT_AT)
    request = _request(_receive(sub))
    assert _code(_decline(sub, request, " ")) == "reason_missing"
    assert _request(_decline(sub, request, "Paid by a stolen card")).decline_note == "Paid by a stolen card"


@pytest.mark.requirement("R23")
def test_only_the_latest_paid_term_is_granted() -> None:
    """After an early renewal the order before is denied with that reason, whatever its age."""
    sub = renewed(bought(BOUGHT_AT))
    order, after = sub.orders[0], sub.orders[-1].placed_at
    intake = Intake(UUID(int=501), after, "account", _told(sub), sub.buyer_email)
    done = decide_refund_request(sub, order, intake, POLICY, POLICY, after, actor=CUSTOMER, calendar=CALENDAR)
    verdict = _request(done).verdict
    assert verdict is not None
    assert verdict["clause"] == "NOT-LATEST-TERM"


@pytest.mark.parametrize(
    ("received_at", "channel", "code"),
    [
        pytest.param(NOW, "pigeon", "channel_not_offered", id="channel"),
        pytest.param(NOW + timedelta(seconds=1), "support", "received_in_future", id="future"),
        pytest.param(NOW, "public_form", "decided", id="now"),
    ],
)
def test_refused_at_the_door(received_at: datetime, channel: str, code: str) -> None:
    """A channel that is not offered and a date that has not come yet are refused."""
    assert _code(_receive(bought(BOUGHT_AT), received_at, NOW, channel)) == code


STATES = {
    "received": {"review", "question", "decline", "retract"},
    "in_review": {"review", "question", "decline", "retract"},
    "needs_information": {"information", "question", "decline", "retract"},
    "approved": set(),
    "declined": {"reopen"},
    "retracted": set(),
}


@pytest.mark.parametrize("state", STATES)
def test_every_act_fits_its_states_only(state: str) -> None:
    """In each state exactly its own acts are decided; all others are refused and change nothing."""
    sub = bought(BOUGHT_AT)
    request = replace(_request(_receive(sub, order_number="0007-AAAA-AAAA")), state=RequestState(state))
    acts = {
        "review": decide_review(sub, request, POLICY, NOW, actor=AGENT),
        "question": decide_question(sub, sub.orders[-1], request, "Which card?", POLICY, POLICY, NOW, actor=AGENT),
        "information": _answer(sub, request, Claimed(order_number=sub.orders[0].number)),
        "decline": _decline(sub, request, "No"),
        "retract": decide_retraction(sub, request, POLICY, NOW, actor=CUSTOMER),
        "reopen": _reopen(sub, request),
    }
    assert {name for name, done in acts.items() if isinstance(done, Decision)} == STATES[state]


def test_repeated_clicks_count_as_done() -> None:
    """Taking a case that one has, and taking a request back twice, are refused as done already."""
    sub = bought(BOUGHT_AT)
    request = _request(_receive(sub))
    mine = _request(decide_review(sub, request, POLICY, NOW, actor=AGENT))
    again = decide_review(sub, mine, POLICY, NOW, actor=AGENT)
    assert isinstance(again, Refusal)
    assert again.already
    assert _request(decide_review(sub, mine, POLICY, NOW, actor=SECOND_AGENT)).handled_by == str(SECOND_AGENT)
    gone = _request(decide_retraction(sub, request, POLICY, NOW, actor=CUSTOMER))
    again = decide_retraction(sub, gone, POLICY, NOW, actor=CUSTOMER)
    assert isinstance(again, Refusal)
    assert again.already


def test_asked_or_declined_twice_one_letter_goes_out() -> None:
    """The same question or denial clicked twice is done already; another question is another letter."""
    sub = bought(BOUGHT_AT)
    request = _request(_receive(sub))
    asked = decided(decide_question(sub, sub.orders[-1], request, "Which card?", POLICY, POLICY, NOW, actor=AGENT))
    for question, code in (("Which card? ", "asked"), ("Which bank?", "decided")):
        done = decide_question(sub, sub.orders[-1], _request(asked), question, POLICY, POLICY, NOW, actor=AGENT)
        assert _code(done) == code
    declined = _request(_decline(sub, request, "No"))
    again = _decline(sub, declined, "No")
    assert isinstance(again, Refusal)
    assert again.already


def test_a_question_voids_what_was_confirmed_before_it() -> None:
    """The first of two confirmations does not stand for what the customer says afterwards."""
    sub = bought(BOUGHT_AT)
    request = replace(_request(_receive(sub)), approvals=(Approval(str(AGENT), NOW),))
    asked = decide_question(sub, sub.orders[-1], request, "Which card?", POLICY, POLICY, NOW, actor=SECOND_AGENT)
    assert _request(asked).approvals == ()


def test_a_customer_appeals_once() -> None:
    """Declined and looked at again, the request keeps its date; a second appeal is for an agent to open."""
    sub = bought(BOUGHT_AT)
    declined = _request(_decline(sub, _request(_receive(sub)), "No"))
    assert _code(_reopen(sub, declined, reason=" ")) == "reason_missing"
    reopened = _reopen(sub, declined)
    again = _request(reopened)  # type: ignore[arg-type]
    assert (again.state, again.received_at, again.decided_by, again.appeals) == (RequestState.IN_REVIEW, NOW, None, 1)
    declined = _request(_decline(sub, again, "Still no"))
    assert _code(_reopen(sub, declined)) == "appealed_already"
    assert _code(_reopen(sub, declined, AGENT)) == "decided"


def test_declined_twice_is_told_twice() -> None:
    """The denial after an appeal has a letter of its own."""
    sub = bought(BOUGHT_AT)
    first = decided(_decline(sub, _request(_receive(sub)), "No"))
    again = _request(_reopen(sub, _request(first)))  # type: ignore[arg-type]
    second = decided(_decline(sub, again, "Still no"))
    assert len({m.subject for d in (first, second) for m in d.messages}) == 2
