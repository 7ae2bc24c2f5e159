"""The audit at its promised size: every rule over a million subscriptions, held against three minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bench import product, seed
from bench.place import Place
from bench.results import Result, Target
from bench.rounds import Wish
from bench.sets import dense
from goodterms.usecases.audit.run import audit as run_audit

_THREE_MINUTES = 180
_PROMISED = 1_000_000
#: When nothing of a dense set is due yet.
_BEFORE = seed.NOW - timedelta(days=12)
#: Letters of a seeded database are never delivered.
_UNDELIVERED = {43}


def audit(place: Place, wish: Wish, say: Say) -> list[Result]:
    """Ask every rule once; fewer subscriptions are scaled up to those of the promise. There is no gateway to ask."""
    count = max(wish.due)
    place.use(dense(place, count))
    world = replace(product.world(), now=lambda: _BEFORE, gateways={})
    say(f"audit of {count:,} subscriptions")
    slowest: list[tuple[float, str]] = []
    began = ("", time.perf_counter())

    def said(what: str) -> None:
        nonlocal began
        slowest.append((time.perf_counter() - began[1], began[0]))
        began = (what, time.perf_counter())

    # The facts of copies name their originals, so journals are not folded here.
    report = run_audit(world, time.perf_counter, journals=0, said=said)
    said("")
    for seconds, what in sorted(slowest, reverse=True)[:8]:
        say(f"  {seconds:6.1f} s  {what}")
    found = {one.invariant for one in report.violations}
    assert found <= _UNDELIVERED, report.violations[:5]
    scaled = report.took_seconds * _PROMISED / count
    return [
        Result.of(
            f"Audit of {_PROMISED:,} subscriptions" + (f", from {count:,}" if count != _PROMISED else ""),
            [scaled / _THREE_MINUTES],
            baseline="three minutes",
            measured=f"{scaled:.0f} s",
            target=Target(1),
        )
    ]


Say = Callable[[str], None]
