"""How far `worker --once` is: bars on a terminal, else a line now and then. Rows done, rate, time left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

#: Where no terminal is, a line is printed no more often than this.
_SECONDS_BETWEEN_LINES = 10


class Progress(Protocol):
    """Told again and again how many rows of each kind are done. May be told by any thread."""

    def __enter__(self) -> Progress: ...

    def __exit__(self, *_: object) -> None: ...

    def show(self, done: Mapping[str, int]) -> None:
        """So many rows of each kind are done by now."""


def progress(totals: Mapping[str, int], console: Console, elapsed: Callable[[], float]) -> Progress:
    """`totals` is how many rows of each kind were due at the start; there may come more."""
    return Bars(totals, console, elapsed) if console.is_terminal else Lines(totals, elapsed)


class Lines:
    """Plain lines, for a log: one at most every ten seconds, none about what is done sooner."""

    def __init__(
        self, totals: Mapping[str, int], elapsed: Callable[[], float], say: Callable[[str], object] = typer.echo
    ) -> None:
        self._totals, self._elapsed, self._say = totals, elapsed, say
        self._began = self._said = elapsed()
        self._lock = threading.Lock()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, done: Mapping[str, int]) -> None:
        """Say it, unless something was said a moment ago."""
        now = self._elapsed()
        with self._lock:
            if now - self._said < _SECONDS_BETWEEN_LINES:
                return
            self._said = now
        parts = [self._part(kind, done.get(kind, 0), now - self._began) for kind in self._totals]
        self._say("; ".join(part for part in parts if part))

    def _part(self, kind: str, done: int, seconds: float) -> str:
        total = max(self._totals[kind], done)
        if not total:
            return ""
        rate = done / seconds
        left = f", {duration((total - done) / rate)} left" if 0 < done < total else ""
        return f"{kind}: {done:,} of {total:,}, {rate:,.0f}/s{left}"


class Bars:
    """A bar for each kind of which there is anything."""

    def __init__(self, totals: Mapping[str, int], console: Console, elapsed: Callable[[], float]) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._totals, self._elapsed = totals, elapsed
        self._began = elapsed()
        self._bars = RichProgress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(), console=console,
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {
            kind: self._bars.add_task(kind.capitalize(), total=total, rate="", visible=total > 0)
            for kind, total in totals.items()
        }

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, done: Mapping[str, int]) -> None:
        """Move the bars; what came up meanwhile makes them longer."""
        seconds = self._elapsed() - self._began
        for kind, task in self._tasks.items():
            rows = done.get(kind, 0)
            total = max(self._totals[kind], rows)
            rate = f"{rows / seconds:,.0f}/s" if seconds > 0 else ""
            self._bars.update(task, completed=rows, total=total, rate=rate, visible=total > 0)


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `2 h 05 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
