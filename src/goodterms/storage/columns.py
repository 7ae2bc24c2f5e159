"""The shape of a table: columns with their types, and how a domain value becomes a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

Getter = Callable[[Any], Any]
Value = TypeVar("Value")
Made = tuple[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its PostgreSQL type, and how to take its value from a domain value."""

    name: str
    type: str
    get: Getter


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its columns and its key. `version` guards updates: the stored version must be one less."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("bucket", "id")
    fixed: tuple[str, ...] = ()  # written once, left out of updates
    version: bool = False


def attribute(path: str) -> Getter:
    """A getter for `a.b.c`; None as soon as one step is None."""
    first, _, rest = path.partition(".")
    if not rest:
        return attrgetter(first)
    inner = attribute(rest)
    return lambda value: None if getattr(value, first) is None else inner(getattr(value, first))


def columns(spec: str, **special: Getter) -> tuple[Column, ...]:
    """Columns from `name type [attribute path]`, one a line or separated by commas."""
    found = []
    for line in spec.replace(",", "\n").strip().splitlines():
        name, type_, *path = line.split()
        found.append(Column(name, type_, special.get(name) or attribute(path[0] if path else name)))
    return tuple(found)


def as_text(path: str) -> Getter:
    """The value as text (an enumeration, an actor)."""
    get = attribute(path)
    return lambda value: None if (found := get(value)) is None else str(found)


def as_json(path: str) -> Getter:
    """The value as JSON text."""
    get = attribute(path)
    return lambda value: None if (found := get(value)) is None else json.dumps(found)


def reader(kind: type[Value], table: Table, /, **made: Made) -> Callable[[Sequence[Any]], Value]:
    """How a row of a table, its columns in their order, becomes a value of a dataclass, positionally and fast.

    Each field takes the column of its name, or is made from the named columns: `amount=("amount_minor currency",
    Money)`. Fields that are neither keep their defaults; they must come last.
    """
    names = [column.name for column in table.columns]
    makers = [
        (itemgetter(*(names.index(n) for n in columns.split())), make, " " in columns)
        for columns, make in made.values()
    ]
    places = {name: place for place, name in enumerate(names)} | {
        name: len(names) + place for place, name in enumerate(made)
    }
    pick = itemgetter(*(places[field.name] for field in fields(kind) if field.name in places))  # type: ignore[arg-type]

    def read(row: Sequence[Any]) -> Value:
        extra = [make(*take(row)) if several else make(take(row)) for take, make, several in makers]
        return kind(*pick((*row, *extra)))

    return read
