"""Lengths of time in words: of windows, of terms, of the days before a charge."""

from __future__ import annotations

import re

from goodterms.domain.rules import Span
from goodterms.domain.term import Interval
from goodterms.domain.words.catalog import Length, Words

_SPAN = re.compile(r"([0-9]+) (business day|hour|day|week|month|year)s?", re.ASCII)


def span_length(words: Words, span: Span) -> Length:
    """A length as a document writes it: "30 days", "3 business days"."""
    return words.catalog.length(span.count, span.unit)


def written_length(words: Words, text: str) -> Length | None:
    """A length in the words of a document ("1 month") in those of the language; None for any other text."""
    found = _SPAN.fullmatch(text)
    return words.catalog.length(int(found[1]), found[2] + "s") if found else None


def days_length(words: Words, days: int) -> Length:
    """Days as people say them: 14 are "2 weeks", 10 are "10 days"."""
    if days and days % 7 == 0:
        return words.catalog.length(days // 7, "weeks")
    return words.catalog.length(days, "days")


def business_days_length(words: Words, first: int, last: int) -> Length:
    """Some business days, or a range of them: "5-7 business days"."""
    count: int | str = last if first == last else words.text("range", first=first, last=last)
    return words.catalog.length(count, "business days")


def interval_length(words: Words, interval: Interval, more_days: int = 0) -> Length:
    """The length of a term, with some days more if wanted: "1 year", "1 year and 2 weeks"."""
    years, months = divmod(interval.months, 12)
    parts = [(years, "years"), (months, "months"), (interval.days, "days")]
    said = [words.catalog.length(count, unit) for count, unit in parts if count]
    return _together(words, [*said, days_length(words, more_days)] if more_days else said)


def _together(words: Words, lengths: list[Length]) -> Length:
    forms = {form for length in lengths for form in length.forms}
    return Length({form: words.listed([format(length, form) for length in lengths]) for form in forms})
