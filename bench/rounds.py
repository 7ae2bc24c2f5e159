"""The rounds: each gives every contender a fresh copy of the same data, in an order that changes."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench import baseline_orm, baseline_sql, product, reads
from bench.check import everything_renewed, same_rows
from bench.meter import Lap, Meter
from bench.place import Place
from bench.results import Goal, Result
from bench.seed import NOW
from bench.stages import timed
from goodterms.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    due: int
    orm: int
    batch: int
    rounds: int
    reads: int


@dataclass
class Times:
    """What one subscription took (a read: milliseconds), one entry a round."""

    product: list[Lap] = field(default_factory=list)
    product_intents: list[Lap] = field(default_factory=list)
    sql: list[Lap] = field(default_factory=list)
    sql_intents: list[Lap] = field(default_factory=list)
    orm: list[Lap] = field(default_factory=list)
    reads: list[dict[str, float]] = field(default_factory=list)


class Bench:
    """Everything one run of the benchmark measures."""

    def __init__(self, place: Place, policy: Policy, sizes: Sizes, declined: int, say: Callable[[str], None]) -> None:
        self.place, self.policy, self.sizes, self.declined, self._say = place, policy, sizes, declined, say
        self.times = Times()
        self.compared = 0

    def rounds(self) -> None:
        """Measure; product and baseline change places every round."""
        contenders = [self._product, self._sql, self._sql_intents, self._orm]
        for number in range(self.sizes.rounds):
            for contender in contenders if number % 2 == 0 else reversed(contenders):
                gc.collect()
                contender()
            self.compared = same_rows(self.place, "product", "sql")
            self.place.use("product")
            self.times.reads.append(reads.measure(self.sizes.reads, number))
            rate, limit = 1 / self.times.product[-1].elapsed, 1 / self.times.sql[-1].elapsed
            self._say(f"round {number + 1}: {rate:,.0f} renewals/s, the baseline {limit:,.0f}/s; rows equal")
        self.place.drop("product", "sql", "intents", "orm")

    def stages(self) -> dict[str, float]:
        """One more run of the product, with its parts timed."""
        self.place.copy("stages")
        started = time.perf_counter()
        with timed() as took:
            product.run(self.sizes.batch)
        took["everything else"] = time.perf_counter() - started - sum(took.values())
        self.place.drop("stages")
        return dict(took)

    def _product(self) -> None:
        self.place.copy("product")
        phases = product.run(self.sizes.batch)
        everything_renewed(NOW, self.sizes.due, self.declined)
        self.times.product.append(phases.each)
        self.times.product_intents.append(phases.intents.per(phases.done))

    def _sql(self) -> None:
        self.place.copy("sql")
        phases = baseline_sql.run(self.policy, self.sizes.batch)
        everything_renewed(NOW, self.sizes.due, self.declined)
        self.times.sql.append(phases.each)

    def _sql_intents(self) -> None:
        self.place.copy("intents")
        meter = Meter()
        found = baseline_sql.intents(self.policy, self.sizes.due, sent=False)
        self.times.sql_intents.append(meter.lap().per(len(found)))
        assert len(found) == self.sizes.due

    def _orm(self) -> None:
        self.place.copy("orm")
        phases = baseline_orm.run(self.policy, self.sizes.orm)
        assert phases.done == self.sizes.orm
        self.times.orm.append(phases.each)


def results(times: Times, sizes: Sizes) -> list[Result]:
    """The lines of the report."""
    pairs = (
        ("Renewal run, both phases", times.product, times.sql, "two-phase SQL, same batches", Goal(1.4)),
        ("Intents alone", times.product_intents, times.sql_intents, "one SQL statement for all", Goal(1.5)),
        ("Renewal run, times as fast", times.orm, times.product, f"Django ORM by row ({sizes.orm})", Goal(20, True)),
    )
    lines = [
        Result.of(
            name,
            [one.elapsed / other.elapsed for one, other in zip(these, those, strict=True)],
            cpu=[one.cpu / other.cpu for one, other in zip(these, those, strict=True)],
            baseline=f"{baseline}: {_rate(times.orm if these is times.orm else those)}",
            measured=_rate(times.product if these is times.orm else these),
            goal=goal,
        )
        for name, these, those, baseline, goal in pairs
    ]
    for read, name in (("entitlement", "Entitlement of one"), ("preview", "Cancellation preview")):
        lines.append(
            Result.of(
                name,
                [each[read] / each["select"] for each in times.reads],
                baseline=f"one SELECT by key: {_middle(times, 'select'):.2f} ms",
                measured=f"{_middle(times, read):.2f} ms",
            )
        )
    return lines


def _rate(laps: list[Lap]) -> str:
    return f"{1 / statistics.median(lap.elapsed for lap in laps):,.0f}/s"


def _middle(times: Times, read: str) -> float:
    return statistics.median(each[read] for each in times.reads)
