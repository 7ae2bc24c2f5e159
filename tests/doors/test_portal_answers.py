"""Answering a specialist's question: on the page a letter leads to, and told to support, who records it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from goodterms.domain.facts import Actor
from goodterms.domain.refund_request import RefundRequest, RequestState
from goodterms.storage.load import load_request
from goodterms.storage.models import FactRow, MessageRow
from goodterms.usecases.links import request_token
from goodterms.usecases.review import ask
from tests.support.worlds import Sale, Sandbox, request_public_id

SAM = Actor("agent", "sam@desk.example")
QUESTION = "Which card did you pay with?\n\n<b>The last four digits</b> are enough."
ANSWER = "The one ending in 4242. <i>Thanks</i>"


@pytest.fixture
def ann(sandbox: Sandbox) -> Sale:
    """Ann's yearly subscription, two days old."""
    sale = sandbox.sell(sandbox.customer("ann@example.org"), minor=7995)
    sandbox.advance(days=2)
    return sale


def asked(sale: Sale, **changed: Any) -> RefundRequest:
    """A request about which a specialist has asked something in words."""
    request = sale.ask_refund(**changed)
    ask(sale.sandbox.world, request.bucket, request.id, QUESTION, actor=SAM)
    sale.sandbox.advance(hours=5)
    return now_of(request)


def now_of(request: RefundRequest) -> RefundRequest:
    """The request as it is in the database."""
    return load_request(request.bucket, request.id)


def page_of(request: RefundRequest) -> str:
    """The address in the letter."""
    return f"/requests/{request_token(request.bucket, request.id)}/"


def facts_on(request: RefundRequest, **changed: str) -> dict[str, str]:
    """What the page's form sends for the facts as they were told."""
    told = request.claimed
    assert told.purchase_on is not None
    known = {"order_number": told.order_number, "email": told.email, "name": told.name}
    return {**known, "purchase_on": told.purchase_on.isoformat(), **changed}


def journal_and_letters(request: RefundRequest) -> tuple[int, int]:
    """How many answers the journal has, and how many letters have asked."""
    given = FactRow.objects.filter(bucket=request.bucket, name="refund_request.information_given").count()
    return given, MessageRow.objects.filter(bucket=request.bucket, kind="information_needed").count()


@pytest.mark.requirement("R35")
def test_a_question_is_shown_and_answered(ann: Sale, client: Client) -> None:
    """The page shows the question as text and asks for words; facts that are right are folded away and not needed."""
    request = asked(ann)
    said = client.get(page_of(request)).content.decode()
    assert "&lt;b&gt;The last four digits&lt;/b&gt;" in said
    assert '<label for="id_answer">Your answer</label>' in said
    assert "<details><summary>Something in your data is not right?</summary>" in said
    response = client.post(f"{page_of(request)}answer/", {"answer": ANSWER}, follow=True)
    assert "your request keeps its date" in response.content.decode()
    answered = now_of(request)
    assert (answered.state, answered.answer) == (RequestState.IN_REVIEW, ANSWER)
    assert answered.answered_at == ann.sandbox.now
    assert answered.received_at == request.received_at


def test_no_date_is_promised_while_we_wait_for_the_customer(ann: Sale, client: Client) -> None:
    """Waiting for the customer, our answer has no date, also when the day once promised is over; then it has again."""
    request = ann.ask_refund()
    assert _our_answer(client, request).startswith("By ")
    ask(ann.sandbox.world, request.bucket, request.id, QUESTION, actor=SAM)
    for _ in range(2):
        assert _our_answer(client, request) == "As soon as we have your answer"
        ann.sandbox.advance(days=40)
    client.post(f"{page_of(request)}answer/", {"answer": ANSWER})
    assert _our_answer(client, request).startswith("By ")


