"""The product's own renewal run, through its use cases."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bench.meter import Meter, Phases
from bench.seed import NOW
from bench.stub import Stub
from goodterms import wiring
from goodterms.usecases import renew
from goodterms.usecases.lanes import with_hands
from goodterms.usecases.world import World


def world() -> World:
    """The world of a measurement: the clock stands still, the gateway is the stub."""
    return replace(wiring.world(), now=lambda: NOW, gateways={"bank": Stub()})


def run(batch: int, hands: int = 2) -> Phases:
    """Renew everything due: commit intents, charge, record what came of it, in batches, with so many hands."""
    measured = world()
    meter = Meter()
    done = with_hands(hands, partial(renew.renew_and_charge, measured, batch))
    whole = meter.lap()
    return Phases(whole, meter.lap(), done)
