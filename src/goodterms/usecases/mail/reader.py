"""Whom a letter is for: how its reader writes dates and amounts, and in which zone he lives."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

from goodterms.domain.money import exponent
from goodterms.storage.messages import DueMail
from goodterms.usecases.mail.links import Links
from goodterms.usecases.wording import INTERNATIONAL, clock_text, day_text, last_whole_day, written_in, zone_text

#: Kinds that answer anybody who typed an address into the public form. To an address that is not known to be the
#: customer's they say nothing that differs between an order that exists and one that does not.
GUARDED = frozenset({"request_received", "information_needed"})


class Reader:
    """Whom a letter is for: a mail's data, said in the reader's zone and way of writing dates and amounts."""

    def __init__(self, mail: DueMail, links: Links, zone: str, company: Mapping[str, str]) -> None:
        self.mail = mail
        self.links = links
        self.company = company
        self.data: Mapping[str, Any] = mail.data
        told = mail.own or mail.kind not in GUARDED
        self._zone = (_zone(mail.timezone) if told else None) or _zone(zone) or UTC
        self._locale = _locale(mail.locale if told else "en")

    @property
    def product(self) -> str:
        """What the subscription is to, as the vendor calls it."""
        return self.mail.plan or self.company["product_name"] or self.company["name"]

    def money(self, name: str = "amount") -> str:
        """An amount of the data: "A$59.95"."""
        minor, currency = int(self.data[f"{name}_minor"]), str(self.data[f"{name}_currency"])
        return self.minor(minor, currency)

    def minor(self, minor: int, currency: str) -> str:
        """An amount in minor units, with the digits of ISO 4217 and not those of cash."""
        digits = exponent(currency)
        pattern = copy.copy(self._locale.currency_formats["standard"])
        pattern.frac_prec = (digits, digits)
        value = Decimal(minor).scaleb(-digits)
        return str(pattern.apply(value, self._locale, currency=currency, currency_digits=False))

    def at(self, name: str) -> str:
        """An instant of the data, with its time and zone: "10 June 2026, 14:32 UTC"; empty when there is none."""
        local = self._instant(name)
        if local is None:
            return ""
        clock = clock_text(local, self._locale).replace("\u00a0", " ")
        return f"{day_text(local.date(), self._locale)}, {clock} {zone_text(local)}"

    def until(self, name: str) -> str:
        """The instant that something lasts until: "the end of 12 June 2026" where that is a midnight."""
        local = self._instant(name)
        whole = last_whole_day(local) if local is not None else None
        return f"the end of {day_text(whole, self._locale)}" if whole else self.at(name)

    def on(self, name: str) -> str:
        """The local day of an instant of the data; empty when there is none."""
        local = self._instant(name)
        return "" if local is None else day_text(local.date(), self._locale)

    def day(self, name: str) -> str:
        """A date of the data; empty when there is none."""
        text = self.data.get(name)
        return day_text(date.fromisoformat(text), self._locale) if text else ""

    def subscription_link(self) -> str:
        """The page of the subscription this is about; the account when it is about none."""
        about: UUID | None = self.mail.subscription_id
        return self.links.subscription(self.mail.bucket, about) if about else self.links.account

    def _instant(self, name: str) -> datetime | None:
        text = self.data.get(name)
        return datetime.fromisoformat(text).astimezone(self._zone) if text else None


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _locale(name: str) -> Locale:
    """How dates and amounts are written; letters are in English, so another language's ways would not fit."""
    found = written_in(name)
    return found if found.language == "en" else INTERNATIONAL
