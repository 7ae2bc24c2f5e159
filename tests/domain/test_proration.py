"""The unused part of a term: every way of reckoning it, with sums by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.judging.proration import next_boundary, unused_part
from goodterms.domain.money import Money, MoneyError, Rounding, divide
from goodterms.domain.rules import Proration, Span
from goodterms.domain.term import Interval, Term, boundary
from tests.support.small_rules import WEEKDAYS, at, case_of, clause, policy_of, unused

UTC_ZONE = ZoneInfo("UTC")
ROUNDINGS: tuple[Rounding, ...] = ("half_up", "half_even", "up", "down")
YEAR = Term(1, at("2026-01-15T00:00:00Z"), at("2027-01-15T00:00:00Z"))
DAY, MONTH = Proration(), Proration(by="whole_month")
NEXT_MONTH, NEXT_BILLING = Proration(start="next_calendar_month"), Proration(start="next_billing_month")
NOTICE = Proration(start="after_notice", notice=Span(1, "months"))


@pytest.mark.parametrize(
    ("proration", "requested", "units", "whole", "from_on", "until_at"),
    [
        (DAY, "2026-05-20T09:00:00Z", 239, 365, "2026-05-21", "2026-05-21T00:00:00Z"),
        (Proration(request_day="unused"), "2026-05-20T09:00:00Z", 240, 365, "2026-05-20", "2026-05-20T00:00:00Z"),
        (NEXT_MONTH, "2026-05-20T09:00:00Z", 228, 365, "2026-06-01", "2026-06-01T00:00:00Z"),
        (NEXT_MONTH, "2026-12-31T09:00:00Z", 14, 365, "2027-01-01", "2027-01-01T00:00:00Z"),
        (NEXT_BILLING, "2026-05-20T09:00:00Z", 214, 365, "2026-06-15", "2026-06-15T00:00:00Z"),
        (NEXT_BILLING, "2026-06-15T00:00:00Z", 184, 365, "2026-07-15", "2026-07-15T00:00:00Z"),
        (NOTICE, "2026-05-31T09:00:00Z", 198, 365, "2026-07-01", "2026-07-01T00:00:00Z"),
        (NOTICE, "2026-12-30T09:00:00Z", 0, 365, "2027-01-15", "2027-01-15T00:00:00Z"),
        (DAY, "2027-02-01T09:00:00Z", 0, 365, "2027-01-15", "2027-01-15T00:00:00Z"),  # over
        (DAY, "2026-01-01T09:00:00Z", 365, 365, "2026-01-15", "2026-01-15T00:00:00Z"),  # not begun
        (MONTH, "2026-05-20T09:00:00Z", 7, 12, "2026-06-15", "2026-06-15T00:00:00Z"),
        (MONTH, "2026-05-14T09:00:00Z", 8, 12, "2026-05-15", "2026-05-15T00:00:00Z"),
        (MONTH, "2026-05-15T00:00:00Z", 7, 12, "2026-06-15", "2026-06-15T00:00:00Z"),
        (Proration(by="whole_month", start="next_calendar_month"), "2026-05-20T09:00:00Z", 7, 12, "2026-06-15",
         "2026-06-15T00:00:00Z"),
        (Proration(by="whole_month", start="next_billing_month"), "2026-05-20T09:00:00Z", 7, 12, "2026-06-15",
         "2026-06-15T00:00:00Z"),
        (MONTH, "2027-01-14T09:00:00Z", 0, 12, "2027-01-15", "2027-01-15T00:00:00Z"),
        (MONTH, "2025-12-14T09:00:00Z", 12, 12, "2026-01-15", "2026-01-15T00:00:00Z"),
    ],
)  # fmt: skip
def test_the_unused_part(
    proration: Proration, requested: str, units: int, whole: int, from_on: str, until_at: str
) -> None:
    """What is unused of a year from 15 January, where it begins, and until when the rest is used."""
    part = unused_part(proration, YEAR, at(requested), UTC_ZONE)
    assert (part.units, part.whole, part.from_on, part.used_until_at) == (
        units, whole, date.fromisoformat(from_on), at(until_at),
    )  # fmt: skip


def test_days_are_those_of_the_zone() -> None:
    """Late in the evening of UTC it is the next day in Berlin, and one day less is unused."""
    late = at("2026-05-20T22:30:00Z")
    assert unused_part(Proration(), YEAR, late, UTC_ZONE).units == 239
    berlin = unused_part(Proration(), YEAR, late, ZoneInfo("Europe/Berlin"))
    assert (berlin.units, berlin.used_until_at) == (238, at("2026-05-21T22:00:00Z"))


def test_a_notice_in_business_days() -> None:
    """Three business days after a Thursday end on Tuesday."""
    notice = Proration(start="after_notice", notice=Span(3, "business days"))
    part = unused_part(notice, YEAR, at("2026-05-21T09:00:00Z"), UTC_ZONE, WEEKDAYS)
    assert part.from_on == date(2026, 5, 27)


def test_a_term_in_days_has_its_months_too() -> None:
    """Of 90 days from 1 March, two whole months and a short one, the months not begun are left."""
    term = Term(1, at("2026-03-01T00:00:00Z"), at("2026-05-30T00:00:00Z"))
    part = unused_part(Proration(by="whole_month"), term, at("2026-03-20T00:00:00Z"), UTC_ZONE)
    assert (part.units, part.whole) == (2, 3)


def test_the_next_billing_month_is_counted_from_the_start() -> None:
    """From 31 January the boundaries are 28 February, 31 March, 30 April; the last is the end of the term."""
    term = Term(1, at("2026-01-31T10:00:00Z"), at("2027-01-31T10:00:00Z"))
    for requested, expected in (
        ("2026-01-01T00:00:00Z", "2026-01-31T10:00:00Z"),
        ("2026-02-28T09:59:59Z", "2026-02-28T10:00:00Z"),
        ("2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z"),
        ("2026-04-01T00:00:00Z", "2026-04-30T10:00:00Z"),
        ("2029-01-01T00:00:00Z", "2027-01-31T10:00:00Z"),
    ):
        assert next_boundary(term, at(requested)) == at(expected)


@pytest.mark.parametrize(
    ("numerator", "rounded"),
    [
        (5, (1, 0, 1, 0)), (15, (2, 2, 2, 1)), (-5, (-1, 0, -1, 0)), (14, (1, 1, 2, 1)), (16, (2, 2, 2, 1)),
        (20, (2, 2, 2, 2)), (25, (3, 2, 3, 2)), (0, (0, 0, 0, 0)),
    ],
)  # fmt: skip
def test_rounding(numerator: int, rounded: tuple[int, ...]) -> None:
    """Tenths, rounded half up, half to even, up and down."""
    assert tuple(divide(numerator, 10, way) for way in ROUNDINGS) == rounded
    with pytest.raises(MoneyError, match="positive"):
        divide(1, 0, "down")


def test_a_policy_says_how_it_rounds() -> None:
    """10.00 x 228/365 = 6.2465..., by each rule."""
    for way, minor in (("half_up", 625), ("half_even", 625), ("up", 625), ("down", 624)):
        policy = policy_of(clause("PART", payback=unused(start="next_calendar_month", rounding=way)))
        case = case_of("2026-01-15T00:00:00Z", "2027-01-15T00:00:00Z", "2026-05-20T09:00:00Z", "10.00 EUR")
        assert evaluate(policy, case).amount == Money(minor, "EUR")


def test_no_more_than_is_left_and_asked_for() -> None:
    """What was paid back before, or not asked for, is not paid."""
    policy = policy_of(clause("PART", payback=unused()))
    case = ("2026-01-15T00:00:00Z", "2027-01-15T00:00:00Z", "2026-05-20T09:00:00Z", "195.00 USD")
    assert evaluate(policy, case_of(*case, already_refunded=Money(10000, "USD"))).amount == Money(9500, "USD")
    assert evaluate(policy, case_of(*case, asked=Money(5000, "USD"))).amount == Money(5000, "USD")


PRICES = st.integers(0, 10**7).map(lambda minor: Money(minor, "EUR"))
TERMS = st.builds(
    lambda start, months: Term(1, start, boundary(start, Interval(months=months), 1)),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 36),
)
PRORATIONS = st.builds(
    Proration, by=st.sampled_from(["day", "whole_month"]), request_day=st.sampled_from(["used", "unused"]),
    start=st.sampled_from(["request", "next_calendar_month", "next_billing_month", "after_notice"]),
    rounding=st.sampled_from(["half_up", "half_even", "up", "down"]),
    notice=st.builds(Span, st.integers(1, 60), st.sampled_from(["days", "months"])),
)  # fmt: skip


@given(PRORATIONS, TERMS, PRICES, st.integers(-100, 1300), st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"]))
def test_used_and_unused_part_add_up_to_the_price(
    proration: Proration, term: Term, price: Money, days: int, name: str
) -> None:
    """Both parts rounded, they miss the price by a minor unit at most; none is more than all."""
    part = unused_part(proration, term, term.starts_at + timedelta(days=days), ZoneInfo(name))
    assert 0 <= part.units <= part.whole
    unused_amount = part.of(price, proration)
    used = price.share(part.whole - part.units, part.whole, proration.rounding)
    assert abs((unused_amount + used).minor - price.minor) <= 1
    assert Money(0, "EUR") <= unused_amount <= price
    assert term.starts_at <= part.used_until_at <= term.ends_at


@given(PRORATIONS, TERMS, st.integers(-100, 1300), st.integers(0, 400))
def test_waiting_never_makes_more_unused(proration: Proration, term: Term, days: int, later: int) -> None:
    """A later request finds the same or a smaller unused part, and a later end of use."""
    first, second = (
        unused_part(proration, term, term.starts_at + timedelta(days=n), UTC_ZONE) for n in (days, days + later)
    )
    assert second.units <= first.units
    assert first.used_until_at <= second.used_until_at
