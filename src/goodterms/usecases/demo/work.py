"""Everything that is due, as the worker does it."""

from __future__ import annotations

from goodterms.usecases.run_due import run_due
from goodterms.usecases.world import World

_ROUNDS = 100


def work(world: World) -> None:
    """Do what is due until nothing is; the bank's statement is read once."""
    for done in range(_ROUNDS):
        if not any(run_due(world, statements=not done).values()):
            return
