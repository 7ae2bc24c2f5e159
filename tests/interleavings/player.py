"""Plays two sessions step by step, in every order in which the database lets them take turns.

A session is a journey in a thread with a database connection of its own. It stops before every step: a statement that
locks or writes, a commit, a call to the gateway. At each stop somebody chooses who goes on. One that waits for a lock
of the other can not be chosen; that is asked of PostgreSQL itself. `orders` walks through the whole tree of choices,
one branch after the other, so that every order is played exactly once and none is held in memory.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

_LOCKS = re.compile(r"\bFOR (NO KEY )?UPDATE\b")
_WRITES = re.compile(r"\s*(WITH|INSERT|UPDATE|DELETE|COPY)\b", re.IGNORECASE)
#: Silence after which PostgreSQL is asked whether a session waits for a lock.
_SILENT_SECONDS = 0.004
_PATIENCE = 60

_session: ContextVar[Session | None] = ContextVar("session", default=None)


def stop_before(what: str) -> None:
    """For what is called from a journey, as a gateway: a step begins here. Elsewhere nothing happens."""
    session = _session.get()
    if session is not None:
        session.pause(what)


class Session(threading.Thread):
    """One journey, which goes on for a step whenever it is let."""

    def __init__(self, name: str, journey: Callable[[], Any], *, fine: bool, without: str = "") -> None:
        super().__init__(name=name, daemon=True)
        self._journey, self._fine, self._without = journey, fine, without
        self._go = threading.Semaphore(0)
        self.stopped = threading.Event()
        self.at, self.pid = "start", 0
        self.steps: list[str] = []
        self.done = self._begun = False
        self.result: Any = None
        self.failure: BaseException | None = None

    def run(self) -> None:
        """The journey from its first to its last step."""
        _session.set(self)
        try:
            self._open()
            if self._fine:
                self.pause("start")
            with connection.execute_wrapper(self._statement):
                self.result = self._journey()
        except BaseException as problem:
            self.failure = problem
        finally:
            self.done = True
            connection.close()
            self.stopped.set()

    def _open(self) -> None:
        connection.ensure_connection()
        raw = connection.connection
        assert raw is not None
        self.pid = raw.info.backend_pid
        commit = connection.commit

        def stopping_commit() -> None:
            self.pause("commit")
            self._begun = False
            commit()

        connection.commit = stopping_commit  # type: ignore[method-assign]

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Stop before what locks or writes; in a transaction that has begun, only when every step is wanted."""
        if not connection.in_atomic_block:
            self._begun = False
        acts = bool(_LOCKS.search(sql) or _WRITES.match(sql))
        if (acts and not self._begun) or self._fine:
            self._begun = self._begun or acts
            self.pause(" ".join(sql.split()[:3]))
        return execute(re.sub(self._without, "", sql) if self._without else sql, params, many, context)

    def pause(self, what: str) -> None:
        """Say which step comes next and wait until it may be taken."""
        self.at = what
        self.steps.append(what)
        self.stopped.set()
        self._go.acquire()

    def proceed(self) -> None:
        """Take the next step; `stopped` is set at the one after it, or at the end."""
        self.stopped.clear()
        self._go.release()


@dataclass
class Played:
    """One order of steps and what came of it."""

    first: Session
    second: Session
    choices: list[tuple[int, int]] = field(default_factory=list)  # taken, of how many
    order: list[str] = field(default_factory=list)
    waits: int = 0

    @property
    def sessions(self) -> tuple[Session, Session]:
        """Both."""
        return self.first, self.second

    def story(self) -> str:
        """The steps in the order in which they were taken."""
        return "\n".join(self.order)


def play(
    look: psycopg.Connection[Any], both: Sequence[Callable[[], Any]], prefix: Sequence[int], *, fine: bool,
    without: str = "",
) -> Played:  # fmt: skip
    """Play one order: the choices of `prefix`, and from there on always the first session that can go on.

    With `fine` every statement is a step. What `without` matches is cut out of the statements: a planted mistake.
    """
    first, second = (Session(name, one, fine=fine, without=without) for name, one in zip("AB", both, strict=True))
    played = Played(first, second)
    for session in played.sessions:
        session.start()
    for session in played.sessions:
        _until_it_rests(look, session, played)
    waiting: set[Session] = set()
    while not all(session.done for session in played.sessions):
        ready = [one for one in played.sessions if not one.done and one not in waiting]
        if ready:
            taken = prefix[len(played.choices)] if len(played.choices) < len(prefix) else 0
            played.choices.append((taken, len(ready)))
            session = ready[taken]
            played.order.append(f"{session.name}: {session.at}")
            session.proceed()
            if not _until_it_rests(look, session, played):
                waiting.add(session)
                played.order.append(f"{session.name} waits for a lock")
        # Whoever waited may have been let go on by this step; where both wait, PostgreSQL ends one of them.
        for session in tuple(waiting):
            if _until_it_rests(look, session, played, deadlocked=len(waiting) == len(played.sessions)):
                waiting.discard(session)
    for session in played.sessions:
        session.join(_PATIENCE)
    return played


def _until_it_rests(
    look: psycopg.Connection[Any], session: Session, played: Played, *, deadlocked: bool = False
) -> bool:
    """Wait until a session stops at its next step or has ended (True), or waits for a lock (False)."""
    deadline = time.monotonic() + _PATIENCE
    while not session.stopped.wait(_SILENT_SECONDS):
        assert time.monotonic() < deadline, f"{session.name} hangs\n{played.story()}"
        if deadlocked:
            if any(one.stopped.is_set() for one in played.sessions):
                return session.stopped.is_set()
            continue
        row = look.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [session.pid]).fetchone()
        if row and row[0] and not session.stopped.is_set():
            played.waits += 1
            return False
    return True


def orders(perform: Callable[[list[int]], Played]) -> Iterator[Played]:
    """Every order there is: `perform` plays the one with a given beginning; the beginnings are found on the way."""
    prefix: list[int] = []
    while True:
        played = perform(prefix)
        yield played
        choices = list(played.choices)
        while choices and choices[-1][0] == choices[-1][1] - 1:
            choices.pop()
        if not choices:
            return
        prefix = [taken for taken, _ in choices]
        prefix[-1] += 1
