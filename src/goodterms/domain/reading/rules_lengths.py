"""Comparing lengths and windows whose exact extent depends on the calendar: only what holds in every year counts."""

from __future__ import annotations

from collections.abc import Mapping

from goodterms.domain.rules import Span, Unit, Window

_LEAST_HOURS: Mapping[Unit, int] = {"hours": 1, "days": 24, "business days": 24, "months": 28 * 24, "years": 365 * 24}
_MOST_HOURS: Mapping[Unit, int] = {"hours": 1, "days": 24, "business days": 96, "months": 31 * 24, "years": 366 * 24}
_LONG_HOLIDAYS = 10 * 24
_CLOCK_CHANGE = 2
_MONTHS: Mapping[Unit, int] = {"months": 1, "years": 12}


def least_hours(span: Span) -> int:
    """The fewest hours a length can have, clock changes aside."""
    return span.count * _LEAST_HOURS[span.unit]


def most_hours(span: Span) -> int:
    """The most hours a length can have, clock changes aside; business days with long holidays."""
    return span.count * _MOST_HOURS[span.unit] + (_LONG_HOLIDAYS if span.unit == "business days" else 0)


def surely_longer(one: Span, other: Span) -> bool:
    """Whether the first is longer than the second wherever they begin: "1 month" and "30 days" are not sure."""
    if one.unit == other.unit:
        return one.count > other.count
    if one.unit in _MONTHS and other.unit in _MONTHS:
        return one.count * _MONTHS[one.unit] > other.count * _MONTHS[other.unit]
    return least_hours(one) > most_hours(other)


def same_length(one: Span, other: Span) -> bool:
    """Whether both always are the same: "1 year" and "12 months"."""
    if one.unit in _MONTHS and other.unit in _MONTHS:
        return one.count * _MONTHS[one.unit] == other.count * _MONTHS[other.unit]
    return one == other


def surely_within(inner: Window, outer: Window) -> bool:
    """Whether an instant inside the first window is inside the second, whatever the case."""
    anchors = (inner.counted_from, inner.counted_before) == (outer.counted_from, outer.counted_before)
    if not anchors or not set(outer.or_until) <= set(inner.or_until):
        return False
    if inner.opens is not None and outer.opens is not None:
        return _no_longer(inner.opens, outer.opens) and _no_longer(outer.length, inner.length)
    no_later = inner.last_day == outer.last_day and inner.closed_last_day in ("counts", outer.closed_last_day)
    no_more = inner.extended_by in (None, outer.extended_by)
    if no_later and no_more and same_unit(inner.length, outer.length):
        return _no_longer(inner.length, outer.length)
    return _latest_end(inner) <= _earliest_end(outer)


def same_unit(one: Span, other: Span) -> bool:
    """Whether two lengths can be compared to the day."""
    return one.unit == other.unit or (one.unit in _MONTHS and other.unit in _MONTHS)


def _no_longer(one: Span, other: Span) -> bool:
    return same_length(one, other) or surely_longer(other, one)


def _earliest_end(window: Window) -> int:
    """Hours from the anchor to the end, at least."""
    hours = least_hours(window.length) + (least_hours(window.extended_by) if window.extended_by else 0)
    if window.length.unit == "hours":
        return hours
    return hours - (24 if window.last_day == "exclusive" else 0) - _CLOCK_CHANGE


def _latest_end(window: Window) -> int:
    """Hours from the anchor to the end, at most."""
    hours = most_hours(window.length) + (most_hours(window.extended_by) if window.extended_by else 0)
    if window.length.unit == "hours":
        return hours
    hours += _LONG_HOLIDAYS if window.closed_last_day == "next_working_day" else 0
    return hours + (0 if window.last_day == "exclusive" else 24) + _CLOCK_CHANGE
