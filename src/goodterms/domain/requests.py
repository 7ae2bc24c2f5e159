"""Deciding a refund request: received, checked, asked about, approved, declined, reopened, retracted (R22, R30-R37).

The policy proposes and a named person confirms (R33). Nothing is paid here: an approval commits the intent of a
refund; what the gateway then says is decided in `refunding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.domain.refundability import ALONE, Beside, judge_request
from goodterms.domain.renewal import settle
from goodterms.domain.request_checks import about, answered, ask_by_mail, checked, not_in, verdict_data
from goodterms.domain.request_facts import news, record_facts, refuse_facts, refuse_unasked
from goodterms.domain.rules import FactValue
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import dataclass, replace


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
    actor: Actor, calendar: BusinessCalendar, beside: Beside = ALONE,
) -> Decision | Refusal:  # fmt: skip
    """Open a case for an order (R22, R30).

    `policy` is the one pinned to the order and judges it (A23), `in_force` the one that renews. Facts that do not
    match lead to a question, never to a denial (R35), and so do facts that a rule needs and a customer can state.
    Refuses `channel_not_offered` and `received_in_future`; that an order has at most one open request is refused by
    the database.
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
    request, confirmed = checked(draft, request, order, policy, calendar, beside)
    clear = answered(request, confirmed, policy, beside)
    if not clear:
        request = replace(request, state=RequestState.NEEDS_INFORMATION, asked_at=now)
    draft.insert(request)
    draft.fact(
        FactName.REQUEST_RECEIVED, at=now, request_id=request.id, order_id=order.id, channel=request.channel,
        route=request.route, received_at=request.received_at, checks=request.checks, verdict=request.verdict,
        state=request.state,
    )  # fmt: skip
    draft.message("request_received", request.id.hex, to=request.contact_email, **about(request, order))
    if not clear:
        ask_by_mail(draft, request, order, policy, beside)
    return settle(draft, in_force, request)


def decide_information(
    subscription: Subscription, order: Order, request: RefundRequest, later: Claimed, policy: Policy,
    in_force: Policy, now: datetime, *, actor: Actor, calendar: BusinessCalendar, answer: str = "",
    stated: Mapping[str, FactValue] | None = None, beside: Beside = ALONE,
) -> Decision | Refusal:  # fmt: skip
    """The customer answered, in words, by correcting facts, or both; the request keeps its first date (R35).

    `stated` answers what policy or law need to know. It goes on to review when the facts are confirmed and nothing is
    left open that the customer could answer; what is still missing is asked for again. Refuses `answer_missing` when
    nothing is given that answers anything, what `decide_facts` refuses of a fact, `fact_not_asked` of one that the
    customer states of his own accord, and, as done before, `answer_known` when all of it is known: a repeated click
    records nothing and sends no second letter.
    """
    said, claimed, given = answer.strip(), request.claimed.completed_by(later), stated or {}
    nothing_new = claimed == request.claimed and said in ("", request.answer) and not news(request, given)
    if nothing_new and (said or given or (later != Claimed() and request.open_question is None)):
        return Refusal("answer_known", "This is what we have already.", already=True)
    if request.state is not RequestState.NEEDS_INFORMATION:
        return not_in(request, "waiting for information")
    if nothing_new:
        return Refusal("answer_missing", "Write the answer, or correct what is not right.")
    refusal = refuse_facts(given, policy, beside, order) if given else None
    if refusal is None and actor.kind == "customer":
        refusal = refuse_unasked(request, given, policy, beside)
    if refusal is not None:
        return refusal
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    request = replace(request, claimed=claimed, version=request.version + 1)
    if said:
        request = replace(request, answer=said, answered_at=now)
    request = record_facts(draft, request, given, policy, beside)
    request, confirmed = checked(draft, request, order, policy, calendar, beside)
    settled = answered(request, confirmed, policy, beside)
    if settled:
        request = replace(request, state=RequestState.IN_REVIEW)
    draft.update(request)
    draft.fact(
        FactName.REQUEST_INFORMATION_GIVEN, request_id=request.id, answer=said or None, checks=request.checks,
        state=request.state,
    )  # fmt: skip
    if not settled:
        ask_by_mail(draft, request, order, policy, beside)
    return settle(draft, in_force, request)


