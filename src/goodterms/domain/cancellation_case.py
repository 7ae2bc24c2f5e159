"""The case beside a cancellation: what it pays back still has to be found out, or confirmed by a second person."""

from __future__ import annotations

from dataclasses import replace

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.cancellation_effect import CancellationEffect
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.decision import Draft, Refusal
from goodterms.domain.facts import FactName
from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.domain.refundability import Beside
from goodterms.domain.request_checks import answered, ask_by_mail, checked


def open_case(
    draft: Draft, effect: CancellationEffect, channel: str, policy: Policy, calendar: BusinessCalendar, beside: Beside
) -> RefundRequest:
    """Open a request for what the cancellation may pay back; who cancels has shown whose order it is.

    It is judged like the cancellation, at its instant. A question that the customer can answer goes out by mail.
    """
    sub, order = draft.subscription, effect.order
    id = sub.derived_id(f"cancellation case/{sub.version}")
    request = RefundRequest(
        bucket=sub.bucket, id=id, number=human_number(sub.bucket, id, prefix="R-"), customer_id=sub.customer_id,
        subscription_id=sub.id, order_id=order.id, state=RequestState.RECEIVED, channel=channel,
        received_at=draft.now, opened_at=draft.now, opened_by=str(draft.actor), claimed=_claimed(order, policy),
        contact_email=order.buyer_email, policy_digest=policy.digest, act="cancel",
    )  # fmt: skip
    request, confirmed = checked(draft, request, order, policy, calendar, beside)
    clear = answered(request, confirmed, policy, beside)
    if not clear:
        request = replace(request, state=RequestState.NEEDS_INFORMATION, asked_at=draft.now)
    draft.insert(request)
    draft.fact(
        FactName.REQUEST_RECEIVED, request_id=request.id, number=request.number, order_id=order.id, channel=channel,
        route=None, received_at=request.received_at, checks=request.checks, verdict=request.verdict,
        state=request.state, act=request.act, because=effect.follow_up,
    )  # fmt: skip
    if not clear:
        ask_by_mail(draft, request, order, policy, beside)
    return request


def retract_case(draft: Draft, request: RefundRequest) -> Refusal | None:
    """Take the case back with its cancellation; why that is too late, where it is."""
    if request.state is RequestState.APPROVED:
        return Refusal("refunded", "What it pays back is on its way; it can be bought again.")
    if not request.state.open:
        return None
    gone = replace(
        request, state=RequestState.RETRACTED, closed_at=draft.now, due_at=None, approvals=(),
        version=request.version + 1,
    )  # fmt: skip
    draft.update(gone)
    draft.fact(FactName.REQUEST_RETRACTED, request_id=request.id)
    return None


def _claimed(order: Order, policy: Policy) -> Claimed:
    bought_on = local_date(order.placed_at, counting_zone(policy.counting, order.buyer_timezone))
    return Claimed(order.number, order.buyer_email, order.buyer_name, bought_on)
