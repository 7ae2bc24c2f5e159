"""The shape of a table: columns with their types, and how a domain value becomes a row."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Getter = Callable[[Any], Any]


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
        return lambda value: getattr(value, first)
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
    return lambda value: None if get(value) is None else str(get(value))


def as_json(path: str) -> Getter:
    """The value as JSON text."""
    get = attribute(path)
    return lambda value: None if get(value) is None else json.dumps(get(value))
