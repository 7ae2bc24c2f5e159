"""What a renewal costs when few are due among many: the table grows, the cost of one must not."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import connection

from bench import product
from bench.meter import Lap
from bench.place import Place
from bench.results import Result, Target
from bench.rounds import Wish
from bench.seed import ONE_IN, policy_now, sparse_now
from bench.sets import WINDOWS, sparse

Say = Callable[[str], None]
#: Below this, a run is too short for its ratio to be held against a target.
_JUDGED_FROM = 1_000_000


@dataclass
class _Set:
    """A sparse database and the first of its windows that nobody has renewed yet."""

    name: str
    count: int
    window: int

    @property
    def due(self) -> int:
        return self.count // ONE_IN


def size(place: Place, wish: Wish, say: Say) -> list[Result]:
    """Processor time of a due renewal, one in a hundred due and scattered over the table, by size of the table.

    No copies are made: each round renews what a later hour makes due in the same database, as in life.
    """
    if wish.rounds > WINDOWS:
        raise SystemExit(f"`size` has {WINDOWS} rounds at most")
    sets = [_prepared(place, count, wish, say) for count in wish.sizes]
    laps: dict[int, list[Lap]] = {one.count: [] for one in sets}
    for number in range(wish.rounds):
        for one in sets if number % 2 == 0 else reversed(sets):
            laps[one.count].append(_round(place, one, wish))
        costs = ", ".join(f"{count:,}: {taken[-1].cpu * 1e6:,.0f} us" for count, taken in laps.items())
        say(f"  round {number + 1} of {wish.rounds}: processor time of a renewal at {costs}")
    for one in sets:
        _all_renewed(place, one)
    return [
        Result.compared(
            f"Renewal among {larger.count:,}, 1 % due", laps[larger.count], laps[smaller.count],
            baseline=f"among {smaller.count:,}", by_cpu=True,
            target=Target(1.3) if smaller.count >= _JUDGED_FROM else None,
        )
        for smaller, larger in pairwise(sets)
    ]  # fmt: skip


def _prepared(place: Place, count: int, wish: Wish, say: Say) -> _Set:
    """The set of that size; one whose windows have been used up by earlier runs is made anew."""
    say(f"table of {count:,}")
    name = sparse(place, count, whole=wish.whole)
    place.use(name)
    window = _first_window(count)
    if window is None or window + wish.rounds > WINDOWS:
        place.drop(name)
        sparse(place, count, whole=wish.whole)
        window = 0
    return _Set(name, count, window)


def _first_window(count: int) -> int | None:
    """The first window with everything still due; None when there is none, or one is half done."""
    policy = policy_now()
    for window in range(WINDOWS):
        due = _ask("SELECT count(*) FROM subscriptions WHERE next_step_at <= %s", sparse_now(window, policy))
        if due:
            return window if due == count // ONE_IN else None
    return None


def _round(place: Place, one: _Set, wish: Wish) -> Lap:
    place.checkpoint()
    place.use(one.name)
    now = sparse_now(one.window, policy_now())
    gc.collect()
    run = product.run(wish.batch, wish.hands, product.world(now))
    assert run.done == one.due, f"{run.done} of {one.due} renewed among {one.count}"
    one.window += 1
    return run.each


def _all_renewed(place: Place, one: _Set) -> None:
    """Each that was due has been charged once, and no other."""
    place.use(one.name)
    charged = _ask("SELECT count(*) FROM charges WHERE term_number = 2 AND state IN ('succeeded', 'declined')")
    once = _ask("SELECT count(DISTINCT subscription_id) FROM charges WHERE term_number = 2")
    assert charged == once == one.due * one.window, f"{charged} charges of {once}, not {one.due * one.window}"


def _ask(sql: str, *parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return int(cursor.fetchone()[0])
