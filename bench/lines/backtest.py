"""The back test at its promised size: 100,000 orders under another policy, held against a minute."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench import product
from bench.place import Place
from bench.results import Result, Target
from bench.rounds import Wish
from bench.sets import dense
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.storage.policies import shipped_policy
from goodterms.storage.queries.past import everything
from goodterms.usecases.backtest import backtest as replay

MINUTE = 60
_PROMISED = 100_000


def backtest(place: Place, wish: Wish, say: Say) -> list[Result]:
    """Replay every order once; the baseline is reading them. Fewer orders are scaled up to those of the promise."""
    place.use(dense(place, wish.orders))
    world = product.world()
    say(f"back test of {wish.orders:,} orders")
    started = time.perf_counter()
    read = sum(len(batch) for batch in everything(world.now()))
    reading = time.perf_counter() - started
    started = time.perf_counter()
    report = replay(world, _other())
    took = time.perf_counter() - started
    assert read == report.subscriptions == wish.orders
    assert not report.not_judged, report.not_judged
    scaled = took * _PROMISED / report.orders
    return [
        Result.of(
            f"Back test of {_PROMISED:,} orders" + (f", from {wish.orders:,}" if wish.orders != _PROMISED else ""),
            [scaled / MINUTE],
            baseline=f"one minute (only reading them: {reading * _PROMISED / report.orders:.0f} s)",
            measured=f"{scaled:.0f} s",
            target=Target(1),
        )
    ]


def _other() -> Policy:
    """The shipped policy with a window so long that every order comes out differently."""
    text = shipped_policy().replace('length = "30 days"', 'length = "400 days"')
    return parse_policy(text.replace('until_after_order = "60 days"', 'until_after_order = "400 days"'), "other")


Say = Callable[[str], None]
