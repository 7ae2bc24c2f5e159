"""The case beside a cancellation: what it pays back still has to be found out, or confirmed by a second person.

An order has at most one open request. Where there is one when its subscription is canceled, the case is opened when
that one is closed, whatever it led to, with what the cancellation then still comes to.
"""

from __future__ import annotations

from datetime import datetime

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.facts import SYSTEM, FactName
from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.domain.refundability import Beside, judge, was_latest_paid
from goodterms.domain.renewal import settle
from goodterms.domain.request_checks import answered, ask_by_mail, checked
from goodterms.domain.subscription import Cancellation, Subscription
from goodterms.domain.value import replace


def open_case(
    draft: Draft, order: Order, channel: str, policy: Policy, calendar: BusinessCalendar, beside: Beside, *,
    because: str | None, canceled_at: datetime | None = None,
) -> RefundRequest:  # fmt: skip
    """Open a request for what the cancellation may pay back; who cancels has shown whose order it is.

    It is judged like the cancellation, at its instant: `canceled_at`, where that was before. `because` tells why it is
    left to a case. A question that the customer can answer goes out by mail.
    """
    sub = draft.subscription
    id = sub.derived_id(f"cancellation case/{sub.version}")
    request = RefundRequest(
        bucket=sub.bucket, id=id, number=human_number(sub.bucket, id, prefix="R-"), customer_id=sub.customer_id,
        subscription_id=sub.id, order_id=order.id, state=RequestState.RECEIVED, channel=channel,
        received_at=canceled_at or draft.now, opened_at=draft.now, opened_by=str(draft.actor),
        claimed=_claimed(order, policy), contact_email=order.buyer_email, policy_digest=policy.digest, act="cancel",
    )  # fmt: skip
    request, confirmed = checked(draft, request, order, policy, calendar, beside)
    clear = answered(request, confirmed, policy, beside)
    if not clear:
        request = replace(request, state=RequestState.NEEDS_INFORMATION, asked_at=draft.now)
    draft.insert(request)
    draft.fact(
        FactName.REQUEST_RECEIVED, request_id=request.id, number=request.number, order_id=order.id, channel=channel,
        route=None, received_at=request.received_at, checks=request.checks, verdict=request.verdict,
        state=request.state, act=request.act, because=because,
    )  # fmt: skip
    if not clear:
        ask_by_mail(draft, request, order, policy, beside)
    return request


def decide_owed_case(
    subscription: Subscription, order: Order, request: RefundRequest, policy: Policy, in_force: Policy, now: datetime,
    *, calendar: BusinessCalendar, beside: Beside,
) -> Decision | None:  # fmt: skip
    """The case that a standing cancellation could not open because of `request`, now that this one is closed.

    `policy` is the one pinned to the order, `beside` holds as of the cancellation. What the request has paid counts;
    None where nothing is left to pay or to find out, or where no case was due.
    """
    canceled = subscription.cancellation
    if canceled is None or not _waited(subscription, canceled, order, request) or not order.refundable:
        return None
    verdict = judge(subscription, order, policy, canceled.requested_at, beside=beside, act="cancel")
    # What it grants without a question, it has paid at once; where that failed, it is tried again.
    due = verdict.outcome == "grant" and verdict.amount and canceled.refund_id is None
    if verdict.outcome != "ask" and not due:
        return None
    draft = Draft(subscription, now=now, actor=SYSTEM, policy_digest=policy.digest)
    case = open_case(
        draft, order, canceled.channel, policy, calendar, beside,
        because="request_closed", canceled_at=canceled.requested_at,
    )  # fmt: skip
    linked = replace(canceled, request_id=case.id)
    draft.update(linked)
    draft.subscription = replace(draft.subscription, cancellation=linked)
    return settle(draft, in_force, case)


def _waited(subscription: Subscription, canceled: Cancellation, order: Order, request: RefundRequest) -> bool:
    """Whether a request stood in the way of the cancellation's case, and no longer does."""
    return (
        canceled.request_id is None
        and request.act != "cancel"
        and not request.state.open
        and request.opened_at <= canceled.requested_at
        and order.placed_at <= canceled.requested_at
        and was_latest_paid(subscription, order, canceled.requested_at)
    )


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
