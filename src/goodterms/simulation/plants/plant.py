"""What a planted fault is, and how code is changed for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import psycopg
from django.conf import settings

Change = AbstractContextManager[Any]


@dataclass(frozen=True, slots=True)
class Plant:
    """A mistake in our code: its name, what is wrong with it, the changes that make it, and the rules it breaks.

    It is found when one of these rules says so. Whatever else ends a world was not what was looked for.
    """

    name: str
    says: str
    changes: Callable[[], Sequence[Change]]
    rules: frozenset[str]


def found_as(*rules: str) -> frozenset[str]:
    """The rules that a fault breaks, by their short names."""
    return frozenset(rules)


@contextmanager
def instead(module: object, name: str, make: Callable[[Any], Any]) -> Iterator[None]:
    """Put something made from a module's function in its place, wherever it was imported to."""
    real = getattr(module, name)
    other = make(real)
    with ExitStack() as places:
        for place in [m for key, m in sys.modules.items() if key.startswith("goodterms.")]:
            if vars(place).get(name) is real:
                places.enter_context(patch.object(place, name, other))
        yield


def answers(module: object, name: str, value: Any) -> Change:
    """Let a function always answer the same."""
    return instead(module, name, lambda _real: lambda *_args, **_more: value)


def sees(kind: type, name: str, value: Any) -> Change:
    """Let a property of a class always be the same."""
    return patch.object(kind, name, property(lambda _self: value))


@contextmanager
def without_index(name: str) -> Iterator[None]:
    """Leave an index out of the database while inside."""
    with _owner() as owner:
        found = owner.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name]).fetchone()
        assert found is not None, name
        owner.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        _restore(found[0])


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    """Leave a constraint out of the database while inside."""
    with _owner() as owner:
        found = owner.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
        ).fetchone()
        assert found is not None, name
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        _restore(f"ALTER TABLE {table} ADD CONSTRAINT {name} {found[0]} NOT VALID")


def _restore(statement: str) -> None:
    """Put it back; rows that break it are emptied out before the next run."""
    with _owner() as owner:
        tables = owner.execute(
            "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename NOT LIKE 'django%'"
        ).fetchone()
        assert tables is not None
        owner.execute(f"TRUNCATE {tables[0]} CASCADE")
        owner.execute(statement.replace(" NOT VALID", ""))


def _owner() -> psycopg.Connection[Any]:
    said = settings.DATABASES["owner"]
    return psycopg.connect(
        dbname=said["NAME"], user=said["USER"], host=said["HOST"], port=said["PORT"] or None, autocommit=True
    )
