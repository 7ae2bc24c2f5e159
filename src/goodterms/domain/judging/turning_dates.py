"""For a window whose anchor is not known: the anchors between which an instant comes to be inside or outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.counting import local_date
from goodterms.domain.judging.windows import CountedWindow, count_window
from goodterms.domain.rules import Window

_REACH = timedelta(days=40_000)  # more than the longest window that a document may have, within the calendar


def dates_around(window: Window, at: datetime, zone: ZoneInfo, calendar: BusinessCalendar | None) -> Iterator[date]:
    """The first anchor dates with which the window has not closed, and has not opened yet, at an instant.

    Later anchors never close a window earlier, so each is found by halving.
    """
    on = local_date(at, zone)

    def counted(anchor_on: date) -> CountedWindow | None:
        try:
            return count_window(window, anchor_on, zone, calendar)
        except (ValueError, OverflowError):
            return None

    def not_closed(anchor_on: date) -> bool:
        found = counted(anchor_on)
        return on < anchor_on if found is None else at < found.closes_at

    def not_opened(anchor_on: date) -> bool:
        found = counted(anchor_on)
        return on < anchor_on if found is None else found.opens_at is not None and at < found.opens_at

    low, high = _moved(on, -_REACH), _moved(on, _REACH)
    for passed in (not_closed, not_opened) if window.opens is not None else (not_closed,):
        first, last = low.toordinal(), high.toordinal()
        while first < last:
            middle = (first + last) // 2
            if passed(date.fromordinal(middle)):
                last = middle
            else:
                first = middle + 1
        # Where closing days are known for some years only, their edge is no turn.
        if low.toordinal() < first < high.toordinal() and counted(date.fromordinal(first - 1)) is not None:
            turn = date.fromordinal(first)
            if counted(turn) is not None:
                yield turn


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta(0) else date.max
