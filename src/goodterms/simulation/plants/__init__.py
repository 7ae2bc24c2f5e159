"""Faults planted in our own code, one at a time: the simulation must find each, or it proves nothing.

Each is a small change of a function of ours, as somebody could make it by mistake. Where two guards stand one behind
the other, the plant takes both away, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from goodterms.simulation.plants.canceling import CANCELING
from goodterms.simulation.plants.charging import CHARGING
from goodterms.simulation.plants.keeping import KEEPING
from goodterms.simulation.plants.mended import MENDED
from goodterms.simulation.plants.plant import Plant
from goodterms.simulation.plants.refunding import REFUNDING

#: The gate: each is looked for among new seeds, and has to be found.
PLANTS: dict[str, Plant] = {one.name: one for one in (*CHARGING, *CANCELING, *REFUNDING, *KEEPING)}
#: Those as well that were found once in hundreds of years: the tapes that found them still do.
KNOWN: dict[str, Plant] = PLANTS | {one.name: one for one in MENDED}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Run with a fault in place; "" is the code as it is. Raises KeyError for a name nobody knows."""
    with ExitStack() as changes:
        if name:
            for change in KNOWN[name].changes():
                changes.enter_context(change)
        yield
