"""Reading typed values out of a TOML document, collecting every problem with its line instead of stopping."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast, get_args

from goodterms.domain.policy import Span, Unit
from goodterms.domain.policy_lines import KeyLines, Path
from goodterms.domain.policy_problems import Problem, one_of, suggestion

_SPAN = re.compile(r"^([0-9]+) (business day|hour|day|week|month|year)s?$")
_LONGEST = 10_000  # more of any unit is a slip of the pen, and would run out of the calendar
_UNITS: Mapping[str, Unit] = {unit.removesuffix("s"): unit for unit in get_args(Unit)}


class Report:
    """Problems and warnings of one document, each tied to the path of a key."""

    def __init__(self, source: str, data: Mapping[str, object], lines: KeyLines) -> None:
        self._source = source
        self._data = data
        self._lines = lines
        self._spoiled: list[Path] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def problem(self, path: Path, message: str) -> None:
        """Record what is wrong at a path."""
        self._spoiled.append(path)
        self.problems.append(Problem(self._source, self._lines.line(path), message))

    def warn(self, path: Path, message: str) -> None:
        """Record a remark that does not stop the document from being used."""
        self.warnings.append(Problem(self._source, self._lines.line(path), message))

    def value_at(self, path: Path) -> object:
        """What the document has at a path, or None."""
        value: object = self._data
        for part in path:
            if isinstance(part, int):
                value = value[part] if isinstance(value, list) and part < len(value) else None
            else:
                value = value.get(part) if isinstance(value, dict) else None
        return value

    def is_sound(self, *paths: Path) -> bool:
        """Whether nothing wrong was found at, above or below the paths, so that their values can be used."""
        return not any(
            spoiled[: len(path)] == path[: len(spoiled)] and len(spoiled) > 0
            for path in paths
            for spoiled in self._spoiled
        )


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

    def at(self, key: str) -> Path:
        """The path of a key of this table."""
        return (*self.path, key)

    def wrong(self, key: str, message: str) -> None:
        """Report a key of this table."""
        self.report.problem(self.at(key), message)

    def raw(self, key: str) -> object:
        """The value of a key as TOML has it, or None (reported) when it is missing."""
        self._read.append(key)
        value = self._data.get(key)
        if value is None and not self._missing:
            where = f"[{_dotted(self.path)}]" if self.path else "the document"
            self.report.problem(self.at(key), f'"{key}" is missing in {where}')
        return value

    def optional(self, key: str) -> object:
        """The value of a key that may be missing, or None."""
        self._read.append(key)
        return self._data.get(key)

    def text(self, key: str, default: str = "") -> str:
        """A non-empty string."""
        value = self.raw(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None:
            self.wrong(key, f'"{key}" must be a text in quotes')
        return default

    def whole_number(self, key: str) -> int:
        """A whole number of 1 or more that counts nothing (a version), so needs no unit."""
        value = self.raw(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return value
        if value is not None:
            self.wrong(key, f'"{key}" must be a whole number, 1 or more')
        return 1

    def day(self, key: str) -> date:
        """A date such as 2026-01-01, without quotes."""
        value = self.raw(key)
        if type(value) is date:
            return value
        if value is not None:
            self.wrong(key, f'"{key}" must be a date, without quotes: 2026-01-31')
        return date.min

    def choice(self, key: str, words: Sequence[str]) -> str:
        """One of some words."""
        value = self.raw(key)
        if isinstance(value, str) and value in words:
            return value
        if isinstance(value, str):
            self.wrong(key, f'"{key}" can not be "{value}"; {suggestion(value, words)}')
        elif value is not None:
            self.wrong(key, f'"{key}" must be {one_of(words)}')
        return words[0]

    def choices(self, key: str, words: Sequence[str]) -> tuple[str, ...]:
        """A list of some words, at least one, none twice."""
        found = self.texts(key)
        for word in found:
            if word not in words:
                self.wrong(key, f'"{key}" can not contain "{word}"; {suggestion(word, words)}')
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, at least one, none twice."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
            self.wrong(key, f'"{key}" must be a list of texts: ["one", "two"]')
            return ()
        words = cast(list[str], value)
        if len(set(words)) < len(words):
            self.wrong(key, f'"{key}" names something twice')
        return tuple(words)

    def span(self, key: str, units: Sequence[Unit], *, least: int = 0) -> Span:
        """A number with its unit: "14 days". Weeks are turned into days."""
        return self._span(key, self.raw(key), units, least)

    def spans(self, key: str, units: Sequence[Unit]) -> tuple[Span, ...]:
        """A list of numbers with their units, which may be empty."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, f'"{key}" must be a list: ["3 {units[0]}", "6 {units[0]}"]')
            return ()
        return tuple(self._span(key, item, units, 1) for item in value)

    def _span(self, key: str, value: object, units: Sequence[Unit], least: int) -> Span:
        harmless = Span(max(least, 1), units[0])
        if value is None:
            return harmless
        if isinstance(value, int) and not isinstance(value, bool):
            examples = one_of([str(Span(value, unit)) for unit in units])
            self.wrong(key, f'the number {value} of "{key}" has no unit; write {examples}')
            return harmless
        span = read_span(value) if isinstance(value, str) else None
        if span is None:
            self.wrong(key, f'"{key}" must be a number with its unit, such as {one_of([f"14 {u}" for u in units])}')
        elif span.unit not in units:
            self.wrong(key, f'"{key}" can not be counted in {span.unit}; use {" or ".join(units)}')
        elif not least <= span.count <= _LONGEST:
            self.wrong(key, f'"{key}" must be from {least} to {_LONGEST} {span.unit}')
        else:
            return span
        return harmless

    def table(self, key: str, *, required: bool = True) -> Table:
        """A table inside this one; one that is not required may be missing and is empty then."""
        value = self.raw(key) if required else self.optional(key)
        if isinstance(value, dict):
            return Table(value, self.at(key), self.report)
        if value is not None:
            self.wrong(key, f'"{key}" must be a table: [{_dotted(self.at(key))}]')
        return Table({}, self.at(key), self.report, missing=True)

    def tables(self, key: str) -> list[Table]:
        """A list of tables inside this one, at least one."""
        value = self.raw(key)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return [Table(item, (*self.at(key), index), self.report) for index, item in enumerate(value)]
        if value is not None:
            self.wrong(key, f'"{key}" must be a list of tables, each under [[{_dotted(self.at(key))}]]')
        return []

    def __iter__(self) -> Iterator[str]:
        """Every key of this table, in the order of the document."""
        return iter(self._data)

    def no_more(self) -> None:
        """Report every key that was not read: nothing in a policy is without effect."""
        for key in self._data:
            if key not in self._read:
                where = f"[{_dotted(self.path)}]" if self.path else "the document"
                self.wrong(key, f'unknown key "{key}" in {where}; {suggestion(key, self._read)}')


def read_span(text: str) -> Span | None:
    """A number with its unit, "14 days" or "1 year"; weeks become days. None when it is not one."""
    found = _SPAN.match(text)
    if found is None:
        return None
    count, unit = int(found.group(1)), found.group(2)
    if unit == "week":
        return Span(count * 7, "days")
    return Span(count, _UNITS[unit])


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path if isinstance(part, str))
