"""Everything that is due, as the worker does it."""

from __future__ import annotations

from goodterms.usecases.run_due import COMPARED, run_due
from goodterms.usecases.world import World

_ROUNDS = 100


def work(world: World) -> None:
    """Do what is due until nothing is; the bank's statement is read once.

    Comparing a statement, which is due on every day, makes nothing else due: it begins no other round.
    """
    for done in range(_ROUNDS):
        counts = run_due(world, statements=not done)
        if not any(count for kind, count in counts.items() if kind != COMPARED):
            return
