"""Reading what policies and laws have in common around their rules: counting, business days, places, addresses."""

from __future__ import annotations

from typing import Literal, cast
from zoneinfo import available_timezones

from goodterms.domain.counting import known_zone
from goodterms.domain.policy import BusinessDays, Counting
from goodterms.domain.reading.policy_problems import near
from goodterms.domain.reading.policy_tables import Table
from goodterms.domain.reading.policy_words import (
    BUYERS_CALENDAR,
    HOLIDAY_CALENDARS,
    NO_HOLIDAYS,
    WEEKDAYS,
    wrong_calendar,
    wrong_region,
)
from goodterms.domain.reading.rules_reader import LastDay


def read_counting(table: Table, *, zone_required: bool) -> tuple[Counting, LastDay]:
    """How days are counted, and whether the last day of every window is inside.

    A law needs no zone of its own, and says nothing of the rest where it leaves that to the policy.
    """
    timezone = table.text("timezone", "UTC") if zone_required or "timezone" in table else ""
    if timezone and known_zone(timezone) is None:
        meant = near(timezone, sorted(available_timezones()))
        hint = f'did you mean "{meant}"?' if meant else 'expected a name such as "UTC" or "Europe/Paris"'
        table.wrong("timezone", f'unknown time zone "{timezone}"; {hint}')
    buyer = table.choice("buyer_timezone", ("overrides", "ignored"), None if zone_required else "overrides")
    table.choice("order_day", ("day 0",), None if zone_required else "day 0")
    counted = table.choice("last_day", ("inclusive", "exclusive"), None if zone_required else "inclusive")
    table.may_have("timezone")
    table.no_more()
    return Counting(timezone, cast(Literal["overrides", "ignored"], buyer)), cast(LastDay, counted)


def read_business_days(table: Table) -> BusinessDays:
    """Which days are business days: the weekend and the calendar of closing days."""
    weekend = frozenset(WEEKDAYS.index(day) for day in table.choices("weekend", WEEKDAYS))
    if len(weekend) == len(WEEKDAYS):
        table.wrong("weekend", "no weekday is left open; leave one out")
    holidays = table.text("holidays", NO_HOLIDAYS)
    problem = wrong_calendar(holidays)
    if problem is not None:
        named = (*HOLIDAY_CALENDARS, NO_HOLIDAYS, BUYERS_CALENDAR)
        meant = near(holidays, named)
        hint = f'did you mean "{meant}"?' if meant else problem
        table.wrong("holidays", f'no calendar is called "{holidays}"; {hint}')
        holidays = NO_HOLIDAYS
    table.no_more()
    return BusinessDays(weekend, holidays)


def read_sold_in(table: Table, key: str) -> tuple[str, ...]:
    """Countries and states, such as "DE" and "US-NY"; none is everywhere."""
    if key not in table:
        table.may_have(key)
        return ()
    places = table.texts(key)
    for index, place in enumerate(places):
        if problem := wrong_region(place):
            table.report.problem((*table.at(key), index), problem)
    return places


def read_url(table: Table) -> str:
    """An address on the web."""
    url = table.text("url")
    if url and not url.startswith("https://"):
        table.wrong("url", '"url" must be an address that starts with https://')
    return url
