"""Requests that are years old: a letter that was found, a case that is looked at again. They keep their date."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.storage.load import load_request
from goodterms.storage.models import Inquiry
from goodterms.usecases.request_refund import appeal, give_information, submit_claim
from goodterms.usecases.review import decline
from tests.support.worlds import Sandbox

SAM = Actor("agent", "sam@desk.example")
YEARS = timedelta(days=3 * 365)


@pytest.mark.requirement("R35")
def test_a_request_is_answered_after_years(sandbox: Sandbox) -> None:
    """Completed three years later, its promise is still counted from the first contact."""
    sale = sandbox.sell()
    request = sale.ask_refund(name="Somebody Else")
    sandbox.advance(days=YEARS.days)
    told = sale.facts_told()
    given = give_information(sandbox.world, request.bucket, request.id, told, actor=SAM)
    assert isinstance(given, Decision)
    now = load_request(request.bucket, request.id)
    assert (now.state, now.received_at, now.due_at) == (RequestState.IN_REVIEW, request.received_at, request.due_at)


def test_a_declined_request_is_reopened_after_years(sandbox: Sandbox) -> None:
    """An appeal three years later opens the case again."""
    request = sandbox.sell().ask_refund()
    decline(sandbox.world, request.bucket, request.id, actor=SAM, note="No.")
    sandbox.advance(days=YEARS.days)
    reopened = appeal(sandbox.world, request.bucket, request.id, "Look again.", actor=SAM)
    assert isinstance(reopened, Decision)
    assert load_request(request.bucket, request.id).due_at == request.due_at


def test_a_letter_of_years_ago_is_entered(sandbox: Sandbox) -> None:
    """What reached support before the last year counts from then, with an order and without."""
    sale = sandbox.sell()
    came_at = sandbox.now
    sandbox.advance(days=YEARS.days)
    request = sale.ask_refund(received_at=came_at, channel="support")
    assert isinstance(request, RefundRequest)
    assert request.received_at == came_at
    assert request.due_at is not None
    assert came_at < request.due_at < came_at + timedelta(days=10)
    unknown = Claimed("0000-0000-0000", "eve@example.org", "Eve", None)
    submit_claim(sandbox.world, unknown, actor=SAM, channel="support", received_at=came_at)
    assert Inquiry.objects.get().due_at == request.due_at
