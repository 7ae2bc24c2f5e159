"""How answers are written out: state, access, findings, questions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goodterms.domain.case import Verdict
from goodterms.domain.decision import Refusal, iso
from goodterms.domain.judging.known_facts import facts_asked
from goodterms.domain.money import Money
from goodterms.domain.subscription import DisplayState, Subscription, access_end, display_state
from goodterms.usecases.decide.case import Rules
from goodterms.usecases.decide.scenario import Scenario

Answer = dict[str, Any]

_STATUS = {DisplayState.NON_RENEWING: "active_not_renewing"}


def finding(clause: str, matched: bool, because: str, rule: str = "") -> Answer:
    """One rule applied, as it is written out."""
    return {"clause": clause, "matched": matched, "because": because, **({"rule": rule} if rule else {})}


def told(verdict: Verdict) -> Answer:
    """What the rules said, whatever follows from it: the clause that decided, its source, and every finding."""
    said: Answer = {
        "clause": verdict.clause or None,
        "rule": verdict.rule or None,
        "article": verdict.article,
        "fee": verdict.fee.decimal_str() if verdict.fee is not None else None,
        "paid_from": verdict.paid_from_on.isoformat() if verdict.paid_from_on else None,
        "pay_by": verdict.pay_by_on.isoformat() if verdict.pay_by_on else None,
        "acknowledge": verdict.acknowledge,
    }
    found = [finding(f.clause, f.matched, f.because, f.rule) for f in verdict.findings]
    return {**{name: value for name, value in said.items() if value is not None}, "findings": found}


def needs(verdict: Verdict, rules: Rules) -> list[Answer]:
    """The facts that a verdict waits for, with their questions."""
    asked = {fact.name: fact.ask for fact in facts_asked(verdict.missing, rules.policy, rules.laws)}
    return [{"fact": name, "ask": asked.get(name, "")} for name in verdict.missing]


def not_granted(verdict: Verdict, rules: Rules) -> Answer:
    """What follows where nothing is granted: a question, a person, or somebody else to ask."""
    if verdict.outcome == "ask":
        return {"decision": "needs_information", "needs": needs(verdict, rules)}
    if verdict.outcome == "review":
        return {"decision": "manual_review"}
    return {"refer_to": verdict.refer_to} if verdict.outcome == "refer" else {}


def state(sub: Subscription, at: datetime, *, eligible: bool, amount: Money, access: str) -> Answer:
    """The keys that every answer about an order has."""
    status = display_state(sub, at)
    return {
        "eligible": eligible,
        "amount": amount.decimal_str(),
        "access": access,
        "status_after": _STATUS.get(status, status.value),
        "auto_renew_after": sub.auto_renew,
    }


def unchanged(s: Scenario, sub: Subscription) -> Answer:
    """Nothing is granted and nothing changes."""
    return state(sub, s.decided_at, eligible=False, amount=Money(0, s.amount.currency), access="unchanged")


def refused(s: Scenario, sub: Subscription, refusal: Refusal) -> Answer:
    """Refused before or beside the rules, with the reason."""
    return {
        **unchanged(s, sub),
        "refusal": {"code": refusal.code, "reason": refusal.reason},
        "findings": [finding(refusal.code, True, refusal.reason)],
    }


def until(sub: Subscription, at: datetime) -> str:
    """Access as it is, by the end of the paid terms."""
    end = access_end(sub.terms)
    return "unchanged" if end is None or end <= at else f"until:{iso(end)}"
