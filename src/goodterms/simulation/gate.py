"""Whether planted faults are found, and after how many events: what shows that the search can fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
    """What came of looking for one planted fault several times: events until it was found, and rules."""

    plant: str
    events: list[int] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    missed: int = 0

    @property
    def found(self) -> bool:
        """Whether every search found it."""
        return not self.missed

    @property
    def median_events(self) -> int | None:
        """The median number of events until it was found; None where it never was."""
        return round(median(self.events)) if self.events else None


def search(play: Callable[[Tape], Played], tape: Tape, times: int) -> Search:
    """Look for the fault planted in a tape, `times` times; each search plays worlds until one breaks a rule."""
    came = Search(tape.plant)
    for number in range(1, times + 1):
        events = 0
        for world in range(1, MOST_WORLDS + 1):
            played = play(Tape(f"{tape.seed}-{number}-{world}", tape.years, tape.customers, tape.faults, tape.plant))
            events += played.steps
            if played.failure is not None:
                came.events.append(events)
                came.rules.append(rule_of(played.failure))
                break
        else:
            came.missed += 1
    return came
