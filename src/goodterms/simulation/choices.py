"""All chance of a simulation: drawn from the seed by name, and what departs from the plain course is taped.

A draw is a hash of the seed, the name of the place and how often it was drawn there, so that a draw in one place never
shifts those of another. What departs from the plain course (a crash, a lost answer, another actor's turn) is kept as a
list of deviations: a tape. Played again with its tape, a run does these and no others, also when the code has changed
in between, as long as the places still have their names.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

_WHOLE = 1 << 64
T = TypeVar("T")

Deviation = tuple[str, int, str]
Option = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Tape:
    """What a run is made from: the same tape gives the same run.

    `deviations` are (place, how often it was passed before, what happened there); None lets the seed decide.
    """

    seed: str
    years: float
    customers: int
    faults: tuple[str, ...]
    plant: str = ""
    deviations: tuple[Deviation, ...] | None = None
    note: str = ""
    found: str = ""

    def with_deviations(self, deviations: Sequence[Deviation]) -> Tape:
        """The same life with only these deviations."""
        return replace(self, deviations=tuple(deviations))

    def write(self, path: Path) -> None:
        """Store it as JSON, a deviation to a line."""
        said = asdict(self)
        deviations = said.pop("deviations")
        head = json.dumps(said, indent=1)[:-2]
        lines = ",\n".join("  " + json.dumps(one) for one in deviations or [])
        listed = "null" if deviations is None else f"[\n{lines}\n ]"
        path.write_text(f'{head},\n "deviations": {listed}\n}}\n')

    @classmethod
    def read(cls, path: Path) -> Tape:
        """The tape in a file. Raises ValueError for what is none."""
        try:
            said = json.loads(path.read_text())
            listed = said.pop("deviations")
            said["faults"] = tuple(said["faults"])
            said["deviations"] = None if listed is None else tuple((p, int(n), w) for p, n, w in listed)
            return cls(**said)
        except (KeyError, TypeError, ValueError) as problem:
            raise ValueError(f"{path} is no tape: {problem}") from None


@dataclass
class Choices:
    """Draws for one run, and the list of its deviations so far."""

    tape: Tape
    made: list[Deviation] = field(default_factory=list)
    quiet: bool = False  # no deviation any more: the world is to settle

    def __post_init__(self) -> None:
        self._seed = f"{self.tape.seed}|".encode()
        self._drawn: Counter[str] = Counter()
        self._passed: Counter[str] = Counter()
        given = self.tape.deviations
        self._given = None if given is None else {(place, n): what for place, n, what in given}

    def below(self, place: str, most: int) -> int:
        """A whole number from 0 to `most` - 1."""
        return self._draw(place) * most // _WHOLE

    def chance(self, place: str, odds: float) -> bool:
        """True once in 1/odds times."""
        return self._draw(place) < odds * _WHOLE

    def one_of(self, place: str, items: Sequence[T]) -> T:
        """One of several."""
        return items[self.below(place, len(items))]

    def deviation(self, place: str, options: Sequence[Option]) -> str:
        """What departs from the plain course here: one of the options, "" mostly."""
        n = self._passed[place]
        self._passed[place] += 1
        if self.quiet:
            return ""
        if self._given is not None:
            what = self._given.get((place, n), "")
        else:
            what = self._drawn_option(f"{place}#{n}", options)
        if what:
            self.made.append((place, n, what))
        return what

    def amend(self, what: str) -> None:
        """Say more exactly what the last deviation was."""
        place, n, _ = self.made[-1]
        self.made[-1] = (place, n, what)

    def take_back(self) -> None:
        """The last deviation could not happen."""
        self.made.pop()

    def _drawn_option(self, place: str, options: Sequence[Option]) -> str:
        left = self._hash(place) / _WHOLE
        for what, odds in options:
            if left < odds:
                return what
            left -= odds
        return ""

    def _draw(self, place: str) -> int:
        n = self._drawn[place]
        self._drawn[place] += 1
        return self._hash(f"{place}#{n}")

    def _hash(self, place: str) -> int:
        return int.from_bytes(blake2b(self._seed + place.encode(), digest_size=8).digest(), "big")
