"""Business days over weekends and closing days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms import policies
from goodterms.domain.business_days import BusinessCalendar, add_business_days
from goodterms.domain.counting import local_date
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.reading.policy_words import HOLIDAY_CALENDARS
from goodterms.storage import calendars
from goodterms.storage.calendars import business_calendar

REFERENCE = parse_policy(policies.read("reference"), policies.source("reference"))
WEEKDAYS_ONLY = BusinessCalendar(frozenset({5, 6}), frozenset())


@pytest.mark.requirement("R39")
def test_over_easter() -> None:
    """A refund initiated on the Thursday before Easter 2026 is due from Monday 13 to Wednesday 15 April."""
    calendar = business_calendar(REFERENCE, 2026, 2026)
    initiated_on = local_date(datetime(2026, 4, 2, 3, tzinfo=UTC), REFERENCE.timezone)
    earliest, latest = REFERENCE.refund.credit_business_days
    assert add_business_days(initiated_on, earliest, calendar) == date(2026, 4, 13)
    assert add_business_days(initiated_on, latest, calendar) == date(2026, 4, 15)


def test_the_calendar_closes_on_bank_holidays_and_weekends() -> None:
    """Closing days come from the library, the weekend from the policy."""
    calendar = business_calendar(REFERENCE, 2026, 2027)
    closed = [date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 12, 25), date(2027, 1, 1)]
    assert not any(calendar.is_business_day(day) for day in [*closed, date(2026, 4, 11)])
    assert calendar.is_business_day(date(2026, 4, 7))
    assert business_calendar(REFERENCE, 2026, 2027) is calendar


def test_outside_the_known_years_counting_is_refused() -> None:
    """A missing year must not look like a year without holidays."""
    calendar = business_calendar(REFERENCE, 2026, 2026)
    with pytest.raises(ValueError, match="not known"):
        add_business_days(date(2026, 12, 30), 3, calendar)


def test_every_calendar_a_policy_may_name_can_be_built() -> None:
    """What the reader of policies accepts, storage provides."""
    assert set(HOLIDAY_CALENDARS) == set(calendars._FINANCIAL)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_the_start_is_never_counted(start: date, n: int, end: date) -> None:
    """Counting begins with the next day, open or not."""
    assert add_business_days(start, n, WEEKDAYS_ONLY) == end


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60), st.sets(st.integers(0, 6), max_size=6))
def test_exactly_n_open_days_are_passed(start: date, n: int, weekend: set[int]) -> None:
    """Between the start and the result lie n open days, the last of which is the result."""
    calendar = BusinessCalendar(frozenset(weekend), frozenset({start + timedelta(days=3)}))
    end = add_business_days(start, n, calendar)
    passed = [start + timedelta(days=days) for days in range(1, (end - start).days + 1)]
    assert sum(calendar.is_business_day(day) for day in passed) == n
    assert calendar.is_business_day(end)


def test_impossible_counts_are_refused() -> None:
    """A calendar that is always closed would never end, and after the last of all days there is no other."""
    for start, n in ((date.max, 1), (date.min, -1)):
        with pytest.raises(ValueError, match="no business day beyond"):
            add_business_days(start, n, WEEKDAYS_ONLY)
    with pytest.raises(ValueError, match="open"):
        BusinessCalendar(frozenset(range(7)), frozenset())
