"""The fence's row: which database this is, its signs of life, and whether anything may leave it.

The row names the cluster and timeline it lives in. A copy elsewhere, or a recovery to a point in time, takes the row
along and finds itself in another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database is: the cluster's identity, its timeline, and how far its write-ahead log has come (bytes).

    Empty and 0 where the server does not say.
    """

    system_identifier: str
    timeline: int
    wal: int


@dataclass(frozen=True, slots=True)
class Row:
    """The fence's row, see `models_fence.FenceRow`."""

    token: str
    earlier_tokens: tuple[str, ...]
    system_identifier: str
    timeline: int
    environment: str
    beat: int
    beat_at: datetime
    fenced_at: datetime | None
    reason: str
    lacks_since: datetime | None
    lost_until: datetime | None
    progress: Mapping[str, str]
    resumed_at: datetime | None


_COLUMNS = ", ".join(Row.__dataclass_fields__)
# `pg_control_checkpoint` knows a new timeline only after the next checkpoint; the name of a log file knows it at once.
_PLACE = """
    (SELECT system_identifier::text FROM pg_control_system()),
    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint,
    (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint
"""


def read_place() -> Place:
    """Where the database is now; a server that does not tell its identity has none."""
    said = _told(f"SELECT {_PLACE}")
    return Place(*said) if said else Place("", 0, 0)


def read_place_and_row() -> tuple[Place, Row | None]:
    """Where the database is, and the row, in one statement: what every process asks every minute."""
    said = _told(f"SELECT {_PLACE}, {_COLUMNS} FROM (SELECT) AS one LEFT JOIN fence ON id = 1")
    if said is None:
        return Place("", 0, 0), read_row()
    return Place(*said[:3]), None if said[3] is None else _row(said[3:])


def _told(query: str) -> Any:
    """A row of an answer; None where the server does not tell who it is, or the answer is empty."""
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext(), connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()
    except DatabaseError as refused:
        if getattr(refused.__cause__, "sqlstate", None) not in _NOT_SAID:
            raise
        return None


# Insufficient privilege, undefined function, feature not supported: servers that are no plain one.
_NOT_SAID = ("42501", "42883", "0A000")


def read_clock() -> datetime:
    """What the database's own clock says now, whatever transaction is open: to compare, never to decide by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def read_row(*, lock: bool = False) -> Row | None:
    """The row, with `lock` under lock; None in a database that nobody has worked with yet."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM fence WHERE id = 1{' FOR UPDATE' if lock else ''}")
        row = cursor.fetchone()
    return None if row is None else _row(row)


def _row(values: Sequence[Any]) -> Row:
    read = Row(*values)
    return replace(read, earlier_tokens=tuple(_json(read.earlier_tokens)), progress=dict(_json(read.progress)))


def adopt(place: Place, token: str, environment: str, now: datetime) -> Row:
    """Make the row where there is none: this database begins its history here. Returns the row that is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fence (id, token, earlier_tokens, system_identifier, timeline, environment, beat, beat_at, "
            "reason, progress) VALUES (1, %s, '[]', %s, %s, %s, 0, %s, '', '{}') ON CONFLICT DO NOTHING",
            [token, place.system_identifier, place.timeline, environment, now],
        )
    row = read_row()
    assert row is not None
    return row


def beat(now: datetime, environment: str) -> int | None:
    """A sign of life, one statement outside of a transaction; the new mark. None while the fence is up.

    It survives a crash of the server whatever the session says of commits: the mark outside must never be ahead.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE fence SET beat = beat + 1, beat_at = greatest(beat_at, %s), "
            "environment = coalesce(nullif(environment, ''), %s) WHERE id = 1 AND fenced_at IS NULL "
            "AND set_config('synchronous_commit', 'on', true) = 'on' RETURNING beat",
            [now, environment],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def put_up(now: datetime, reason: str, lacks_since: datetime, lost_until: datetime | None) -> None:
    """Let nothing leave any more, from now on; a fence that is up stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE fence SET fenced_at = %s, reason = %s, lacks_since = least(beat_at, %s), lost_until = %s, "
            "progress = '{}' WHERE id = 1 AND fenced_at IS NULL",
            [now, reason, lacks_since, lost_until],
        )


def keep_progress(gateway: str, cursor_at: str) -> None:
    """An import has taken in a gateway's statement as far as this."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE fence SET progress = progress || jsonb_build_object(%s::text, %s::text) WHERE id = 1",
            [gateway, cursor_at],
        )


def take_down(place: Place, token: str, environment: str, mark: int, now: datetime, also: tuple[str, ...]) -> None:
    """Let things leave again: a new history begins, in this place, with a mark above all that were before.

    `also` are tokens that files outside may still hold.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE fence SET earlier_tokens = earlier_tokens || to_jsonb(token) || %s::jsonb, token = %s, "
            "system_identifier = %s, timeline = %s, environment = %s, beat = greatest(beat, %s) + 1, beat_at = %s, "
            "fenced_at = NULL, reason = '', lacks_since = NULL, lost_until = NULL, progress = '{}', resumed_at = %s "
            "WHERE id = 1 AND fenced_at IS NOT NULL",
            [json.dumps(list(also)), token, place.system_identifier, place.timeline, environment, mark, now, now],
        )


def anything_sold() -> bool:
    """Whether the database holds a subscription at all, in any bucket."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM subscriptions WHERE bucket >= 0)")
        return bool(cursor.fetchone()[0])


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
