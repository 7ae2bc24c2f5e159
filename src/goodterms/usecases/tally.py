"""What work came to, counted by all threads of a process: for the worker's last line, its progress and its metrics.

It counts kinds, gateways and outcomes, never people or amounts. Only what was committed is counted.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from goodterms.domain.charging import ChargeResult
from goodterms.domain.decision import Decision
from goodterms.domain.facts import FactName

#: What came of renewals, in the words that operators are told.
CAME_OF = {
    "renewed": FactName.SUBSCRIPTION_RENEWED,
    "announced": FactName.SUBSCRIPTION_RENEWAL_ANNOUNCED,
    "declined": FactName.CHARGE_DECLINED,
    "unknown": FactName.CHARGE_UNKNOWN,
    "expired": FactName.SUBSCRIPTION_EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What a tally came to since it was last taken."""

    counts: tuple[Counter[Any], ...]
    seconds: dict[str, float]


class Tally:
    """Sums that only grow. `facts` by name, `rows` worked on by kind, `answers` by gateway, question and outcome."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.facts: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()
        self.answers: Counter[tuple[str, str, str]] = Counter()
        self.set_aside: Counter[str] = Counter()
        self.phases: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}

    def take(self) -> Sums:
        """What it came to, and begin again at nothing: for a process that counts for another."""
        with self._lock:
            taken = Sums(tuple(Counter(one) for one in self._counts), dict(self.seconds))
            for one in self._counts:
                one.clear()
            self.seconds.clear()
        return taken

    def add(self, sums: Sums) -> None:
        """What another process counted."""
        with self._lock:
            for mine, theirs in zip(self._counts, sums.counts, strict=True):
                mine.update(theirs)
            for phase, seconds in sums.seconds.items():
                self.seconds[phase] = self.seconds.get(phase, 0) + seconds

    @property
    def _counts(self) -> tuple[Counter[Any], ...]:
        return self.facts, self.rows, self.answers, self.set_aside, self.phases

    def saved(self, decisions: Iterable[Decision]) -> None:
        """These decisions are committed."""
        facts = Counter([fact.name.value for decision in decisions for fact in decision.facts])
        with self._lock:
            self.facts.update(facts)

    def worked(self, kind: str, rows: int) -> None:
        """So many rows of a kind were worked on."""
        with self._lock:
            self.rows[kind] += rows

    def answered(self, gateway: str, question: str, results: Iterable[ChargeResult]) -> None:
        """What a gateway said to charges that were sent (`charge`) or looked up (`look_up`)."""
        outcomes = Counter((gateway, question, result.outcome) for result in results)
        with self._lock:
            self.answers.update(outcomes)

    def put_aside(self, table: str) -> None:
        """A row could not be worked on and waits."""
        with self._lock:
            self.set_aside[table] += 1

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Count the time spent inside as one pass of a phase."""
        began = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - began
            with self._lock:
                self.phases[phase] += 1
                self.seconds[phase] = self.seconds.get(phase, 0) + took
