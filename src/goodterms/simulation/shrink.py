"""Fewer deviations that break the same rule: what is left of a tape when everything that does not matter is gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from goodterms.simulation.choices import Deviation, Tape


def shrink(tape: Tape, breaks: Callable[[Tape], bool], goes_on: Callable[[], bool]) -> Tape:
    """Leave out ever smaller parts of the deviations as long as the tape still `breaks` the rule and time is left.

    The method is delta debugging (Zeller and Hildebrandt, 2002).
    """
    kept: Sequence[Deviation] = tape.deviations or ()
    if breaks(tape.with_deviations(())):
        return tape.with_deviations(())
    parts = 2
    while len(kept) > 1 and goes_on():
        size = -(-len(kept) // parts)
        for start in range(0, len(kept), size):
            rest = [*kept[:start], *kept[start + size :]]
            if not goes_on():
                break
            if breaks(tape.with_deviations(rest)):
                kept, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(kept))
    return tape.with_deviations(kept)
