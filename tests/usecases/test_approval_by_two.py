"""Refunds that need two people: both confirm the same thing, and goodwill is confirmed by a senior."""

from __future__ import annotations

import pytest

from goodterms.domain.approval import ApprovalOutcome, Wish
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.refund_request import RefundRequest
from goodterms.storage.models import RefundRequestRow
from goodterms.usecases import review
from tests.support.worlds import Sandbox

FIRST, SECOND = Actor("agent", "sam@desk.example"), Actor("agent", "lee@desk.example")
WISH = Wish(Money(2000, "AUD"), "The outage of last week")


def _late_request(sandbox: Sandbox) -> RefundRequest:
    """A request that the policy denies, inside the time for goodwill."""
    sale = sandbox.sell()
    sandbox.advance(days=40)
    return sale.ask_refund()


def _approve(sandbox: Sandbox, request: RefundRequest, actor: Actor, wish: Wish | None = None, **more: bool) -> object:
    done = review.approve(sandbox.world, request.bucket, request.id, actor=actor, wish=wish, **more)  # type: ignore[arg-type]
    return done.code if isinstance(done, Refusal) else done.outcome


@pytest.mark.requirement("R33")
def test_goodwill_needs_a_senior_second_person(sandbox: Sandbox) -> None:
    """A specialist may propose a goodwill refund; only a supervisor or an administrator confirms it."""
    request = _late_request(sandbox)
    first = _approve(sandbox, request, FIRST, WISH, senior=False)
    assert isinstance(first, ApprovalOutcome)
    assert not first.final
    assert _approve(sandbox, request, SECOND, WISH, senior=False) == "senior_needed"
    last = _approve(sandbox, request, SECOND, WISH, senior=True)
    assert isinstance(last, ApprovalOutcome)
    assert last.final
    assert last.amount == WISH.amount


@pytest.mark.requirement("R33")
def test_both_confirm_the_same_refund(sandbox: Sandbox) -> None:
    """After a proposal of a part, nobody's confirmation pays back the whole."""
    request = sandbox.sell().ask_refund()
    assert isinstance(_approve(sandbox, request, FIRST, WISH), ApprovalOutcome)
    assert _approve(sandbox, request, SECOND) == "amount_changed"
    assert _approve(sandbox, request, SECOND, Wish(Money(2001, "AUD"), "More")) == "amount_changed"
    assert RefundRequestRow.objects.get(bucket=request.bucket, id=request.id).state == "received"


@pytest.mark.requirement("R37")
def test_what_was_shown_is_what_is_approved(sandbox: Sandbox) -> None:
    """When what approving does has changed since its preview, nothing is approved and the person is asked again."""
    sale = sandbox.sell()
    request = sale.ask_refund()
    shown = review.preview_approval(sandbox.world, request.bucket, request.id, actor=FIRST)
    assert isinstance(shown, ApprovalOutcome)
    asked = review.approve(sandbox.world, request.bucket, request.id, actor=FIRST, shown="0" * 16)
    assert isinstance(asked, Refusal)
    assert asked.code == "preview_changed"
    done = review.approve(sandbox.world, request.bucket, request.id, actor=FIRST, shown=shown.fingerprint)
    assert isinstance(done, Decision)
    assert sale.refund().amount_minor == 5995
