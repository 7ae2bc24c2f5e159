"""Small policies, laws and cases, made of values: for testing one rule at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from goodterms import policies
from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.case import Case
from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.policy import BusinessDays, Counting, Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.reading.policy_words import KNOWN_FACTS
from goodterms.domain.rules import Access, Clause, Condition, Fact, Outcome, Payback, Proration, Span, Test, Window
from goodterms.domain.term import Term

REFERENCE = parse_policy(policies.read("reference"), policies.source("reference"))
WEEKDAYS = BusinessCalendar(frozenset({5, 6}), frozenset())
FULL = Payback("full")
DENY = "DENY"


def at(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text)


def need(fact: str, test: Test, *values: str) -> Condition:
    """A condition; of the request where it is in a window or a part of the term."""
    return Condition(fact, test, values)


def inside(window: str) -> Condition:
    """The request came inside a window."""
    return need("request", "inside", window)


def clause(
    id: str, *needs: Condition, outcome: Outcome = "grant", payback: Payback | None = None,
    access: Access = "ends_now", **more: Any,
) -> Clause:  # fmt: skip
    """A clause that pays all back, unless it is told otherwise."""
    granted = outcome == "grant"
    paid = payback or (FULL if granted else Payback())
    return Clause(
        id, {}, ("refund", "withdraw", "cancel"), needs, outcome, paid, access if granted else "unchanged", **more
    )


def unused(**more: Any) -> Payback:
    """The unused part."""
    return Payback("unused_part", Proration(**more))


def facts_of(names: Sequence[str | Fact]) -> dict[str, Fact]:
    """Declared facts: well-known ones by their name."""
    found = [KNOWN_FACTS[fact] if isinstance(fact, str) else fact for fact in names]
    return {fact.name: fact for fact in found}


def policy_of(
    *clauses: Clause, windows: Sequence[Window] = (), facts: Sequence[str | Fact] = (),
    cancellation: Sequence[Clause] = (), timezone: str = "UTC", holidays: str = "none", default: Outcome = "deny",
) -> Policy:  # fmt: skip
    """A policy of a few clauses and a default, in a zone; otherwise the reference policy."""
    rules = replace(REFERENCE.refund, clauses=(*clauses, clause("DEFAULT", outcome=default)))
    plain = clause("STANDARD", payback=Payback(), access="end_of_last_paid_term")
    return replace(
        REFERENCE,
        name="small",
        counting=Counting(timezone, "overrides"),
        business_days=BusinessDays(frozenset({5, 6}), holidays),
        refund=rules,
        cancellation=replace(REFERENCE.cancellation, clauses=(*cancellation, plain)),
        windows={window.name: window for window in windows},
        facts=facts_of(facts),
    )


def law_of(
    *rights: Clause, countries: Sequence[str] = ("DE",), windows: Sequence[Window] = (),
    facts: Sequence[str | Fact] = ("consumer",), timezone: str = "", holidays: str = "buyer's country", **more: Any,
) -> Law:  # fmt: skip
    """A law in force since 2014 with some rights."""
    law = Law(
        id="small-law", version=1, title={"en": "Law"}, source="A law", url="https://example.com/law",
        dated_on=date(2014, 1, 1), countries=tuple(countries), states=(), consumers_only=True, status="in_force",
        applies_from=date(2014, 6, 13), applies_until=None, contracts_from=None,
        counting=Counting(timezone, "overrides"), business_days=BusinessDays(frozenset({5, 6}), holidays),
        facts=facts_of(facts), windows={window.name: window for window in windows}, rights=rights, notices=(),
        digest="", text="",
    )  # fmt: skip
    return replace(law, **more)


def case_of(
    term: str, until: str, requested: str, amount: str = "100.00 EUR", *, order: str | None = None, **more: Any
) -> Case:
    """A case of an order, placed when its term starts unless said otherwise, and asked about at an instant."""
    number, currency = amount.split()
    facts: Mapping[str, object] = {}
    fields: dict[str, Any] = {
        "kind": "initial", "placed_at": at(order or term), "term": Term(1, at(term), at(until)),
        "amount": Money.parse(number, currency), "requested_at": at(requested), "sales_channel": "vendor_store",
        "is_latest_paid": True, "facts": facts,
    }  # fmt: skip
    return Case(**(fields | more))


def days(name: str, count: int, **more: Any) -> Window:
    """A window in days from the order."""
    return Window(name, Span(count, "days"), **more)
