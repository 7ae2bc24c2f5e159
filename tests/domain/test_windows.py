"""Windows of every kind: what they are counted from, where they end, and what they are not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.business_days import BusinessCalendar, on_business_day
from goodterms.domain.counting import add_months, add_span, local_date
from goodterms.domain.judging.clauses import evaluate, refundable_until
from goodterms.domain.judging.turning_dates import dates_around
from goodterms.domain.judging.windows import count_window
from goodterms.domain.rules import Span, Window
from tests.support.small_rules import WEEKDAYS, at, case_of, clause, days, inside, need, policy_of

UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
EASTER = BusinessCalendar(frozenset({5, 6}), frozenset({date(2026, 4, 3), date(2026, 4, 6)}))


@pytest.mark.parametrize(
    ("window", "anchor", "last_on", "closes_at"),
    [
        (days("w", 30), "2026-03-02T10:00:00Z", date(2026, 4, 1), "2026-04-02T00:00:00Z"),
        (days("w", 30, last_day="exclusive"), "2026-03-02T10:00:00Z", date(2026, 3, 31), "2026-04-01T00:00:00Z"),
        (Window("w", Span(1, "months")), "2026-01-31T10:00:00Z", date(2026, 2, 28), "2026-03-01T00:00:00Z"),
        (Window("w", Span(1, "years")), "2028-02-29T10:00:00Z", date(2029, 2, 28), "2029-03-01T00:00:00Z"),
        (Window("w", Span(48, "hours")), "2026-06-10T10:00:00Z", date(2026, 6, 12), "2026-06-12T10:00:00Z"),
        (days("w", 14, extended_by=Span(12, "months")), "2026-07-01T00:00:00Z", date(2027, 7, 15),
         "2027-07-16T00:00:00Z"),
        (Window("w", Span(24, "hours"), extended_by=Span(12, "hours")), "2026-07-01T00:00:00Z", date(2026, 7, 2),
         "2026-07-02T12:00:00Z"),
        # The evening of Maundy Thursday; Good Friday and Easter Monday are closed.
        (Window("w", Span(3, "business days")), "2026-04-02T20:00:00Z", date(2026, 4, 9), "2026-04-10T00:00:00Z"),
        (Window("w", Span(3, "business days"), last_day="exclusive"), "2026-04-02T20:00:00Z", date(2026, 4, 8),
         "2026-04-09T00:00:00Z"),
        (days("w", 1, closed_last_day="next_working_day"), "2026-04-02T20:00:00Z", date(2026, 4, 7),
         "2026-04-08T00:00:00Z"),
    ],
)  # fmt: skip
def test_the_end_of_a_window(window: Window, anchor: str, last_on: date, closes_at: str) -> None:
    """Each kind of window, with its last local day and the first instant outside."""
    counted = count_window(window, at(anchor), UTC_ZONE, EASTER)
    assert (counted.last_on, counted.closes_at) == (last_on, at(closes_at))
    assert counted.is_open(counted.closes_at - timedelta(microseconds=1))
    assert not counted.is_open(counted.closes_at)


def test_days_with_23_and_25_hours() -> None:
    """A day ends at its own midnight when clocks change; hours are hours."""
    spring, autumn = at("2026-03-28T12:00:00+01:00"), at("2026-10-24T12:00:00+02:00")
    assert count_window(days("w", 1), spring, BERLIN).closes_at == at("2026-03-29T22:00:00Z")
    assert count_window(days("w", 1), autumn, BERLIN).closes_at == at("2026-10-25T23:00:00Z")
    for placed in (spring, autumn):
        assert count_window(Window("w", Span(24, "hours")), placed, BERLIN).closes_at == placed + timedelta(hours=24)


def test_a_date_is_an_anchor_like_the_beginning_of_its_day() -> None:
    """A fact that is a date is day 0 itself, in every zone."""
    assert count_window(days("w", 14), date(2026, 7, 1), BERLIN).closes_at == at("2026-07-15T22:00:00Z")
    hours = count_window(Window("w", Span(24, "hours")), date(2026, 7, 1), BERLIN)
    assert hours.closes_at == at("2026-07-01T22:00:00Z")


def test_a_window_before_its_anchor() -> None:
    """From three months to one month before, both days inside; without an opening it has always been open."""
    window = Window("w", Span(1, "months"), counted_before="term_end", opens=Span(3, "months"))
    counted = count_window(window, at("2027-05-31T12:00:00Z"), UTC_ZONE)
    assert (counted.opens_at, counted.closes_at) == (at("2027-02-28T00:00:00Z"), at("2027-05-01T00:00:00Z"))
    assert not counted.is_open(at("2027-02-27T23:59:59Z"))
    assert counted.is_open(at("2027-02-28T00:00:00Z"))
    two_before = Window("w", Span(2, "business days"), counted_before="order")
    open_ended = count_window(two_before, at("2026-04-08T09:00:00Z"), UTC_ZONE, EASTER)
    assert (open_ended.opens_at, open_ended.last_on) == (None, date(2026, 4, 2))
    assert open_ended.is_open(at("2000-01-01T00:00:00Z"))


def test_what_ends_a_window_earlier() -> None:
    """The first of several instants, if it comes before the end."""
    counted = count_window(days("w", 7), at("2026-05-01T00:00:00Z"), UTC_ZONE)
    assert counted.until([]) is counted
    assert counted.until([("a", at("2026-06-01T00:00:00Z"))]) is counted
    ended = counted.until([("a", at("2026-05-04T00:00:00Z")), ("b", at("2026-05-03T18:00:00Z"))])
    assert (ended.closes_at, ended.last_on, ended.ended_by) == (at("2026-05-03T18:00:00Z"), date(2026, 5, 3), "b")


@pytest.mark.parametrize(
    ("anchor", "closes"),
    [("order", "2026-05-05"), ("term_start", "2026-05-15"), ("term_end", "2026-06-15"), ("contract", "2026-04-15"),
     ("certificate_earned_at", "2026-05-25")],
)  # fmt: skip
def test_every_anchor(anchor: str, closes: str) -> None:
    """A window can be counted from each event of an order, and from a declared fact."""
    policy = policy_of(clause("IN", inside("w")), windows=[days("w", 4, counted_from=anchor)],
                       facts=["certificate_earned_at"])  # fmt: skip
    case = case_of(
        "2026-05-10T00:00:00Z", "2026-06-10T00:00:00Z", "2026-04-01T00:00:00Z", order="2026-04-30T00:00:00Z",
        contract_at=at("2026-04-10T00:00:00Z"), facts={"certificate_earned_at": at("2026-05-20T00:00:00Z")},
    )  # fmt: skip
    assert refundable_until(policy, case) == at(f"{closes}T00:00:00Z")


@pytest.mark.parametrize(
    ("condition", "until"),
    [
        (need("request", "in_first", "1 month"), "2026-06-10T00:00:00Z"),
        (need("request", "in_first", "36 hours"), "2026-05-11T12:00:00Z"),
        (need("request", "in_last", "30 days"), None),  # and for good
        (need("term", "is", "upcoming"), "2026-05-10T00:00:00Z"),
        (need("term", "is", "upcoming", "running"), "2026-08-10T00:00:00Z"),
        (need("term", "is", "ended"), None),
        (need("request", "before", "2026-05-20"), "2026-05-20T00:00:00Z"),
        (need("request", "outside", "w"), None),
        (need("request", "inside", "before"), "2026-08-04T00:00:00Z"),
        (need("sales_channel", "is", "vendor_store"), None),
        (need("sales_channel", "is", "isp"), None),
    ],
)
def test_the_end_of_the_time_to_ask(condition, until: str | None) -> None:  # type: ignore[no-untyped-def]
    """Whatever limits the time to ask, its end is told, also when it is past or far off."""
    windows = [days("w", 4), Window("before", Span(7, "days"), counted_before="term_end", opens=Span(20, "days"))]
    policy = policy_of(clause("IN", condition), windows=windows)
    for requested in ("2026-05-01T00:00:00Z", "2027-05-01T00:00:00Z"):
        case = case_of("2026-05-10T00:00:00Z", "2026-08-10T00:00:00Z", requested)
        assert refundable_until(policy, case) == (at(until) if until else None)
    if until:
        last = case_of("2026-05-10T00:00:00Z", "2026-08-10T00:00:00Z", until)
        assert evaluate(policy, last).outcome == "deny"


def test_positions_are_said_in_words() -> None:
    """A request in the last days of a term is told where they began."""
    policy = policy_of(clause("LAST", need("request", "in_last", "30 days"), outcome="deny"),
                       clause("FIRST", need("request", "in_first", "1 month")))  # fmt: skip
    verdict = evaluate(policy, case_of("2026-05-10T00:00:00Z", "2026-08-10T00:00:00Z", "2026-07-30T09:30:00Z"))
    assert verdict.because == (
        "The request came on 30 July 2026, 09:30 UTC; the last 30 days of the term began on 11 July 2026, 00:00 UTC."
    )
    assert verdict.findings[1].because.endswith("the first month of the term ended on 10 June 2026, 00:00 UTC.")


DATES = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DATES, st.integers(-600, 600))
def test_months_keep_the_day_where_they_can(day: date, months: int) -> None:
    """The day is kept or is the last of a shorter month, and going back never ends later."""
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)
    assert add_months(moved, -months) <= day


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 400), st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns"]),
    st.integers(-40 * 86_400, 40 * 86_400),
)  # fmt: skip
def test_hours_and_days_agree_away_from_the_end(placed_at: datetime, n: int, name: str, seconds: int) -> None:
    """A window of n days and one of 24 n hours differ at most in the last day and the one after it."""
    zone = ZoneInfo(name)
    in_days = count_window(days("w", n), placed_at, zone)
    in_hours = count_window(Window("w", Span(24 * n, "hours")), placed_at, zone)
    request = in_hours.closes_at + timedelta(seconds=seconds)
    if abs(seconds) > 27 * 3600:
        assert in_days.is_open(request) == in_hours.is_open(request)


SPANS = st.builds(Span, st.integers(1, 60), st.sampled_from(["days", "months", "years", "business days"]))
WINDOWS = st.builds(
    Window, st.just("w"), SPANS, last_day=st.sampled_from(["inclusive", "exclusive"]),
    extended_by=st.none() | st.builds(Span, st.integers(1, 30), st.sampled_from(["days", "months"])),
    closed_last_day=st.sampled_from(["counts", "next_working_day"]),
)  # fmt: skip
BEFORE = st.builds(
    lambda days, more: Window("w", Span(days, "days"), counted_before="order", opens=Span(days + more, "days")),
    st.integers(1, 90), st.integers(0, 90),
)  # fmt: skip


@given(WINDOWS | BEFORE, DATES, st.integers(0, 900))
def test_a_later_anchor_never_closes_earlier(window: Window, day: date, later: int) -> None:
    """What is known of an anchor only within limits can be tried at the limits."""
    first = count_window(window, day, UTC_ZONE, EASTER)
    second = count_window(window, day + timedelta(days=later), UTC_ZONE, EASTER)
    assert first.closes_at <= second.closes_at


@given(WINDOWS | BEFORE, st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_turning_dates_are_where_a_window_turns(window: Window, requested_at: datetime) -> None:
    """With the date found the window is on one side, with the day before on the other; between them nothing turns."""
    found = list(dates_around(window, requested_at, UTC_ZONE, WEEKDAYS))
    assert found
    for day in found:
        sides = [
            (
                lambda counted: (
                    requested_at < counted.closes_at,
                    bool(counted.opens_at and requested_at < counted.opens_at),
                )
            )(count_window(window, on, UTC_ZONE, WEEKDAYS))
            for on in (day - timedelta(days=1), day)
        ]
        assert sides[0] != sides[1]


def test_days_off_are_passed_over() -> None:
    """An open day stays; a closed one moves to the next open one."""
    assert on_business_day(date(2026, 4, 2), EASTER) == date(2026, 4, 2)
    assert on_business_day(date(2026, 4, 3), EASTER) == date(2026, 4, 7)
    assert add_span(date(2026, 4, 7), Span(1, "business days"), EASTER, back=True) == date(2026, 4, 2)


@pytest.mark.parametrize("window", [days("w", 9000), Window("w", Span(9000, "years")), Window("w", Span(9, "hours"))])
def test_the_end_of_all_days_is_an_error_of_value(window: Window) -> None:
    """Dates beyond the calendar are refused as values, by no other exception."""
    policy = policy_of(clause("IN", inside("w")), windows=[window])
    for order in ("9999-12-31T22:00:00Z", "0001-01-01T00:00:00Z"):
        case = case_of("2026-05-10T00:00:00Z", "2026-08-10T00:00:00Z", "2026-05-20T00:00:00Z", order=order,
                       buyer_timezone="Pacific/Auckland")  # fmt: skip
        try:
            evaluate(policy, case)
        except ValueError:
            continue
    with pytest.raises(ValueError, match="calendar"):
        add_span(date.max, window.length if window.length.unit != "hours" else Span(1, "days"))


def test_a_window_says_its_local_dates() -> None:
    """The number of a day is that of the zone."""
    counted = count_window(days("w", 30), at("2026-03-01T08:00:00+11:00"), ZoneInfo("Australia/Sydney"))
    request = at("2026-03-31T20:00:00+11:00")
    assert counted.day_of(request) == 30
    assert local_date(request, counted.zone) == counted.last_on
