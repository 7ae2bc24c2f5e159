"""The one function that writes what was decided: for one decision or for thousands, in the caller's transaction.

Rows go in by table, as arrays (`unnest`), one statement a table whatever the number of decisions. The stored version
of a subscription must be the one that was loaded; otherwise nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

from django.db import connection

from goodterms.domain.decision import Decision
from goodterms.storage.columns import Table
from goodterms.storage.tables import FACTS, MESSAGES, POSTINGS, TABLE_OF


class StaleState(Exception):
    """A row has changed since it was loaded without its lock, or does not exist: nothing was written."""


def save(decisions: Iterable[Decision]) -> None:
    """Write decisions: state, facts, postings and messages, all or nothing.

    Must be called inside a transaction in which the subscriptions were loaded under lock. Raises `StaleState`, or
    `django.db.IntegrityError` where the database refuses (a second open request, an overlap).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("save() belongs inside the transaction that loaded and locked the state")
    inserts: dict[type, list[object]] = defaultdict(list)
    updates: dict[type, list[object]] = defaultdict(list)
    facts: list[object] = []
    postings: list[object] = []
    messages: list[object] = []
    for decision in decisions:
        for row in decision.inserts:
            inserts[type(row)].append(row)
        for row in decision.updates:
            updates[type(row)].append(row)
        facts.extend(decision.facts)
        postings.extend(decision.postings)
        messages.extend(decision.messages)
    for kind, table in TABLE_OF.items():
        _insert(table, inserts[kind])
    for kind, table in TABLE_OF.items():
        _update(table, updates[kind])
    _insert(FACTS, facts)
    _insert(POSTINGS, postings)
    _insert(MESSAGES, messages)


def _arrays(table: Table, rows: Sequence[object]) -> list[list[object]]:
    return [[column.get(row) for row in rows] for column in table.columns]


def _insert(table: Table, rows: Sequence[object]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_insert_sql(table.name), _arrays(table, rows))


def _update(table: Table, rows: Sequence[object]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_update_sql(table.name), _arrays(table, rows))
        if cursor.rowcount != len(rows):
            raise StaleState(f"{len(rows) - cursor.rowcount} of {len(rows)} rows of {table.name} are not as loaded")


_BY_NAME = {table.name: table for table in TABLE_OF.values()}


def _source(table: Table) -> str:
    # jsonb arrays travel as text: the driver has no array type for them.
    arrays = ", ".join(
        "%s::text[]::jsonb[]" if column.type == "jsonb" else f"%s::{column.type}[]" for column in table.columns
    )
    return f"unnest({arrays}) AS v({', '.join(column.name for column in table.columns)})"


@cache
def _insert_sql(name: str) -> str:
    table = _BY_NAME[name]
    columns = ", ".join(column.name for column in table.columns)
    # A mail is due once per kind and subject, whatever is repeated.
    tail = " ON CONFLICT DO NOTHING" if table is MESSAGES else ""
    return f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {_source(table)}{tail}"


@cache
def _update_sql(name: str) -> str:
    table = _BY_NAME[name]
    changed = [c.name for c in table.columns if c.name not in table.key and c.name not in table.fixed]
    sets = ", ".join(f"{column} = v.{column}" for column in changed)
    where = " AND ".join(f"t.{column} = v.{column}" for column in table.key)
    if table.version:
        where += " AND t.version = v.version - 1"
    return f"UPDATE {name} AS t SET {sets} FROM {_source(table)} WHERE {where}"
