"""Business calendars, built from the closing days that the `holidays` library knows (A18)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.policy import Policy

#: The library's code of each calendar a policy may name (`policy_words.HOLIDAY_CALENDARS`).
_FINANCIAL = {"European Central Bank": "XECB"}


def business_calendar(policy: Policy, first_year: int, last_year: int) -> BusinessCalendar:
    """The policy's business calendar, with closing days from the start of one year to the end of another.

    Counting beyond these years is refused by the calendar: ask for enough of them.
    """
    return _calendar(policy.business_days.weekend, policy.business_days.holidays, first_year, last_year)


@lru_cache(maxsize=64)
def _calendar(weekend: frozenset[int], name: str, first_year: int, last_year: int) -> BusinessCalendar:
    closed = holidays.financial_holidays(_FINANCIAL[name], years=range(first_year, last_year + 1))
    return BusinessCalendar(
        weekend=weekend,
        closing_days=frozenset(closed),
        first_on=date(first_year, 1, 1),
        last_on=date(last_year, 12, 31),
    )
