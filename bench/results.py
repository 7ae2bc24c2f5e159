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
    """One line. `ratio` is the median of the rounds, `spread` the least and the greatest."""

    name: str
    ratio: float
    baseline: str
    runs: int
    spread: tuple[float, float]
    goal: str | None
    met: bool | None
    measured: str

    @classmethod
    def of(
        cls, name: str, ratios: Sequence[float], *, baseline: str, measured: str, goal: Goal | None = None
    ) -> Result:
        """A line from the ratios of all rounds."""
        middle = statistics.median(ratios)
        return cls(
            name, round(middle, 3), baseline, len(ratios), (round(min(ratios), 3), round(max(ratios), 3)),
            str(goal) if goal else None, goal.met(middle) if goal else None, measured,
        )  # fmt: skip


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
    for heading in ("Measured", "Ratio", "Baseline", "Runs", "Spread", "Goal", "Met", "Median"):
        table.add_column(heading, justify="right" if heading in ("Ratio", "Runs") else "left")
    for one in results:
        met = {True: "yes", False: "not yet", None: "-"}[one.met]
        low, high = one.spread
        table.add_row(
            one.name, f"{one.ratio:.2f}", one.baseline, str(one.runs), f"{low:.2f} to {high:.2f}", one.goal or "-",
            met, one.measured,
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
