"""The one function that writes what was decided: for one decision or for thousands, in the caller's transaction.

Rows go in by table, one statement a table whatever the number of decisions: a few as arrays (`unnest`), many by
binary COPY, straight into the table or, where they change rows, into a temporary table first. The stored version of a
subscription must be the one that was loaded; otherwise nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from django.db import IntegrityError, connection

from goodterms.domain.decision import Decision
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.subscription import Subscription
from goodterms.storage.api_calls import note_act
from goodterms.storage.columns import Column, Table, Writer
from goodterms.storage.feed import note_facts
from goodterms.storage.tables import FACTS, MESSAGES, POSTINGS, SUBSCRIPTIONS, TABLE_OF

# From this number of rows on, COPY is faster than arrays, which the driver writes as text.
MANY = 40


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
    if inserts or updates or messages:
        note_act((row.id, row.version) for kind in (Subscription, RefundRequest) for row in updates[kind])  # type: ignore[attr-defined]
    # The row of a subscription is its lock. Whoever saves without having taken it takes it here, before anything else:
    # so of two that save the same one, the second finds it changed, and neither waits for what the other holds.
    _update(SUBSCRIPTIONS, updates.pop(Subscription, []))
    # What ends comes before what takes its place: of charges of a term, say, one may be open at a time.
    for kind, table in TABLE_OF.items():
        _update(table, updates[kind])
        _insert(table, inserts[kind])
    _insert(FACTS, facts)
    note_facts(facts)
    _insert(POSTINGS, postings)
    _insert(MESSAGES, messages)


def refused_by(error: IntegrityError) -> str:
    """The name of the constraint or unique index by which the database refused; empty when it named none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def _insert(table: Table, rows: Sequence[object]) -> None:
    if not rows:
        return
    if len(rows) < MANY:
        with connection.cursor() as cursor:
            cursor.execute(_insert_sql(table.name), _arrays(table.columns, rows))
    elif table is MESSAGES:
        with _staged(table, table.writer, rows) as stage, connection.cursor() as cursor:
            cursor.execute(_insert_sql(table.name, stage))
    else:
        _copy(table.name, table.writer, rows)


def _update(table: Table, rows: Sequence[object]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if len(rows) < MANY:
            cursor.execute(_update_sql(table.name), _arrays(table.changing.columns, rows))
            changed = cursor.rowcount
        else:
            with _staged(table, table.changing, rows) as stage:
                cursor.execute(_update_sql(table.name, stage))
                changed = cursor.rowcount
    if changed != len(rows):
        raise StaleState(f"{len(rows) - changed} of {len(rows)} rows of {table.name} are not as loaded")


def _arrays(columns: Sequence[Column], rows: Sequence[object]) -> list[list[object]]:
    return [list(map(column.get, rows)) for column in columns]


@contextmanager
def _staged(table: Table, writer: Writer, rows: Sequence[object]) -> Iterator[str]:
    """Rows in a temporary table, there while inside; its name. The table itself stays as long as the session."""
    stage = f"staged_{table.name}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"pg_temp.{stage}"])
        if cursor.fetchone() == (None,):
            cursor.execute(f"CREATE TEMPORARY TABLE {stage} ({writer.definition}) ON COMMIT DELETE ROWS")
        _copy(stage, writer, rows)
        yield stage
        cursor.execute(f"DELETE FROM {stage}")  # another batch may follow in the same transaction


def _copy(target: str, writer: Writer, rows: Sequence[object]) -> None:
    sql = f"COPY {target} ({writer.names}) FROM STDIN (FORMAT BINARY)"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(sql) as copy:
        copy.set_types(writer.types)
        write, row_of = copy.write_row, writer.row
        for row in rows:
            write(row_of(row))


_BY_NAME = {table.name: table for table in TABLE_OF.values()}


def _source(writer: Writer | Table, stage: str | None) -> str:
    if stage:
        return f"{stage} AS v"
    # jsonb arrays travel as text: the driver has no array type for them.
    arrays = ", ".join(
        "%s::text[]::jsonb[]" if column.type == "jsonb" else f"%s::{column.type}[]" for column in writer.columns
    )
    return f"unnest({arrays}) AS v({', '.join(column.name for column in writer.columns)})"


@cache
def _insert_sql(name: str, stage: str | None = None) -> str:
    table = _BY_NAME[name]
    columns = table.writer.names
    # A mail is due once per kind and subject, whatever is repeated.
    tail = " ON CONFLICT DO NOTHING" if table is MESSAGES else ""
    return f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {_source(table, stage)}{tail}"


@cache
def _update_sql(name: str, stage: str | None = None) -> str:
    table = _BY_NAME[name]
    changed = [column.name for column in table.changing.columns if column.name not in table.key]
    sets = ", ".join(f"{column} = v.{column}" for column in changed)
    where = " AND ".join(f"t.{column} = v.{column}" for column in table.key)
    if table.version:
        where += " AND t.version = v.version - 1"
    return f"UPDATE {name} AS t SET {sets} FROM {_source(table.changing, stage)} WHERE {where}"
