"""Business days: counting over weekends and closing days of a calendar that is passed in (R39, A18)."""

from __future__ import annotations

from datetime import date, timedelta

from goodterms.domain.value import dataclass

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Which days are closed: weekdays of the weekend (Monday 0 .. Sunday 6) and single closing days.

    The closing days are known from `first_on` to `last_on` (None: without limit); outside, counting is
    refused rather than guessed.
    """

    weekend: frozenset[int]
    closing_days: frozenset[date]
    first_on: date | None = None
    last_on: date | None = None

    def __post_init__(self) -> None:
        if len(self.weekend & set(range(7))) > 6:
            raise ValueError("a calendar needs at least one weekday that is open")

    def is_business_day(self, day: date) -> bool:
        """Whether the day is open. ValueError outside the range in which closing days are known."""
        too_early = self.first_on is not None and day < self.first_on
        too_late = self.last_on is not None and day > self.last_on
        if too_early or too_late:
            raise ValueError(f"the closing days around {day} are not known to this calendar")
        return day.weekday() not in self.weekend and day not in self.closing_days


def add_business_days(start: date, n: int, calendar: BusinessCalendar) -> date:
    """The n-th business day after `start`, which itself is never counted; n = 0 is `start`, below 0 before it.

    From Thursday 2 April 2026 the fifth is Monday 13 April: Good Friday and Easter Monday are closed (R39).
    ValueError for a day outside the calendar's range, or outside the years 1 to 9999.
    """
    day, step = start, _DAY if n > 0 else -_DAY
    left = abs(n)
    while left:
        day = _next(day, step)
        if calendar.is_business_day(day):
            left -= 1
    return day


def on_business_day(day: date, calendar: BusinessCalendar) -> date:
    """The day itself where it is open, else the next one that is (Regulation 1182/71 art. 3(4)).

    ValueError for a day outside the calendar's range.
    """
    while not calendar.is_business_day(day):
        day = _next(day, _DAY)
    return day


def _next(day: date, step: timedelta) -> date:
    try:
        return day + step
    except OverflowError:
        raise ValueError(f"there is no business day beyond {day}") from None
