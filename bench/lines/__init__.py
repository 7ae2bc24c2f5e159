"""What is measured, one module a subject; each gives lines for the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.place import Place
    from bench.results import Result
    from bench.rounds import Wish

    Subject = Callable[[Place, Wish, Callable[[str], None]], list[Result]]


def subjects() -> list[tuple[tuple[str, ...], Subject]]:
    """Every subject with the names under which it is asked for, in the order of the report."""
    from bench.lines import audit, backtest, reads, run, size, stages, weight, workers

    return [
        (("run", "orm"), run.run),
        (("decide",), run.decide),
        (("intents",), run.intents),
        (("size",), size.size),
        (("workers",), workers.workers),
        (("memory",), workers.memory),
        (("bytes",), weight.bytes_written),
        (("reads",), reads.read),
        (("http",), reads.over_http),
        (("backtest",), backtest.backtest),
        (("audit",), audit.audit),
        (("stages",), stages.stages),
    ]
