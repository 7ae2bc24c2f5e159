"""What the product answers to a scenario: the same decisions as in every journey, taken in memory and reported.

Nothing of a policy is written here. A refund is requested, completed, approved and initiated by the functions that
the doors use; access afterwards is read off the subscription and the approval they return.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from goodterms.domain.approval import ApprovalOutcome, decide_approval
from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.cancellation import CancellationOutcome, decide_cancellation
from goodterms.domain.charging import ChargeResult, decide_charge_outcome
from goodterms.domain.clauses import Verdict
from goodterms.domain.clauses_words import instant_in_words
from goodterms.domain.decision import Decision, Refusal, iso
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.payment import Charge, Order, Refund, RefundEffect
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import RefundRequest, RequestState
from goodterms.domain.refundability import judge
from goodterms.domain.refunding import Context, RefundResult, decide_refund_outcome
from goodterms.domain.renewal import plan_renewal, renewal_plan
from goodterms.domain.requests import Intake, decide_information, decide_refund_request
from goodterms.domain.subscription import DisplayState, Subscription, access_end, display_state
from goodterms.usecases.decide_cases_build import EMAIL, Built, actor_of, build, case_id, claims
from goodterms.usecases.decide_cases_scenario import Scenario

Answer = dict[str, Any]
T = TypeVar("T")

COLLEAGUE = Actor("agent", "colleague")
_STATUS = {DisplayState.NON_RENEWING: "active_not_renewing"}
_MOST_STEPS = 10


@dataclass(frozen=True, slots=True)
class Rules:
    """What a scenario is decided by."""

    policy: Policy
    calendar: BusinessCalendar


def answer(scenario: Scenario, rules: Rules) -> Answer:
    """The answer to a scenario about an order. Raises `ScenarioError` for a state that can not be."""
    built = build(scenario, rules.policy)
    acts: dict[str, Callable[[Scenario, Built, Rules], Answer]] = {
        "refund": _refund,
        "cancel": _cancel,
        "withdraw": _withdraw,
        "renewal_check": _renewal_check,
    }
    return acts[scenario.action](scenario, built, rules)


# --- refund ----------------------------------------------------------------------------------


def _refund(s: Scenario, built: Built, rules: Rules) -> Answer:
    policy, sub, order = rules.policy, built.subscription, built.order
    channel = s.channel or ("account" if "account" in policy.refund.channels else policy.refund.channels[0])
    intake = Intake(case_id("request"), s.requested_at, channel, claims(s, order), EMAIL)
    decision = decide_refund_request(
        sub, order, intake, policy, policy, s.requested_at, actor=actor_of(s), calendar=rules.calendar
    )
    if isinstance(decision, Refusal):
        return _refused(s, sub, decision)
    sub, request = _row(decision, Subscription), _row(decision, RefundRequest)
    if request.state is RequestState.NEEDS_INFORMATION and s.completed_at is not None:
        completed = decide_information(
            sub, order, request, claims(s, order, completed=True), policy, policy, s.completed_at,
            actor=actor_of(s), calendar=rules.calendar,
        )  # fmt: skip
        assert isinstance(completed, Decision)
        sub, request = _row(completed, Subscription), _row(completed, RefundRequest)
    verdict = judge(sub, order, policy, request.received_at)
    told: Answer = {"clause": verdict.clause, "findings": _findings(verdict), "checks": list(request.checks)}
    if request.state is RequestState.NEEDS_INFORMATION:
        return {**_unchanged(s, sub), **told, "decision": "needs_information"}
    if verdict.outcome != "grant":
        return {**_unchanged(s, sub), **told, **_not_granted(verdict)}
    return {**_granted(s, Built(sub, order), request, rules), **told}


def _granted(s: Scenario, built: Built, request: RefundRequest, rules: Rules) -> Answer:
    """The policy grants it: a person approves, a second one where the amount asks for it, and the gateway answers."""
    policy, sub, order = rules.policy, built.subscription, built.order
    approver = actor_of(s) if (s.acted_by or "").startswith("agent:") else Actor("agent", policy.refund.decided_by)
    approvers = (COLLEAGUE, approver) if policy.refund.needs_second_person(order.amount) else (approver,)
    outcome: object = None
    for actor in approvers:
        decision = decide_approval(sub, order, request, policy, policy, s.decided_at, actor=actor)
        if isinstance(decision, Refusal):
            later = {"decision": "manual_review"} if decision.code == "charge_under_way" else {}
            return {**_refused(s, sub, decision), **later}
        sub, request, outcome = _row(decision, Subscription), _row(decision, RefundRequest), decision.outcome
    assert isinstance(outcome, ApprovalOutcome)
    assert outcome.refund is not None
    moved = next(o for o in sub.orders if o.id == order.id)
    context = Context(moved, request, policy, policy, rules.calendar)
    said = RefundResult(s.gateway_result, "case-refund")
    result = decide_refund_outcome(sub, outcome.refund, said, context, s.initiated_at)
    assert isinstance(result, Decision)
    after, refund = _row(result, Subscription), _row(result, Refund)
    granted: Answer = {
        **_state(after, s.initiated_at, eligible=True, amount=outcome.amount, access="unchanged"),
        "decided_by": request.decided_by,
    }
    if not refund.state.initiated:
        return {**granted, "decision": "approved_payment_failed"}
    if outcome.effect is RefundEffect.DROP_TERM:
        granted["next_term"] = "voided"
    granted["access"] = _access_after(outcome)
    granted["credit_expected_from"] = str(refund.credit_from_on)
    granted["credit_due_by"] = str(refund.due_on)
    return granted


def _access_after(outcome: ApprovalOutcome) -> str:
    if outcome.effect is RefundEffect.MONEY_ONLY:
        return "unchanged"
    return "ends_now" if outcome.access_until is None else f"until:{iso(outcome.access_until)}"


def _not_granted(verdict: Verdict) -> Answer:
    if verdict.outcome == "review":
        return {"decision": "manual_review"}
    return {"refer_to": verdict.refer_to} if verdict.outcome == "refer" else {}


def _findings(verdict: Verdict) -> list[Answer]:
    return [finding(f.clause, f.matched, f.because) for f in verdict.findings]


# --- cancel, withdraw, renew -----------------------------------------------------------------


def _cancel(s: Scenario, built: Built, rules: Rules) -> Answer:
    policy, sub = rules.policy, built.subscription
    decision = decide_cancellation(
        sub, policy, s.requested_at,
        actor=actor_of(s), channel=s.channel or policy.cancellation.channels[0], id=case_id("cancel"),
    )  # fmt: skip
    if isinstance(decision, Refusal) and not decision.already:
        return _refused(s, sub, decision)
    if isinstance(decision, Refusal):
        after, under_way, because = sub, False, decision.reason
    else:
        outcome = decision.outcome
        assert isinstance(outcome, CancellationOutcome)
        after, under_way = _row(decision, Subscription), outcome.charge_under_way
        because = f"Access runs to the end of the last paid term, {instant_in_words(outcome.access_until, None)}."
    end = access_end(after.terms)
    assert end is not None
    none = Money(0, s.amount.currency)
    return {
        **_state(after, s.requested_at, eligible=True, amount=none, access=f"until:{iso(end)}"),
        "next_charge": "under_way" if under_way else "none",
        "findings": [
            finding("cancellation.effective", True, because),
            finding("cancellation.refund", True, "Canceling stops later charges and pays nothing back."),
        ],
    }


def _withdraw(s: Scenario, built: Built, rules: Rules) -> Answer:
    because = f"{rules.policy.label} has no rule on statutory withdrawal; a refund can be asked for instead."
    return _refused(s, built.subscription, Refusal("withdrawal_not_offered", because))


def _renewal_check(s: Scenario, built: Built, rules: Rules) -> Answer:
    """What the worker does at this instant, all that is due in one go; a charge that it begins is taken to succeed."""
    policy, sub, now = rules.policy, built.subscription, s.requested_at
    plan = renewal_plan(sub, policy)
    if plan is None or (plan.charge_at is None and sub.open_charge is None):
        refusal = Refusal("not_renewing", "No further charge will be made for this subscription.")
        return {**_refused(s, sub, refusal), "access": _until(sub, now), "next_charge": "none"}
    for _ in range(_MOST_STEPS):
        if sub.next_step_at is None or now < sub.next_step_at:
            break
        decision = plan_renewal(sub, policy, now)
        sub = _row(decision, Subscription)
        plan = renewal_plan(sub, policy) or plan
        begun = [row for row in decision.inserts if isinstance(row, Charge)]
        if begun:
            paid = decide_charge_outcome(sub, begun[0], ChargeResult("succeeded", "case-next"), policy, now)
            assert isinstance(paid, Decision)
            sub, order = _row(paid, Subscription), _row(paid, Order)
            term = next(t for t in sub.terms if t.number == order.term_number)
            return {
                **_renewing(s, sub, "charged"), "charge_at": iso(built_charge_at(built, policy, now)),
                "next_term_start": iso(term.starts_at), "next_term_end": iso(term.ends_at),
            }  # fmt: skip
    dates = {"next_term_start": iso(plan.term.starts_at), "next_term_end": iso(plan.term.ends_at)}
    if sub.open_charge is not None:
        return {**_renewing(s, sub, "under_way"), "charge_at": iso(sub.open_charge.intended_at), **dates}
    when = {"charge_at": iso(plan.charge_at)} if plan.charge_at else {}
    return {**_renewing(s, sub, "scheduled"), **when, **dates}


def built_charge_at(built: Built, policy: Policy, now: datetime) -> datetime:
    """The instant at which the charge was due; a night that was missed does not move it."""
    plan = renewal_plan(built.subscription, policy)
    return plan.charge_at if plan and plan.charge_at else now


def _renewing(s: Scenario, sub: Subscription, charge: str) -> Answer:
    because = {
        "charged": "It was not canceled, so the next term has been charged; it starts where the running one ends.",
        "under_way": "The charge for the next term has been begun; its outcome is still to come.",
        "scheduled": "It was not canceled, so the next term will be charged before the running one ends.",
    }[charge]
    none = Money(0, s.amount.currency)
    return {
        **_state(sub, s.requested_at, eligible=True, amount=none, access=_until(sub, s.requested_at)),
        "next_charge": charge,
        "findings": [finding("renewal", True, because)],
    }


# --- shared ----------------------------------------------------------------------------------


def finding(clause: str, matched: bool, because: str) -> Answer:
    """One rule applied, as it is written out."""
    return {"clause": clause, "matched": matched, "because": because}


def _until(sub: Subscription, at: datetime) -> str:
    end = access_end(sub.terms)
    return "unchanged" if end is None or end <= at else f"until:{iso(end)}"


def _state(sub: Subscription, at: datetime, *, eligible: bool, amount: Money, access: str) -> Answer:
    status = display_state(sub, at)
    return {
        "eligible": eligible,
        "amount": amount.decimal_str(),
        "access": access,
        "status_after": _STATUS.get(status, status.value),
        "auto_renew_after": sub.auto_renew,
    }


def _unchanged(s: Scenario, sub: Subscription) -> Answer:
    return _state(sub, s.decided_at, eligible=False, amount=Money(0, s.amount.currency), access="unchanged")


def _refused(s: Scenario, sub: Subscription, refusal: Refusal) -> Answer:
    return {
        **_unchanged(s, sub),
        "refusal": {"code": refusal.code, "reason": refusal.reason},
        "findings": [finding(refusal.code, True, refusal.reason)],
    }


def _row(decision: Decision, kind: type[T]) -> T:
    """The row of one kind that a decision writes, in its new state."""
    return next(row for row in (*decision.inserts, *decision.updates) if isinstance(row, kind))
