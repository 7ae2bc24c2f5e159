"""Measures elapsed time, and the processor time of this process and its database session together.

On a machine that others use as well, the processor time is the steadier of the two.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil
from django.db import connection


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds that went by, and seconds of processor time."""

    elapsed: float
    cpu: float

    def __add__(self, other: Lap) -> Lap:
        return Lap(self.elapsed + other.elapsed, self.cpu + other.cpu)

    def per(self, count: int) -> Lap:
        """The same for one of `count`."""
        return Lap(self.elapsed / count, self.cpu / count)


@dataclass(frozen=True, slots=True)
class Phases:
    """What the two phases of a run took, and how many subscriptions went through them."""

    intents: Lap
    outcomes: Lap
    done: int

    @property
    def each(self) -> Lap:
        """Both phases, for one subscription."""
        return (self.intents + self.outcomes).per(self.done)


class Meter:
    """Starts when made, in the database session of the moment; each lap goes on from the one before."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._session = psutil.Process(cursor.fetchone()[0])
        self._last = self._read()

    def lap(self) -> Lap:
        """What has been used since the last lap."""
        before, self._last = self._last, self._read()
        return Lap(self._last.elapsed - before.elapsed, self._last.cpu - before.cpu)

    def _read(self) -> Lap:
        server = self._session.cpu_times()
        return Lap(time.perf_counter(), time.process_time() + server.user + server.system)
