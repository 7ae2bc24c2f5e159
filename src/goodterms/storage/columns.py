"""The shape of a table: columns with their types, and how a domain value becomes a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

Getter = Callable[[Any], Any]
Value = TypeVar("Value")
Made = tuple[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its PostgreSQL type, and how to take its value from a domain value.

    `path` is where it lies when it is there for certain, so that many columns are taken at once.
    """

    name: str
    type: str
    get: Getter
    path: str = ""


@dataclass(frozen=True)
class Table:
    """A table, its columns and its key. `version` guards updates: the stored version must be one less."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("bucket", "id")
    fixed: tuple[str, ...] = ()  # written once, left out of updates
    version: bool = False

    @cached_property
    def changing(self) -> Writer:
        """The columns that an update needs: the key and what may change."""
        return Writer(tuple(column for column in self.columns if column.name not in self.fixed))

    @cached_property
    def writer(self) -> Writer:
        """All columns, for rows that are new."""
        return Writer(self.columns)


class Writer:
    """Takes rows from domain values: columns that are certainly there first and at once, then the others."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        plain = [column for column in columns if column.path]
        made = [column for column in columns if not column.path]
        self.columns = (*plain, *made)
        # A document in binary form is a byte for the version and its text: bytes, which cost the driver nothing.
        self.types = ["bytea" if column.type == "jsonb" else column.type for column in self.columns]
        self.names = ", ".join(column.name for column in self.columns)
        self.definition = ", ".join(f"{column.name} {column.type}" for column in self.columns)
        self._take = attrgetter(*(column.path for column in plain))
        self._makers = [_for_copy(column) for column in made]

    def row(self, value: Any) -> tuple[Any, ...]:
        """The row of a value, in the order of `columns`."""
        taken: tuple[Any, ...] = self._take(value)
        return (*taken, *[make(value) for make in self._makers]) if self._makers else taken


def _for_copy(column: Column) -> Getter:
    get = column.get
    if column.type != "jsonb":
        return get
    return lambda value: None if (text := get(value)) is None else b"\x01" + text.encode()


def attribute(path: str) -> Getter:
    """A getter for `a.b.c`; `a?.b` is None where `a` is."""
    first, _, rest = path.partition("?.")
    if not rest:
        return attrgetter(first)
    outer, inner = attrgetter(first), attrgetter(rest)
    return lambda value: None if (found := outer(value)) is None else inner(found)


def columns(spec: str, **special: Getter) -> tuple[Column, ...]:
    """Columns from `name type [attribute path]`, one a line or separated by commas.

    `_value_` at the end of a path is the text of an enumeration, `a?.b` says that `a` may be None.
    """
    found = []
    for line in spec.replace(",", "\n").strip().splitlines():
        name, type_, *path = line.split()
        where = path[0] if path else name
        plain = name not in special and "?" not in where
        found.append(Column(name, type_, special.get(name) or attribute(where), where if plain else ""))
    return tuple(found)


def as_text(path: str) -> Getter:
    """The value as text (an enumeration, an actor)."""
    get = attribute(path)
    return lambda value: None if (found := get(value)) is None else str(found)


def as_json(path: str) -> Getter:
    """The value as JSON text."""
    get = attribute(path)
    return lambda value: None if (found := get(value)) is None else _encode(found)


_encode = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


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
