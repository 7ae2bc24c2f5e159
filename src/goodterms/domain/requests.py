"""Deciding a refund request: received, checked, asked about, approved, declined, reopened, retracted (R22, R30-R37).

The policy proposes and a named person confirms (R33). Nothing is paid here: an approval commits the intent of a
refund; what the gateway then says is decided in `refunding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from goodterms.domain.business_days import BusinessCalendar, add_business_days
from goodterms.domain.clauses import FactCheck, Verdict, check_facts, facts_confirmed
from goodterms.domain.counting import counting_zone, local_date, start_of_day
from goodterms.domain.decision import Decision, Draft, Refusal, plain_value
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.domain.refundability import judge
from goodterms.domain.renewal import settle
from goodterms.domain.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Intake:
    """A request as it came in: first contact (A4), channel, the four facts, where to answer.

    `route` is how support was reached, when it was by support: phone, email, letter or chat (R30).
    """

    id: UUID
    received_at: datetime
    channel: str
    claimed: Claimed
    contact_email: str
    route: str | None = None


def decide_refund_request(
    subscription: Subscription, order: Order, intake: Intake, policy: Policy, in_force: Policy, now: datetime, *,
    actor: Actor, calendar: BusinessCalendar,
) -> Decision | Refusal:  # fmt: skip
    """Open a case for an order (R22, R30).

    `policy` is the one pinned to the order and judges it (A23), `in_force` the one that renews. Facts that do not
    match lead to a question, never to a denial (R35). Refuses `channel_not_offered` and `received_in_future`; that
    an order has at most one open request is refused by the database.
    """
    if intake.channel not in policy.refund.channels:
        return Refusal("channel_not_offered", f"Refund requests by {intake.channel} are not offered.")
    if intake.received_at > now:
        return Refusal("received_in_future", "The request can not have been received in the future.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=policy.digest)
    request = RefundRequest(
        bucket=subscription.bucket, id=intake.id, number=human_number(subscription.bucket, intake.id, prefix="R-"),
        customer_id=subscription.customer_id, subscription_id=subscription.id, order_id=order.id,
        state=RequestState.RECEIVED, channel=intake.channel, received_at=intake.received_at, opened_at=now,
        opened_by=str(actor), claimed=intake.claimed, contact_email=intake.contact_email,
        policy_digest=policy.digest, route=intake.route,
    )  # fmt: skip
    request, confirmed = _checked(draft, request, order, policy, calendar)
    if not confirmed:
        request = replace(request, state=RequestState.NEEDS_INFORMATION, asked_at=now)
    draft.insert(request)
    draft.fact(
        FactName.REQUEST_RECEIVED, at=now, request_id=request.id, order_id=order.id, channel=request.channel,
        route=request.route, received_at=request.received_at, checks=request.checks, verdict=request.verdict,
        state=request.state,
    )  # fmt: skip
    draft.message("request_received", request.id.hex, to=request.contact_email, **_about(request, order))
    if not confirmed:
        _ask_by_mail(draft, request, order)
    return settle(draft, in_force, request)


def decide_information(
    subscription: Subscription, order: Order, request: RefundRequest, later: Claimed, policy: Policy,
    in_force: Policy, now: datetime, *, actor: Actor, calendar: BusinessCalendar, answer: str = "",
) -> Decision | Refusal:  # fmt: skip
    """The customer answered, in words, by correcting facts, or both; the request keeps its first date (R35).

    It goes on to review when the facts are confirmed and no question in words is left open; what is still missing is
    asked for again. Refuses `answer_missing` when nothing is given that answers anything, and, as done before,
    `answer_known` when all of it is known: a repeated click records nothing and sends no second letter.
    """
    said, claimed = answer.strip(), request.claimed.completed_by(later)
    nothing_new = claimed == request.claimed and said in ("", request.answer)
    if nothing_new and (said or (later != Claimed() and request.open_question is None)):
        return Refusal("answer_known", "This is what we have already.", already=True)
    if request.state is not RequestState.NEEDS_INFORMATION:
        return _not_in(request, "waiting for information")
    if nothing_new:
        return Refusal("answer_missing", "Write the answer, or correct what is not right.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    request = replace(request, claimed=claimed, version=request.version + 1)
    if said:
        request = replace(request, answer=said, answered_at=now)
    request, confirmed = _checked(draft, request, order, policy, calendar)
    settled = confirmed and request.open_question is None
    if settled:
        request = replace(request, state=RequestState.IN_REVIEW)
    draft.update(request)
    draft.fact(
        FactName.REQUEST_INFORMATION_GIVEN, request_id=request.id, answer=said or None, checks=request.checks,
        state=request.state,
    )  # fmt: skip
    if not settled:
        _ask_by_mail(draft, request, order)
    return settle(draft, in_force, request)


def decide_review(
    subscription: Subscription, request: RefundRequest, in_force: Policy, now: datetime, *, actor: Actor
) -> Decision | Refusal:
    """A specialist takes the case."""
    if request.state is RequestState.IN_REVIEW and request.handled_by == str(actor):
        return Refusal("in_review", "You are reviewing this request already.", already=True)
    if request.state not in (RequestState.RECEIVED, RequestState.IN_REVIEW):
        return _not_in(request, "waiting for review")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    taken = replace(request, state=RequestState.IN_REVIEW, handled_by=str(actor), version=request.version + 1)
    draft.update(taken)
    draft.fact(FactName.REQUEST_REVIEWED, request_id=request.id)
    return settle(draft, in_force, taken)


def decide_question(
    subscription: Subscription, order: Order, request: RefundRequest, question: str, in_force: Policy, now: datetime,
    *, actor: Actor,
) -> Decision | Refusal:  # fmt: skip
    """A specialist asks the customer for something; the request keeps its date (R35).

    What was confirmed before the question is to be confirmed again after its answer.
    """
    if request.state is RequestState.NEEDS_INFORMATION and request.open_question == question.strip() != "":
        return Refusal("asked", "The customer has been asked this already.", already=True)
    if not request.state.open:
        return _not_in(request, "open")
    if not question.strip():
        return Refusal("question_missing", "Write what the customer is to answer.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    asked = replace(
        request, state=RequestState.NEEDS_INFORMATION, asked=question.strip(), asked_at=now, answer=None,
        answered_at=None, handled_by=str(actor), approvals=(), version=request.version + 1,
    )  # fmt: skip
    draft.update(asked)
    draft.fact(FactName.REQUEST_INFORMATION_ASKED, request_id=request.id, question=asked.asked)
    _ask_by_mail(draft, asked, order)
    return settle(draft, in_force, asked)


def decide_decline(
    subscription: Subscription, order: Order, request: RefundRequest, policy: Policy, in_force: Policy, now: datetime,
    *, actor: Actor, note: str = "",
) -> Decision | Refusal:  # fmt: skip
    """Decline with the failed criterion and the dates used (R36).

    A request that the policy grants and whose facts are confirmed can not be declined without a note that says why.
    """
    if request.state is RequestState.DECLINED:
        return Refusal("declined", "The request was declined already.", already=True)
    if not request.state.open:
        return _not_in(request, "open")
    verdict = judge(subscription, order, policy, request.received_at, None)
    if verdict.outcome == "grant" and not note.strip():
        return Refusal("reason_missing", "The policy grants this request; say why it is declined all the same.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    because = next((f.because for f in verdict.findings if f.clause == verdict.clause), "")
    declined = replace(
        request, state=RequestState.DECLINED, decided_at=now, decided_by=str(actor), declined_for=verdict.clause,
        decline_note=note.strip() or None, verdict=verdict_data(verdict), closed_at=now, due_at=None,
        approvals=(), version=request.version + 1,
    )  # fmt: skip
    draft.update(declined)
    draft.fact(
        FactName.REQUEST_DECLINED, request_id=request.id, clause=verdict.clause, because=because, note=note.strip(),
    )  # fmt: skip
    draft.message(
        "request_declined", f"{request.id.hex}/{declined.version}", to=request.contact_email,
        clause=verdict.clause, because=because, note=declined.decline_note, refer_to=verdict.refer_to,
        last_day_on=verdict.window_last_day_on, **_about(declined, order),
    )  # fmt: skip
    return settle(draft, in_force, declined)


def decide_reopening(
    subscription: Subscription, order: Order, request: RefundRequest, policy: Policy, in_force: Policy, now: datetime,
    *, actor: Actor, reason: str, calendar: BusinessCalendar,
) -> Decision | Refusal:  # fmt: skip
    """A declined request is looked at again: by an agent, or once as the customer's appeal. It keeps its date."""
    if request.state is not RequestState.DECLINED:
        return _not_in(request, "declined")
    appeal = actor.kind == "customer"
    if appeal and request.appeals:
        return Refusal("appealed_already", "This decision was appealed and confirmed before.")
    if not reason.strip():
        return Refusal("reason_missing", "Say what should be looked at again.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    again = replace(
        request, state=RequestState.IN_REVIEW, decided_at=None, decided_by=None, closed_at=None, declined_for=None,
        decline_note=None, appeals=request.appeals + appeal, version=request.version + 1,
    )  # fmt: skip
    again, _ = _checked(draft, again, order, policy, calendar)
    draft.update(again)
    draft.fact(FactName.REQUEST_REOPENED, request_id=request.id, reason=reason.strip(), appeal=appeal)
    return settle(draft, in_force, again)


