"""Contradictions that the search has found once, each with its smallest policy and case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from goodterms.domain.case import Case, Laws
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.judging.possibilities import Open, explore
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.term import Interval, Term, boundary
from tests.properties.documents import FACTS, Draft, read
from tests.properties.laws import LAW

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


def test_no_contract_is_made_after_its_order() -> None:
    """A day of the contract that is told as later than the order changes nothing of what was decided without it."""
    text = 'when.outside_window = "w0"\noutcome = "grant"\namount = "full"\naccess = "ends_now"'
    window = ("w0", 'length = "2 days"\ncounted_from = "contract_made_on"')
    rules = read(Draft("UTC", "ignored", (window,), (("R0", text),), (), "deny"))
    renewal = replace(PURCHASE, kind="renewal", requested_at=datetime(2026, 3, 9, tzinfo=UTC))
    told = replace(renewal, facts={"contract_made_on": date(2026, 3, 8)})
    assert evaluate(rules, renewal).outcome == evaluate(rules, told).outcome == "grant"


def test_a_sum_to_deduct_is_not_asked_for_where_only_a_limit_is_tested() -> None:
    """A sum that some other clause deducts is tried around its limits; what else the clause tests is not hidden."""
    worth = 'when.value_of_benefits_used_at_least = { EUR = "10.00" }\nwhen.consumer = true'
    less = 'when.payment = "renewal"\noutcome = "grant"\namount = "full"\nless = ["value_of_benefits_used"]'
    less += '\naccess = "ends_now"'
    assert evaluate(policy(f'{worth}\noutcome = "deny"', less), PURCHASE).outcome == "deny"
    rules = policy(f'{worth}\noutcome = "review"', less)
    first = evaluate(rules, PURCHASE)
    assert (first.outcome, first.missing) == ("ask", ("value_of_benefits_used", "consumer"))
    assert evaluate(rules, replace(PURCHASE, facts={"consumer": False})).outcome == "deny"
    waiting = evaluate(rules, replace(PURCHASE, kind="renewal", facts={"consumer": False}))
    assert (waiting.outcome, waiting.missing) == ("ask", ("value_of_benefits_used",))


def test_a_tie_with_a_law_says_access_in_the_same_words() -> None:
    """Whether a law gives the same as the policy can stay open: of a withdrawal the law is named, nothing changes."""
    grant = 'when.payment = "initial"\noutcome = "grant"\namount = "full"\naccess ='
    rules = policy(f'{grant} "keep_current_term"')
    right = '[[right]]\nid = "L0"\narticle = "art. 1"\nacts = ["withdraw"]\nsays = "So."'
    consumer = f"[facts.consumer]\n{FACTS['consumer']}"
    law = parse_law(f'{LAW.format(consumers_only="true")}{consumer}\n{right}\n{grant} "ends_now"\n', "law.toml")
    case = replace(PURCHASE, act="withdraw", country="DE")
    first = evaluate(rules, case, Laws((law,)))
    second = evaluate(rules, replace(case, facts={"consumer": True}), Laws((law,)))
    assert (first.clause, second.clause) == ("R0", "L0")
    assert (first.amount, first.access) == (second.amount, second.access)


def test_a_length_that_may_be_absent_is_asked_for() -> None:
    """A length of which only is tested whether there is one may be there or not."""
    rules = policy('when.delay_given = true\noutcome = "grant"\namount = "full"\naccess = "ends_now"')
    assert evaluate(rules, PURCHASE).missing == ("delay",)
    assert evaluate(rules, replace(PURCHASE, facts={"delay": None})).outcome == "deny"


def test_a_day_is_tried_in_each_zone() -> None:
    """A day from which on a law's window counts otherwise is one of the zone of the law, not of the policy."""
    rules = read(Draft("America/New_York", "ignored", (), (), (), "deny"))
    window = '[window.w0]\nopens = "70 days"\nlength = "5 days"\ncounted_before = "ships_on"'
    grant = 'when.outside_window = "w0"\nwhen.ships_on_on_or_after = 2026-03-11\noutcome = "grant"\namount = "full"'
    grant += '\naccess = "ends_now"'
    right = '[[right]]\nid = "L0"\narticle = "art. 1"\nacts = ["refund"]\nsays = "So."'
    parts = (LAW.format(consumers_only="false"), f"[facts.ships_on]\n{FACTS['ships_on']}", window, right, grant)
    laws = Laws((parse_law("\n".join(parts) + "\n", "law.toml"),))
    case = replace(PURCHASE, country="DE", buyer_timezone="Pacific/Auckland")
    assert evaluate(rules, case, laws).missing == ("ships_on",)
    assert evaluate(rules, replace(case, facts={"ships_on": date(2026, 5, 14)}), laws).outcome == "deny"
    assert evaluate(rules, replace(case, facts={"ships_on": date(2026, 5, 15)}), laws).outcome == "grant"


def test_too_many_combinations_need_all_that_was_met() -> None:
    """Where not every combination can be tried, a fact that made no difference till then is needed too."""
    names = ("a", "b", "c")
    found = explore(lambda assumed: next((one for one in names if one not in assumed), "c"), lambda *_: range(40))
    assert isinstance(found, Open)
    assert found.missing == names


def test_an_instant_is_tried_in_a_window_once_its_beginning_is_known() -> None:
    """Where a window has no known beginning, that is assumed before an instant that may lie inside of it."""
    text = 'when.certificate_earned_at_given = true\nwhen.certificate_earned_at_inside_window = "w0"\n'
    text += 'outcome = "grant"\namount = "full"\naccess = "ends_now"'
    window = ("w0", 'length = "2 days"\ncounted_from = "contract_made_on"')
    rules = read(Draft("UTC", "ignored", (window,), (("R0", text),), (), "deny"))
    renewal = replace(PURCHASE, kind="renewal", requested_at=datetime(2026, 3, 5, tzinfo=UTC))
    first = evaluate(rules, renewal)
    assert (first.outcome, first.clause) == ("ask", "R0")
    assert set(first.missing) == {"contract_made_on", "certificate_earned_at"}
    told = replace(renewal, facts={"contract_made_on": date(2026, 1, 14)})
    assert evaluate(rules, told).missing == ("certificate_earned_at",)


def test_a_closer_is_tried_around_every_instant_that_is_looked_for() -> None:
    """What closes a window may come before an instant that is known, not only before the request."""
    text = 'when.information_given_at_inside_window = "w0"\noutcome = "grant"\namount = "full"\naccess = "ends_now"'
    window = ("w0", 'length = "60 days"\ncounted_from = "order"\nor_until = ["certificate_earned_at"]')
    rules = read(Draft("UTC", "ignored", (window,), (("R0", text),), (), "deny"))
    case = replace(PURCHASE, facts={"information_given_at": datetime(2026, 3, 3, tzinfo=UTC)})
    assert evaluate(rules, case).missing == ("certificate_earned_at",)
    for day, outcome in ((3, "deny"), (4, "grant")):
        facts = {**case.facts, "certificate_earned_at": datetime(2026, 3, day, tzinfo=UTC)}
        assert evaluate(rules, replace(case, facts=facts)).outcome == outcome
