"""Where the time of a run goes: one more run with one hand, its parts timed."""

from __future__ import annotations

from collections.abc import Callable

from bench import product
from bench.place import Place
from bench.results import Result
from bench.rounds import Wish
from bench.sets import dense
from bench.stages import Took, timed

Say = Callable[[str], None]


def stages(place: Place, wish: Wish, say: Say) -> list[Result]:
    """Microseconds a renewal of each part: on the clock, and of these computed here (the rest was waited for)."""
    due = wish.due[0]
    place.copy("stages", dense(place, due))
    with timed() as took:
        run = product.run(wish.batch, 1)
    place.drop("stages")
    parts = {name: one for name, one in took.items() if one.clock * 1e6 >= due / 20}
    clock, computed = (sum(getattr(one, what) for one in parts.values()) for what in ("clock", "program"))
    parts["not in a part"] = Took(run.lap.elapsed - clock, run.lap.client - computed)
    say(f"where the time goes, {due:,} due, one hand, us a renewal: part, clock, computed here")
    details = {}
    for name, one in sorted(parts.items(), key=lambda item: -item[1].clock):
        say(f"  {name:44} {one.clock / due * 1e6:7.1f} {one.program / due * 1e6:7.1f}")
        details[name], details[f"{name}, computed here"] = one.clock / due * 1e6, one.program / due * 1e6
    return [
        Result.of(
            "Of the time with one hand, computed here", [run.lap.client / run.lap.elapsed], details=details,
            baseline=f"the run: {run.each.elapsed * 1e6:,.0f} us each",
            measured=f"{run.each.client * 1e6:,.0f} us each",
        )
    ]  # fmt: skip
