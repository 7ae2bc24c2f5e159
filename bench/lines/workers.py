"""Several workers over the same due rows, and what memory one takes."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from bench.crew import Memory, work
from bench.meter import Run
from bench.place import Place
from bench.results import Result, Target
from bench.rounds import Contender, Match, Wish
from bench.sets import dense

Say = Callable[[str], None]
_MEMORY = Target(100, unit="MB")
_FLAT = Target(1.15)


def workers(place: Place, wish: Wish, say: Say) -> list[Result]:
    """One, two and four workers as processes; the books of their gateways must hold every subscription once.

    With one hand each, so that what is measured is workers, and not how well one of them uses two cores; then with
    all hands, as they are run.
    """
    due = wish.due[0]
    template = dense(place, due)
    crews = [(count, 1) for count in (1, 2, 4)]
    if wish.hands > 1:
        crews += [(count, wish.hands) for count in (1, 2)]
    say(f"workers, {due:,} due")
    contenders = [Contender(_name(count, hands), _crew(place, count, hands, wish.batch)) for count, hands in crews]
    laps = Match(place, template, due).play(contenders, wish.rounds, say)
    return [
        Result.compared(
            f"{count} workers of {hands} hand{'s'[: hands > 1]}, times as fast", laps[_name(count, hands)],
            laps[_name(1, hands)], baseline="one such worker", faster=True,
            target=Target(1.25, at_least=True) if (count, hands) == (2, 1) else None,
        )
        for count, hands in crews
        if count > 1
    ]  # fmt: skip


def memory(place: Place, wish: Wish, say: Say) -> list[Result]:
    """The most memory that a worker takes beyond what Django takes before anything is done."""
    lines, above = [], []
    for due in wish.due:
        template = dense(place, due)
        say(f"memory of a worker, {due:,} due")
        taken: list[Memory] = []
        contender = Contender("worker", _crew(place, 1, wish.hands, wish.batch, taken))
        Match(place, template, due).play([contender], wish.rounds, say)
        middle = median(one.above for one in taken)
        above.append([one.above for one in taken])
        lines.append(
            Result.of(
                f"Memory of a worker, {due:,} due", [one.peak / one.base for one in taken], target=_MEMORY,
                baseline=f"Django alone: {median(one.base for one in taken):.0f} MB",
                measured=f"{middle:.0f} MB more", value=middle,
            )
        )  # fmt: skip
    if len(above) > 1:
        first, last = above[0], above[-1]
        lines.append(
            Result.of(
                f"Memory, {wish.due[-1]:,} due", [b / a for a, b in zip(first, last, strict=True)], target=_FLAT,
                baseline=f"{wish.due[0]:,} due: {median(first):.0f} MB more", measured=f"{median(last):.0f} MB more",
            )
        )  # fmt: skip
    return lines


def _name(count: int, hands: int) -> str:
    return f"workers_{count}_of_{hands}"


def _crew(place: Place, count: int, hands: int, batch: int, memory: list[Memory] | None = None) -> Callable[[], Run]:
    def run() -> Run:
        done, taken = work(place, count, hands, batch, watched=memory is not None)
        if memory is not None:
            memory.extend(taken)
        return done

    return run
