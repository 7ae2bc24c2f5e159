"""Calendars of countries and states by their names, and the laws that may apply to customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from goodterms import policies
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.policy import BusinessDays
from goodterms.storage.calendars import Calendars, business_calendar, calendar_named
from goodterms.storage.laws import laws_for, shipped_laws
from tests.support.small_rules import REFERENCE, case_of, clause, days, inside, policy_of

CALENDARS = Calendars(2025, 2027)


@pytest.mark.parametrize(
    ("name", "closed", "opened"),
    [
        ("European Central Bank", date(2026, 4, 6), date(2026, 5, 14)),
        ("DE", date(2026, 5, 14), date(2026, 7, 14)),
        ("FR", date(2026, 7, 14), date(2026, 6, 4)),
        ("US", date(2026, 7, 3), date(2026, 5, 1)),
        ("DE-BY", date(2026, 1, 6), date(2026, 1, 7)),
        ("none", date(2026, 4, 5), date(2026, 12, 25)),
    ],
)
def test_the_closing_days_of_a_calendar(name: str, closed: date, opened: date) -> None:
    """Each calendar closes on its own holidays and on weekends."""
    calendar = CALENDARS[name]
    assert not calendar.is_business_day(closed)
    assert calendar.is_business_day(opened)
    assert name in CALENDARS
    assert CALENDARS[name] is calendar


@pytest.mark.parametrize("name", ["Atlantis", "de", "US-XX", "buyer's country", ""])
def test_there_is_no_calendar_of_an_unknown_name(name: str) -> None:
    """A calendar that does not exist is not taken for one without holidays."""
    assert name not in CALENDARS
    with pytest.raises(KeyError):
        CALENDARS[name]
    assert set(CALENDARS) >= {"none", "DE", "US"}
    assert len(list(CALENDARS)) == len(CALENDARS)


def test_counting_is_refused_outside_the_years() -> None:
    """Those of a case reach far around it. Also where somebody asks for millennia no more than three centuries are
    computed."""
    assert (CALENDARS["DE"].first_on, CALENDARS["DE"].last_on) == (date(1960, 1, 1), date(2149, 12, 31))
    with pytest.raises(ValueError, match="not known"):
        CALENDARS["DE"].is_business_day(date(2150, 1, 3))
    assert calendar_named("DE", 2020, 9999).last_on == date(2320, 12, 31)
    assert calendar_named("DE", -5, 3).first_on == date(1, 1, 1)
    with pytest.raises(LookupError, match="Atlantis"):
        calendar_named("Atlantis", 2026, 2026)


def test_promises_are_counted_in_the_buyers_country() -> None:
    """A policy may leave the calendar to where the buyer lives; where that is not known only weekends are closed."""
    policy = replace(REFERENCE, business_days=BusinessDays(frozenset({4, 5}), "buyer's country"))
    bavaria = business_calendar(policy, 2026, 2026, "DE", "BY")
    assert not bavaria.is_business_day(date(2026, 1, 6))
    assert business_calendar(policy, 2026, 2026, "DE").is_business_day(date(2026, 1, 6))
    nowhere = business_calendar(policy, 2026, 2026)
    assert nowhere.is_business_day(date(2026, 12, 24))
    assert not nowhere.is_business_day(date(2026, 12, 25))  # a Friday, which is a weekend here


def test_the_laws_of_where_customers_live() -> None:
    """Every law that comes along can be read; only those of the countries, and those without borders, may apply."""
    assert {law.id for law in shipped_laws()} == set(policies.law_names())
    assert shipped_laws() is shipped_laws()
    everywhere = {law.id for law in shipped_laws() if not law.countries}
    assert {law.id for law in laws_for(REFERENCE, [], 2025, 2026).laws} == everywhere
    german = {law.id for law in laws_for(REFERENCE, ["DE"], 2025, 2026).laws}
    assert german == everywhere | {law.id for law in shipped_laws() if "DE" in law.countries}
    assert laws_for(REFERENCE, ["DE", "FR"], 2025, 2026) is laws_for(REFERENCE, {"FR", "DE"}, 2025, 2026)


def test_a_window_of_the_policy_counts_by_the_calendar_it_names() -> None:
    """The day after a holiday is inside where the last day moves on."""
    window = days("w", 3, closed_last_day="next_working_day")
    case = case_of("2026-07-11T00:00:00Z", "2027-07-11T00:00:00Z", "2026-07-15T12:00:00Z")
    for name, outcome in (("FR", "grant"), ("DE", "deny")):  # 14 July is a holiday in France
        policy = policy_of(clause("IN", inside("w")), windows=[window], holidays=name)
        assert evaluate(policy, case, laws_for(policy, [], 2026, 2026)).outcome == outcome
