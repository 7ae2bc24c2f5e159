"""Refund requests, as support decides them: taken, asked about, approved, declined; and refunds, followed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query

from goodterms.api import told, told_requests
from goodterms.api.calls import Call, call_of
from goodterms.api.finding import after_key, conditions, found, listed
from goodterms.api.problems import done, raise_refused
from goodterms.api.requests import TAG, to_write
from goodterms.api.routes import read, write
from goodterms.api.shapes_refunds import ApprovalPreview, Refund, RefundRequest, Refunds
from goodterms.api.wishes import (
    AnotherWay,
    Approve,
    Decline,
    Goodwill,
    GoodwillWish,
    Mine,
    Question,
    RefundList,
    StatedFacts,
)
from goodterms.domain.approval import ApprovalOutcome, Wish
from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundWay
from goodterms.domain.public_id import CUSTOMER, ORDER, REFUND, SUBSCRIPTION
from goodterms.domain.refund_request import RefundRequest as Case
from goodterms.storage.load import load_request
from goodterms.storage.models import OrderRow, RefundRequestRow, RefundRow
from goodterms.storage.queries.desk_customer import refunds_of_order
from goodterms.storage.queries.pages import page_of, row_of
from goodterms.usecases import pay_back, review
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.stating import stated_facts
from goodterms.wiring import world

REFUNDS = "Refunds"
_AT = "/refund-requests/{req}"


@write(f"{_AT}/take", Scope.REFUNDS_DECIDE, TAG, RefundRequest, versioned=True)
def take_refund_request(request: HttpRequest, req: str) -> Any:
    """Begin to review a request."""
    call, row = to_write(request, req)
    if not call.acted:
        done(review.take(call.world, row.bucket, row.id, actor=call.actor))
    return told_requests.request_by_key(row.bucket, row.id)


@write(f"{_AT}/ask", Scope.REFUNDS_DECIDE, TAG, RefundRequest, versioned=True)
def ask_customer(request: HttpRequest, req: str, body: Question) -> Any:
    """Ask the customer by mail; the request keeps its date."""
    call, row = to_write(request, req)
    if not call.acted:
        done(review.ask(call.world, row.bucket, row.id, body.question, actor=call.actor))
    return told_requests.request_by_key(row.bucket, row.id)


@write(f"{_AT}/facts", Scope.REFUNDS_DECIDE, TAG, RefundRequest, versioned=True)
def state_facts(request: HttpRequest, req: str, body: StatedFacts) -> Any:
    """State facts that the rules need, or correct them; the verdict is computed anew."""
    call, row = to_write(request, req)
    if not call.acted:
        facts = stated_facts(call.world, row.bucket, row.id, body.facts)
        done(review.state_facts(call.world, row.bucket, row.id, facts, actor=call.actor))
    return told_requests.request_by_key(row.bucket, row.id)


@read(f"{_AT}/approval-preview", Scope.REFUNDS_DECIDE, TAG, ApprovalPreview, sparse=False)
def preview_approval(request: HttpRequest, req: str, query: Query[GoodwillWish]) -> Any:
    """What approving would do now: the policy's amount, or a goodwill amount with its reason. Nothing is changed."""
    row = found(RefundRequestRow, req)
    case = load_request(row.bucket, row.id)
    wish = _proposed(case)
    if query.amount_minor is not None:
        wish = _wish(row, query.amount_minor, query.reason or "")
    key = request.api_key  # type: ignore[attr-defined]
    shown = review.preview_approval(
        world(), row.bucket, row.id, actor=Actor("program", key.program), wish=wish, senior=False
    )
    if isinstance(shown, Refusal):
        raise_refused(shown, findings=told_requests.findings(case.verdict))
    return told_requests.approval_preview(shown)


@write(f"{_AT}/approve", Scope.REFUNDS_DECIDE, TAG, RefundRequest, versioned=True)
def approve_refund_request(request: HttpRequest, req: str, body: Approve) -> Any:
    """Approve exactly as previewed. With the last confirmation that is needed, the money is sent."""
    call, row = to_write(request, req)
    return _approved(call, row, None, body.shown)


