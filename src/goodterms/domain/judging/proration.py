"""The unused part of a term: from which day, until when it is used, and what it is worth (X20)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.counting import add_months, add_span, local_date, start_of_day
from goodterms.domain.judging.fact_values import whole_months_of
from goodterms.domain.money import Money
from goodterms.domain.rules import Proration
from goodterms.domain.term import Interval, Term, boundary
from goodterms.domain.value import dataclass

_DAY = timedelta(days=1)
_MONTH = Interval(months=1)


@dataclass(frozen=True, slots=True)
class UnusedPart:
    """A part of a term that is not used: `units` of the `whole` (days or months).

    `from_on` is its first local date and `used_until_at` (exclusive, UTC) the instant before it; a term that has not
    begun is unused from its start, one that is over has no unused part.
    """

    units: int
    whole: int
    from_on: date
    used_until_at: datetime

    def of(self, price: Money, proration: Proration) -> Money:
        """The share of a price that belongs to it, rounded once."""
        return price.share(self.units, self.whole, proration.rounding)


def unused_part(
    proration: Proration, term: Term, requested_at: datetime, zone: ZoneInfo, calendar: BusinessCalendar | None = None
) -> UnusedPart:
    """The unused part of a term for a request, in the local days of a zone.

    With "day" the unused days of the term's days; with "whole_month" the months of the term that begin when the unused
    part does or later. `calendar` is needed for a notice in business days. ValueError for dates outside the calendar.
    """
    from_on, exactly_at = _beginning(proration, term, requested_at, zone, calendar)
    start_on, end_on = local_date(term.starts_at, zone), local_date(term.ends_at, zone)
    if proration.by == "whole_month":
        return _in_months(term, from_on, exactly_at, zone)
    whole = max((end_on - start_on).days, 1)
    units = min(max((end_on - from_on).days, 0), whole)
    if exactly_at is None:
        exactly_at = start_of_day(from_on, zone)
    return UnusedPart(units, whole, min(max(from_on, start_on), end_on), _within(term, exactly_at))


def next_boundary(term: Term, at: datetime) -> datetime:
    """The next monthly boundary of a term strictly after an instant, counted from its start; at most its end."""
    if term.ends_at <= at:
        return term.ends_at
    months = max(_months_between(term.starts_at, at) - 1, 0)
    while (next_at := boundary(term.starts_at, _MONTH, months)) <= at:
        months += 1
    return min(next_at, term.ends_at)


def _beginning(
    proration: Proration, term: Term, requested_at: datetime, zone: ZoneInfo, calendar: BusinessCalendar | None
) -> tuple[date, datetime | None]:
    """The first unused local date, and the instant where that is not the beginning of the date."""
    on = local_date(requested_at, zone)
    match proration.start:
        case "request":
            return (on + _DAY if proration.request_day == "used" else on), None
        case "next_calendar_month":
            return add_months(on.replace(day=1), 1), None
        case "after_notice":
            return (add_span(on, proration.notice, calendar) if proration.notice else on) + _DAY, None
        case "next_billing_month":
            at = next_boundary(term, requested_at)
            return local_date(at, zone), at


def _in_months(term: Term, from_on: date, exactly_at: datetime | None, zone: ZoneInfo) -> UnusedPart:
    """Whole months left: those whose first day is the first unused date or later."""
    whole = whole_months_of(term, zone)
    if whole is None:  # a term in days: its months, the last of which may be short
        whole = max(_months_between(term.starts_at, term.ends_at) - 1, 1)
        while boundary(term.starts_at, _MONTH, whole) < term.ends_at:
            whole += 1
    used = min(max((from_on.year - term.starts_at.year) * 12 + from_on.month - term.starts_at.month - 2, 0), whole)
    while used < whole and _begins(term, used, exactly_at, from_on, zone):
        used += 1
    at = min(boundary(term.starts_at, _MONTH, used), term.ends_at) if used < whole else term.ends_at
    return UnusedPart(whole - used, whole, local_date(at, zone), at)


def _months_between(start: datetime, end: datetime) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _begins(term: Term, month: int, exactly_at: datetime | None, from_on: date, zone: ZoneInfo) -> bool:
    """Whether a month of the term, counted from 0, begins before the unused part does."""
    starts_at = boundary(term.starts_at, _MONTH, month)
    return starts_at < exactly_at if exactly_at is not None else local_date(starts_at, zone) < from_on


def _within(term: Term, at: datetime) -> datetime:
    return min(max(at, term.starts_at), term.ends_at)
