"""What is not known: asked for only where it matters, in the order of need, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.case import Case, Laws
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.money import Money
from goodterms.domain.rules import Clause, Fact, Payback, Span, Window
from tests.support.small_rules import at, case_of, clause, days, inside, law_of, need, policy_of

USED = need("used_in_cycle", "is", "true")
UNUSED = need("used_in_cycle", "is", "false")
MOOD = Fact("mood", "word", "In which mood?", ("calm", "cross", "glad"))
SEATS = Fact("seats", "whole_number", "How many seats?")
LENT = Fact("lent", "length", "For how long was it lent?")
MONTH = ("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-05-10T00:00:00Z")


def verdict(*clauses: Clause, facts: Any = ("used_in_cycle",), windows: Any = (), case: Case | None = None):  # type: ignore[no-untyped-def]
    """What a policy of these clauses says about a month of which nothing else is known."""
    return evaluate(policy_of(*clauses, facts=facts, windows=windows), case or case_of(*MONTH))


def test_both_answers_come_to_the_same() -> None:
    """What would be paid either way is paid; the clause that decides says that the answer does not matter."""
    found = verdict(clause("USED", USED), clause("UNUSED", UNUSED))
    assert (found.outcome, found.amount, found.clause, found.missing) == ("grant", Money(10000, "EUR"), "USED", ())
    assert found.because == (
        "Whatever the answer may be, the outcome is the same: Has it been used in the current billing cycle?"
    )
    assert [f.matched for f in found.findings] == [True, False, False]


def test_a_clause_that_fits_in_any_case_is_the_one_that_decides() -> None:
    """A denial for use and the denial of the default are the same; the default needs no answer."""
    found = verdict(clause("USED", USED, outcome="deny"))
    assert (found.outcome, found.clause) == ("deny", "DEFAULT")
    assert found.findings[0].because == "Needs information: Has it been used in the current billing cycle?"
    assert found.findings[1].matched


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        ({}, "grant"),
        ({"payback": Payback("share", percent=50)}, "ask"),
        ({"access": "unchanged"}, "ask"),
        ({"outcome": "refer"}, "ask"),
    ],
)
def test_money_access_and_outcome_all_matter(other: dict[str, Any], outcome: str) -> None:
    """Two answers that differ in one of them have to be told apart."""
    assert verdict(clause("USED", USED, **other), clause("UNUSED", UNUSED)).outcome == outcome


def test_a_condition_that_fails_settles_a_clause() -> None:
    """What else it needs is not asked for."""
    found = verdict(clause("LATE", USED, inside("short")), clause("REST"), windows=[days("short", 3)])
    assert (found.outcome, found.clause) == ("grant", "REST")


def test_a_fact_that_makes_no_difference_is_not_asked_for() -> None:
    """Of two that are not known, only the one that decides is needed, though the other comes first."""
    found = verdict(
        clause("A", need("mood", "is", "calm"), USED), clause("B", need("mood", "is_not", "calm"), USED),
        facts=("used_in_cycle", MOOD),
    )  # fmt: skip
    assert found.missing == ("used_in_cycle",)


def test_facts_come_in_the_order_of_need() -> None:
    """A fact that is needed only after another's answer comes after it."""
    found = verdict(
        clause("CALM", need("mood", "is", "calm"), need("seats", "at_least", "3")),
        clause("CROSS", need("mood", "is", "cross"), USED),
        facts=(MOOD, SEATS, "used_in_cycle"),
    )  # fmt: skip
    assert found.missing == ("mood", "seats", "used_in_cycle")
    assert found.clause == "CALM"


ALL_MOODS = [clause("CALM", need("mood", "is", "calm", "cross")), clause("GLAD", need("mood", "is", "glad"))]
ALL_SEATS = [clause("FEW", need("seats", "at_most", "3")), clause("MANY", need("seats", "more_than", "3"))]
ALL_SUMS = [clause("FEW", need("previous_amount", "less_than", "5.00 EUR", "6.00 USD")),
            clause("MANY", need("previous_amount", "at_least", "5.00 EUR", "6.00 USD"))]  # fmt: skip
ALL_DATES = [clause("OLD", need("contract_made_on", "before", "2026-01-01")),
             clause("NEW", need("contract_made_on", "on_or_after", "2026-01-01"))]  # fmt: skip
ALL_INSTANTS = [clause("IN", need("certificate_earned_at", "inside", "w")),
                clause("OUT", need("certificate_earned_at", "outside", "w"))]  # fmt: skip
ALL_LENGTHS = [
    clause("SHORT", need("lent", "at_most", "1 month")),
    clause("LONG", need("lent", "more_than", "1 month")),
]
ALL_COUNTRIES = [clause("DE", need("country", "is", "DE")), clause("NOT-DE", need("country", "is_not", "DE"))]
FACTS = (MOOD, SEATS, LENT, "previous_amount", "contract_made_on", "certificate_earned_at")


