"""Facts that a policy or a law needs and nobody has stated yet: asked for, stated, and the case judged anew (R35).

A verdict that waits for a fact never guesses it. What a customer can answer is asked of the customer; the rest is for
a specialist to find out and enter. Every statement is a fact of the journal, with who made it; the latest counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.judging.known_facts import asked_of_customer, fact_named, wrong_value
from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import RefundRequest, RequestState, StatedFact
from goodterms.domain.refundability import ALONE, Beside
from goodterms.domain.renewal import settle
from goodterms.domain.request_checks import answered, checked, not_in, open_questions
from goodterms.domain.rules import FactValue
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import replace


def decide_facts(
    subscription: Subscription, order: Order, request: RefundRequest, stated: Mapping[str, FactValue], policy: Policy,
    in_force: Policy, now: datetime, *, actor: Actor, calendar: BusinessCalendar, beside: Beside = ALONE,
) -> Decision | Refusal:  # fmt: skip
    """Somebody states facts of an open case, or corrects them; the verdict is computed anew.

    A value of None says that there is no such thing. What was confirmed before is to be confirmed again. A request
    that waited for nothing else goes on to review. Refuses `wrong_state`, `answer_missing`, `answer_known`,
    `fact_unknown`, and `fact_invalid` with the name of the fact.
    """
    if not request.state.open:
        return not_in(request, "open")
    refusal = refuse_facts(stated, policy, beside, order)
    if refusal is not None:
        return refusal
    if not news(request, stated):
        return Refusal("answer_known", "This is what we have already.", already=True)
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    changed = record_facts(draft, replace(request, version=request.version + 1), stated, policy, beside)
    changed, confirmed = checked(draft, changed, order, policy, calendar, beside)
    if changed.state is RequestState.NEEDS_INFORMATION and answered(changed, confirmed, policy, beside):
        changed = replace(changed, state=RequestState.IN_REVIEW)
    draft.update(changed)
    return settle(draft, in_force, changed)


def refuse_facts(stated: Mapping[str, FactValue], policy: Policy, beside: Beside, order: Order) -> Refusal | None:
    """Why these can not be stated: `answer_missing`, `fact_unknown`, `fact_invalid`; None when they can."""
    if not stated:
        return Refusal("answer_missing", "State at least one of the facts.")
    for name, value in stated.items():
        fact = fact_named(name, policy, beside.laws)
        if fact is None:
            return Refusal("fact_unknown", f"Neither the policy nor a law knows the fact {name}.", {"fact": name})
        problem = wrong_value(fact, value, order.amount.currency)
        if problem is not None:
            return Refusal("fact_invalid", problem, {"fact": name})
    return None


def refuse_unasked(
    request: RefundRequest, stated: Mapping[str, FactValue], policy: Policy, beside: Beside
) -> Refusal | None:
    """Why a customer can not state these: `fact_not_asked` of one that is not asked of him and that he has not stated.

    What only we can find out would otherwise be decided by who asks for the money.
    """
    asked = {fact.name for fact in asked_of_customer(open_questions(request, policy, beside))}
    own = {name for name, fact in request.facts.items() if Actor.parse(fact.by).kind == "customer"}
    for name, value in stated.items():
        if name not in asked | own and news(request, {name: value}):
            return Refusal("fact_not_asked", f"The customer was not asked for the fact {name}.", {"fact": name})
    return None


def news(request: RefundRequest, stated: Mapping[str, FactValue]) -> bool:
    """Whether one of these is stated for the first time, or differs from what was."""
    return any(name not in request.facts or request.facts[name].value != value for name, value in stated.items())


def record_facts(
    draft: Draft, request: RefundRequest, stated: Mapping[str, FactValue], policy: Policy, beside: Beside
) -> RefundRequest:
    """The request with what is new of these, each a fact of the journal; it has to be confirmed anew."""
    facts = dict(request.facts)
    for name, value in stated.items():
        fact = fact_named(name, policy, beside.laws)
        if fact is None or (name in facts and facts[name].value == value):
            continue
        facts[name] = StatedFact(fact.type, value, str(draft.actor), draft.now)
        draft.fact(FactName.REQUEST_FACT_STATED, request_id=request.id, name=name, type=fact.type, value=value)
    return replace(request, facts=facts, approvals=())
