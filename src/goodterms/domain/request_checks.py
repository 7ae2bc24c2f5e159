"""What a refund request is checked by: its four facts, the verdict with what it waits for, the promised answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from goodterms.domain.business_days import BusinessCalendar, add_business_days
from goodterms.domain.case import Verdict
from goodterms.domain.counting import counting_zone, day_ends_at, local_date
from goodterms.domain.decision import Draft, Refusal, plain_value
from goodterms.domain.judging.clauses_facts import FactCheck, check_facts, facts_confirmed
from goodterms.domain.judging.known_facts import asked_of_customer, facts_asked
from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import Claimed, RefundRequest
from goodterms.domain.refundability import Beside, judge_request
from goodterms.domain.rules import Fact
from goodterms.domain.value import replace


def checked(
    draft: Draft, request: RefundRequest, order: Order, policy: Policy, calendar: BusinessCalendar, beside: Beside
) -> tuple[RefundRequest, bool]:
    """The request with its facts compared, the verdict at its first contact, and the answer's promised instant.

    The promise is the policy's, or the day by which a law wants the money paid where that comes before.
    """
    checks = checks_of(order, request.claimed, policy)
    verdict = judge_request(draft.subscription, order, request, policy, beside)
    request = replace(
        request,
        checks=tuple({"name": c.name, "result": c.result, "because": c.because} for c in checks),
        verdict=verdict_data(verdict),
        due_at=_due_at(request, order, policy, calendar, verdict),
    )
    return request, facts_confirmed(policy, checks)


def _due_at(
    request: RefundRequest, order: Order, policy: Policy, calendar: BusinessCalendar, verdict: Verdict
) -> datetime:
    zone = counting_zone(policy.counting, None)
    answer_on = add_business_days(
        local_date(request.received_at, zone), policy.refund.decide_within_business_days, calendar
    )
    due_at = day_ends_at(answer_on, zone)
    if verdict.pay_by_on is None:
        return due_at
    return min(due_at, day_ends_at(verdict.pay_by_on, counting_zone(policy.counting, order.buyer_timezone)))


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
        "rule": verdict.rule,
        "article": verdict.article,
        "because": verdict.because,
        "amount_minor": verdict.amount.minor,
        "currency": verdict.amount.currency,
        "access": verdict.access,
        "access_until_at": plain_value(verdict.access_until_at),
        "paid_from_on": plain_value(verdict.paid_from_on),
        "refer_to": verdict.refer_to,
        "refundable_until_at": plain_value(verdict.refundable_until_at),
        "last_day_on": plain_value(verdict.window_last_day_on),
        "missing": list(verdict.missing),
        "pay_by_on": plain_value(verdict.pay_by_on),
        "acknowledge": verdict.acknowledge,
        "findings": [
            {
                "clause": f.clause, "rule": f.rule, "matched": f.matched, "because": f.because,
                "values": plain_value(dict(f.values)),
            }
            for f in verdict.findings
        ],
    }  # fmt: skip


def open_questions(request: RefundRequest, policy: Policy, beside: Beside) -> tuple[Fact, ...]:
    """The facts that the verdict, as last computed, waits for."""
    missing = (request.verdict or {}).get("missing")
    return facts_asked(missing, policy, beside.laws) if isinstance(missing, list | tuple) else ()


def answered(request: RefundRequest, confirmed: bool, policy: Policy, beside: Beside) -> bool:
    """Whether nothing is left that the customer could answer: words, the four facts, facts of the policy."""
    waits = asked_of_customer(open_questions(request, policy, beside))
    return confirmed and request.open_question is None and not waits


def ask_by_mail(draft: Draft, request: RefundRequest, order: Order, policy: Policy, beside: Beside) -> None:
    """Ask for what is missing or different.

    Which fact differs, and what a rule needs to know, is only told to the address on the order, so that nothing can be
    probed by mail.
    """
    known = request.contact_email.casefold() == order.buyer_email.casefold()
    unclear = [c["name"] for c in request.checks if c["result"] != "match"]
    asked = asked_of_customer(open_questions(request, policy, beside))
    # Who cancels is known: what that leads to goes to the customer's own address, as its confirmation does.
    to = None if request.act == "cancel" else request.contact_email
    draft.message(
        "information_needed", f"{request.id.hex}/{request.version}", to=to,
        unclear=unclear if known else [], question=request.open_question, request_number=request.number,
        asked={fact.name: fact.ask for fact in asked} if known else {},
        request_id=request.id, received_at=request.received_at,
    )  # fmt: skip


def about(request: RefundRequest, order: Order) -> dict[str, object]:
    """What every mail about a request may say of it."""
    return {
        "request_number": request.number,
        "request_id": request.id,
        "order_number": order.number,
        "received_at": request.received_at,
        "amount": request.amount or order.amount,
        "due_at": request.due_at,
    }


def not_in(request: RefundRequest, wanted: str) -> Refusal:
    """The refusal of an act that the request's state does not allow."""
    return Refusal(
        "wrong_state", f"The request is {request.state.replace('_', ' ')}, not {wanted}.", {"state": request.state}
    )