@write(f"{_AT}/goodwill", Scope.REFUNDS_DECIDE, TAG, RefundRequest, versioned=True)
def propose_goodwill(request: HttpRequest, req: str, body: Goodwill) -> Any:
    """Propose an amount outside the policy. A supervisor has to confirm it at the desk."""
    call, row = to_write(request, req)
    return _approved(call, row, _wish(row, body.amount_minor, body.reason), body.shown)


@write(f"{_AT}/decline", Scope.REFUNDS_DECIDE, TAG, RefundRequest, versioned=True)
def decline_refund_request(request: HttpRequest, req: str, body: Decline) -> Any:
    """Decline: the customer is told the criterion that failed, and the note."""
    call, row = to_write(request, req)
    if not call.acted:
        findings = told_requests.findings(load_request(row.bucket, row.id).verdict)
        done(review.decline(call.world, row.bucket, row.id, actor=call.actor, note=body.note), findings=findings)
    return told_requests.request_by_key(row.bucket, row.id)


@read("/refunds", Scope.REFUNDS_READ, REFUNDS, Refunds)
def list_refunds(request: HttpRequest, query: Query[RefundList]) -> Any:
    """List refunds."""
    after = after_key(REFUND, query.after)
    wanted = conditions(
        customer_id=(CUSTOMER, query.customer), subscription_id=(SUBSCRIPTION, query.subscription),
        order_id=(ORDER, query.order),
    )  # fmt: skip
    if wanted is None:
        return listed([], query.limit)
    wanted["state"] = query.state
    rows = page_of(RefundRow, wanted, after, query.limit + 1)
    return listed([dict(told.refund(row)) for row in rows], query.limit)


@read("/refunds/{ref}", Scope.REFUNDS_READ, REFUNDS, Refund)
def get_refund(request: HttpRequest, ref: str, query: Query[Mine]) -> Any:
    """One refund: where the money is, and when it should arrive."""
    return told.refund(found(RefundRow, ref, query.customer))


@write("/refunds/{ref}/retry", Scope.REFUNDS_DECIDE, REFUNDS, Refund, status=201)
def retry_refund(request: HttpRequest, ref: str, body: AnotherWay) -> Any:
    """After a refund failed: the original method again, or a bank transfer that was made by hand."""
    call, row = call_of(request), found(RefundRow, ref)
    if not call.acted:
        done(pay_back.try_another_way(
            call.world, row.bucket, row.id, actor=call.actor, way=RefundWay(body.way), reference=body.reference,
        ))  # fmt: skip
    newest = refunds_of_order(row.bucket, row.order_id)[0]
    if call.acted:
        pay_back.pay_back_now(call.world, newest.bucket, newest.id)
        newest = refunds_of_order(row.bucket, row.order_id)[0]
    return told.refund(newest)


def _approved(call: Call, row: RefundRequestRow, wish: Wish | None, shown: str) -> Any:
    if call.acted:
        for refund in page_of(RefundRow, {"bucket": row.bucket, "request_id": row.id}, None, 20):
            pay_back.pay_back_now(call.world, refund.bucket, refund.id)
    else:
        case = load_request(row.bucket, row.id)
        outcome = review.approve(
            call.world, row.bucket, row.id, actor=call.actor, wish=wish or _proposed(case), senior=False, shown=shown
        )
        made = done(outcome, findings=told_requests.findings(case.verdict))
        assert made is None or isinstance(made.outcome, ApprovalOutcome)
    return told_requests.request_by_key(row.bucket, row.id)


def _proposed(case: Case) -> Wish | None:
    """What a first person proposed outside the policy, to be confirmed as it is."""
    return Wish(case.amount, case.goodwill_reason or "") if case.goodwill and case.approvals else None


def _wish(row: RefundRequestRow, minor: int, reason: str) -> Wish:
    order = row_of(OrderRow, row.bucket, row.order_id)
    assert order is not None
    return Wish(Money(minor, order.currency), reason)
