"""Counting days: local dates, spans between them, and the words for lengths of time (R24, R25, A1, A2)."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from goodterms.domain.business_days import BusinessCalendar, add_business_days
from goodterms.domain.policy import Counting
from goodterms.domain.rules import Span
from goodterms.domain.term import Interval

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MOMENT = timedelta(microseconds=1)


@lru_cache(maxsize=1024)
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


def add_span(day: date, span: Span, calendar: BusinessCalendar | None = None, *, back: bool = False) -> date:
    """The local date a span after a date, or before it; hours are no dates.

    Months and years keep the day of the month where the month has it, else they end on its last day. ValueError for a
    date outside the calendar of the years 1 to 9999, or where business days are counted without a calendar.
    """
    sign = -1 if back else 1
    try:
        match span.unit:
            case "days":
                return day + timedelta(days=sign * span.count)
            case "months" | "years":
                return add_months(day, sign * span.count * (12 if span.unit == "years" else 1))
            case "business days" if calendar is not None:
                return add_business_days(day, sign * span.count, calendar)
    except OverflowError:
        raise ValueError(f"{span} from {day} is outside the calendar") from None
    raise ValueError(f"{span} can not be counted in dates")


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day where it is shorter. ValueError outside the years 1 to 9999."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise ValueError(f"{months} months from {day} is outside the calendar")
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


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
