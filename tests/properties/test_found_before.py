"""Contradictions that the search has found once, each with its smallest policy and case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from goodterms.domain.case import Case
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.term import Interval, Term, boundary
from tests.properties.documents import Draft, read

PLACED_AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
PURCHASE = Case(
    kind="initial",
    placed_at=PLACED_AT,
    term=Term(1, PLACED_AT, boundary(PLACED_AT, Interval(months=12), 1)),
    amount=Money(12_000, "EUR"),
    requested_at=datetime(2026, 3, 5, 10, tzinfo=UTC),
    sales_channel="vendor_store",
    is_latest_paid=True,
)


def policy(*clauses: str) -> Policy:
    """A policy in UTC with some clauses on refunds, which denies the rest."""
    return read(Draft("UTC", "ignored", (), tuple((f"R{i}", text) for i, text in enumerate(clauses)), (), "deny"))


def test_nothing_left_to_deduct_from() -> None:
    """A clause that decides, since nothing is left to pay back, does not say that it waits for what to deduct."""
    full = 'when.payment = "initial"\noutcome = "grant"\namount = "full"\nless = ["value_of_benefits_used"]'
    rules = policy(f'{full}\naccess = "ends_now"')
    paid_back = replace(PURCHASE, already_refunded=PURCHASE.amount)
    verdict = evaluate(rules, paid_back)
    assert (verdict.outcome, verdict.amount.minor) == ("grant", 0)
    assert verdict.findings[0].matched
    assert verdict.because == "The payment is for a first purchase."
    waiting = evaluate(rules, PURCHASE)
    assert (waiting.outcome, waiting.missing) == ("ask", ("value_of_benefits_used",))
    assert not waiting.findings[0].matched


def test_every_possible_answer_comes_to_the_same() -> None:
    """Where no day a contract can have been made on matters, the clause that decides does not ask for it."""
    text = 'when.outside_window = "w0"\noutcome = "grant"\namount = "full"\naccess = "ends_now"'
    window = ("w0", 'length = "2 days"\ncounted_from = "contract_made_on"')
    rules = read(Draft("UTC", "ignored", (window,), (("R0", text),), (), "deny"))
    renewal = replace(PURCHASE, kind="renewal", requested_at=datetime(2026, 3, 9, tzinfo=UTC))
    verdict = evaluate(rules, renewal)
    assert (verdict.outcome, verdict.missing) == ("grant", ())
    assert verdict.findings[0].matched
    assert verdict.because.startswith("Whatever the answer may be, the outcome is the same: ")
