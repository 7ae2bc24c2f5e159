"""Business calendars by their names, built from the closing days that the `holidays` library knows (A18)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

import holidays

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_words import BUYERS_CALENDAR, COUNTRIES, NO_HOLIDAYS

#: The library's code of each calendar with a name of its own (`policy_words.HOLIDAY_CALENDARS`).
_FINANCIAL = {"European Central Bank": "XECB"}
_WEEKEND = frozenset({5, 6})
#: More years than any case spans; beyond them counting is refused, instead of computing holidays for millennia.
_MOST_YEARS = 300
#: In how many years the longest promise that a document may make is over: 2,000 business days.
PROMISED = 10
#: How far windows of a document, and facts that somebody states, may lie from the order and the request of a case.
_BEFORE, _AFTER = 60, 120


def business_calendar(
    policy: Policy, first_year: int, last_year: int, country: str | None = None, state: str | None = None
) -> BusinessCalendar:
    """The policy's business calendar, with closing days from the start of one year to the end of another.

    One of the "buyer's country" is that of `country` and `state`; where that is not known only weekends are closed.
    Counting beyond these years is refused by the calendar: ask for enough of them.
    """
    name = policy.business_days.holidays
    if name == BUYERS_CALENDAR:
        name = f"{country}-{state}" if country and state else country or NO_HOLIDAYS
    return _calendar(policy.business_days.weekend, name, first_year, last_year)


def calendar_named(name: str, first_year: int, last_year: int) -> BusinessCalendar:
    """The closing days of a calendar: "European Central Bank", "none", a country ("DE") or a state ("US-NY").

    The weekend is Saturday and Sunday; documents have their own. A country that the library does not know has no
    closing days. LookupError where the name is none of these.
    """
    return _calendar(_WEEKEND, name, first_year, last_year)


class Calendars(Mapping[str, BusinessCalendar]):
    """Every calendar by its name, for some years and many around them; each is built when it is first asked for."""

    def __init__(self, first_year: int, last_year: int) -> None:
        # Whole decades, so that cases of many years share them.
        self._years = (first_year - _BEFORE) // 10 * 10, (last_year + _AFTER) // 10 * 10 + 9

    def __getitem__(self, name: str) -> BusinessCalendar:
        if name not in self:
            raise KeyError(name)
        return calendar_named(name, *self._years)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in _FINANCIAL or name == NO_HOLIDAYS or _is_region(name))

    def __iter__(self) -> Iterator[str]:
        return iter((*_FINANCIAL, NO_HOLIDAYS, *sorted(COUNTRIES)))

    def __len__(self) -> int:
        return len(_FINANCIAL) + 1 + len(COUNTRIES)


def _is_region(name: str) -> bool:
    country, dash, state = name.partition("-")
    return country in COUNTRIES and (not dash or state in _supported().get(country, ()))


@lru_cache(maxsize=1)
def _supported() -> Mapping[str, list[str]]:
    supported: Mapping[str, list[str]] = holidays.list_supported_countries(include_aliases=False)
    return supported


@lru_cache(maxsize=512)
def _calendar(weekend: frozenset[int], name: str, first_year: int, last_year: int) -> BusinessCalendar:
    first = max(first_year, 1)
    last = min(last_year, first + _MOST_YEARS, 9999)
    return BusinessCalendar(
        weekend=weekend,
        closing_days=_closing_days(name, first, last),
        first_on=date(first, 1, 1),
        last_on=date(last, 12, 31),
    )


@lru_cache(maxsize=512)
def _closing_days(name: str, first: int, last: int) -> frozenset[date]:
    years = range(first, last + 1)
    if name in _FINANCIAL:
        return frozenset(holidays.financial_holidays(_FINANCIAL[name], years=years))
    if name == NO_HOLIDAYS:
        return frozenset()
    country, _, state = name.partition("-")
    if country not in COUNTRIES:
        raise LookupError(f"there is no calendar {name!r}")
    states = _supported().get(country)
    if states is None:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=state if state in states else None, years=years))
