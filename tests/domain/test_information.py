"""Asking the customer and being answered, in words and by corrected facts (R35)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import FactName
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.domain.requests import Intake, decide_information, decide_question, decide_refund_request
from goodterms.domain.subscription import Subscription
from tests.support.samples import AGENT, CUSTOMER, after, at, bought, decided, reference, weekdays_only

BOUGHT_AT = at("2026-05-10T09:00")
ASKED_AT = at("2026-05-12T10:00")
POLICY = reference()
SUB: Subscription = bought(BOUGHT_AT)
ORDER = SUB.orders[0]
RIGHT = Claimed(ORDER.number, ORDER.buyer_email, ORDER.buyer_name, BOUGHT_AT.date())
WRONG = replace(RIGHT, name="Somebody Else")
QUESTION = "Which card did you pay with?"


def _case(decision: Decision | Refusal) -> RefundRequest:
    """The request as a decision leaves it."""
    rows = decided(decision)
    return next(row for row in (*rows.inserts, *rows.updates) if isinstance(row, RefundRequest))


def _received(claimed: Claimed = RIGHT) -> RefundRequest:
    intake = Intake(UUID(int=9), ASKED_AT, "account", claimed, ORDER.buyer_email)
    return _case(
        decide_refund_request(SUB, ORDER, intake, POLICY, POLICY, ASKED_AT, actor=CUSTOMER, calendar=weekdays_only())
    )


def _questioned(request: RefundRequest, question: str = QUESTION) -> RefundRequest:
    return _case(
        decide_question(SUB, ORDER, request, question, POLICY, POLICY, ASKED_AT + timedelta(days=1), actor=AGENT)
    )


def _told(
    request: RefundRequest, later: Claimed | None = None, answer: str = "", when: datetime | None = None
) -> Decision | Refusal:
    return decide_information(
        SUB, ORDER, request, later or Claimed(), POLICY, POLICY, when or ASKED_AT + timedelta(days=2),
        actor=CUSTOMER, calendar=weekdays_only(), answer=answer,
    )  # fmt: skip


@pytest.mark.requirement("R35")
def test_a_question_is_answered_in_words() -> None:
    """The answer is kept with its instant, is in the journal and brings the case back to review, dated as before."""
    asked = _questioned(_received())
    assert (asked.state, asked.open_question) == (RequestState.NEEDS_INFORMATION, QUESTION)
    decision = _told(asked, RIGHT, "  The one ending in 4242.\n")
    case = _case(decision)
    assert (case.state, case.open_question) == (RequestState.IN_REVIEW, None)
    assert (case.asked, case.asked_at) == (QUESTION, ASKED_AT + timedelta(days=1))
    assert (case.answer, case.answered_at) == ("The one ending in 4242.", ASKED_AT + timedelta(days=2))
    assert (case.received_at, case.due_at) == (ASKED_AT, asked.due_at)
    fact = decided(decision).facts[0]
    assert (fact.name, fact.data["answer"]) == (FactName.REQUEST_INFORMATION_GIVEN, "The one ending in 4242.")
    assert decided(decision).messages == ()
    assert after(decision).id == SUB.id


def test_words_alone_do_not_confirm_facts() -> None:
    """An answer beside a wrong name leaves the case waiting; the next letter asks for the name, not the question."""
    asked = _questioned(_received(WRONG))
    decision = _told(asked, answer="Mine.")
    case = _case(decision)
    assert (case.state, case.answer, case.open_question) == (RequestState.NEEDS_INFORMATION, "Mine.", None)
    (letter,) = decided(decision).messages
    assert (letter.kind, letter.data["question"], letter.data["unclear"]) == ("information_needed", None, ["name"])
    done = _case(_told(case, RIGHT))
    assert (done.state, done.answer) == (RequestState.IN_REVIEW, "Mine.")


def test_facts_alone_do_not_answer_a_question() -> None:
    """Corrected facts leave the question open, and it is asked again."""
    decision = _told(_questioned(_received(WRONG)), RIGHT)
    case = _case(decision)
    assert (case.state, case.open_question) == (RequestState.NEEDS_INFORMATION, QUESTION)
    assert [(m.kind, m.data["question"]) for m in decided(decision).messages] == [("information_needed", QUESTION)]
    assert _case(_told(case, answer="Visa.")).state is RequestState.IN_REVIEW


def test_facts_alone_are_enough_where_nothing_was_asked() -> None:
    """A request that only waits for facts goes on with them; no answer is made up."""
    case = _case(_told(_received(WRONG), RIGHT))
    assert (case.state, case.answer, case.answered_at) == (RequestState.IN_REVIEW, None, None)


@pytest.mark.parametrize("later", [Claimed(), RIGHT], ids=["empty", "unchanged facts"])
def test_nothing_is_no_answer(later: Claimed) -> None:
    """Blank words, with no facts or the same facts again, are refused while a question is open."""
    refusal = _told(_questioned(_received()), later, " \n ")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.already) == ("answer_missing", False)


def test_nothing_at_all_is_refused_where_facts_are_unclear() -> None:
    """Without words and without facts there is nothing to record."""
    refusal = _told(_received(WRONG))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "answer_missing"


@pytest.mark.parametrize(("first", "answer"), [(RIGHT, "Visa."), (WRONG, "Visa.")], ids=["confirmed", "still unclear"])
def test_the_same_answer_twice_is_one(first: Claimed, answer: str) -> None:
    """A repeated click finds the answer known: no fact, no letter, also while facts are still unclear."""
    case = _case(_told(_questioned(_received(first)), first, answer))
    again = _told(case, first, answer, ASKED_AT + timedelta(days=3))
    assert isinstance(again, Refusal)
    assert (again.code, again.already) == ("answer_known", True)


def test_the_same_facts_twice_are_asked_for_once() -> None:
    """Facts that were unclear before and are sent unchanged cause no further letter."""
    refusal = _told(_received(WRONG), WRONG)
    assert isinstance(refusal, Refusal)
    assert refusal.already


def test_a_new_question_needs_a_new_answer() -> None:
    """Asking again clears the old answer from the case; the journal keeps it."""
    answered = _case(_told(_questioned(_received()), answer="Visa."))
    asked = _questioned(answered, "And in which country?")
    assert (asked.answer, asked.answered_at, asked.open_question) == (None, None, "And in which country?")
    assert _case(_told(asked, answer="Visa.")).state is RequestState.IN_REVIEW


def test_a_case_that_waits_for_nothing_takes_no_answer() -> None:
    """Words that arrive when nothing is asked are refused with the state."""
    refusal = _told(_received(), answer="By the way, thank you.")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.values["state"]) == ("wrong_state", "received")