def decide_retraction(
    subscription: Subscription, request: RefundRequest, in_force: Policy, now: datetime, *, actor: Actor
) -> Decision | Refusal:
    """The customer takes the request back, at any time before it is decided; a new one may follow."""
    if request.state is RequestState.RETRACTED:
        return Refusal("retracted", "The request was taken back already.", already=True)
    if not request.state.open:
        return _not_in(request, "open")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    gone = replace(
        request, state=RequestState.RETRACTED, closed_at=now, due_at=None, approvals=(), version=request.version + 1
    )
    draft.update(gone)
    draft.fact(FactName.REQUEST_RETRACTED, request_id=request.id)
    return settle(draft, in_force, gone)


def order_facts(order: Order) -> Mapping[str, object]:
    """What the four claimed facts are compared with."""
    return {
        "order_number": order.number,
        "email": order.buyer_email,
        "name": order.buyer_name,
        "purchase_date": order.placed_at,
        "timezone": order.buyer_timezone,
    }


def checks_of(order: Order, claimed: Claimed, policy: Policy) -> tuple[FactCheck, ...]:
    """Each of the four facts against the order: match, mismatch or missing (R32)."""
    given = {
        "order_number": claimed.order_number,
        "email": claimed.email,
        "name": claimed.name,
        "purchase_date": claimed.purchase_on,
    }
    return check_facts(policy, given, order_facts(order))


