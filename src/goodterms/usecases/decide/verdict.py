"""Acts that no journey carries yet: answered from the verdict alone, with the effect on access that a refund has.

A statutory withdrawal, and the end of a commitment that is paid in instalments. Whatever a journey comes to carry is
to be answered from its decision instead, and to go from here.
"""

from __future__ import annotations

from dataclasses import replace

from goodterms.domain.case import Verdict
from goodterms.domain.decision import iso
from goodterms.domain.payment import RefundEffect
from goodterms.domain.refundability import Effect, access_after, effect_by, term_of
from goodterms.domain.renewal import renewal_plan
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Term
from goodterms.usecases.decide.build import Built
from goodterms.usecases.decide.case import Rules, next_term_end, verdict_on
from goodterms.usecases.decide.report import Answer, not_granted, state, told, unchanged
from goodterms.usecases.decide.scenario import Scenario


def answer_withdrawal(s: Scenario, built: Built, rules: Rules) -> Answer:
    """A statutory withdrawal: laws first, and a statement of withdrawal is also a wish for the money back."""
    verdict = verdict_on(s, built, rules, "withdraw")
    return answer_verdict(s, built, rules, verdict)


def answer_verdict(s: Scenario, built: Built, rules: Rules, verdict: Verdict) -> Answer:
    """What a verdict comes to, were it carried out at once."""
    if verdict.outcome != "grant":
        return {**unchanged(s, built.subscription), **told(verdict), **not_granted(verdict, rules)}
    if verdict.access == "end_of_next_term":
        return _once_more(s, built, rules, verdict)
    effect = effect_by(built.subscription, built.order, s.requested_at, verdict)
    after = _after(built, effect, s)
    answer: Answer = {
        **state(after, s.requested_at, eligible=True, amount=verdict.amount, access=_access(s, built, effect)),
        **told(verdict),
        "next_charge": "under_way" if after.open_charge else "none",
    }
    if effect.kind is RefundEffect.DROP_TERM:
        answer["next_term"] = "voided"
    return answer


def _once_more(s: Scenario, built: Built, rules: Rules, verdict: Verdict) -> Answer:
    """Too late for this term: it renews once more and then ends."""
    sub, end = built.subscription, next_term_end(s, built.subscription)
    plan = renewal_plan(sub, rules.policy)
    charge = {"charge_at": iso(plan.charge_at)} if plan and plan.charge_at else {}
    canceled = replace(sub, auto_renew=False)
    return {
        **state(canceled, s.requested_at, eligible=True, amount=verdict.amount, access=f"until:{iso(end)}"),
        **told(verdict),
        "next_charge": "under_way" if sub.open_charge else "scheduled",
        **charge,
    }


def _access(s: Scenario, built: Built, effect: Effect) -> str:
    if effect.kind is RefundEffect.MONEY_ONLY:
        return "unchanged"
    end = access_after(built.subscription, built.order, effect)
    return f"until:{iso(end)}" if end is not None and s.requested_at < end else "ends_now"


def _after(built: Built, effect: Effect, s: Scenario) -> Subscription:
    """The subscription once it has been carried out: nothing renews, and its last term is dropped or shortened."""
    sub, term = built.subscription, term_of(built.subscription, built.order)
    changed = _changed(term, effect, s)
    terms = tuple(changed if one.number == term.number else one for one in sub.terms)
    keeps_on = effect.kind is RefundEffect.MONEY_ONLY and s.action != "cancel"
    return replace(sub, terms=terms, auto_renew=sub.auto_renew and keeps_on)


def _changed(term: Term, effect: Effect, s: Scenario) -> Term:
    if effect.kind is RefundEffect.DROP_TERM:
        return replace(term, dropped_at=s.requested_at)
    if effect.kind is RefundEffect.REVOKE_TERM:
        return replace(term, revoked_at=s.requested_at)
    if effect.until_at is not None and effect.until_at < term.ends_at:
        return replace(term, revoked_at=max(effect.until_at, s.requested_at))
    return term
