"""Backups that are put back days later, over a database that has gone on; and the operator who resumes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection, connections

from goodterms.simulation import database
from goodterms.simulation.stage import Actor, Stage
from goodterms.usecases.resume import resume
from goodterms.usecases.world import World

DAY = 86_400


class Restores:
    """Takes a backup now and then, and puts some of them back: what was committed in between never was."""

    def __init__(self, stage: Stage, watcher: psycopg.Connection[Any], put_back: Callable[[], None]) -> None:
        self.stage = stage
        self._watcher = watcher
        self._put_back = put_back
        self._backup: database.Copy | None = None
        self.last_at: datetime | None = None  # when a backup was put back last
        self.next_at = self._later("backup in", 100)

    def happen(self) -> None:
        """What is due: a backup, or its return, an hour to twenty days later."""
        if not self.stage.odds["restore"] or self.stage.choices.quiet:
            self.next_at = self.stage.now + timedelta(days=400)
        elif self._backup is None:
            self._backup = database.copy(self._watcher)
            self.next_at = self._later("restored in", 20)
        else:
            for actor in list(self.stage.actors):
                if actor in self.stage.actors and actor.backend is not None:
                    self.stage.crash(actor.process, counts=False)
            database.put_back(self._watcher, self._backup)
            self._backup = None
            self.last_at = self.stage.now
            self.stage.counted["restores"] += 1
            self.stage.note("-- restored")
            self._put_back()
            self.next_at = self._later("backup in", 200)

    def _later(self, place: str, days: int) -> datetime:
        return self.stage.now + timedelta(seconds=3600 + self.stage.choices.below(place, days * DAY))


class Operator:
    """Finds out hours later that nothing leaves any more, and resumes; again when that was cut short."""

    process = "operator"

    def __init__(self, stage: Stage, world: Callable[[], World], file: Path) -> None:
        self.stage = stage
        self.world = world
        self.file = file

    def enter(self, at: datetime | None = None) -> None:
        """Come to work."""
        self.stage.enter("operator", self.process, self._work, at=at)

    def _work(self, _actor: Actor) -> None:
        try:
            while not self._done():
                self.stage.sleep(timedelta(seconds=60 + self.stage.choices.below("operator tries again", 6 * 3600)))
        finally:
            connections.close_all()

    def _done(self) -> bool:
        try:
            report = resume(self.world(), self.file)
        except (OperationalError, InterfaceError):
            connection.close()
            return False
        self.stage.counted["recovered charges"] += report.charges
        self.stage.counted["recovered refunds"] += report.refunds
        return report.fence is None or report.lifted


class StageLock:
    """A lock between actors: whoever finds it taken lets others move on meanwhile."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._taken = False

    def __enter__(self) -> None:
        while self._taken:
            self._stage.blocked(lambda: self._taken)
        self._taken = True

    def __exit__(self, *_problem: object) -> None:
        self._taken = False
        self._stage.locks_released()
