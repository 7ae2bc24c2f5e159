"""Changing a policy document in one place at a time: every number up and down, every word to each other word.

What is prose (titles, sentences, addresses, ids) is left alone: nothing decides by it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, get_args

from goodterms.domain.reading.policy_lines import KeyLines, Path
from goodterms.domain.reading.policy_words import CASE_FACTS
from goodterms.domain.rules import Access, Outcome

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SPAN = re.compile(r"^(\d+ to )?\d+ (?:business day|hour|day|week|month|year)s?$")
_UNITS = ("hours", "days", "weeks", "months", "years")
#: Keys whose values are prose, names or where the document comes from.
PROSE = re.compile(
    r"^(title|says|ask)(_[a-z]{2})?$|^(id|name|url|terms|version|dated_on|merchant_of_record|source|article|also_called)$"
)
#: The words of a key, apart from facts: each is changed into every other.
WORDS: Mapping[str, tuple[str, ...]] = {
    "outcome": get_args(Outcome),
    "access": get_args(Access),
    "amount": ("full", "unused_part", "none"),
    "counted_from": ("order", "term_start", "term_end", "contract"),
    "counted_before": ("order", "term_start", "term_end"),
    "last_day": ("inclusive", "exclusive"),
    "closed_last_day": ("counts", "next_working_day"),
    "buyer_timezone": ("overrides", "ignored"),
    "timezone": ("UTC", "Pacific/Auckland"),
    "holidays": ("European Central Bank", "none", "US", "DE"),
    "by": ("day", "whole_month"),
    "from": ("request", "next_calendar_month", "next_billing_month"),
    "request_day": ("used", "unused"),
    "rounding": ("half_up", "half_even", "up", "down"),
    "decided_by": ("specialist", "policy"),
    "second_person": ("always", "by_amount"),
    "strength": ("must_match", "corroborates"),
    "compared": ("ignoring_case", "loosely"),
    "undo": ("until_the_end", "never"),
    "consent": ("needed", "not_needed"),
    "before": ("term_end", "charge"),
    "status": ("in_force", "announced"),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One document with one change; `what` says which, as `line: key: before -> after`."""

    what: str
    text: str


def mutants(text: str) -> Iterator[Mutant]:
    """Every document that differs from `text` in one number, one word, one yes or no, or one entry of a list."""
    data = tomllib.loads(text)
    lines = KeyLines(text)
    facts = data.get("facts", {})
    for path, value in _leaves(data, ()):
        key = _key(path)
        if PROSE.match(key) and path[0] != "facts":
            continue
        for other in _others(path, key, value, data, facts):
            changed = _changed(text, lines, path, value, other)
            if changed is not None:
                yield Mutant(f"{lines.line(path)}: {_dotted(path)}: {value} -> {other}", changed)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path, value


def _key(path: Path) -> str:
    return next(str(part) for part in reversed(path) if isinstance(part, str))


def _others(path: Path, key: str, value: Any, data: Mapping[str, Any], facts: Mapping[str, Any]) -> list[Any]:
    """The values to try in place of one."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, date):
        return [value + timedelta(days=1), value - timedelta(days=1)]
    if not isinstance(value, str):
        return []
    if key in ("ask", "type") or PROSE.match(key):
        return []
    if _SPAN.match(value) or _NUMBER.fullmatch(value) or value.endswith(" percent"):
        return [*_numbers(value), *_units(value)]
    if "_window" in key:
        return [name for name in data.get("window", {}) if name != value]
    return [word for word in _words(path, key, value, facts) if word != value]


def _words(path: Path, key: str, value: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    fact = re.sub(r"_is_not$", "", key)
    if "when" in path and fact in facts:
        return tuple(facts[fact].get("words", ())) or (value + "-else",)
    if "when" in path and fact in CASE_FACTS:
        known = CASE_FACTS[fact]
        words = known if isinstance(known, tuple) else getattr(known, "words", ())
        return tuple(words) or (value + "-else",)
    if key in ("channels", "acts", "countries", "states", "sold_in", "weekend", "regions"):
        return (_DROPPED,)
    return WORDS.get(key, ())


_DROPPED = "(dropped)"


def _numbers(value: str) -> list[str]:
    """The text with each of its numbers one up and one down (amounts: in the last digit)."""
    found = []
    for number in _NUMBER.finditer(value):
        digits = number.group(0)
        whole = int(digits.replace(".", ""))
        for step in (1, -1):
            if whole + step < 0:
                continue
            written = str(whole + step)
            if "." in digits:
                part = len(digits.split(".")[1])
                written = written.rjust(part + 1, "0")
                written = f"{written[:-part]}.{written[-part:]}"
            found.append(value[: number.start()] + written + value[number.end() :])
    return found


def _units(value: str) -> list[str]:
    """A length with its unit changed to the next one; percentages, amounts and business days keep theirs."""
    found = re.fullmatch(r"(\d+) (hour|day|week|month|year)s?", value)
    if found is None or found.group(1) == "0":
        return []
    unit = f"{found.group(2)}s"
    return [f"{found.group(1)} {_UNITS[(_UNITS.index(unit) + 1) % len(_UNITS)]}"]


def _changed(text: str, lines: KeyLines, path: Path, value: Any, other: Any) -> str | None:
    """The text with one value replaced; None where the entry can not be dropped because it is the only one."""
    rows = text.split("\n")
    key_of = path[:-1] if isinstance(path[-1], int) else path
    start = sum(len(row) + 1 for row in rows[: lines.line(key_of) - 1])
    key = re.compile(rf"(?<![\w-]){re.escape(_key(path))}\s*=\s*")
    found = key.search(text, start)
    assert found is not None, path
    at = found.end()
    literal = re.compile(re.escape(_literal(value)) + (r"\s*,?\s*" if other == _DROPPED else ""))
    if isinstance(path[-1], int):
        for _ in range(_same_before(text, path, value)):
            again = literal.search(text, at)
            assert again is not None
            at = again.end()
    place = literal.search(text, at)
    assert place is not None, (path, value)
    replaced = text[: place.start()] + ("" if other == _DROPPED else _literal(other)) + text[place.end() :]
    before, after = dict(_leaves(tomllib.loads(text), ())), dict(_leaves(_loaded(replaced), ()))
    if other != _DROPPED:
        assert after == {**before, path: other}, (path, value, other)
    return replaced


def _loaded(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def _same_before(text: str, path: Path, value: Any) -> int:
    """How many equal entries of the same list come before this one."""
    data: Any = tomllib.loads(text)
    for part in path[:-1]:
        data = data[part]
    last = path[-1]
    assert isinstance(last, int)
    return sum(1 for entry in data[:last] if entry == value)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value.isoformat() if isinstance(value, date) else str(value)


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)
