"""`worker`: does what is due, until it is told to stop. Any number may run at once, on any number of machines."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Mapping
from types import FrameType
from typing import Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_gateways, require_tables, start_django

#: How long a batch may take to finish after a signal. What is cut off then is found again by its lease.
_GRACE_SECONDS = 9
#: Gateways' statements are read this often, however often due work is looked for.
_STATEMENT_EVERY_SECONDS = 10


@app.command()
def worker(
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing is due any more.")] = False,
    poll_seconds: Annotated[float, typer.Option(min=0.05, max=3600, help="How long to wait when nothing is due.")] = 1,
    data: DataOption = None,
) -> None:
    """Renew, charge, pay back and send letters when they are due. Stops on SIGTERM or SIGINT."""
    # With a database elsewhere, the first process of a machine makes the key that signs the links in letters.
    start_django(data, begins=bool(os.environ.get("DATABASE_URL")))
    require_tables()
    require_gateways()
    stopping = _stop_on_signal()
    from goodterms import wiring
    from goodterms.usecases.run_due import LINES, run_due, run_until_idle

    world = wiring.world()
    if not world.gateways:
        typer.echo("goodterms: no gateway is set (GOODTERMS_BANK_URL): nothing can be charged or paid back", err=True)
    if once:
        with wiring.my_turn():
            _say(run_until_idle(world, stop=stopping.is_set))
        return
    typer.echo("The worker is ready.")
    total: Counter[str] = Counter()
    read_at = wiring.elapsed() - _STATEMENT_EVERY_SECONDS
    while not stopping.is_set():
        read = wiring.elapsed() - read_at >= _STATEMENT_EVERY_SECONDS
        with wiring.my_turn():
            counts = run_due(world, stop=stopping.is_set, statements=read)
        if read and not counts.get(LINES):
            read_at = wiring.elapsed()  # there was nothing new; else go on reading
        total.update(counts)
        if not any(counts.values()):
            stopping.wait(poll_seconds)
    _say(total)


def _say(counts: Mapping[str, int]) -> None:
    typer.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))


def _stop_on_signal() -> threading.Event:
    """An event that the first SIGTERM or SIGINT sets; the process ends within seconds of it whatever hangs."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if not stopping.is_set():
            stopping.set()
            last = threading.Timer(_GRACE_SECONDS, os._exit, [0])
            last.daemon = True
            last.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopping
