"""Reading typed values out of a TOML document, collecting every problem with its place instead of stopping."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast, get_args

from goodterms.domain.money import Money, MoneyError
from goodterms.domain.reading.policy_examples import example_of
from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.reading.policy_problems import one_of, suggestion
from goodterms.domain.reading.policy_report import Blamed, Report
from goodterms.domain.rules import Span, Unit

_SPAN = re.compile(r"([0-9]{1,9}) (business day|hour|day|week|month|year)s?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
# More of a unit is a slip of the pen, and would run out of the calendars.
_LONGEST: Mapping[Unit, int] = {
    "hours": 10_000, "days": 10_000, "business days": 2_000, "months": 300, "years": 25,
}  # fmt: skip
YEARS = range(1970, 2071)
"""Dates outside these years are slips of the pen, and would run out of the calendars."""
_UNITS: Mapping[str, Unit] = {unit.removesuffix("s"): unit for unit in get_args(Unit)}


class Table:
    """One table of the document. A wrong or missing value is reported and replaced by a harmless one."""

    def __init__(self, data: Mapping[str, object], path: Path, report: Report, *, missing: bool = False) -> None:
        self._data = data
        self._missing = missing
        self._read: list[str] = []
        self.path = path
        self.report = report

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def __iter__(self) -> Iterator[str]:
        """Every key of this table, in the order of the document."""
        return iter(self._data)

    def at(self, key: str) -> Path:
        """The path of a key of this table."""
        return (*self.path, key)

    def wrong(self, key: str, message: str, *, part: str = "") -> None:
        """Report the value of a key of this table, or a part of it."""
        self.report.problem(self.at(key), message, part=part)

    def wrong_key(self, key: str, message: str) -> None:
        """Report a key of this table for being there."""
        self.report.problem(self.at(key), message, blamed="key")

    def raw(self, key: str) -> object:
        """The value of a key as TOML has it, or None (reported) when it is missing."""
        self._read.append(key)
        value = self._data.get(key)
        if value is None and not self._missing:
            example = self._example(key)
            hint = f"; write {key} = {example}" if example else ""
            self.report.problem(self.at(key), f'"{key}" is missing in {header(self.path)}{hint}')
        return value

    def _example(self, key: str) -> str:
        return example_of(next((str(part) for part in reversed(self.path) if isinstance(part, str)), ""), key)

    def optional(self, key: str) -> object:
        """The value of a key that may be missing, or None."""
        self._read.append(key)
        return self._data.get(key)

    def may_have(self, *keys: str) -> None:
        """Name keys that this table may have, though they are read elsewhere or not at all this time."""
        self._read.extend(keys)

    def text(self, key: str, default: str = "") -> str:
        """A non-empty string."""
        value = self.raw(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None:
            example = self._example(key)
            written = example if example.startswith('"') and example.endswith('"') else '"text"'
            self.wrong(key, f'"{key}" must be a text in quotes: {key} = {written}')
        return default

    def whole_number(self, key: str, *, least: int = 1, most: int | None = None) -> int:
        """A whole number that counts nothing (a version), or whose unit is its key (percent), so needs no unit."""
        value = self.raw(key)
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
        if fits and (most is None or cast(int, value) <= most):
            return cast(int, value)
        if value is not None:
            bounds = f"from {least} to {most}" if most is not None else f"{least} or more"
            self.wrong(key, f'"{key}" must be a whole number, {bounds}')
        return least

    def yes_or_no(self, key: str) -> bool:
        """True or false, without quotes."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, f'"{key}" must be true or false, without quotes')
        return value is True

    def day(self, key: str) -> date:
        """A date such as 2026-01-01, without quotes."""
        value = self.raw(key)
        if type(value) is date and value.year in YEARS:
            return value
        if type(value) is date:
            self.wrong(key, f'"{key}" must lie in the years {YEARS[0]} to {YEARS[-1]}')
        elif value is not None:
            self.wrong(key, f'"{key}" must be a date, without quotes: 2026-01-31')
        return date.min

    def choice(self, key: str, words: Sequence[str], default: str | None = None) -> str:
        """One of some words; with a default the key may be missing."""
        value = self.optional(key) if default is not None else self.raw(key)
        if isinstance(value, str) and value in words:
            return value
        if isinstance(value, str):
            self.wrong(key, f'"{key}" can not be "{value}"; {suggestion(value, words)}')
        elif value is not None:
            self.wrong(key, f'"{key}" must be {one_of(words)}')
        return words[0] if default is None else default

    def choices(self, key: str, words: Sequence[str]) -> tuple[str, ...]:
        """A list of some words, at least one, none twice. Words that are not among them are left out."""
        found = self.texts(key)
        for index, word in enumerate(found):
            if word not in words:
                path = (*self.at(key), index)
                self.report.problem(path, f'"{key}" can not contain "{word}"; {suggestion(word, words)}')
        return tuple(word for word in found if word in words)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, at least one, none twice."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            self.wrong(key, f'"{key}" must be a list of texts: ["one", "two"]')
            return ()
        for index, word in enumerate(value):
            if word in value[:index]:
                message = f'"{key}" names "{word}" twice; keep one of the two'
                self.report.problem((*self.at(key), index), message)
        return tuple(dict.fromkeys(value))

    def span(self, key: str, units: Sequence[Unit], *, least: int = 0) -> Span:
        """A number with its unit: "14 days". Weeks are turned into days."""
        return self.span_of(key, self.raw(key), units, least)

    def optional_span(self, key: str, units: Sequence[Unit]) -> Span | None:
        """A number with its unit, or None when the key is missing."""
        value = self.optional(key)
        return None if value is None else self.span_of(key, value, units, 1)

    def spans(self, key: str, units: Sequence[Unit]) -> tuple[Span, ...]:
        """A list of numbers with their units, which may be empty."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, f'"{key}" must be a list: ["3 {units[0]}", "6 {units[0]}"]')
            return ()
        return tuple(self.span_of(key, item, units, 1, index) for index, item in enumerate(value))

    def span_of(
        self, key: str, value: object, units: Sequence[Unit], least: int = 0, index: int | None = None
    ) -> Span:
        """A value of this table, or the item of a list of it, as a number with its unit."""
        path = self.at(key) if index is None else (*self.at(key), index)
        harmless = Span(max(least, 1), units[0])
        if value is None:
            return harmless
        if isinstance(value, int) and not isinstance(value, bool):
            examples = one_of([str(Span(value, unit)) for unit in units])
            self.report.problem(path, f'the number {value} of "{key}" has no unit; write {examples}')
            return harmless
        span = read_span(value) if isinstance(value, str) else None
        if span is None:
            examples = one_of([f"14 {unit}" for unit in units])
            self.report.problem(path, f'"{key}" must be a number with its unit, such as {examples}')
        elif span.unit not in units:
            message = f'"{key}" can not be counted in {span.unit}; use {" or ".join(units)}'
            self.report.problem(path, message)
        elif not least <= span.count <= _LONGEST[span.unit]:
            self.report.problem(path, f'"{key}" must be from {least} to {_LONGEST[span.unit]} {span.unit}')
        else:
            return span
        return harmless

    def amounts(self) -> dict[str, Money]:
        """Every key of this table as a currency with its amount, which is not negative."""
        amounts = {}
        for currency in self:
            written = self.text(currency)
            try:
                amount = Money.parse(written, currency) if written else Money(1, currency)
            except MoneyError as error:
                blamed: Blamed = "value" if _CURRENCY.fullmatch(currency) else "key"
                message = f'{error}; write a currency and an amount: EUR = "200.00"'
                self.report.problem(self.at(currency), message, blamed=blamed)
                continue
            if amount.minor < 0:
                self.wrong(
                    currency,
                    f'the amount can not be negative: write "{(Money(-amount.minor, currency)).decimal_str()}"',
                )
            amounts[currency] = amount
        return amounts

    def table(self, key: str, *, required: bool = True) -> Table:
        """A table inside this one; one that is not required may be missing and is empty then."""
        value = self.raw(key) if required else self.optional(key)
        if isinstance(value, dict):
            return Table(value, self.at(key), self.report)
        if value is not None:
            self.wrong(key, f'"{key}" must be a table: [{dotted(self.at(key))}]')
        return Table({}, self.at(key), self.report, missing=True)

    def tables(self, key: str, *, required: bool = True) -> list[Table]:
        """A list of tables inside this one; at least one, if it is there at all."""
        value = self.raw(key) if required else self.optional(key)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return [Table(item, (*self.at(key), index), self.report) for index, item in enumerate(value)]
        if value is not None:
            self.wrong(key, f'"{key}" must be a list of tables, each under [[{dotted(self.at(key))}]]')
        return []

    def no_more(self) -> None:
        """Report every key that was not read: nothing in a policy is without effect."""
        for key in self._data:
            if key not in self._read:
                known = tuple(dict.fromkeys(self._read))
                self.wrong_key(key, f'unknown key "{key}" in {header(self.path)}; {suggestion(key, known)}')


def read_span(text: str) -> Span | None:
    """A number with its unit, "14 days" or "1 year"; weeks become days. None when it is not one."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    count, unit = int(found.group(1)), found.group(2)
    if unit == "week":
        return Span(count * 7, "days")
    return Span(count, _UNITS[unit])


def header(path: Path) -> str:
    """The table of a path as its header is written: "[refund]", "[[refund.clause]]"."""
    if not path:
        return "the document"
    return f"[[{dotted(path)}]]" if isinstance(path[-1], int) else f"[{dotted(path)}]"


def dotted(path: Path) -> str:
    """A path as headers write it: "refund.clause"."""
    return ".".join(str(part) for part in path if isinstance(part, str))
