"""What a measurement says: a ratio, what it is a ratio to, its spread, and the goal it is held against."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

_NUMBERS = ("Ratio", "Spread", "CPU", "Goal", "Runs", "Product")


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound of a ratio: at most, or at least."""

    bound: float
    at_least: bool = False

    def met(self, ratio: float) -> bool:
        """Whether a ratio reaches it."""
        return ratio >= self.bound if self.at_least else ratio <= self.bound

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Result:
    """One line. `ratio` is of elapsed times, `cpu_ratio` of processor times; both are medians of the rounds.

    `spread` is the least and the greatest ratio of a round. `measured` is the product's own median.
    """

    name: str
    ratio: float
    cpu_ratio: float | None
    baseline: str
    runs: int
    spread: tuple[float, float]
    goal: str | None
    met: bool | None
    measured: str

    @classmethod
    def of(
        cls, name: str, ratios: Sequence[float], *, baseline: str, measured: str, cpu: Sequence[float] = (),
        goal: Goal | None = None,
    ) -> Result:  # fmt: skip
        """A line from the ratios of all rounds."""
        middle = statistics.median(ratios)
        return cls(
            name=name,
            ratio=round(middle, 3),
            cpu_ratio=round(statistics.median(cpu), 3) if cpu else None,
            baseline=baseline,
            runs=len(ratios),
            spread=(round(min(ratios), 3), round(max(ratios), 3)),
            goal=str(goal) if goal else None,
            met=goal.met(middle) if goal else None,
            measured=measured,
        )


def machine() -> dict[str, object]:
    """The kind of machine, and how busy it was."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_1_min": round(os.getloadavg()[0], 2),
    }


def show(console: Console, results: Sequence[Result]) -> None:
    """Print the results."""
    table = Table(title="goodterms against its baselines")
    for heading in ("Measured", "Ratio", "Spread", "CPU", "Goal", "Met", "Runs", "Product", "Baseline"):
        table.add_column(heading, justify="right" if heading in _NUMBERS else "left", no_wrap=heading in _NUMBERS)
    for one in results:
        met = {True: "yes", False: "not yet", None: "-"}[one.met]
        low, high = one.spread
        table.add_row(
            one.name, f"{one.ratio:.2f}", f"{low:.2f}-{high:.2f}", f"{one.cpu_ratio:.2f}" if one.cpu_ratio else "-",
            one.goal or "-", met, str(one.runs), one.measured, one.baseline,
        )  # fmt: skip
    console.print(table)


def show_stages(console: Console, stages: Mapping[str, float]) -> None:
    """Print where the time of one more run went."""
    table = Table(title="Where the product's time goes (one more run)")
    table.add_column("Stage")
    table.add_column("Seconds", justify="right")
    table.add_column("Share", justify="right")
    whole = sum(stages.values()) or 1
    for name, seconds in sorted(stages.items(), key=lambda item: -item[1]):
        table.add_row(name, f"{seconds:.2f}", f"{seconds / whole:.0%}")
    console.print(table)


def store(path: Path, results: Sequence[Result], about: Mapping[str, object], stages: Mapping[str, float]) -> None:
    """Write the results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {**about, "results": [asdict(one) for one in results], "stages_seconds": dict(stages)}
    path.write_text(json.dumps(content, indent=2) + "\n")
