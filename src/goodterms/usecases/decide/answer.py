"""What the product answers to a scenario: the same decisions as in every journey, taken in memory and reported.

Nothing of a policy is written here. What no journey carries yet is answered from the verdict (`verdict`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from goodterms.domain.charging import ChargeResult, decide_charge_outcome
from goodterms.domain.decision import Decision, Refusal, iso
from goodterms.domain.money import Money
from goodterms.domain.payment import Charge, Order
from goodterms.domain.policy import Policy
from goodterms.domain.renewal import plan_renewal, reminder_plan, renewal_plan
from goodterms.domain.subscription import Subscription
from goodterms.usecases.decide.build import Built, build
from goodterms.usecases.decide.cancel import answer_cancellation
from goodterms.usecases.decide.case import Rules
from goodterms.usecases.decide.facts import Given
from goodterms.usecases.decide.refund import answer_refund, row_of
from goodterms.usecases.decide.report import Answer, finding, refused, state, until
from goodterms.usecases.decide.scenario import Scenario
from goodterms.usecases.decide.verdict import answer_withdrawal

_MOST_STEPS = 10


def answer(scenario: Scenario, given: Given, rules: Rules) -> Answer:
    """The answer to a scenario about an order. Raises `ScenarioError` for a state that can not be."""
    built = build(scenario, rules.policy, given.values, rules.laws.laws)
    acts: dict[str, Callable[[Scenario, Built, Rules], Answer]] = {
        "refund": answer_refund,
        "cancel": answer_cancellation,
        "withdraw": answer_withdrawal,
        "renewal_check": _renewal_check,
    }
    return acts[scenario.action](scenario, built, rules)


def _renewal_check(s: Scenario, built: Built, rules: Rules) -> Answer:
    """What the worker does at this instant, all that is due in one go; a charge that it begins is taken to succeed."""
    policy, sub, now = rules.policy, built.subscription, s.requested_at
    plan = renewal_plan(sub, policy)
    if plan is None or (plan.charge_at is None and sub.open_charge is None):
        refusal = Refusal("not_renewing", "No further charge will be made for this subscription.")
        return {**refused(s, sub, refusal), "access": until(sub, now), "next_charge": "none"}
    for _ in range(_MOST_STEPS):
        if sub.next_step_at is None or now < sub.next_step_at:
            break
        decision = plan_renewal(sub, policy, now)
        sub = row_of(decision, Subscription)
        plan = renewal_plan(sub, policy) or plan
        begun = [row for row in decision.inserts if isinstance(row, Charge)]
        if begun:
            paid = decide_charge_outcome(sub, begun[0], ChargeResult("succeeded", "case-next"), policy, now)
            assert isinstance(paid, Decision)
            sub, order = row_of(paid, Subscription), row_of(paid, Order)
            term = next(t for t in sub.terms if t.number == order.term_number)
            return {
                **_renewing(s, sub, "charged"), **_notices(built.subscription, policy),
                "charge_at": iso(built_charge_at(built, policy, now)),
                "next_term_start": iso(term.starts_at), "next_term_end": iso(term.ends_at),
            }  # fmt: skip
    dates = {"next_term_start": iso(plan.term.starts_at), "next_term_end": iso(plan.term.ends_at)}
    if sub.open_charge is not None:
        return {**_renewing(s, sub, "under_way"), "charge_at": iso(sub.open_charge.intended_at), **dates}
    when = {"charge_at": iso(plan.charge_at)} if plan.charge_at else {}
    return {**_renewing(s, sub, "scheduled"), **_notices(built.subscription, policy), **when, **dates}


def _notices(sub: Subscription, policy: Policy) -> Answer:
    """The windows in which laws want the renewal announced, with the mail that satisfies each, if one can."""
    last = sub.latest_paid_term
    if not sub.notices or last is None:
        return {}
    plan = reminder_plan(sub, policy, last)
    mails = [
        {"notice": w.name, "opens_at": iso(w.opens_at), "closes_at": iso(w.closes_at), "mail_at": iso(mail.at)}
        for mail in plan.reminders
        for w in mail.windows
    ]
    return {"notices": [*mails, *({"notice": one.name, "impossible": one.because} for one in plan.impossible)]}


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
        **state(sub, s.requested_at, eligible=True, amount=none, access=until(sub, s.requested_at)),
        "next_charge": charge,
        "findings": [finding("renewal", True, because)],
    }
