"""Counting days across time zones, and the words for lengths of time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.counting import (
    and_days_in_words,
    date_in_words,
    day_ends_at,
    days_in_words,
    interval_in_words,
    known_zone,
    local_date,
    start_of_day,
)
from goodterms.domain.judging.windows import count_window
from goodterms.domain.rules import Span, Window
from goodterms.domain.term import Interval

# Zones that skip midnight, live the evening twice, change by half an hour, or leave a whole day out.
ZONES = [
    "UTC", "America/New_York", "America/Sao_Paulo", "America/Havana", "America/St_Johns", "Asia/Beirut",
    "Africa/Cairo", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati",
]  # fmt: skip
DAYS = st.dates(date(1985, 1, 1), date(2030, 12, 31))
MONTH = Window("money_back", Span(30, "days"), "order")


@pytest.mark.requirement("R24")
@given(DAYS, st.sampled_from(ZONES), st.integers(0, 86_400))
def test_a_day_starts_where_its_date_starts(day: date, name: str, seconds: int) -> None:
    """From the start of a day on the local date never is an earlier one, and just before it always is."""
    zone = ZoneInfo(name)
    start = start_of_day(day, zone)
    assert local_date(start, zone) >= day
    assert local_date(start + timedelta(seconds=seconds), zone) >= day
    assert local_date(start - timedelta(microseconds=1), zone) < day


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("UTC", date(2026, 4, 2), "2026-04-02T00:00:00Z"),
        ("Australia/Sydney", date(2026, 4, 1), "2026-03-31T13:00:00Z"),
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00:00Z"),  # 00:00 did not exist
        ("America/Havana", date(2025, 11, 2), "2025-11-02T04:00:00Z"),  # 00:00 came twice
        ("America/St_Johns", date(2010, 11, 7), "2010-11-07T03:30:00Z"),  # went back over midnight at 00:01
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00Z"),  # the day that was left out
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00:00Z"),
    ],
)
def test_odd_midnights(zone: str, day: date, start: str) -> None:
    """Known jumps of clocks, with the instants at which their days began."""
    assert start_of_day(day, ZoneInfo(zone)) == datetime.fromisoformat(start)


@pytest.mark.requirement("R24")
@given(
    st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
    st.integers(-3 * 86_400, 3 * 86_400),
)
def test_day_30_is_inside_and_day_31_is_not(placed_at: datetime, name: str, offset: int) -> None:
    """Around its end, a window of 30 days agrees with the local dates of order and request."""
    zone = ZoneInfo(name)
    counted = count_window(MONTH, placed_at, zone)
    request = counted.closes_at + timedelta(seconds=offset)
    assert counted.is_open(request) == (offset < 0)
    if local_date(request, zone) <= counted.last_on:
        assert counted.is_open(request)
    if offset >= 0:
        assert counted.day_of(request) > 30


def test_a_day_that_is_left_out_counts_all_the_same() -> None:
    """Ordered in Apia on 1 December 2011, day 30 is the 31st, although the 30th never was."""
    placed_at = datetime(2011, 12, 1, 20, tzinfo=UTC)
    counted = count_window(MONTH, placed_at, ZoneInfo("Pacific/Apia"))
    assert (counted.first_on, counted.last_on) == (date(2011, 12, 1), date(2011, 12, 31))
    assert counted.closes_at == datetime(2011, 12, 31, 10, tzinfo=UTC)


def test_hours_are_elapsed_time() -> None:
    """Hours do not care for clocks that change; the last local date is that of the last moment."""
    window = Window("w", Span(48, "hours"), "order")
    counted = count_window(window, datetime(2026, 3, 28, 12, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    assert counted.closes_at == datetime(2026, 3, 30, 12, tzinfo=UTC)
    assert counted.last_on == date(2026, 3, 30)


def test_zones_are_taken_by_name_too() -> None:
    """Screens that only know a zone's name get the same days; unknown names are known as such."""
    assert local_date(datetime(2026, 3, 2, 23, tzinfo=UTC), "Asia/Tokyo") == date(2026, 3, 3)
    assert day_ends_at(date(2026, 4, 1), "UTC") == datetime(2026, 4, 2, tzinfo=UTC)
    for unknown in ("Mars/Olympus", "", "../etc/passwd", "America"):
        assert known_zone(unknown) is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "0 days"),
        (1, "1 day"),
        (7, "1 week"),
        (10, "10 days"),
        (14, "2 weeks"),
        (30, "30 days"),
        (35, "5 weeks"),
    ],
)
def test_days_in_words(days: int, words: str) -> None:
    """Whole weeks are called weeks."""
    assert days_in_words(days) == words


@pytest.mark.parametrize(
    ("interval", "words", "longer"),
    [
        (Interval(months=12), "1 year", "1 year and 2 weeks"),
        (Interval(months=24), "2 years", "2 years and 2 weeks"),
        (Interval(months=1), "1 month", "1 month and 2 weeks"),
        (Interval(months=18), "1 year and 6 months", "1 year, 6 months and 2 weeks"),
        (Interval(days=30), "30 days", "30 days and 2 weeks"),
    ],
)
def test_terms_in_words(interval: Interval, words: str, longer: str) -> None:
    """Terms are named in years and months, and with the days of a lead added."""
    assert interval_in_words(interval) == words
    assert and_days_in_words(interval, 14) == longer
    assert and_days_in_words(interval, 0) == words


def test_dates_in_words() -> None:
    """A date can not be misread across the Atlantic."""
    assert date_in_words(date(2026, 12, 8)) == "8 December 2026"
