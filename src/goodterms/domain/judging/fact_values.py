"""Values of facts: read from the words of a document, checked against their type, and compared."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from goodterms.domain.counting import add_months, local_date, start_of_day
from goodterms.domain.money import Money
from goodterms.domain.reading.policy_tables import read_span
from goodterms.domain.reading.policy_words import ABSENT, KNOWN_FACTS, as_compared
from goodterms.domain.rules import Fact, FactType, Span
from goodterms.domain.term import Term
from goodterms.domain.value import dataclass


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = _Unknown.UNKNOWN
"""The value of a fact of which nothing is known; None is one that is known to be absent."""

_MONTHS_OF: Mapping[str, int] = {"months": 1, "years": 12}
_TYPES: Mapping[str, str] = {
    "yes_or_no": "true or false", "word": "a word", "text": "a text", "whole_number": "a whole number",
    "amount": "an amount", "date": "a date", "instant": "an instant with a time zone", "length": "a length",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: `months`, where it is a whole number of them, and `lapse`, where its days are known."""

    months: int | None
    lapse: timedelta | None

    @classmethod
    def of_span(cls, span: Span) -> Length:
        """The length that a document writes; a business day is a day."""
        if span.unit in _MONTHS_OF:
            return cls(span.count * _MONTHS_OF[span.unit], None)
        return cls(None, timedelta(hours=span.count) if span.unit == "hours" else timedelta(days=span.count))

    @classmethod
    def of_term(cls, term: Term, zone: ZoneInfo) -> Length:
        """The length of a term: in months if its dates in UTC or in the zone say so, and always in days."""
        start_on, end_on = local_date(term.starts_at, zone), local_date(term.ends_at, zone)
        months = _whole_months(local_date(term.starts_at, "UTC"), local_date(term.ends_at, "UTC"))
        return cls(months or _whole_months(start_on, end_on), end_on - start_on)

    def compare(self, other: Length) -> int:
        """Below, at or above zero as this is shorter than, as long as, or longer than another.

        Where one is in months and the other in days, they are the same if some month is that long: 30 days are not
        longer and not shorter than 1 month.
        """
        if self.months is not None and other.months is not None:
            return self.months - other.months
        if self.lapse is not None and other.lapse is not None:
            return (self.lapse > other.lapse) - (self.lapse < other.lapse)
        if self.lapse is not None and other.months is not None:
            shortest, longest = days_in_months(other.months)
            return (self.lapse > timedelta(days=longest)) - (self.lapse < timedelta(days=shortest))
        return -other.compare(self)


@cache
def days_in_months(months: int) -> tuple[int, int]:
    """The fewest and the most days that a number of months can have: (28, 31) for one, (365, 366) for twelve."""
    starts = [date(2021 + index // 12, index % 12 + 1, 1) for index in range(48)]
    found = [(add_months(start, months) - start).days for start in starts]
    return min(found), max(found)


def whole_months_of(term: Term, zone: ZoneInfo) -> int | None:
    """How many calendar months a term has; None for one that is counted in days."""
    return Length.of_term(term, zone).months


def _whole_months(start: date, end: date) -> int | None:
    months = (end.year - start.year) * 12 + end.month - start.month
    if months < 1:
        return None
    clamped = end.day < start.day and end.day == monthrange(end.year, end.month)[1]
    kept = start.day < end.day and start.day == monthrange(start.year, start.month)[1]  # the anchor's day is later
    return months if end.day == start.day or clamped or kept else None


def read_value(type: FactType, text: str) -> object:
    """The value that a condition of a document names, by the type of its fact.

    Money for an amount ("10.00 EUR"), a `Length` for a length; an instant may be written as a date. ValueError for a
    text that is none.
    """
    match type:
        case "yes_or_no" if text in ("true", "false"):
            return text == "true"
        case "word" | "text":
            return text
        case "whole_number":
            return int(text)
        case "amount":
            one, _, other = text.partition(" ")
            return Money.parse(other, one) if one.isalpha() else Money.parse(one, other)
        case "date":
            return date.fromisoformat(text)
        case "instant":
            return date.fromisoformat(text) if len(text) <= len("2026-01-31") else datetime.fromisoformat(text)
        case "length" if (span := read_span(text)) is not None:
            return Length.of_span(span)
    raise ValueError(f"{text!r} is not {_TYPES[type]}")


def value_when_absent(fact: Fact, currency: str) -> object:
    """The value of a fact of which nothing is known: what its document says, or UNKNOWN where the case has to wait."""
    written = fact.when_absent
    if written is None:
        return UNKNOWN
    if written == ABSENT and written not in fact.words:
        return None
    if fact.type == "amount":
        return Money(0, currency)
    return as_compared(fact.name, written) if fact.type == "text" else read_value(fact.type, written)


def checked_value(fact: Fact, value: object, currency: str, zone: ZoneInfo) -> object:
    """A value of a case as one of the fact's type; ValueError naming the fact for any other.

    Of an instant where a date is wanted the local date is taken. None is known to be absent. A word that this document
    does not list is one of another's, or of an order from before: it is none of those that conditions name.
    """
    if value is None:
        return None
    fits: object = UNKNOWN
    match fact.type:
        case "yes_or_no" if isinstance(value, bool):
            fits = value
        case "word" if isinstance(value, str):
            fits = value
        case "text" if isinstance(value, str):
            fits = as_compared(fact.name, value)
        case "whole_number" if isinstance(value, int) and not isinstance(value, bool):
            fits = value
        case "amount" if isinstance(value, Money) and value.currency == currency:
            fits = value
        case "date" if isinstance(value, date):
            fits = local_date(value, zone) if isinstance(value, datetime) and value.tzinfo else value
        case "instant" if isinstance(value, datetime) and value.tzinfo is not None:
            fits = value
        case "length" if isinstance(value, Span | str):
            span = read_span(value) if isinstance(value, str) else value
            fits = Length.of_span(span) if span else UNKNOWN
    if fits is UNKNOWN or (fact.type == "date" and isinstance(fits, datetime)):
        wanted = _TYPES[fact.type]
        unit = f" in {currency}" if fact.type == "amount" else ""
        raise ValueError(f"the fact {fact.name} has to be {wanted}{unit}, not {value!r}")
    return fits


def words_of(fact: Fact, *others: str) -> tuple[str, ...]:
    """The words that a fact can have: of a well-known one all that are known, whatever a document lists of them.

    A well-known fact without words of its own, such as the ground, and one without any list, can also be any `others`.
    """
    known = KNOWN_FACTS.get(fact.name)
    if known is not None and known.type == "word":
        return known.words or (*fact.words, *others)
    return fact.words or others


def compare(value: object, wanted: object, zone: ZoneInfo) -> int:
    """Below, at or above zero as a value is less than, equal to, or more than the one of a condition.

    An instant and a date are compared by the beginning of the local day; TypeError for two kinds of values.
    """
    if isinstance(value, Length) and isinstance(wanted, Length):
        return value.compare(wanted)
    if isinstance(value, datetime) != isinstance(wanted, datetime) and isinstance(wanted, date):
        value, wanted = _instant(value, zone), _instant(wanted, zone)
    if value == wanted:
        return 0
    return -1 if value < wanted else 1  # type: ignore[operator]


def as_instant(value: datetime | date, zone: ZoneInfo) -> datetime:
    """An instant as it is; of a date the beginning of the local day."""
    return value if isinstance(value, datetime) else start_of_day(value, zone)


def _instant(value: object, zone: ZoneInfo) -> object:
    return as_instant(value, zone) if isinstance(value, date) else value
