"""What the rules say of a case, for its page: the verdict with its source, findings by document, facts, sums."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodterms.desk.pages import person
from goodterms.domain.counting import counting_zone
from goodterms.domain.facts import Actor
from goodterms.domain.judging.known_facts import asked_of_customer, fact_named, facts_asked
from goodterms.domain.money import Money
from goodterms.domain.reading.policy_words import CASE_FACTS, KNOWN_FACTS
from goodterms.domain.refundability import judge_request, term_of
from goodterms.domain.request_checks import verdict_data
from goodterms.domain.rules import Fact
from goodterms.usecases.cases import Case
from goodterms.usecases.fact_words import fact_label, value_text
from goodterms.usecases.reckoning import reckoning

_VALUES = {
    "counted_from": "Day 0",
    "day": "Asked on day",
    "last_day": "Last day",
    "closes_at": "Closes at",
    "timezone": "Counted in",
    "sales_channel": "Sold through",
    "latest_paid_term": "Latest paid term",
    "already_refunded": "Refunded before",
    "asks_for": "Asks for",
    "disputed": "Disputed",
    "payment": "Payment",
    "term": "Term at the request",
}


def verdict_of(case: Case) -> Mapping[str, Any]:
    """The verdict as it stands: kept with a decided request, evaluated anew for an open one."""
    if not case.request.state.open and case.request.verdict:
        return case.request.verdict
    return verdict_data(judge_request(case.subscription, case.order, case.request, case.policy, case.beside))


def rule_words(case: Case, verdict: Mapping[str, Any]) -> dict[str, Any]:
    """Where the outcome comes from: the policy, or a law with its article; and what the law wants besides."""
    label = verdict.get("rule") or case.policy.label
    law = next((one for one in case.beside.laws.laws if one.label == label), None)
    pay_by, granted = verdict.get("pay_by_on"), verdict["outcome"] == "grant"
    return {
        "label": label,
        "by_law": label != case.policy.label,
        "title": law.title.get("en", label) if law else "",
        "source": law.source if law else "",
        "url": law.url if law else "",
        "article": verdict.get("article"),
        "pay_by_on": date.fromisoformat(pay_by) if pay_by else None,
        "acknowledge": verdict.get("acknowledge"),
        "pays": Money(verdict["amount_minor"], verdict["currency"]) if granted else None,
        "reckoning": reckoning_lines(case, verdict) if granted else [],
        "access": _access(case, verdict) if granted else "",
    }


def _access(case: Case, verdict: Mapping[str, Any]) -> str:
    """What the rule does to access, in words."""
    until, zone = verdict.get("access_until_at"), counting_zone(case.policy.counting, case.order.buyer_timezone)
    if verdict["access"] == "ends_now":
        begun = term_of(case.subscription, case.order).starts_at <= case.request.received_at
        return "access ends at once" if begun else "the term never starts"
    if verdict["access"] == "unchanged" or not until:
        return "access stays as it is"
    if verdict["access"] == "keep_current_term":
        return "the term never starts, the running one goes on to its end"
    return f"access runs until {value_text(datetime.fromisoformat(until), zone)}"


def finding_groups(case: Case, verdict: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every clause with its finding (R34), by document: the policy first, then each law that was looked at."""
    titles = {law.label: law.title.get("en", law.label) for law in case.beside.laws.laws}
    groups: dict[str, dict[str, Any]] = {}
    decider = (verdict.get("rule") or case.policy.label) if verdict["outcome"] != "ask" else None
    for found in verdict["findings"]:
        label = found.get("rule") or case.policy.label
        group = groups.setdefault(
            label, {"label": label, "title": titles.get(label, ""), "findings": [], "decisive": ""}
        )
        decisive = found["clause"] == verdict["clause"] and label == decider
        if decisive:
            group["decisive"] = found["clause"]
        group["findings"].append(
            {
                "clause": found["clause"], "matched": found["matched"], "because": found["because"],
                "values": decisive and {
                    _VALUES.get(k, k.replace("_", " ")): _value(k, v) for k, v in found["values"].items()
                },
            }
        )  # fmt: skip
    return list(groups.values())


def questions(case: Case, verdict: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the verdict waits for, and of whom it is asked."""
    missing = facts_asked(verdict.get("missing") or (), case.policy, case.beside.laws)
    theirs = {fact.name for fact in asked_of_customer(missing)}
    return [{"ask": fact.ask, "label": fact_label(fact.name), "of_customer": fact.name in theirs} for fact in missing]


def facts_rows(case: Case, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The facts that the rules of this case look at, with their values and who says so."""
    stated, sub = case.request.facts, case.subscription
    home = {"country": sub.buyer_country, "state": sub.buyer_state}
    rows: list[dict[str, Any]] = [
        {"label": fact_label(name), "value": value or "Not known", "by": "", "at": None}
        for name, value in home.items()
        if name not in stated and (value or name == "country")
    ]
    rows += [
        {
            "label": fact_label(name), "value": value_text(fact.value, zone), "at": fact.at,
            "by": "the customer" if Actor.parse(fact.by).kind == "customer" else person(fact.by),
        }
        for name, fact in stated.items()
    ]  # fmt: skip
    rows += [
        {"label": fact_label(name), "value": value_text(value, zone), "by": "", "at": None}
        for name, value in case.beside.facts.items()
        if name not in stated
    ]
    return rows


def facts_of_case(case: Case, verdict: Mapping[str, Any]) -> tuple[list[Fact], list[Fact], list[Fact]]:
    """The facts a specialist may enter: those that are missing, those that were stated, the others of the rules."""
    laws = case.beside.laws
    missing = list(facts_asked(verdict.get("missing") or (), case.policy, laws))
    taken = {fact.name for fact in missing}
    stated = [fact for name in case.request.facts if (fact := fact_named(name, case.policy, laws)) is not None]
    stated = [fact for fact in stated if fact.name not in taken]
    taken |= {fact.name for fact in stated}
    home = [CASE_FACTS["country"], CASE_FACTS["state"], KNOWN_FACTS["consumer"]]
    declared = [*home, *case.policy.facts.values(), *(fact for law in laws.laws for fact in law.facts.values())]
    others = {fact.name: fact for fact in declared if fact.name not in taken and fact.type != "length"}
    return missing, stated, list(others.values())


def reckoning_lines(case: Case, verdict: Mapping[str, Any]) -> list[str]:
    """How the granted amount comes about, in sentences; none where all of the payment goes back."""
    request = case.request
    lines = reckoning(
        case.subscription, case.order, (str(verdict["clause"]), str(verdict["rule"])), case.policy, case.beside,
        request.received_at, request,
    )  # fmt: skip
    return [f"{line.label}: {line.text}." for line in lines]


def _value(key: str, text: object) -> object:
    if text in ("true", "false"):
        return text == "true"
    if key in ("counted_from", "last_day"):
        return date.fromisoformat(str(text))
    if key == "closes_at":
        return datetime.fromisoformat(str(text))
    return str(text).replace("_", " ") if key != "timezone" else text
