"""Writes of programs, each under a key that the program chose: begun once, done once, answered alike ever after.

A call's row is committed before its act. Whatever the act saves raises the row's mark in the same transaction, so that
after a crash at any instant it is known whether the act was done. Who takes a call over gives it another token; the
one from whom it was taken can then save nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import connection

#: Longer than any act may take, calls of gateways included; after it a call may be taken over whatever became of it.
LEASE = timedelta(minutes=2)


class CallLost(Exception):
    """Another process has taken this call over: nothing was saved."""


class VersionChanged(Exception):
    """What was to be changed is not in the version that the program has seen: nothing was saved."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call as it came in. `id` is a new one; it is used only if the call has none yet, and so is `token`."""

    family: UUID
    key: str
    digest: str
    id: UUID
    token: UUID


@dataclass(slots=True)
class Running:
    """A call that is ours to do. `acted`: its act was committed before. `expects`: versions that rows must have."""

    id: UUID
    token: UUID
    acted: bool
    expects: dict[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """A call that was answered before: status, entity tag and body as they were sent."""

    status: int
    tag: str | None
    body: str


_current: ContextVar[Running | None] = ContextVar("call", default=None)

_BEGIN = """
    INSERT INTO api_calls (id, family, key, digest, token, begun_at, lease_until, backend_pid, backend_start, acted)
    SELECT %s, %s, %s, %s, %s, %s, %s, pid, backend_start, false FROM pg_stat_activity WHERE pid = pg_backend_pid()
    ON CONFLICT (family, key) DO NOTHING
"""
# Whose session is gone has died; whose session is ours was served by this thread before and is over.
_FOUND = """
    SELECT c.id, c.digest, c.token, c.status, c.tag, c.body, c.acted,
        c.lease_until > %s AND c.backend_pid <> pg_backend_pid() AND EXISTS (
            SELECT 1 FROM pg_stat_activity a WHERE a.pid = c.backend_pid AND a.backend_start = c.backend_start)
    FROM api_calls c WHERE c.family = %s AND c.key = %s
"""
_FORGET = """
    WITH old AS (
        SELECT c.id FROM api_calls c WHERE c.begun_at < %s AND (c.status IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM pg_stat_activity a WHERE a.pid = c.backend_pid AND a.backend_start = c.backend_start))
        ORDER BY c.begun_at LIMIT %s)
    DELETE FROM api_calls c USING old WHERE c.id = old.id
"""
_TAKE = """
    UPDATE api_calls c SET token = %s, lease_until = %s, backend_pid = a.pid, backend_start = a.backend_start
    FROM pg_stat_activity a
    WHERE a.pid = pg_backend_pid() AND c.id = %s AND c.token = %s AND c.status IS NULL
    RETURNING c.acted
"""


def begin_call(wanted: Wanted, now: datetime) -> Running | Answered | Literal["other", "running"]:
    """Begin a call, or find what became of it: answered, being done by somebody else, or begun for another body.

    To be called outside any transaction: the row must be committed before the act begins.
    """
    with connection.cursor() as cursor:
        until = now + LEASE
        cursor.execute(_BEGIN, [wanted.id, wanted.family, wanted.key, wanted.digest, wanted.token, now, until])
        if cursor.rowcount == 1:
            return Running(wanted.id, wanted.token, acted=False)
        cursor.execute(_FOUND, [now, wanted.family, wanted.key])
        row = cursor.fetchone()
        if row is None:
            return "running"  # given up between the two statements
        id, digest, token, status, tag, body, _, alive = row
        if digest != wanted.digest:
            return "other"
        if status is not None:
            return Answered(status, tag, body)
        if alive:
            return "running"
        cursor.execute(_TAKE, [wanted.token, until, id, token])
        taken = cursor.fetchone()
        return Running(id, wanted.token, acted=taken[0]) if taken else "running"


def answer_call(call: Running, answered: Answered, now: datetime) -> None:
    """Keep the answer. Raises `CallLost`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE api_calls SET status = %s, tag = %s, body = %s, answered_at = %s WHERE id = %s AND token = %s",
            [answered.status, answered.tag, answered.body, now, call.id, call.token],
        )
        if cursor.rowcount != 1:
            raise CallLost(call.id)


def give_up_call(call: Running) -> None:
    """Forget a call that did nothing; one that has acted may be taken over at once."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_calls WHERE id = %s AND token = %s AND NOT acted", [call.id, call.token])
        cursor.execute("UPDATE api_calls SET backend_pid = 0 WHERE id = %s AND token = %s", [call.id, call.token])


def forget_calls(before: datetime, limit: int = 1000) -> int:
    """Delete calls that were begun before an instant: their keys may be used anew. Returns how many.

    One that somebody still works on stays: in a demo the clock moves while it is being moved.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [before, limit])
        return int(cursor.rowcount)


@contextmanager
def aside() -> Iterator[None]:
    """What is saved inside belongs to no call: others' work that goes on meanwhile."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def acting(call: Running) -> Iterator[None]:
    """Everything that is saved inside belongs to a call."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)


def note_act(versions: Iterator[tuple[UUID, int]] | None = None) -> None:
    """Mark the current call, if any, as done by the transaction that this is called in.

    `versions` are those that rows were saved in, one more than they had. Raises `CallLost` and `VersionChanged`; the
    transaction must then be rolled back.
    """
    call = _current.get()
    if call is None:
        return
    for id, version in versions or ():
        expected = call.expects.pop(id, None)
        if expected is not None and version != expected + 1:
            raise VersionChanged(id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE api_calls SET acted = true WHERE id = %s AND token = %s", [call.id, call.token])
        if cursor.rowcount != 1:
            raise CallLost(call.id)
