"""A refund as the product decides it: requested, completed, approved and initiated by the functions the doors use.

Access afterwards is read off the subscription and the approval that they return.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from goodterms.domain.approval import ApprovalOutcome, decide_approval
from goodterms.domain.case import Verdict
from goodterms.domain.decision import Decision, Refusal, iso
from goodterms.domain.facts import Actor
from goodterms.domain.judging.clauses_facts import facts_to_ask
from goodterms.domain.money import Money
from goodterms.domain.payment import Refund, RefundEffect
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.refunding import Context, RefundResult, decide_refund_outcome
from goodterms.domain.request_checks import checks_of
from goodterms.domain.requests import Intake, decide_information, decide_refund_request
from goodterms.domain.subscription import Subscription
from goodterms.usecases.decide.build import EMAIL, Built, actor_of, case_id, claims
from goodterms.usecases.decide.case import Rules, beside, verdict_on
from goodterms.usecases.decide.report import Answer, needs, not_granted, refused, state, told, unchanged
from goodterms.usecases.decide.scenario import Scenario
from goodterms.usecases.decide.verdict import answer_verdict

T = TypeVar("T")

COLLEAGUE = Actor("agent", "colleague")
_QUESTIONS = {
    "order_number": "What is the order number?",
    "email": "Which e-mail address was given with the purchase?",
    "name": "Which name was given with the purchase?",
    "purchase_date": "On which day was it bought?",
}


def answer_refund(s: Scenario, built: Built, rules: Rules) -> Answer:
    """What becomes of a request for the money back."""
    requested = _requested(s, built, rules)
    if isinstance(requested, Refusal):
        return refused(s, built.subscription, requested)
    built, request = requested
    verdict = verdict_on(s, built, rules, "refund")
    said = {**told(verdict), "checks": list(request.checks)}
    unclear = facts_to_ask(rules.policy, checks_of(built.order, request.claimed, rules.policy))
    if unclear:
        asked = [{"fact": name, "ask": _QUESTIONS[name]} for name in unclear]
        waits = {"decision": "needs_information", "needs": [*asked, *needs(verdict, rules)]}
        return {**unchanged(s, built.subscription), **said, **waits}
    if verdict.outcome != "grant":
        return {**unchanged(s, built.subscription), **said, **not_granted(verdict, rules)}
    if s.per_instalment:
        return {**answer_verdict(s, built, rules, verdict), **said}
    return {**said, **_granted(s, built, request, rules, verdict)}


def _requested(s: Scenario, built: Built, rules: Rules) -> tuple[Built, RefundRequest] | Refusal:
    """The case that is opened, and completed where the information came later."""
    policy, sub, order = rules.policy, built.subscription, built.order
    channel = s.channel or ("account" if "account" in policy.refund.channels else policy.refund.channels[0])
    intake = Intake(case_id("request"), s.requested_at, channel, claims(s, order), EMAIL)
    beside_it = beside(s, built, rules)
    decision = decide_refund_request(
        sub, order, intake, policy, policy, s.requested_at,
        actor=actor_of(s), calendar=rules.calendar, beside=beside_it,
    )  # fmt: skip
    if isinstance(decision, Refusal):
        return decision
    sub, request = row_of(decision, Subscription), row_of(decision, RefundRequest)
    unclear = facts_to_ask(policy, checks_of(order, request.claimed, policy))
    if unclear and s.completed_at is not None:
        completed = decide_information(
            sub, order, request, claims(s, order, completed=True), policy, policy, s.completed_at,
            actor=actor_of(s), calendar=rules.calendar, beside=beside_it,
        )  # fmt: skip
        assert isinstance(completed, Decision)
        sub, request = row_of(completed, Subscription), row_of(completed, RefundRequest)
    return replace(built, subscription=sub), request


def _granted(s: Scenario, built: Built, request: RefundRequest, rules: Rules, verdict: Verdict) -> Answer:
    """It is granted: a person approves, a second one where the amount asks for it, and the gateway answers."""
    policy, sub, order = rules.policy, built.subscription, built.order
    outcome: object = None
    for actor in approvers(s, policy, verdict.amount):
        decision = decide_approval(
            sub, order, request, policy, policy, s.decided_at, actor=actor, beside=beside(s, built, rules)
        )
        if isinstance(decision, Refusal):
            later = {"decision": "manual_review"} if decision.code == "charge_under_way" else {}
            return {**refused(s, sub, decision), **later}
        sub, request, outcome = row_of(decision, Subscription), row_of(decision, RefundRequest), decision.outcome
    assert isinstance(outcome, ApprovalOutcome)
    assert outcome.refund is not None
    moved = next(one for one in sub.orders if one.id == order.id)
    context = Context(moved, request, policy, policy, rules.calendar)
    said = RefundResult(s.gateway_result, "case-refund")
    result = decide_refund_outcome(sub, outcome.refund, said, context, s.initiated_at)
    assert isinstance(result, Decision)
    after, refund = row_of(result, Subscription), row_of(result, Refund)
    granted: Answer = {
        **state(after, s.initiated_at, eligible=True, amount=outcome.amount, access="unchanged"),
        "decided_by": request.decided_by,
    }
    if policy.refund.needs_second_person(verdict.amount):
        granted["second_person"] = "needed"
    if not refund.state.initiated:
        return {**granted, "decision": "approved_payment_failed"}
    if outcome.effect is RefundEffect.DROP_TERM:
        granted["next_term"] = "voided"
    granted["access"] = _access_after(outcome, s.requested_at)
    granted["credit_expected_from"] = str(refund.credit_from_on)
    granted["credit_due_by"] = str(refund.due_on)
    return granted


def approvers(s: Scenario, policy: Policy, amount: Money) -> tuple[Actor, ...]:
    """Who confirms: the one who acted has the last word; above the policy's limit a colleague comes before.

    What takes two people, or came by the public form, is never decided by the policy alone.
    """
    two = policy.refund.needs_second_person(amount)
    by_itself = policy.refund.decided_by if not two and s.channel != "public_form" else "specialist"
    last = actor_of(s) if (s.acted_by or "").startswith("agent:") else Actor("agent", by_itself)
    return (COLLEAGUE, last) if two else (last,)


def _access_after(outcome: ApprovalOutcome, requested_at: datetime) -> str:
    if outcome.effect is RefundEffect.MONEY_ONLY:
        return "unchanged"
    end = outcome.access_until
    return f"until:{iso(end)}" if end is not None and requested_at < end else "ends_now"


def row_of(decision: Decision, kind: type[T]) -> T:
    """The row of one kind that a decision writes, in its new state."""
    return next(row for row in (*decision.inserts, *decision.updates) if isinstance(row, kind))
