"""Windows applied to a case: from which instant to which each is open (R24, R25; X1-X4 in the axes of policies)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from goodterms.domain.business_days import BusinessCalendar, on_business_day
from goodterms.domain.counting import add_span, day_ends_at, local_date, start_of_day
from goodterms.domain.rules import Span, Window
from goodterms.domain.value import dataclass, replace

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class CountedWindow:
    """A window applied to one case.

    `first_on` is day 0, the anchor's local date; `last_on` the last local date inside, both in `zone`. `closes_at` is
    the first instant outside and `opens_at` the first inside, in UTC; None where it has always been open. `ended_by`
    names the instant that closed it earlier than its length would have.
    """

    first_on: date
    last_on: date
    closes_at: datetime
    zone: ZoneInfo
    opens_at: datetime | None = None
    ended_by: str | None = None

    @property
    def zone_name(self) -> str:
        """The IANA name of the zone the dates are in."""
        return self.zone.key

    def is_open(self, at: datetime) -> bool:
        """Whether an instant is inside."""
        return at < self.closes_at and (self.opens_at is None or self.opens_at <= at)

    def day_of(self, at: datetime) -> int:
        """The number of the local day of an instant; the day of the anchor is 0."""
        return (local_date(at, self.zone) - self.first_on).days

    def until(self, instants: Iterable[tuple[str, datetime]]) -> CountedWindow:
        """The same window, closed by the first of some named instants if that comes before its end."""
        name, at = min(instants, key=lambda named: named[1], default=("", self.closes_at))
        if self.closes_at <= at:
            return self
        last_on = local_date(at - _MOMENT, self.zone)
        return replace(self, last_on=last_on, closes_at=at.astimezone(UTC), ended_by=name)


def count_window(
    window: Window, anchor: datetime | date, zone: ZoneInfo, calendar: BusinessCalendar | None = None
) -> CountedWindow:
    """A window counted from its anchor, an instant or a local date; `or_until` is left to `CountedWindow.until`.

    Calendar days: the anchor's day is day 0 and the last day is inside to its midnight (R24), or outside as a whole.
    Hours: elapsed time, the last instant outside. `calendar` is needed for business days. ValueError for dates outside
    the calendar.
    """
    first_on = local_date(anchor, zone) if isinstance(anchor, datetime) else anchor
    if window.counted_before is not None:
        return _before(window, first_on, zone, calendar)
    if window.length.unit == "hours":
        began_at = anchor.astimezone(UTC) if isinstance(anchor, datetime) else start_of_day(anchor, zone)
        closes_at = began_at + timedelta(hours=window.length.count)
        if window.extended_by is not None:
            closes_at = _later(closes_at, window.extended_by)
        return CountedWindow(first_on, local_date(closes_at - _MOMENT, zone), closes_at, zone)
    last_on = add_span(first_on, window.length, calendar)
    if window.extended_by is not None:
        last_on = add_span(last_on, window.extended_by, calendar)
    if window.last_day == "exclusive":
        last_on = add_span(last_on, Span(1, "days"), back=True)
    if window.closed_last_day == "next_working_day":
        if calendar is None:
            raise ValueError(f"the window {window.name} needs a calendar of closing days")
        last_on = on_business_day(last_on, calendar)
    return CountedWindow(first_on, last_on, day_ends_at(last_on, zone), zone)


def _before(window: Window, anchor_on: date, zone: ZoneInfo, calendar: BusinessCalendar | None) -> CountedWindow:
    """A window before its anchor: from one local date to another, both inside."""
    last_on = add_span(anchor_on, window.length, calendar, back=True)
    opens_at = None
    if window.opens is not None:
        opens_at = start_of_day(add_span(anchor_on, window.opens, calendar, back=True), zone)
    return CountedWindow(anchor_on, last_on, day_ends_at(last_on, zone), zone, opens_at)


def _later(at: datetime, span: Span) -> datetime:
    """An instant later by a span: in hours elapsed, else by the calendar of UTC."""
    if span.unit == "hours":
        return at + timedelta(hours=span.count)
    return datetime.combine(add_span(at.date(), span), at.timetz())
