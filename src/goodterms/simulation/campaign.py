"""Many seeds, in one process or several, written down line by line so that it can be gone on with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Record:
    """What a campaign has come to: a file with a line of JSON for each run, or nothing but this process's memory."""

    path: Path | None
    lines: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path | None) -> Record:
        """The record in a file, made when it is not there. Raises ValueError for a line that is none."""
        record = cls(path)
        if path is not None and path.exists():
            for number, line in enumerate(path.read_text().splitlines(), 1):
                try:
                    record.lines.append(json.loads(line))
                except ValueError:
                    raise ValueError(f"{path}, line {number}: no JSON") from None
        return record

    def done(self) -> set[str]:
        """The seeds that were played."""
        return {str(line["seed"]) for line in self.lines}

    def add(self, line: dict[str, Any]) -> None:
        """Write down one run before the next begins: it outlives this process, but not the host's power."""
        self.lines.append(line)
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(json.dumps(line) + "\n")

    def totals(self) -> dict[str, Any]:
        """The sums: seeds, customer-years, crashes, restores, events, violations, and every other fault met.

        Several processes may write to one file at a time: all of it counts.
        """
        sums: Counter[str] = Counter()
        lines = self.lines if self.path is None else Record.open(self.path).lines
        for line in lines:
            for name in ("customer_years", "crashes", "restores", "events", "violations"):
                sums[name] += line[name]
            sums.update(line.get("counted", {}))
        return {
            "seeds": len({line["seed"] for line in lines}),
            **{name: round(n, 2) for name, n in sorted(sums.items())},
        }


def rates(lines: Sequence[dict[str, Any]], seconds: float) -> dict[str, float]:
    """How quickly some runs went that took so long, and how much befell a customer in a year."""
    years = sum(line["customer_years"] for line in lines)
    return {
        "seconds": round(seconds, 1),
        "customer_years_per_hour": round(years * 3600 / seconds, 1),
        "events_per_second": round(sum(line["events"] for line in lines) / seconds, 1),
        "crashes_per_customer_year": round(sum(line["crashes"] for line in lines) / years, 2),
        "restores_per_customer_year": round(sum(line["restores"] for line in lines) / years, 2),
    }


def fresh_seeds(first: str, done: Iterable[str]) -> Iterator[str]:
    """Seeds after a name, without those that were played: "night" gives night-1, night-2 and so on."""
    known = set(done)
    number = 0
    while True:
        number += 1
        if (seed := f"{first}-{number}") not in known:
            yield seed
