"""Refund requests, as customers and support open and follow them: ask, answer, take back, have looked at again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query

from goodterms.api import told, told_requests
from goodterms.api.calls import Call, call_of
from goodterms.api.finding import after_key, conditions, found, listed
from goodterms.api.problems import done
from goodterms.api.routes import read, write
from goodterms.api.shapes import Order, Orders
from goodterms.api.shapes_refunds import Claim, RefundRequest, RefundRequests, RequestPreview
from goodterms.api.subscriptions import actor_for
from goodterms.api.wishes import Answer, Appeal, By, Mine, NewClaim, NewRequest, OrderList, RequestList
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import CUSTOMER, ORDER, REQUEST, SUBSCRIPTION, encode
from goodterms.domain.refund_request import Claimed
from goodterms.domain.refund_request import RefundRequest as Case
from goodterms.storage.directory import find_order
from goodterms.storage.models import OrderRow, RefundRequestRow
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.pages import order_numbered, page_of, row_of
from goodterms.usecases import request_refund as journey
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.refund_preview import preview_refund_request
from goodterms.usecases.review import grant_by_policy
from goodterms.usecases.stating import stated_facts
from goodterms.wiring import world

ORDERS, TAG = "Orders", "Refund requests"
_OPEN = ("received", "in_review", "needs_information")


@read("/orders", Scope.REFUNDS_READ, ORDERS, Orders)
def list_orders(request: HttpRequest, query: Query[OrderList]) -> Any:
    """List orders, or find the one with a number."""
    after = after_key(ORDER, query.after)
    wanted = conditions(
        customer_id=(CUSTOMER, query.customer), subscription_id=(SUBSCRIPTION, query.subscription)
    )  # fmt: skip
    if wanted is None:
        return listed([], query.limit)
    if query.number is not None:
        row = order_numbered(query.number)
        fits = row is not None and all(getattr(row, name) == value for name, value in wanted.items())
        return {"data": [told.order(row)] if row and fits else [], "next": None}
    rows = page_of(OrderRow, wanted, after, query.limit + 1)
    return listed([dict(told.order(row)) for row in rows], query.limit)


@read("/orders/{order}", Scope.REFUNDS_READ, ORDERS, Order)
def get_order(request: HttpRequest, order: str, query: Query[Mine]) -> Any:
    """One order."""
    return told.order(found(OrderRow, order, query.customer))


@read("/orders/{order}/refund-preview", Scope.REFUNDS_READ, ORDERS, RequestPreview, sparse=False)
def preview_refund(request: HttpRequest, order: str, query: Query[Mine]) -> Any:
    """What asking for this order's money would lead to now, clause by clause. Nothing is changed."""
    row = found(OrderRow, order, query.customer)
    return told_requests.request_preview(preview_refund_request(world(), row.bucket, row.id))


@read("/refund-requests", Scope.REFUNDS_READ, TAG, RefundRequests)
def list_refund_requests(request: HttpRequest, query: Query[RequestList]) -> Any:
    """List refund requests."""
    after = after_key(REQUEST, query.after)
    wanted = conditions(
        customer_id=(CUSTOMER, query.customer), subscription_id=(SUBSCRIPTION, query.subscription),
        order_id=(ORDER, query.order),
    )  # fmt: skip
    if wanted is None:
        return listed([], query.limit)
    if query.state is not None:
        wanted["state__in"] = _OPEN if query.state == "open" else (query.state,)
    rows = page_of(RefundRequestRow, wanted, after, query.limit + 1)
    return listed([dict(told_requests.request_by_key(row.bucket, row.id)) for row in rows], query.limit)


@read("/refund-requests/{req}", Scope.REFUNDS_READ, TAG, RefundRequest)
def get_refund_request(request: HttpRequest, req: str, query: Query[Mine]) -> Any:
    """One refund request with its checks, findings and decision."""
    row = found(RefundRequestRow, req, query.customer)
    return told_requests.request_by_key(row.bucket, row.id)


