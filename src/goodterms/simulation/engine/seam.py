"""What the engine asks of the simulation: may this statement go on, what has a commit done, who waits for whom."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import psycopg

from goodterms.simulation.choices import Option
from goodterms.simulation.stage import Actor, Stage, State

_seam: Seam | None = None
_GONE_WITHIN = 20  # seconds in which a session that was ended has to be gone, on a slow machine


class Seam:
    """Between the connections of all actors and the stage. `watcher` is a superuser's session that only looks."""

    def __init__(self, stage: Stage, watcher: psycopg.Connection[Any], committed: Callable[[], None]) -> None:
        self.stage = stage
        self.watcher = watcher
        self._committed = committed
        stage.kill_backends = self._kill

    def connected(self, connection: psycopg.Connection[Any]) -> None:
        """An actor has a new session."""
        actor = self.stage.me()
        actor.backend = connection.info.backend_pid
        actor.hangs_up = connection.pgconn.finish

    def before(self, label: str) -> str:
        """Pass the stage; returns "request lost" or "answer lost" when the network fails here."""
        commit = label == "commit"
        lost = self.stage.odds["lost"]
        faults: list[Option] = [("request lost", lost), ("answer lost", lost * (8 if commit else 0.5))]
        return self.stage.point(label, faults, hot=commit)

    def silent(self, connection: psycopg.Connection[Any]) -> None:
        """A statement has no answer yet. If another's lock is the reason, others move until it is released.

        The server's process is stopped meanwhile: two that wait for a row which is changed then run for its new
        version, and which of them is there first would be the machine's choice.
        """
        pid = connection.info.backend_pid
        if self._waits_for(pid):
            os.kill(pid, signal.SIGSTOP)
            self.stage.blocked(lambda: self._still_blocked(connection, pid))

    def transaction_ended(self, *, wrote: bool) -> None:
        """Locks are released; what was written is seen by all, and looked at."""
        self.stage.locks_released()
        if wrote:
            self._committed()

    def in_a_circle(self) -> list[str]:
        """The names of actors who wait for locks of each other only; of somebody who is frozen, one may wait."""
        waiting = {a.backend: a for a in self.stage.actors if a.state is State.BLOCKED and a.backend is not None}
        if all(self._waits_for(pid) and set(self._waits_for(pid)) <= set(waiting) for pid in waiting):
            return [actor.name for actor in waiting.values()]
        return []

    def hang_up(self, connection: psycopg.Connection[Any]) -> None:
        """The network between an actor and the database breaks; the server notices before anybody moves on."""
        pid = connection.info.backend_pid
        connection.pgconn.finish()
        self._await_end([pid])

    def _kill(self, pids: Sequence[int]) -> None:
        if pids:
            self.watcher.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [list(pids)])
            for pid in pids:
                _go_on(pid)
            self._await_end(pids)

    def _await_end(self, pids: Sequence[int]) -> None:
        for _ in range(_GONE_WITHIN * 5000):
            left = self.watcher.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s::int[])", [list(pids)]
            ).fetchone()
            if left == (0,):
                self.stage.locks_released()
                return
            time.sleep(0.0002)
        raise RuntimeError("a session of the database does not end")

    def _waits_for(self, pid: int) -> list[int]:
        row = self.watcher.execute("SELECT pg_blocking_pids(%s)", [pid]).fetchone()
        assert row is not None
        found: list[int] = row[0]
        return found

    def _still_blocked(self, connection: psycopg.Connection[Any], pid: int) -> bool:
        """Whether it waits for another lock now; when it has the lock, wait for its answer, so that all runs agree."""
        if self._waits_for(pid):
            return True
        _go_on(pid)
        while not select.select([connection.pgconn.socket], [], [], 0.0005)[0]:
            if self._waits_for(pid):
                os.kill(pid, signal.SIGSTOP)
                return True
        return False


def _go_on(pid: int) -> None:
    """Let a process of the server go on that was stopped, if it is still there."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def use_seam(seam: Seam | None) -> None:
    """Let the engine's connections pass this seam; None: as without a simulation."""
    global _seam
    _seam = seam


def seam_of_thread() -> Seam | None:
    """The seam, for a thread that is an actor's."""
    if _seam is None:
        return None
    current: Actor | None = _seam.stage.current
    return _seam if current is not None and current.thread is threading.current_thread() else None
