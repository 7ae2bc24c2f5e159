"""The worker processes of a simulation: the real kinds of due work, each lane an actor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connections

from goodterms.simulation.inline import InlineExecutor
from goodterms.simulation.restoring import StageLock
from goodterms.simulation.stage import Actor, Stage
from goodterms.usecases.fence import Guard
from goodterms.usecases.run_due import Kind, kinds_of_work
from goodterms.usecases.world import World


def guard(stage: Stage, file: Path | None) -> Guard:
    """The fence's guard of one process, which lets others move while it finds out."""
    made = Guard(file)
    made._lock = StageLock(stage)  # type: ignore[assignment]
    return made


def process_world(stage: Stage, gateway: object, skew: timedelta = timedelta(0), fence: Guard | None = None) -> World:
    """What journeys are given in one process: the stage's clock, a little wrong perhaps, and ids from the seed."""

    def new_id() -> UUID:
        low = stage.choices.below("id", 1 << 62)
        milliseconds = int(stage.now.timestamp() * 1000)
        high = (milliseconds << 16) | 0x7000 | stage.choices.below("id", 1 << 12)
        return UUID(int=(high << 64) | (0b10 << 62) | low)

    return World(
        now=lambda: stage.now + skew,
        new_id=new_id,
        draw_bucket=lambda: stage.choices.below("bucket", 4096),
        gateways={"bank": gateway},  # type: ignore[dict-item]
        site_url="https://shop.example",
        threads=InlineExecutor,
        fence=fence or guard(stage, None),
    )


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """A worker: `enter` brings all its lanes on stage, again after it was killed."""

    name: str
    stage: Stage
    gateway: Callable[[], object]
    skew: timedelta
    file: Path

    def enter(self, at: datetime | None = None) -> None:
        """Start the process at an instant, with nothing but what is in the database."""
        world = process_world(self.stage, self.gateway(), self.skew, guard(self.stage, self.file))
        for kind in kinds_of_work(world):
            work = f"{kind.name}:{kind.gateway}" if kind.gateway else kind.name
            self.stage.enter(f"{self.name}.{work}", self.name, self._lane(kind, work), at=at)

    def _lane(self, kind: Kind, work: str) -> Callable[[Actor], None]:
        def body(_actor: Actor) -> None:
            try:
                while True:
                    self.stage.idle(work)
                    while kind.do():
                        pass
            finally:
                connections.close_all()

        return body