@pytest.mark.parametrize(
    "both", [ALL_MOODS, ALL_SEATS, ALL_SUMS, ALL_DATES, ALL_INSTANTS, ALL_LENGTHS, ALL_COUNTRIES],
    ids=["words", "numbers", "amounts", "dates", "instants", "lengths", "texts"],
)  # fmt: skip
def test_every_type_of_fact_is_divided_into_kinds(both: list[Clause]) -> None:
    """Where each kind of value is granted nothing is asked; without one of the clauses it is."""
    case = case_of(*MONTH, kind="renewal")
    windows = [days("w", 3)]
    first, second = both
    assert verdict(first, second, facts=FACTS, windows=windows, case=case).outcome == "grant"
    for one in both:
        asked = verdict(one, facts=FACTS, windows=windows, case=case)
        assert asked.outcome == "ask", one.id
        assert len(asked.missing) == 1


def test_absence_is_an_answer_too() -> None:
    """Known to be absent is not the same as not known: it is neither before nor after, and it can be tested."""
    earned = [clause("BEFORE", need("certificate_earned_at", "before", "2026-05-05")),
              clause("AFTER", need("certificate_earned_at", "on_or_after", "2026-05-05"))]  # fmt: skip
    assert verdict(*earned, facts=FACTS).missing == ("certificate_earned_at",)
    never = clause("NEVER", need("certificate_earned_at", "given", "false"))
    assert verdict(*earned, never, facts=FACTS).outcome == "grant"
    known = case_of(*MONTH, facts={"certificate_earned_at": None})
    assert verdict(*earned, never, facts=FACTS, case=known).clause == "NEVER"
    assert verdict(*earned, facts=FACTS, case=known).outcome == "deny"


def test_what_is_absent_is_no_value_and_none_of_many() -> None:
    """An order without a plan is not of that plan: "is" fails and "is not" holds."""
    none = case_of(*MONTH, facts={"plan": None})
    assert verdict(clause("IS", need("plan", "is", "pro")), facts=("plan",), case=none).outcome == "deny"
    assert verdict(clause("NOT", need("plan", "is_not", "pro")), facts=("plan",), case=none).outcome == "grant"
    thing = case_of(*MONTH, facts={"seats": None, "lent": None})
    lent = clause("LENT", need("lent", "is_not", "1 month"), need("lent", "is_not", "2 days"))
    assert verdict(lent, facts=FACTS, case=thing).outcome == "grant"
    assert verdict(clause("IS", need("lent", "is", "1 month")), facts=FACTS, case=thing).outcome == "deny"


def test_what_is_taken_where_nothing_is_known() -> None:
    """A history without entries is none; a document says so."""
    again = clause("AGAIN", need("prior_refunds_user", "at_least", "1"), outcome="deny")
    policy = policy_of(again, clause("REST"), facts=["prior_refunds_user"])
    assert evaluate(policy, case_of(*MONTH)).clause == "REST"
    assert evaluate(policy, case_of(*MONTH, facts={"prior_refunds_user": 1})).clause == "AGAIN"
    assert evaluate(policy, case_of(*MONTH, facts={"prior_refunds_user": None})).clause == "REST"
    for absent, kind in (("none", "instant"), ("false", "yes_or_no"), ("0", "amount"), ("calm", "word")):
        fact = Fact("thing", kind, "", ("calm",) if kind == "word" else (), absent)  # type: ignore[arg-type]
        given = clause("GIVEN", need("thing", "given", "true"), outcome="deny")
        found = evaluate(policy_of(given, clause("REST"), facts=[fact]), case_of(*MONTH))
        assert found.clause == ("REST" if absent == "none" else "GIVEN")


def test_other_names_of_a_fact() -> None:
    """A case may call a fact by any of its names."""
    trial = clause("TRIAL", need("origin", "is", "trial_conversion"), outcome="deny")
    policy = policy_of(trial, clause("REST"), facts=["origin"])
    assert evaluate(policy, case_of(*MONTH, facts={"charge_origin": "trial_conversion"})).clause == "TRIAL"
    assert evaluate(policy, case_of(*MONTH, facts={"origin": "another_word"})).clause == "REST"


def test_a_window_from_an_anchor_that_is_not_known() -> None:
    """It can be over or open; where it can not be open any more, nothing is asked."""
    window = Window("told", Span(14, "days"), "information_given_at")
    facts = ("information_given_at",)
    assert verdict(clause("IN", inside("told")), facts=facts, windows=[window]).missing == facts
    contract = Window("w", Span(14, "days"), "contract")
    renewal = case_of(*MONTH, kind="renewal")
    assert verdict(clause("IN", inside("w")), facts=(), windows=[contract], case=renewal).missing == (
        "contract_made_on",
    )
    later = replace(renewal, placed_at=at("2026-04-01T00:00:00Z"))
    assert verdict(clause("IN", inside("w")), facts=(), windows=[contract], case=later).outcome == "deny"


def test_amounts_to_be_deducted_can_not_be_tried() -> None:
    """Every value leads to another sum, so the fact is needed; not where nothing is paid."""
    less = clause("LESS", payback=Payback("full", less=("value_of_benefits_used",)))
    facts = ("value_of_benefits_used",)
    found = verdict(less, facts=facts)
    assert (found.outcome, found.missing, found.clause) == ("ask", facts, "LESS")
    paid_back = case_of(*MONTH, already_refunded=Money(10000, "EUR"))
    assert verdict(less, facts=facts, case=paid_back).outcome == "grant"


