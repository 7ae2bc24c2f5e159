"""Counting days: local dates, the ends of windows, and the words for lengths of time (R24, R25, A1, A2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from goodterms.domain.policy import Counting, Window
from goodterms.domain.term import Interval

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class CountedWindow:
    """A window applied to one order.

    `first_on` is day 0 and `last_on` the last local date inside, both in `zone`; `closes_at` is the first
    instant outside, in UTC.
    """

    first_on: date
    last_on: date
    closes_at: datetime
    zone: ZoneInfo

    @property
    def zone_name(self) -> str:
        """The IANA name of the zone the dates are in."""
        return self.zone.key

    def is_open(self, at: datetime) -> bool:
        """Whether an instant is inside."""
        return at < self.closes_at

    def day_of(self, at: datetime) -> int:
        """The number of the local day of an instant; the day of the anchor is 0."""
        return (local_date(at, self.zone) - self.first_on).days


def known_zone(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name, or None where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def counting_zone(counting: Counting, buyer_timezone: str | None) -> ZoneInfo:
    """The zone days are counted in (A2).

    The buyer's where the order carries one and the policy lets it, else the policy's. A zone on the order
    that does not exist (from imported data) is passed over. ValueError: the policy's own zone does not exist,
    which no parsed policy can have.
    """
    if buyer_timezone and counting.buyer_timezone == "overrides":
        buyers = known_zone(buyer_timezone)
        if buyers is not None:
            return buyers
    own = known_zone(counting.timezone)
    if own is None:
        raise ValueError(f"unknown time zone {counting.timezone}")
    return own


def local_date(at: datetime, zone: ZoneInfo | str) -> date:
    """The calendar date of an instant in a zone, given as such or by its IANA name."""
    return at.astimezone(_zone(zone)).date()


def day_ends_at(day: date, zone: ZoneInfo | str) -> datetime:
    """The first instant, in UTC, after a local date: its end, exclusive."""
    return start_of_day(day + timedelta(days=1), _zone(zone))


def _zone(zone: ZoneInfo | str) -> ZoneInfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, from which the local date is `day` or later for good.

    Midnight may not exist (clocks jump over it, or a whole day is left out, as on 2011-12-30 in Apia) or may
    come twice (clocks go back across it, and the evening before is lived again).
    """
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock, given its zone below
    first = midnight.replace(tzinfo=zone).astimezone(UTC)
    second = midnight.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if second > first and local_date(second - _MOMENT, zone) < day:
        return second
    # In a gap the first reading is the jump itself: since 1970 clocks have jumped at midnight, never across it.
    return first


def count_window(window: Window, anchor_at: datetime, zone: ZoneInfo) -> CountedWindow:
    """A window counted from the instant of its anchor.

    Calendar days: the anchor's day is day 0 and the last day is inside to its midnight (R24). Hours: elapsed
    time, the last instant outside.
    """
    first_on = local_date(anchor_at, zone)
    if window.length.unit == "hours":
        closes_at = anchor_at.astimezone(UTC) + timedelta(hours=window.length.count)
        return CountedWindow(first_on, local_date(closes_at - _MOMENT, zone), closes_at, zone)
    last_on = first_on + timedelta(days=window.length.count)
    return CountedWindow(first_on, last_on, day_ends_at(last_on, zone), zone)


def plural(count: int, noun: str) -> str:
    """A count with its noun: "1 day", "10 days"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def days_in_words(days: int) -> str:
    """A length of days as people say it: 14 is "2 weeks", 10 is "10 days", 30 is "30 days"."""
    if days and days % 7 == 0:
        return plural(days // 7, "week")
    return plural(days, "day")


def interval_in_words(interval: Interval) -> str:
    """The length of a term: "1 year", "1 year and 6 months", "30 days"."""
    if interval.days:
        return plural(interval.days, "day")
    years, months = divmod(interval.months, 12)
    parts = [plural(years, "year")] if years else []
    if months:
        parts.append(plural(months, "month"))
    return " and ".join(parts)


def and_days_in_words(interval: Interval, days: int) -> str:
    """A term and some days more: "1 year and 2 weeks", "1 year, 6 months and 10 days"."""
    if days == 0:
        return interval_in_words(interval)
    return interval_in_words(interval).replace(" and ", ", ") + " and " + days_in_words(days)


def date_in_words(day: date) -> str:
    """A date without doubt about day and month: "18 December 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
