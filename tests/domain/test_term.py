"""Terms and their calendar, compared with a calendar that is counted out day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.domain.term import Interval, Term, TermState, boundary, next_term
from tests.support.samples import at

MONTHS = [1, 2, 3, 6, 12, 24]
ANCHORS = st.datetimes(datetime(1999, 1, 1), datetime(2031, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
STARTS, ENDS = at("2026-01-10"), at("2027-01-10")
MOMENT = timedelta(microseconds=1)


def _counted_out(anchor: date, months: int) -> date:
    """The day that is so many months on, found by walking: the same day of the month, or the month's last."""
    day = anchor.replace(day=1)
    for _ in range(months):
        while True:
            day += timedelta(days=1)
            if day.day == 1:
                break
    last = day
    while last.day < anchor.day and (last + timedelta(days=1)).month == day.month:
        last += timedelta(days=1)
    return last


@settings(max_examples=60, deadline=None)
@given(ANCHORS, st.sampled_from(MONTHS), st.integers(0, 20))
def test_boundaries_are_those_of_the_calendar(anchor: datetime, months: int, n: int) -> None:
    """The n-th boundary keeps day and time of the anchor, or the last day of a month that is too short."""
    found = boundary(anchor, Interval(months=months), n)
    assert found.date() == _counted_out(anchor.date(), months * n)
    assert found.timetz() == anchor.timetz()


@pytest.mark.requirement("R2")
@settings(max_examples=100, deadline=None)
@given(
    ANCHORS,
    st.one_of(
        st.sampled_from(MONTHS).map(lambda m: Interval(months=m)),
        st.integers(1, 400).map(lambda d: Interval(days=d)),
    ),
)
def test_fifty_years_without_gap_or_overlap(anchor: datetime, interval: Interval) -> None:
    """Term after term, each starts where the last one ended, lasts long enough, and stays on the calendar."""
    starts_at, number = anchor, 1
    while starts_at < anchor + timedelta(days=50 * 366) and number < 700:
        term = next_term(anchor, interval, number=number, starts_at=starts_at)
        assert term.starts_at == starts_at
        assert term.ends_at == boundary(anchor, interval, number)
        assert term.ends_at - term.starts_at >= timedelta(days=interval.shortest_days)
        starts_at, number = term.ends_at, number + 1


@pytest.mark.parametrize(
    ("anchor", "months", "days"),
    [
        pytest.param("2026-01-31", 1, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"], id="the-31st"),
        pytest.param("2028-01-30", 1, ["2028-02-29", "2028-03-30", "2028-04-30", "2028-05-30"], id="leap-february"),
        pytest.param("2028-02-29", 12, ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"], id="29-february"),
        pytest.param("2096-02-29", 12, ["2097-02-28", "2098-02-28", "2099-02-28", "2100-02-28"], id="2100-no-leap"),
        pytest.param("2026-08-31", 6, ["2027-02-28", "2027-08-31", "2028-02-29", "2028-08-31"], id="half-years"),
        pytest.param("2026-11-15", 3, ["2027-02-15", "2027-05-15", "2027-08-15", "2027-11-15"], id="over-new-year"),
    ],
)
def test_the_anchor_day_survives_short_months(anchor: str, months: int, days: list[str]) -> None:
    """A short month moves one boundary only: the next one is on the anchor's day again."""
    found = [boundary(at(anchor), Interval(months=months), n) for n in (1, 2, 3, 4)]
    assert found == [at(day) for day in days]


@pytest.mark.parametrize("months", range(1, 37))
def test_the_shortest_is_the_shortest_there_is(months: int) -> None:
    """No stretch of so many months in twelve years is shorter than the shortest, and one is as short."""
    first = date(2025, 1, 1)
    every = (first + timedelta(days=n) for n in range(0, 12 * 365, 1))
    lengths = {
        (boundary(a, Interval(months=months), 1) - a).days
        for a in (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in every)
    }
    assert min(lengths) == Interval(months=months).shortest_days


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        pytest.param("2026-03-31", "2026-04-30", id="on-a-boundary"),
        pytest.param("2026-04-05", "2026-04-30", id="little-missing"),
        pytest.param("2026-04-15", "2026-04-30", id="half-left"),
        pytest.param("2026-04-16", "2026-05-31", id="less-than-half-left"),
        pytest.param("2026-04-29", "2026-05-31", id="a-day-left"),
        pytest.param("2025-12-31", "2026-01-31", id="before-the-anchor"),
    ],
)
def test_a_start_between_boundaries_is_not_sold_much_too_short(starts: str, ends: str) -> None:
    """After a gap a term lasts to the next boundary, or to the one after it where less than half would be left."""
    term = next_term(at("2026-01-31"), Interval(months=1), number=9, starts_at=at(starts))
    assert (term.starts_at, term.ends_at) == (at(starts), at(ends))


@pytest.mark.parametrize(
    ("given_back", "when", "state", "covers"),
    [
        pytest.param({}, STARTS - MOMENT, TermState.UPCOMING, False, id="before"),
        pytest.param({}, STARTS, TermState.RUNNING, True, id="at-its-start"),
        pytest.param({}, ENDS - MOMENT, TermState.RUNNING, True, id="last-moment"),
        pytest.param({}, ENDS, TermState.ENDED, False, id="at-its-end"),
        pytest.param({"dropped_at": STARTS - MOMENT}, STARTS, TermState.DROPPED, False, id="dropped-before"),
        pytest.param({"dropped_at": at("2026-02-01")}, at("2026-01-31"), TermState.DROPPED, True, id="dropped-late"),
        pytest.param({"dropped_at": at("2026-02-01")}, at("2026-02-01"), TermState.DROPPED, False, id="and-after"),
        pytest.param({"revoked_at": at("2026-02-01")}, at("2026-01-31"), TermState.RUNNING, True, id="revoked-later"),
        pytest.param({"revoked_at": at("2026-02-01")}, at("2026-02-01"), TermState.ENDED, False, id="as-revoked"),
        pytest.param({"revoked_at": ENDS + MOMENT}, ENDS, TermState.ENDED, False, id="revoked-after-its-end"),
    ],
)
def test_a_term_at_an_instant(given_back: dict[str, datetime], when: datetime, state: TermState, covers: bool) -> None:
    """A term runs from its first instant to before its last; given back, it gives access until then and no longer."""
    term = Term(1, STARTS, ENDS, **given_back)
    assert (term.state(when), term.covers(when)) == (state, covers)
    assert STARTS <= term.access_ends_at <= ENDS


def test_what_is_no_term_or_interval_is_refused() -> None:
    """An empty term, one that is both dropped and revoked, and an interval of nothing or of both are errors."""
    with pytest.raises(ValueError, match="ends after"):
        Term(1, STARTS, STARTS)
    with pytest.raises(ValueError, match="not both"):
        Term(1, STARTS, ENDS, dropped_at=STARTS, revoked_at=STARTS)
    for months, days in ((0, 0), (1, 1), (-1, 0), (0, -1), (-1, 1)):
        with pytest.raises(ValueError, match="interval"):
            Interval(months, days)