@write("/refund-requests", Scope.REFUNDS_REQUEST, TAG, RefundRequest, status=201)
def create_refund_request(request: HttpRequest, query: Query[Mine], body: NewRequest) -> Any:
    """Ask for the money of an order. A policy may approve it at once; else somebody decides."""
    call, row = call_of(request), found(OrderRow, body.order, query.customer)
    if call.acted:
        grant_by_policy(call.world, row.bucket, call.id)
    else:
        support = body.by == "support"
        done(journey.request_refund(
            call.world, row.bucket, row.id, _claimed(body, row), actor=actor_for(call, body.by, row),
            channel="support" if support else "account", contact_email=row.buyer_email,
            received_at=body.received_at, route=(body.route or "email") if support else None,
        ))  # fmt: skip
    return told_requests.request_by_key(row.bucket, call.id)


@write("/claims", Scope.REFUNDS_REQUEST, TAG, Claim, status=201)
def create_claim(request: HttpRequest, body: NewClaim) -> Any:
    """Ask for money back by the four facts of somebody who is not signed in; kept with its date in any case."""
    call = call_of(request)
    claimed = Claimed(body.order_number, body.email, body.name, body.purchase_on)
    if not call.acted:
        actor = Actor("customer", "public form")
        outcome = journey.submit_claim(call.world, claimed, actor=actor, channel="public_form")
        made = done(outcome)
        if isinstance(made, Decision):
            assert isinstance(made.outcome, Case)
            return {"refund_request": encode(REQUEST, made.outcome.bucket, made.outcome.id), "inquiry": None}
        return {"refund_request": None, "inquiry": str(made)}
    order = find_order(claimed.order_number)
    if order is not None and row_of(RefundRequestRow, order[0], call.id) is not None:
        return {"refund_request": encode(REQUEST, order[0], call.id), "inquiry": None}
    return {"refund_request": None, "inquiry": str(call.id)}


@write("/refund-requests/{req}/answers", Scope.REFUNDS_REQUEST, TAG, RefundRequest, versioned=True)
def answer_question(request: HttpRequest, req: str, query: Query[Mine], body: Answer) -> Any:
    """The customer's answer to what was asked, in words, by corrected facts and by stated ones."""
    call, row = to_write(request, req, query.customer)
    if call.acted:
        grant_by_policy(call.world, row.bucket, row.id)
    else:
        later = Claimed(body.order_number or "", body.email or "", body.name or "", body.purchase_on)
        done(journey.give_information(
            call.world, row.bucket, row.id, later, actor=actor_for(call, body.by, row), answer=body.answer,
            stated=stated_facts(call.world, row.bucket, row.id, body.facts),
        ))  # fmt: skip
    return told_requests.request_by_key(row.bucket, row.id)


@write("/refund-requests/{req}/retract", Scope.REFUNDS_REQUEST, TAG, RefundRequest, versioned=True)
def retract_refund_request(request: HttpRequest, req: str, query: Query[Mine], body: By) -> Any:
    """Take a request back before it is decided. Done before: nothing is changed."""
    call, row = to_write(request, req, query.customer)
    if not call.acted:
        done(journey.retract(call.world, row.bucket, row.id, actor=actor_for(call, body.by, row)))
    return told_requests.request_by_key(row.bucket, row.id)


@write("/refund-requests/{req}/appeal", Scope.REFUNDS_REQUEST, TAG, RefundRequest, versioned=True)
def appeal_refund_request(request: HttpRequest, req: str, query: Query[Mine], body: Appeal) -> Any:
    """Have a declined request looked at again: the customer once, support whenever it is needed."""
    call, row = to_write(request, req, query.customer)
    if not call.acted:
        done(journey.appeal(call.world, row.bucket, row.id, body.reason, actor=actor_for(call, body.by, row)))
    return told_requests.request_by_key(row.bucket, row.id)


def to_write(request: HttpRequest, req: str, customer: str | None = None) -> tuple[Call, RefundRequestRow]:
    """The call and the request that it is to change. Raises `Problem`."""
    call, row = call_of(request), found(RefundRequestRow, req, customer)
    call.expect(request, row.id, row.version)
    return call, row


def _claimed(body: NewRequest, row: OrderRow) -> Claimed:
    """The facts as told; by the customer's own account they are those of the order where nothing else is told."""
    zone = counting_zone(policy_by_digest(row.policy_digest).counting, row.buyer_timezone)
    return Claimed(
        body.order_number or row.number, body.email or row.buyer_email, body.name or row.buyer_name,
        body.purchase_on or local_date(row.placed_at, zone),
    )  # fmt: skip