def _our_answer(client: Client, request: RefundRequest) -> str:
    said = client.get(page_of(request)).content.decode()
    found = re.search(r"<dt>Our answer</dt>\s*<dd[^>]*>(.*?)</dd>", said, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def test_an_empty_answer_is_named_and_what_was_typed_is_kept(ann: Sale, client: Client) -> None:
    """Blank words are an error tied to the field; a corrected name stays on the page, which shows it unfolded."""
    request = asked(ann)
    for wrong in ({"answer": " "}, {"answer": "x" * 4001}, {"answer": "Visa", "purchase_on": "2031-01-01"}):
        response = client.post(f"{page_of(request)}answer/", facts_on(request, name="Ann M. Lee", **wrong))
        said = response.content.decode()
        assert response.status_code == 422
        assert 'value="Ann M. Lee"' in said
        assert 'aria-invalid="true"' in said
    assert "This date lies in the future" in said
    assert ">\nVisa</textarea>" in said
    assert "<details open>" in said
    assert now_of(request) == request


def test_unclear_facts_are_asked_for_beside_the_question(ann: Sale, client: Client) -> None:
    """With a wrong name both are asked for in the open; the answer is not asked for twice."""
    request = asked(ann, name="Somebody Else")
    said = client.get(page_of(request)).content.decode()
    assert "Please check: Name." in said
    assert "Something in your data" not in said
    assert 'name="answer"' in said
    client.post(f"{page_of(request)}answer/", facts_on(request, answer=ANSWER))
    halfway = now_of(request)
    assert (halfway.state, halfway.answer) == (RequestState.NEEDS_INFORMATION, ANSWER)
    said = client.get(page_of(request)).content.decode()
    assert 'name="answer"' not in said
    assert client.post(f"{page_of(request)}answer/", {}).status_code == 422
    client.post(f"{page_of(request)}answer/", facts_on(request, name="Ann Lee"))
    assert now_of(request).state is RequestState.IN_REVIEW


def test_a_request_that_only_lacks_facts_asks_for_no_words(ann: Sale, client: Client) -> None:
    """Where nobody asked anything in words there is no field for them, and what is sent in one is not kept."""
    request = ann.ask_refund(name="Somebody Else")
    assert 'name="answer"' not in client.get(page_of(request)).content.decode()
    client.post(f"{page_of(request)}answer/", facts_on(request, name="Ann Lee", answer="Hello"))
    assert (now_of(request).state, now_of(request).answer) == (RequestState.IN_REVIEW, None)


@pytest.mark.parametrize("name", ["Ann Lee", "Somebody Else"], ids=["confirmed", "still unclear"])
def test_sending_an_answer_twice_is_harmless(ann: Sale, client: Client, name: str) -> None:
    """A double click records one answer and sends no further letter, whether the case goes on or still waits."""
    request = asked(ann, name=name)
    client.post(f"{page_of(request)}answer/", facts_on(request, answer=ANSWER))
    once, counted = now_of(request), journal_and_letters(request)
    ann.sandbox.advance(hours=1)
    response = client.post(f"{page_of(request)}answer/", facts_on(request, answer=ANSWER), follow=True)
    assert response.status_code in (200, 422)
    assert now_of(request) == once
    assert journal_and_letters(request) == counted


def test_the_desk_shows_question_and_answer(ann: Sale, sandbox: Sandbox, client: Client) -> None:
    """The case page has both with their times, as text, and so has the audit list."""
    request = asked(ann)
    sandbox.sign_in(client)
    address = f"/desk/requests/{request_public_id(request)}/"
    said = client.get(address).content.decode()
    assert "Question and answer" in said
    assert "Not yet" in said
    Client().post(f"{page_of(request)}answer/", {"answer": ANSWER})
    said = client.get(address).content.decode()
    assert said.count("The one ending in 4242. &lt;i&gt;Thanks&lt;/i&gt;") == 2
    assert 'datetime="2026-05-12T09:00:00Z"' in said
    assert 'datetime="2026-05-12T14:00:00Z"' in said
    assert "<i>Thanks" not in said


def test_support_records_an_answer_given_by_phone(ann: Sale, sandbox: Sandbox, client: Client) -> None:
    """The form shows the question; without words it says what is missing, with them the case goes on."""
    request = asked(ann)
    sandbox.sign_in(client)
    address = f"/desk/requests/{request_public_id(request)}/information/"
    assert "&lt;b&gt;The last four digits&lt;/b&gt;" in client.get(address).content.decode()
    response = client.post(address, facts_on(request))
    assert response.status_code == 422
    assert "Write the answer" in response.content.decode()
    assert client.post(address, {"answer": "4242, by phone"}).status_code == 302
    answered = now_of(request)
    assert (answered.state, answered.answer) == (RequestState.IN_REVIEW, "4242, by phone")
    counted = journal_and_letters(request)
    assert client.post(address, {"answer": "4242, by phone"}).status_code == 302
    assert (now_of(request), journal_and_letters(request)) == (answered, counted)
    fact = FactRow.objects.get(bucket=request.bucket, name="refund_request.information_given")
    assert (fact.actor, fact.data["answer"]) == ("agent:sam@desk.example", "4242, by phone")
