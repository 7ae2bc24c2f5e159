"""What a measurement says: a ratio, what it is a ratio to, its spread, and the target it is held against."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.meter import Lap


@dataclass(frozen=True, slots=True)
class Target:
    """A bound: at most, or at least. With a unit it holds for the product's own value, otherwise for the ratio."""

    bound: float
    at_least: bool = False
    unit: str = ""

    def met(self, value: float) -> bool:
        """Whether a value reaches it."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.bound:g}{' ' if self.unit else ''}{self.unit}"


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds that one renewal takes: on the clock, and of processor time in the program and in the server."""

    wall: float
    client: float
    server: float

    @classmethod
    def of(cls, laps: Sequence[Lap]) -> Cost:
        """The medians of all rounds, each for itself."""
        return cls(*(round(_middle(laps, name) * 1e6, 1) for name in ("elapsed", "client", "server")))


@dataclass(frozen=True, slots=True)
class Result:
    """One line. `ratio` is the median over all rounds, `spread` the least and the greatest round.

    Where renewals are timed, `ratio` is of the clock and `cpu_ratio` of processor time, program and server together;
    `product` and `base` are what one renewal costs. `details` takes the product's value apart. `not_measured` says why
    there is no ratio.
    """

    name: str
    ratio: float | None
    cpu_ratio: float | None
    baseline: str
    runs: int
    spread: tuple[float, float] | None
    target: str | None
    met: bool | None
    measured: str
    product: Cost | None = None
    base: Cost | None = None
    not_measured: str = ""
    details: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls, name: str, ratios: Sequence[float], *, baseline: str, measured: str, value: float | None = None,
        target: Target | None = None, details: Mapping[str, float] | None = None,
    ) -> Result:  # fmt: skip
        """A line from the ratios of all rounds; a target with a unit is held against `value`."""
        middle = statistics.median(ratios)
        judged = middle if target is None or not target.unit else value
        return cls(
            name=name,
            ratio=round(middle, 3),
            cpu_ratio=None,
            baseline=baseline,
            runs=len(ratios),
            spread=(round(min(ratios), 3), round(max(ratios), 3)),
            target=str(target) if target else None,
            met=target.met(judged) if target and judged is not None else None,
            measured=measured,
            details=details or {},
        )

    @classmethod
    def compared(
        cls, name: str, product: Sequence[Lap], base: Sequence[Lap], *, baseline: str, target: Target | None = None,
        faster: bool = False, by_cpu: bool = False,
    ) -> Result:  # fmt: skip
        """A line from what one renewal took in each round: how many times as long as the baseline.

        `faster` turns the ratio around: how many times as fast. `by_cpu` judges processor time in place of the clock.
        """
        pairs = [(b, a) if faster else (a, b) for a, b in zip(product, base, strict=True)]
        clock = [one.elapsed / other.elapsed for one, other in pairs]
        cpu = [one.cpu / other.cpu for one, other in pairs]
        ratios = cpu if by_cpu else clock
        middle = statistics.median(ratios)
        return cls(
            name=name,
            ratio=round(middle, 3),
            cpu_ratio=round(statistics.median(cpu), 3),
            baseline=f"{baseline}: {_rate(base)}",
            runs=len(ratios),
            spread=(round(min(ratios), 3), round(max(ratios), 3)),
            target=str(target) if target else None,
            met=target.met(middle) if target else None,
            measured=_rate(product),
            product=Cost.of(product),
            base=Cost.of(base),
        )

    @classmethod
    def missing(cls, name: str, why: str) -> Result:
        """A line that could not be measured, and why."""
        return cls(name, None, None, "-", 0, None, None, None, "-", not_measured=why)


def _middle(laps: Sequence[Lap], name: str) -> float:
    values: list[float] = [getattr(lap, name) for lap in laps]
    return statistics.median(values)


def _rate(laps: Sequence[Lap]) -> str:
    return f"{1 / _middle(laps, 'elapsed'):,.0f}/s"


def machine() -> dict[str, object]:
    """The kind of machine, and how busy it was."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_1_min": round(os.getloadavg()[0], 2),
    }


def show(console: Console, results: Sequence[Result]) -> None:
    """Print the results: what was measured, then what a renewal costs where that was timed."""
    table = Table(title="goodterms against its baselines")
    _columns(table, ("Measured", "Baseline"), ("Ratio", "Spread", "CPU", "Target", "Met", "Runs", "Product"))
    for one in results:
        if one.not_measured:
            table.add_row(one.name, f"not measured: {one.not_measured}", *"-------")
            continue
        low, high = one.spread or (0, 0)
        table.add_row(
            one.name, one.baseline, f"{one.ratio:.2f}", f"{low:.2f}-{high:.2f}",
            f"{one.cpu_ratio:.2f}" if one.cpu_ratio else "-", one.target or "-",
            {True: "yes", False: "not yet", None: "-"}[one.met], str(one.runs), one.measured,
        )  # fmt: skip
    console.print(table)
    timed = [one for one in results if one.product and one.base]
    if timed:
        table = Table(title="Microseconds a renewal: product | baseline")
        _columns(table, ("Measured",), ("Wall", "Program", "Server"))
        for one in timed:
            table.add_row(one.name, *(f"{a:,.0f} | {b:,.0f}" for a, b in _pairs(one)))
        console.print(table)


def _pairs(one: Result) -> list[tuple[float, float]]:
    assert one.product is not None
    assert one.base is not None
    names = ("wall", "client", "server")
    return [(getattr(one.product, name), getattr(one.base, name)) for name in names]


def _columns(table: Table, texts: Sequence[str], numbers: Sequence[str]) -> None:
    for heading in texts:
        table.add_column(heading)
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)


def store(path: Path, results: Sequence[Result], about: Mapping[str, object]) -> None:
    """Write the results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {**about, "results": [asdict(one) for one in results]}
    path.write_text(json.dumps(content, indent=2) + "\n")
