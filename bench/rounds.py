"""The rounds: each gives every contender a fresh copy of the same data, in an order that changes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.check import everything_renewed, same_rows
from bench.meter import Lap, Run
from bench.place import Place
from bench.seed import NOW
from bench.stub import DECLINED_SQL


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be measured, and how much of it."""

    only: frozenset[str]
    due: tuple[int, ...]
    rounds: int
    batch: int
    hands: int
    orm: int
    sizes: tuple[int, ...]
    reads: int
    orders: int
    whole: bool

    def asks(self, *names: str) -> bool:
        """Whether any of these lines is wanted."""
        return not self.only or not self.only.isdisjoint(names)


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who renews what is due in the database of the moment.

    `same_as` names a contender that must have written the same rows; `renews` is how many it does where not all.
    """

    name: str
    run: Callable[[], Run]
    same_as: str = ""
    renews: int | None = None


class Match:
    """Contenders over the same seeded database, where all of `due` subscriptions are due."""

    def __init__(self, place: Place, template: str, due: int, *, finished: bool = True) -> None:
        self._place, self._template, self._due, self._finished = place, template, due, finished
        self.compared = 0

    def play(
        self, contenders: Sequence[Contender], rounds: int, say: Callable[[str], None]
    ) -> Mapping[str, list[Lap]]:
        """What one renewal took, by contender, one entry a round."""
        laps: dict[str, list[Lap]] = {one.name: [] for one in contenders}
        needed = {one.same_as for one in contenders} | {one.name for one in contenders if one.same_as}
        self._place.use(self._template)
        declined = declines()
        for number in range(rounds):
            for one in contenders if number % 2 == 0 else reversed(contenders):
                self._place.copy(one.name, self._template)
                gc.collect()
                run = one.run()
                assert run.done == (one.renews or self._due), f"{one.name} renewed {run.done}"
                if self._finished and one.renews is None:
                    everything_renewed(NOW, self._due, declined)
                laps[one.name].append(run.each)
                # At a million rows comparing takes longer than all else: once is enough.
                if one.name not in needed or (number and self._due > _COMPARED_EVERY_TIME):
                    self._place.drop(one.name)
            if not number or self._due <= _COMPARED_EVERY_TIME:
                self._compare(contenders)
            self._place.drop(*laps)
            rates = ", ".join(f"{name} {1 / taken[-1].elapsed:,.0f}/s" for name, taken in laps.items())
            say(f"  round {number + 1} of {rounds}: {rates}")
        return laps

    def _compare(self, contenders: Sequence[Contender]) -> None:
        for one in contenders:
            if one.same_as:
                self.compared += same_rows(self._place, one.name, one.same_as, part=one.renews is not None)


_COMPARED_EVERY_TIME = 100_000


def declines() -> int:
    """How many subscriptions of the database of the moment the stub will decline."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM subscriptions WHERE {DECLINED_SQL}")
        return int(cursor.fetchone()[0])
