"""The product's own renewal run, through its use cases."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from bench.seed import NOW
from bench.stub import Stub
from goodterms import wiring
from goodterms.usecases import collect, renew
from goodterms.usecases.world import World


@dataclass(frozen=True, slots=True)
class Phases:
    """Seconds taken by the two phases, and how many subscriptions went through them."""

    intents: float
    outcomes: float
    done: int

    @property
    def total(self) -> float:
        """Both phases."""
        return self.intents + self.outcomes


def world() -> World:
    """The world of a measurement: the clock stands still, the gateway is the stub."""
    return replace(wiring.world(), now=lambda: NOW, gateways={"bank": Stub()})


def run(batch: int) -> Phases:
    """Commit the intents of everything due, then charge and record what came of it, batch by batch."""
    measured = world()
    started = time.perf_counter()
    done = 0
    while count := renew.renew_due(measured, batch):
        done += count
    between = time.perf_counter()
    while collect.collect_due(measured, batch):
        pass
    return Phases(between - started, time.perf_counter() - between, done)
