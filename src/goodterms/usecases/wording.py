"""How dates and times are written for people: one form in pages and letters, from CLDR by Babel.

Plain English, of no region, is written internationally: 10 May 2027, 14:32, US$5. Reasons of the engine are written
alike (`domain.counting.date_in_words`).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

INTERNATIONAL = Locale.parse("en_001")


def written_in(name: str | None) -> Locale:
    """The way of writing of a language, or of its region where one is named; plain English when it is not known."""
    try:
        found = Locale.parse((name or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return INTERNATIONAL
    return INTERNATIONAL if str(found) == "en" else found


def day_text(day: date, locale: Locale = INTERNATIONAL, form: str = "long") -> str:
    """A local date: form "long" (10 May 2027), "medium", "short" or "full" (with the day of the week)."""
    return str(format_date(day, format=form, locale=locale))


def clock_text(local: datetime, locale: Locale = INTERNATIONAL) -> str:
    """The time of day of an instant in its own zone: 14:32, or as the region has it."""
    form = "HH:mm" if locale == INTERNATIONAL else "short"
    text = str(format_time(local, format=form, tzinfo=local.tzinfo, locale=locale))
    return text.replace("\u202f", "\u00a0")  # CLDR's narrow space is too thin to see in many fonts


def last_whole_day(local: datetime) -> date | None:
    """The day with whose end something ends, at an instant in its own zone; None where it ends within a day."""
    return local.date() - timedelta(days=1) if local.time() == time() else None


def zone_text(local: datetime) -> str:
    """The name of an instant's zone at that instant: AEST, UTC, or UTC+03 where it has no name of its own."""
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in ("+", "-") else name