def test_a_fact_that_follows_from_another_is_not_another_possibility() -> None:
    """What the policy asks of the amount before settles for the law whether the price is higher."""
    same = clause("SAME", need("previous_amount", "at_least", "100.00 EUR"))
    right = clause("HIGHER", need("price_increased", "is", "true"))
    laws = Laws((law_of(right, facts=("consumer", "price_increased")),))
    case = case_of(*MONTH, country="DE", facts={"consumer": True})
    assert evaluate(policy_of(same, facts=["previous_amount"]), case, laws).outcome == "grant"
    dear = clause("SAME", need("previous_amount", "at_least", "100.02 EUR"))
    asked = evaluate(policy_of(dear, facts=["previous_amount"]), case, laws)
    assert (asked.outcome, asked.missing) == ("ask", ("previous_amount",))


def test_too_many_combinations_are_asked_about_instead_of_tried() -> None:
    """Twelve facts that all matter are asked for, in bounded time."""
    facts = [Fact(f"fact_{n}", "whole_number", "?") for n in range(12)]
    clauses = [clause(f"C{n}", need(f"fact_{n}", "is", "3"), payback=Payback("share", percent=n)) for n in range(12)]
    found = verdict(*clauses, facts=facts)
    assert found.outcome == "ask"
    assert found.missing[0] == "fact_0"


VALUES: dict[str, list[Any]] = {
    "mood": ["calm", "cross", "glad"],
    "seats": [0, 2, 3, 4, 100],
    "used_in_cycle": [True, False],
    "certificate_earned_at": [
        None,
        at("2026-04-30T23:59:59Z"),
        at("2026-05-04T12:00:00Z"),
        at("2026-05-20T00:00:00Z"),
    ],
    "contract_made_on": [date(2020, 1, 1), date(2026, 4, 26), date(2026, 4, 27), date(2026, 5, 1)],
    "previous_amount": [Money(0, "EUR"), Money(499, "EUR"), Money(500, "EUR")],
}
ANY_NEED = st.sampled_from(
    [
        USED, UNUSED, need("mood", "is", "calm"), need("mood", "is_not", "calm", "glad"), inside("w"),
        need("seats", "at_least", "3"), need("seats", "is", "2"), need("certificate_earned_at", "given", "true"),
        inside("until"), inside("contract"),
        need("certificate_earned_at", "inside", "w"), need("contract_made_on", "before", "2026-04-27"),
        need("contract_at", "on_or_after", "2026-01-01"),
        need("previous_amount", "less_than", "5.00 EUR"),
    ]
)  # fmt: skip
ANY_CLAUSE = st.builds(
    lambda needs, outcome, percent: clause(
        "C", *needs, outcome=outcome, payback=Payback("share", percent=percent) if outcome == "grant" else None
    ),
    st.lists(ANY_NEED, min_size=1, max_size=3, unique=True),
    st.sampled_from(["grant", "deny", "review"]),
    st.sampled_from([50, 100]),
)
ANY_WINDOWS = [
    days("w", 9), days("until", 20, or_until=("certificate_earned_at",)),
    days("contract", 13, counted_from="contract"),
]  # fmt: skip
ANY_FACTS = (MOOD, SEATS, "used_in_cycle", "certificate_earned_at", "contract_made_on", "previous_amount")


@given(
    st.lists(ANY_CLAUSE, min_size=1, max_size=4),
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}),
    st.sets(st.sampled_from(sorted(VALUES))),
    st.booleans(),
)  # fmt: skip
def test_what_is_decided_without_an_answer_is_decided_so_with_it(
    clauses: list[Clause], facts: dict[str, Any], hidden: set[str], has_law: bool
) -> None:
    """Whatever is not known turns out to be, a verdict that did not wait for it stands."""
    named = [replace(one, id=f"C{n}") for n, one in enumerate(clauses)]
    policy = policy_of(*named[1:], facts=ANY_FACTS, windows=ANY_WINDOWS)
    right = replace(named[0], outcome="grant", payback=Payback("full"))
    law = law_of(right, facts=("consumer", *ANY_FACTS), windows=ANY_WINDOWS, contracts_from=date(2026, 4, 27))
    laws = Laws((law,) if has_law else ())
    case = case_of(*MONTH, kind="renewal", country="DE", facts={**facts, "consumer": True})
    full = evaluate(policy, case, laws)
    assert full.outcome != "ask"
    known = {name: value for name, value in case.facts.items() if name not in hidden}
    partly = evaluate(policy, replace(case, facts=known), laws)
    assert set(partly.missing) <= hidden
    if partly.outcome == "ask":
        assert partly.missing
        assert (partly.amount, partly.access) == (Money(0, "EUR"), "unchanged")
    else:
        assert (partly.outcome, partly.amount, partly.access) == (full.outcome, full.amount, full.access)
    assert all(found.because.endswith((".", "?")) and found.rule for found in partly.findings)
    assert [found for found in partly.findings if found.clause == partly.clause and found.rule == partly.rule]
