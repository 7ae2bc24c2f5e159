"""Measures elapsed time, and the processor time of this process and of the whole database server.

On a machine that others use as well, the processor time is the steadier of the two.
"""

from __future__ import annotations

import resource
import time
from contextlib import suppress
from dataclasses import dataclass

import psutil
from django.db import connection


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds that went by, and seconds of processor time of the program and of the server."""

    elapsed: float
    client: float
    server: float

    @property
    def cpu(self) -> float:
        """Seconds of processor time in all."""
        return self.client + self.server

    def __add__(self, other: Lap) -> Lap:
        return Lap(self.elapsed + other.elapsed, self.client + other.client, self.server + other.server)

    def per(self, count: int) -> Lap:
        """The same for one of `count`."""
        return Lap(self.elapsed / count, self.client / count, self.server / count)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run took, and how many subscriptions it renewed."""

    lap: Lap
    done: int

    @property
    def each(self) -> Lap:
        """What one renewal took."""
        return self.lap.per(self.done)


class Meter:
    """Starts when made, with the database server of the moment; each lap goes on from the one before."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            session = psutil.Process(cursor.fetchone()[0])
        server = session.parent()
        assert server is not None
        self._server = server
        self._last = self._read()

    def lap(self) -> Lap:
        """What has been used since the last lap."""
        before, self._last = self._last, self._read()
        return Lap(
            self._last.elapsed - before.elapsed, self._last.client - before.client, self._last.server - before.server
        )

    def _read(self) -> Lap:
        return Lap(time.perf_counter(), used_here(), _used_by(self._server))


def used_here() -> float:
    """Seconds of processor time of this process and of its hands, once they have ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def _used_by(server: psutil.Process) -> float:
    """Seconds of processor time of all processes of the server, those that have ended too."""
    own = server.cpu_times()
    total: float = own.user + own.system + own.children_user + own.children_system
    for process in server.children():
        with suppress(psutil.NoSuchProcess):
            used = process.cpu_times()
            total += used.user + used.system
    return total
