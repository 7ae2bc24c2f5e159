"""A cancellation as the product decides it: stopped, paid back by itself or by a case, ended when the money goes."""

from __future__ import annotations

from goodterms.domain.approval import ApprovalOutcome, decide_approval
from goodterms.domain.cancellation import CancellationOutcome, decide_cancellation
from goodterms.domain.cancellation_effect import CancellationEffect
from goodterms.domain.case import Verdict
from goodterms.domain.decision import Decision, Refusal, iso
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.payment import Refund, RefundEffect
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.refunding import Context, RefundResult, decide_refund_outcome
from goodterms.domain.subscription import Subscription
from goodterms.usecases.decide.build import Built, actor_of, case_id
from goodterms.usecases.decide.case import Rules, beside, verdict_on
from goodterms.usecases.decide.refund import approvers, row_of
from goodterms.usecases.decide.report import (
    Answer,
    finding,
    needs,
    not_granted,
    refused,
    state,
    told,
    unchanged,
    until,
)
from goodterms.usecases.decide.scenario import Scenario
from goodterms.usecases.decide.verdict import answer_verdict


def answer_cancellation(s: Scenario, built: Built, rules: Rules) -> Answer:
    """What becomes of a wish to cancel."""
    policy, sub = rules.policy, built.subscription
    verdict = verdict_on(s, built, rules, "cancel")
    decision = decide_cancellation(
        sub, policy, s.requested_at,
        actor=actor_of(s), channel=s.channel or policy.cancellation.channels[0], id=case_id("cancel"),
        beside=beside(s, built, rules), calendar=rules.calendar,
    )  # fmt: skip
    if isinstance(decision, Refusal):
        return _refused(s, sub, decision, verdict, rules)
    if s.per_instalment or verdict.fee is not None:
        return answer_verdict(s, built, rules, verdict)
    outcome = decision.outcome
    assert isinstance(outcome, CancellationOutcome)
    after = row_of(decision, Subscription)
    if verdict.outcome == "ask":
        asked = {"decision": "needs_information", "needs": needs(verdict, rules)}
        return {**unchanged(s, sub), **told(verdict), **asked, "meanwhile": _held(s, after, outcome)}
    after, refund = _paid(s, built, rules, decision, outcome)
    amount = refund.amount if refund is not None else Money(0, s.amount.currency)
    answer = {
        **state(after, s.initiated_at, eligible=True, amount=amount, access=_access(s, outcome)),
        **told(verdict),
        **_next_charge(outcome),
    }
    if refund is not None and not refund.state.initiated:
        return {**answer, "decision": "approved_payment_failed", "access": until(after, s.initiated_at)}
    if refund is None and outcome.to_confirm is not None:
        return {**answer, "decision": "manual_review", "access": until(after, s.requested_at)}
    if outcome.effect is not None and outcome.effect.effect.kind is RefundEffect.DROP_TERM:
        answer["next_term"] = "voided"
    return answer


def _refused(s: Scenario, sub: Subscription, refusal: Refusal, verdict: Verdict, rules: Rules) -> Answer:
    """Canceled before, which is as good; another's to cancel; or not to be canceled (any more)."""
    if refusal.already:
        nothing = Money(0, s.amount.currency)
        return {
            **state(sub, s.requested_at, eligible=True, amount=nothing, access=until(sub, s.requested_at)),
            "next_charge": "under_way" if sub.open_charge else "none",
            "findings": [finding("cancellation", True, refusal.reason)],
        }
    if refusal.code in ("referred", "not_granted"):
        return {**unchanged(s, sub), **told(verdict), **not_granted(verdict, rules)}
    return refused(s, sub, refusal)


def _held(s: Scenario, after: Subscription, outcome: CancellationOutcome) -> Answer:
    """What holds at once while a fact is asked for: nobody is kept in for want of an answer."""
    amount = outcome.paid_back or Money(0, s.amount.currency)
    return {
        **state(after, s.requested_at, eligible=True, amount=amount, access=_access(s, outcome)),
        **_next_charge(outcome),
    }


def _paid(
    s: Scenario, built: Built, rules: Rules, decision: Decision, outcome: CancellationOutcome
) -> tuple[Subscription, Refund | None]:
    """The subscription once the gateway has answered to what is paid back, and that refund."""
    sub, refund = row_of(decision, Subscription), outcome.pays_back
    request = next((row for row in decision.inserts if isinstance(row, RefundRequest)), None)
    effect = outcome.effect
    if refund is None and request is not None and effect is not None and effect.follow_up == "second_person":
        sub, request, refund = _confirmed(s, built, rules, sub, request, effect)
    if refund is None:
        return sub, None
    order = next(one for one in sub.orders if one.id == built.order.id)
    context = Context(order, request, rules.policy, rules.policy, rules.calendar)
    said = RefundResult(s.gateway_result, "case-refund")
    result = decide_refund_outcome(sub, refund, said, context, s.initiated_at)
    assert isinstance(result, Decision)
    return row_of(result, Subscription), row_of(result, Refund)


def _confirmed(
    s: Scenario, built: Built, rules: Rules, sub: Subscription, request: RefundRequest, effect: CancellationEffect
) -> tuple[Subscription, RefundRequest, Refund | None]:
    """Two people confirm the case that the cancellation opened."""
    outcome: object = None
    order = next(one for one in sub.orders if one.id == built.order.id)
    people: tuple[Actor, ...] = approvers(s, rules.policy, effect.amount)
    for actor in people:
        decision = decide_approval(
            sub, order, request, rules.policy, rules.policy, s.decided_at,
            actor=actor, beside=beside(s, built, rules),
        )  # fmt: skip
        if isinstance(decision, Refusal):
            return sub, request, None
        sub, request, outcome = row_of(decision, Subscription), row_of(decision, RefundRequest), decision.outcome
    return sub, request, outcome.refund if isinstance(outcome, ApprovalOutcome) else None


def _access(s: Scenario, outcome: CancellationOutcome) -> str:
    effect = outcome.effect
    if outcome.last_charge is not None and s.further_end is not None and s.latest_term_start is None:
        return f"until:{iso(s.further_end)}"  # the length of the next term is agreed already
    if effect is not None and effect.effect.kind is RefundEffect.REVOKE_TERM:
        return "ends_now"
    return f"until:{iso(outcome.access_until)}"


def _next_charge(outcome: CancellationOutcome) -> Answer:
    """What becomes of the next charge: stopped, begun before, or too late to stop."""
    if outcome.last_charge is not None:
        at = outcome.last_charge.charge_at
        return {"next_charge": "scheduled", **({"charge_at": iso(at)} if at else {})}
    return {"next_charge": "under_way" if outcome.charge_under_way else "none"}
