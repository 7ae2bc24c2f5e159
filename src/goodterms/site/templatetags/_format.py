"""Amounts, dates and instants as a reader of one language expects them. CLDR patterns come from Babel."""

from __future__ import annotations

import copy
import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_timedelta
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from goodterms.domain.money import exponent
from goodterms.usecases import wording

_TOUCHING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")  # CLDR: "KWD 5", not "KWD5"


@runtime_checkable
class AmountLike(Protocol):
    """Anything with minor units and a currency: `Money`, or a row that carries both."""

    @property
    def minor(self) -> int: ...

    @property
    def currency(self) -> str: ...


def ui_locale(name: str | None = None) -> Locale:
    """The way of writing of `name`, else of the language Django has activated, else plain English."""
    return wording.written_in(name or get_language())


def money_text(
    amount: AmountLike | int, currency: str | None = None, locale: str | None = None, sign: bool = False
) -> str:
    """An amount in words of the reader's locale: "A$59.95". `sign` writes a plus before a positive amount."""
    if isinstance(amount, AmountLike):
        minor, code = amount.minor, amount.currency
    else:
        minor, code = int(amount), currency or ""
    if not code:
        raise ValueError("an amount in minor units needs its currency")
    digits = exponent(code)
    spoken = ui_locale(locale)
    pattern = copy.copy(spoken.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)  # ISO 4217 digits, not CLDR's cash rounding
    text = pattern.apply(Decimal(abs(minor)).scaleb(-digits), spoken, currency=code, currency_digits=False)
    text = _TOUCHING.sub("\u00a0", text)
    prefix = "−" if minor < 0 else "+" if sign and minor > 0 else ""
    return f"{prefix}{text}"


def zone_of(zone: str | tzinfo | None) -> tzinfo:
    """A time zone from its IANA name; the one Django has activated when none is given."""
    if zone is None or zone == "":
        return timezone.get_current_timezone()
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def day_text(value: date, form: str = "long", locale: str | None = None) -> str:
    """A local date: form "long" (14 March 2026), "medium" (14 Mar 2026), "short" or "full" (with weekday)."""
    return wording.day_text(value, ui_locale(locale), form)


def instant_text(
    value: datetime, zone: str | tzinfo | None = None, form: str = "long", locale: str | None = None
) -> str:
    """An instant in a time zone. form: "long" with zone name, "medium" without, "date" only, "time" only."""
    where, spoken = zone_of(zone), ui_locale(locale)
    local = value.astimezone(where)
    if form == "date":
        return day_text(local.date(), "long", locale)
    if form == "time":
        return wording.clock_text(local, spoken)
    day = wording.day_text(local.date(), spoken, "long" if form == "long" else "medium")
    text = f"{day}, {wording.clock_text(local, spoken)}"
    return f"{text} {wording.zone_text(local)}" if form == "long" else text


def relative_text(
    value: date | datetime, now: datetime, zone: str | tzinfo | None = None, locale: str | None = None
) -> str:
    """The distance in whole days between the local days of `value` and `now`: "in 12 days", "3 days ago"."""
    where, spoken = zone_of(zone), ui_locale(locale)
    there = value.astimezone(where).date() if isinstance(value, datetime) else value
    days = (there - now.astimezone(where).date()).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    # A threshold nothing reaches: "in 45 days" stays days, it does not become "in 2 months".
    return str(format_timedelta(timedelta(days=days), "day", threshold=10**6, add_direction=True, locale=spoken))


def time_html(machine: str, text: str) -> SafeString:
    """A `<time>` element."""
    return format_html('<time datetime="{}">{}</time>', machine, text)


def day_html(value: date, form: str = "long", locale: str | None = None) -> SafeString:
    """A local date as `<time>`."""
    return time_html(value.isoformat(), day_text(value, form, locale))


def instant_html(
    value: datetime, zone: str | tzinfo | None = None, form: str = "long", locale: str | None = None
) -> SafeString:
    """An instant as `<time>`, machine-readable in UTC."""
    machine = value.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
    return time_html(machine, instant_text(value, zone, form, locale))


def money_html(
    amount: AmountLike | int, currency: str | None = None, locale: str | None = None, sign: bool = False
) -> SafeString:
    """An amount with tabular digits that never wraps."""
    return format_html('<span class="money">{}</span>', money_text(amount, currency, locale, sign))


def show(value: Any) -> Any:
    """Any value of a page as text: money, dates, instants, yes or no, a dash for nothing; else unchanged."""
    if value is None or value == "":
        return format_html('<span class="faint">{}</span>', "–")
    if value is True or value is False:
        return "Yes" if value else "No"
    if isinstance(value, AmountLike):
        return money_html(value)
    if isinstance(value, datetime):
        return instant_html(value, form="medium")
    if isinstance(value, date):
        return day_html(value)
    return value
