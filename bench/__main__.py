"""`python -m bench`: start a database, seed it, measure, print a table and keep it as JSON."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench.place import prepared
from bench.results import Result, machine, show, show_stages, store


def arguments() -> argparse.Namespace:
    """What may be asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--due", type=int, default=10_000, help="due subscriptions (default 10,000)")
    parser.add_argument("--orm", type=int, default=400, help="of these, renewed by the ORM loop (default 400)")
    parser.add_argument("--batch", type=int, default=1000, help="subscriptions a transaction (default 1,000)")
    parser.add_argument("--rounds", type=int, default=3, help="alternating rounds (default 3)")
    parser.add_argument("--reads", type=int, default=300, help="single reads a round (default 300)")
    parser.add_argument("--orders", type=int, default=100_000, help="orders of the back test (default 100,000)")
    parser.add_argument("--json", type=Path, help="where results go (default: a dated file in data/bench)")
    parser.add_argument("--gate", action="store_true", help="fail when a goal is not met")
    return parser.parse_args()


def measure(given: argparse.Namespace, console: Console) -> tuple[list[Result], dict[str, float], dict[str, object]]:
    """Run everything in a place of its own."""
    with prepared() as place:
        # Django has been set up by now; these modules need it.
        from bench import backtest
        from bench.rounds import Bench, Sizes, results
        from bench.seed import declines, seed

        started = time.perf_counter()
        policy = seed(given.due)
        place.settle()
        console.print(f"{place.version()}; {given.due:,} due, seeded in {time.perf_counter() - started:.1f} s")
        sizes = Sizes(given.due, min(given.orm, given.due), given.batch, given.rounds, given.reads)
        bench = Bench(place, policy, sizes, declines(), console.print)
        bench.rounds()
        replayed = backtest.measure(place, given.due, given.orders)
        stages = bench.stages()
        about = {"due": given.due, "batch": given.batch, "server": place.version(), "rows_compared": bench.compared}
        return [*results(bench.times, sizes), replayed], stages, about


def main() -> int:
    """Measure and report; 1 when goals are a gate and one is missed."""
    given, console = arguments(), Console()
    started = datetime.now(UTC)
    found, stages, about = measure(given, console)
    show(console, found)
    show_stages(console, stages)
    took = (datetime.now(UTC) - started).total_seconds()
    path = given.json or Path("data/bench") / f"{started:%Y%m%dT%H%M%SZ}.json"
    store(path, found, {"at": started.isoformat(), "took_seconds": round(took), **machine(), **about}, stages)
    console.print(f"{took:.0f} s in all; kept in {path}")
    return 1 if given.gate and any(one.met is False for one in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