def verdict_data(verdict: Verdict) -> dict[str, object]:
    """A verdict as JSON, findings included, so that it can be shown and replayed later (R34, R52)."""
    return {
        "outcome": verdict.outcome,
        "clause": verdict.clause,
        "amount_minor": verdict.amount.minor,
        "currency": verdict.amount.currency,
        "access": verdict.access,
        "refer_to": verdict.refer_to,
        "refundable_until_at": plain_value(verdict.refundable_until_at),
        "last_day_on": plain_value(verdict.window_last_day_on),
        "findings": [
            {"clause": f.clause, "matched": f.matched, "because": f.because, "values": plain_value(dict(f.values))}
            for f in verdict.findings
        ],
    }


def _checked(
    draft: Draft, request: RefundRequest, order: Order, policy: Policy, calendar: BusinessCalendar
) -> tuple[RefundRequest, bool]:
    """The request with its facts compared, the verdict at its first contact, and the answer's promised instant."""
    checks = checks_of(order, request.claimed, policy)
    verdict = judge(draft.subscription, order, policy, request.received_at, None)
    zone = counting_zone(policy.counting, None)
    due_on = add_business_days(
        local_date(request.received_at, zone), policy.refund.decide_within_business_days, calendar
    )
    request = replace(
        request,
        checks=tuple({"name": c.name, "result": c.result, "because": c.because} for c in checks),
        verdict=verdict_data(verdict),
        due_at=start_of_day(due_on + timedelta(days=1), zone),
    )
    return request, facts_confirmed(policy, checks)


def _ask_by_mail(draft: Draft, request: RefundRequest, order: Order) -> None:
    """Ask for what is missing or different.

    Which fact differs is only told to the address on the order, so that nothing can be probed by mail.
    """
    known = request.contact_email.casefold() == order.buyer_email.casefold()
    unclear = [c["name"] for c in request.checks if c["result"] != "match"]
    draft.message(
        "information_needed", f"{request.id.hex}/{request.version}", to=request.contact_email,
        unclear=unclear if known else [], question=request.open_question, request_number=request.number,
        request_id=request.id, received_at=request.received_at,
    )  # fmt: skip


def _about(request: RefundRequest, order: Order) -> dict[str, object]:
    return {
        "request_number": request.number,
        "request_id": request.id,
        "order_number": order.number,
        "received_at": request.received_at,
        "amount": request.amount or order.amount,
        "due_at": request.due_at,
    }


def _not_in(request: RefundRequest, wanted: str) -> Refusal:
    return Refusal(
        "wrong_state", f"The request is {request.state.replace('_', ' ')}, not {wanted}.", {"state": request.state}
    )
