"""Whether planted faults are found, and after how many events: what shows that the search can fail."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING

from goodterms.simulation.choices import Tape
from goodterms.simulation.telling import rule_of

if TYPE_CHECKING:
    from goodterms.simulation.run import Played

#: A fault that so many worlds in a row did not show is not found.
MOST_WORLDS = 12


@dataclass
class Search:
    """What came of looking for one planted fault several times.

    `events` has, for each time it was found, how many it took, and `rules` what it was found as. `missed` counts the
    times it was not. `errors` are worlds that ended with anything else than a rule that the fault is to break: each
    with its seed and what it was.
    """

    plant: str
    events: list[int] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    missed: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def found(self) -> bool:
        """Whether every search found it, and nothing else."""
        return not self.missed and not self.errors

    @property
    def median_events(self) -> int | None:
        """The median number of events until it was found; None where it never was."""
        return round(median(self.events)) if self.events else None


def search(play: Callable[[Tape], Played], tape: Tape, times: int, rules: Container[str]) -> Search:
    """Look for the fault planted in a tape, `times` times; each search plays worlds until one breaks one of `rules`.

    A world that ends with anything else is noted as an error, and the search goes on.
    """
    came = Search(tape.plant)
    for number in range(1, times + 1):
        events = 0
        for world in range(1, MOST_WORLDS + 1):
            seed = f"{tape.seed}-{number}-{world}"
            played = play(replace(tape, seed=seed))
            events += played.steps
            broken = rule_of(played.failure) if played.failure is not None else None
            if broken in rules:
                came.events.append(events)
                came.rules.append(str(broken))
                break
            if broken is not None:
                came.errors.append(f"{seed}: {broken}")
        else:
            came.missed += 1
    return came
