"""`python -m bench`: start a database, seed it, measure, print a table and keep it as JSON."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench.place import Place, prepared
from bench.results import Result, machine, show, store

LINES = {
    "run": "the whole run, both phases, against two-phase SQL",
    "orm": "the whole run against an ORM loop",
    "decide": "deciding and saving alone against one SQL statement",
    "intents": "the first phase alone against one SQL statement",
    "size": "the cost of a renewal in small and large tables",
    "workers": "one, two and four workers",
    "memory": "a worker's memory",
    "bytes": "bytes of log, tables and indexes a renewal",
    "reads": "entitlement and preview of a cancellation, in this process",
    "http": "the same over HTTP",
    "backtest": "every past decision under another policy",
    "audit": "every rule of the audit",
    "stages": "where the time of a run goes",
}
#: What the targets are about: hours.
_FULL = {"due": [100_000, 1_000_000], "sizes": [100_000, 1_000_000, 5_000_000], "orders": 100_000, "orm": 2_000}
#: What a glance takes: minutes.
_BRIEF = {"due": [10_000], "sizes": [20_000, 100_000], "orders": 100_000, "orm": 400}


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What may be asked for."""
    names = "\n".join(f"  {name:10}{what}" for name, what in LINES.items())
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, epilog=f"lines:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--only", type=_lines, default=frozenset(), help="these lines, separated by commas")
    parser.add_argument("--full", action="store_true", help="the sizes that the targets are about; takes hours")
    parser.add_argument("--due", type=_numbers, help="due subscriptions, several sizes separated by commas")
    parser.add_argument("--sizes", type=_numbers, help="sizes of the table for `size`, smallest first")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (default 5)")
    parser.add_argument("--batch", type=int, default=1000, help="subscriptions a transaction (default 1,000)")
    parser.add_argument("--hands", type=int, default=2, help="hands of a worker (default 2)")
    parser.add_argument("--orm", type=int, help="how many the ORM loop renews")
    parser.add_argument("--reads", type=int, default=300, help="single reads a round (default 300)")
    parser.add_argument("--orders", type=int, help="orders of the back test")
    parser.add_argument("--whole", action="store_true", help="for `size`: with messages and postings (more disk)")
    parser.add_argument("--json", type=Path, help="where results go (default: a dated file in data/bench)")
    parser.add_argument("--keep", type=Path, help="keep the seeded databases here for the next run")
    parser.add_argument("--gate", action="store_true", help="fail when a target is not met")
    found = parser.parse_args(given)
    for name, value in (_FULL if found.full else _BRIEF).items():
        if getattr(found, name) is None:
            setattr(found, name, value)
    return found


def _numbers(text: str) -> list[int]:
    return [int(part.replace("_", "")) for part in text.split(",")]


def _lines(text: str) -> frozenset[str]:
    asked = frozenset(text.split(","))
    if unknown := asked - LINES.keys():
        raise argparse.ArgumentTypeError(f"no line {', '.join(sorted(unknown))}")
    return asked


def measure(place: Place, given: argparse.Namespace, console: Console) -> list[Result]:
    """Measure every line that is wanted; Django has been set up by now, which the modules need."""
    from bench import lines
    from bench.rounds import Wish
    from goodterms.usecases.lanes import collect_seldom

    wish = Wish(
        only=given.only, due=tuple(given.due), rounds=given.rounds, batch=given.batch, hands=given.hands,
        orm=given.orm, sizes=tuple(sorted(given.sizes)), reads=given.reads, orders=given.orders, whole=given.whole,
    )  # fmt: skip
    subjects = lines.subjects()
    collect_seldom()  # as a worker does
    found: list[Result] = []
    for names, subject in subjects:
        if wish.asks(*names):
            started = time.perf_counter()
            found += subject(place, wish, console.print)
            console.print(f"  {time.perf_counter() - started:.0f} s")
    return found


def main() -> int:
    """Measure and report; 1 when targets are a gate and one is missed."""
    given, console = arguments(), Console()
    if not console.is_terminal:
        console.width = 170
    started = datetime.now(UTC)
    with prepared(given.keep) as place:
        about = {"server": place.version(), **machine(), "batch": given.batch, "hands": given.hands}
        console.print(f"{place.version()}, load {about['load_1_min']}")
        found = measure(place, given, console)
    show(console, found)
    took = (datetime.now(UTC) - started).total_seconds()
    path = given.json or Path("data/bench") / f"{started:%Y%m%dT%H%M%SZ}.json"
    store(path, found, {"at": started.isoformat(), "took_seconds": round(took), **about})
    console.print(f"{took:.0f} s in all; kept in {path}")
    return 1 if given.gate and any(one.met is False for one in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