def decide_review(
    subscription: Subscription, request: RefundRequest, in_force: Policy, now: datetime, *, actor: Actor
) -> Decision | Refusal:
    """A specialist takes the case."""
    if request.state is RequestState.IN_REVIEW and request.handled_by == str(actor):
        return Refusal("in_review", "You are reviewing this request already.", already=True)
    if request.state not in (RequestState.RECEIVED, RequestState.IN_REVIEW):
        return not_in(request, "waiting for review")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    taken = replace(request, state=RequestState.IN_REVIEW, handled_by=str(actor), version=request.version + 1)
    draft.update(taken)
    draft.fact(FactName.REQUEST_REVIEWED, request_id=request.id)
    return settle(draft, in_force, taken)


def decide_question(
    subscription: Subscription, order: Order, request: RefundRequest, question: str, policy: Policy, in_force: Policy,
    now: datetime, *, actor: Actor, beside: Beside = ALONE,
) -> Decision | Refusal:  # fmt: skip
    """A specialist asks the customer for something; the request keeps its date (R35).

    What was confirmed before the question is to be confirmed again after its answer.
    """
    if request.state is RequestState.NEEDS_INFORMATION and request.open_question == question.strip() != "":
        return Refusal("asked", "The customer has been asked this already.", already=True)
    if not request.state.open:
        return not_in(request, "open")
    if not question.strip():
        return Refusal("question_missing", "Write what the customer is to answer.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    asked = replace(
        request, state=RequestState.NEEDS_INFORMATION, asked=question.strip(), asked_at=now, answer=None,
        answered_at=None, handled_by=str(actor), approvals=(), version=request.version + 1,
    )  # fmt: skip
    draft.update(asked)
    draft.fact(FactName.REQUEST_INFORMATION_ASKED, request_id=request.id, question=asked.asked)
    ask_by_mail(draft, asked, order, policy, beside)
    return settle(draft, in_force, asked)


def decide_decline(
    subscription: Subscription, order: Order, request: RefundRequest, policy: Policy, in_force: Policy, now: datetime,
    *, actor: Actor, note: str = "", beside: Beside = ALONE,
) -> Decision | Refusal:  # fmt: skip
    """Decline with the failed criterion and the dates used (R36).

    A request that policy or law grant, or whose verdict waits for a fact, can not be declined without a note that says
    why.
    """
    if request.state is RequestState.DECLINED:
        return Refusal("declined", "The request was declined already.", already=True)
    if not request.state.open:
        return not_in(request, "open")
    verdict = judge_request(subscription, order, request, policy, beside)
    if verdict.outcome == "grant" and not note.strip():
        return Refusal("reason_missing", "The policy grants this request; say why it is declined all the same.")
    if verdict.outcome == "ask" and not note.strip():
        return Refusal("reason_missing", "The rules wait for a fact; say why it is declined all the same.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    # Where the verdict waits for a fact, no rule has decided: the note is the reason.
    clause, because = (None, "") if verdict.outcome == "ask" else (verdict.clause, verdict.because)
    declined = replace(
        request, state=RequestState.DECLINED, decided_at=now, decided_by=str(actor), declined_for=clause,
        decline_note=note.strip() or None, verdict=verdict_data(verdict), closed_at=now, due_at=None,
        approvals=(), version=request.version + 1,
    )  # fmt: skip
    draft.update(declined)
    draft.fact(
        FactName.REQUEST_DECLINED, request_id=request.id, clause=clause, rule=verdict.rule if clause else None,
        because=because, note=note.strip(),
    )  # fmt: skip
    draft.message(
        "request_declined", f"{request.id.hex}/{declined.version}", to=request.contact_email,
        clause=clause, because=because, note=declined.decline_note, refer_to=verdict.refer_to,
        last_day_on=verdict.window_last_day_on, **about(declined, order),
    )  # fmt: skip
    return settle(draft, in_force, declined)


def decide_reopening(
    subscription: Subscription, order: Order, request: RefundRequest, policy: Policy, in_force: Policy, now: datetime,
    *, actor: Actor, reason: str, calendar: BusinessCalendar, beside: Beside = ALONE,
) -> Decision | Refusal:  # fmt: skip
    """A declined request is looked at again: by an agent, or once as the customer's appeal. It keeps its date."""
    if request.state is not RequestState.DECLINED:
        return not_in(request, "declined")
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
    again, _ = checked(draft, again, order, policy, calendar, beside)
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
        return not_in(request, "open")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    gone = replace(
        request, state=RequestState.RETRACTED, closed_at=now, due_at=None, approvals=(), version=request.version + 1
    )
    draft.update(gone)
    draft.fact(FactName.REQUEST_RETRACTED, request_id=request.id)
    return settle(draft, in_force, gone)
