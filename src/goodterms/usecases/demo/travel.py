"""Letting time pass: in short steps, with everything that falls due done in between, on its own day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from goodterms.storage.queries.due import next_due
from goodterms.usecases.world import World

_LONGEST = timedelta(days=1)
SHORTEST = timedelta(hours=2)  # what falls due closer together is done together


def travel(
    world: World, until: datetime, *, move: Callable[[datetime], None], work: Callable[[World], object],
    enough: Callable[[], bool] = lambda: False, shortest: timedelta = SHORTEST,
) -> bool:  # fmt: skip
    """Move every clock to `until` by `move`, working in between; False when `enough` stopped it on the way.

    Steps end where something falls due, and last a day at most.
    """
    work(world)
    while (now := world.now()) < until:
        if enough():
            return False
        due = next_due(now)
        wanted = max(due.at, now + shortest) if due is not None else until
        move(min(until, wanted, now + _LONGEST))
        work(world)
    return True
