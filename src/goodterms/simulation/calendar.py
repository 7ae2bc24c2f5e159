"""Where terms begin and end, reckoned by counting months on a calendar and not as the domain does it."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta


def is_a_term(anchor: datetime | None, months: int, days: int, starts: datetime, ends: datetime) -> bool:
    """Whether [starts, ends) is the k-th whole length after the anchor, for some k."""
    if anchor is None or starts < anchor:
        return False
    if days:
        k, rest = divmod(starts - anchor, timedelta(days=days))
        return not rest and ends == starts + timedelta(days=days) and k >= 0
    apart = (starts.year - anchor.year) * 12 + starts.month - anchor.month
    if apart % months:
        return False
    return starts == later(anchor, apart) and ends == later(anchor, apart + months)


def later(anchor: datetime, months: int) -> datetime:
    """The anchor so many months on; the last day of a month that is too short."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    day = min(anchor.day, calendar.monthrange(year, month + 1)[1])
    return anchor.replace(year=year, month=month + 1, day=day)
