"""Every condition, window, payback and access that the language of policies has, for tests of its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_words import CASE_FACTS, KNOWN_FACTS
from goodterms.domain.rules import Access, Act, Clause, Condition, Fact, Fee, Outcome, Payback, Proration, Span, Window

OWN_FACTS = {
    "hours_played": Fact("hours_played", "whole_number", "How many hours have been played?"),
    "mood": Fact("mood", "word", "", ("good", "bad_enough"), "good"),
    "gift": Fact("gift", "yes_or_no", "Was it a gift?"),
    "sealed": Fact("sealed", "yes_or_no", "", (), "true"),
    "activated_at": Fact("activated_at", "instant", "When was it activated?"),
    "born_on": Fact("born_on", "date", "", (), "none"),
}
FACTS = {**KNOWN_FACTS, **OWN_FACTS}
WINDOWS = {
    "days": Window("days", Span(31, "days")),
    "one": Window("one", Span(1, "months"), counted_from="term_start", last_day="exclusive"),
    "hours": Window("hours", Span(721, "hours")),
    "business": Window("business", Span(4, "business days"), counted_from="contract",
                       closed_last_day="next_working_day"),
    "longer": Window("longer", Span(15, "days"), counted_from="contract_made_on", extended_by=Span(13, "months")),
    "closing": Window("closing", Span(8, "days"), or_until=("certificate_earned_at", "activated_at")),
    "before": Window("before", Span(1, "months"), "term_end", counted_before="term_end", opens=Span(3, "months")),
    "owned": Window("owned", Span(2, "years"), counted_from="activated_at"),
}  # fmt: skip
_ORDERED = {"length": "11 months", "whole_number": "17", "amount": "EUR 12.34"}


def conditions() -> Iterator[Condition]:
    """Each test of each fact that is allowed, once with every word a fact can have."""
    for fact in (*CASE_FACTS.values(), *FACTS.values()):
        yield from _of(fact)
    for name in WINDOWS:
        yield from (Condition("request", "inside", (name,)), Condition("request", "outside", (name,)))
    yield from (Condition("request", "in_first", ("11 months",)), Condition("request", "in_last", ("30 days",)))


def _of(fact: Fact) -> Iterator[Condition]:
    if fact.name not in CASE_FACTS:
        yield from (Condition(fact.name, "given", ("true",)), Condition(fact.name, "given", ("false",)))
    if fact.type == "yes_or_no":
        yield from (Condition(fact.name, "is", ("true",)), Condition(fact.name, "is", ("false",)))
        yield Condition(fact.name, "is_not", ("true",))
    elif fact.type in ("date", "instant"):
        yield Condition(fact.name, "before", ("2024-11-23",))
        yield Condition(fact.name, "on_or_after", ("2024-11-23",))
        if fact.type == "instant":
            yield Condition(fact.name, "inside", ("days",))
            yield Condition(fact.name, "outside", ("days",))
    elif fact.type in _ORDERED:
        for test in ("at_least", "at_most", "more_than", "less_than"):
            yield Condition(fact.name, test, (_ORDERED[fact.type],))
        if fact.type == "whole_number":
            yield from (Condition(fact.name, "at_least", ("1",)), Condition(fact.name, "is", ("0",)))
    else:
        yield from _of_words(fact)


def _of_words(fact: Fact) -> Iterator[Condition]:
    samples = {"country": ("DE", "NL"), "state": ("NY",), "sales_channel": ("vendor_store", "app_store", "some_shop")}
    words = fact.words or samples.get(fact.name, ("one_word", "defect"))
    for word in words:
        yield Condition(fact.name, "is", (word,))
    yield Condition(fact.name, "is", tuple(words[:2]))
    yield Condition(fact.name, "is_not", (words[0],))


def paybacks() -> Iterator[Payback]:
    """Each kind of payback and each way to reckon an unused part."""
    yield from (
        Payback(),
        Payback("full"),
        Payback("share", percent=37),
        Payback("full", less=("value_of_benefits_used",)),
    )
    yield Payback("fixed", fixed={"EUR": Money(1099, "EUR"), "JPY": Money(1200, "JPY")})
    yield Payback("unused_part", less=("previous_amount",))
    yield Payback("unused_part", handling_fee={"EUR": Money(1000, "EUR"), "USD": Money(1200, "USD")})
    for by in ("day", "whole_month"):
        for rounding in ("half_up", "half_even", "up", "down"):
            yield Payback("unused_part", Proration(by, "request", "unused", rounding))
    for start in ("request", "next_calendar_month", "next_billing_month"):
        yield Payback("unused_part", Proration(start=start))
    yield Payback("unused_part", Proration(start="after_notice", notice=Span(2, "months")))


ACCESSES: tuple[Access, ...] = get_args(Access)
ACTS: tuple[Act, ...] = get_args(Act)
OUTCOMES: tuple[Outcome, ...] = ("deny", "refer", "review")
FEES = (Fee(53), Fee(53, at_most={"USD": Money(10100, "USD")}))


def clauses() -> Iterator[Clause]:
    """A clause for each condition, and for each outcome, payback, access and fee of each act."""
    needed = Condition("request", "inside", ("days",))
    for number, need in enumerate(conditions()):
        for act in ACTS[:2]:
            yield Clause(f"CONDITION-{number}", {}, (act,), (need,), "grant", Payback("full"), "ends_now")
    for act in ACTS:
        article = "art. 9" if act == "withdraw" else None
        for outcome in OUTCOMES:
            yield Clause("OUTCOME", {}, (act,), (needed,), outcome, article=article)
        for payback in paybacks():
            yield Clause("PAYBACK", {}, (act,), (needed,), "grant", payback, "ends_now", article=article)
        for access in ACCESSES:
            yield Clause("ACCESS", {}, (act,), (needed,), "grant", Payback("full"), access, article=article)
    for fee in FEES:
        yield Clause("FEE", {}, ("cancel",), (needed,), "grant", access="end_of_billing_month", fee=fee)


def with_everything(policy: Policy) -> Policy:
    """A policy in which every clause, window and fact above can be said."""
    return replace(policy, facts=FACTS, windows=WINDOWS)
