"""The product's own renewal run, through its use cases."""

from __future__ import annotations

from dataclasses import replace

from bench.meter import Meter, Phases
from bench.seed import NOW
from bench.stub import Stub
from goodterms import wiring
from goodterms.usecases import collect, renew
from goodterms.usecases.world import World


def world() -> World:
    """The world of a measurement: the clock stands still, the gateway is the stub."""
    return replace(wiring.world(), now=lambda: NOW, gateways={"bank": Stub()})


def run(batch: int) -> Phases:
    """Commit the intents of everything due, then charge and record what came of it, batch by batch."""
    measured = world()
    meter = Meter()
    done = 0
    while count := renew.renew_due(measured, batch):
        done += count
    intents = meter.lap()
    while collect.collect_due(measured, batch):
        pass
    return Phases(intents, meter.lap(), done)
