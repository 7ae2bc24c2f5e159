"""`worker`: does what is due, until it is told to stop. Any number may run at once, on any number of machines.

Every kind of work has a lane of its own, what goes to gateways one for each gateway, and renewals several: what fails,
hangs or is slow in one holds up no other.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_gateways, require_tables, start_django

if TYPE_CHECKING:
    from goodterms.usecases.lanes import Lane
    from goodterms.usecases.tally import Tally
    from goodterms.usecases.world import World

#: How long a batch may take to finish after a signal. What is cut off then is found again by its lease.
_GRACE_SECONDS = 9
#: What is looked at this seldom, however often due work is looked for.
_SELDOM_SECONDS = 10
#: How often it is looked whether an audit is wanted.
_AUDIT_SECONDS = 30


@app.command()
def worker(
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing is due any more.")] = False,
    hands: Annotated[int, typer.Option(min=1, max=64, help="Batches of renewals at once, for each gateway.")] = 2,
    poll_seconds: Annotated[float, typer.Option(min=0.05, max=3600, help="How long to wait when nothing is due.")] = 1,
    metrics_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Serve Prometheus metrics on this port; 0 takes a free one.")
    ] = None,
    metrics_address: Annotated[str, typer.Option(help="Address to serve metrics on.")] = "127.0.0.1",
    data: DataOption = None,
) -> None:
    """Renew, charge, pay back and send letters when they are due. Stops on SIGTERM or SIGINT."""
    # With a database elsewhere, the first process of a machine makes the key that signs the links in letters.
    start_django(data, begins=bool(os.environ.get("DATABASE_URL")))
    require_tables()
    require_gateways()
    from goodterms import wiring
    from goodterms.usecases.lanes import collect_seldom, keep_working, work_until_idle

    world = wiring.world()
    stopping = _stop_on_signal([one.gate.shut for one in world.gateways.values()])
    if not world.gateways:
        typer.echo("goodterms: no gateway is set (GOODTERMS_BANK_URL): nothing can be charged or paid back", err=True)
    lanes = _lanes(world, stopping, hands, poll_seconds)
    if not once:
        lanes.append(_audits(world))
    if metrics_port is not None:
        from goodterms.cli.metrics import serve_metrics

        lanes.append(serve_metrics(world, wiring.elapsed, metrics_address, metrics_port))
    collect_seldom()
    if once:
        with _shown(world) as show:
            work_until_idle([replace(lane, step=partial(_and_then, lane.step, show)) for lane in lanes], stopping)
    else:
        typer.echo("The worker is ready.")
        keep_working(lanes, stopping)
    _say(world.tally)
    for name, gateway in world.gateways.items():
        if gateway.gate.ailing:
            typer.echo(f"goodterms: {name} gave no answers; what is due there waits for the next run", err=True)


def _lanes(world: World, stopping: threading.Event, hands: int, poll_seconds: float) -> list[Lane]:
    """A lane for each kind of work, and for renewals so many hands for each gateway."""
    from goodterms import wiring
    from goodterms.usecases.lanes import Lane, Seats
    from goodterms.usecases.run_due import RENEWALS, kinds_of_work

    seldom_seconds = max(poll_seconds, _SELDOM_SECONDS)
    lanes, seldom = [], []
    for kind in kinds_of_work(world, stop=stopping.is_set, seats=Seats(hands), turn=wiring.my_turn):
        if kind.seldom and not kind.gateway:
            seldom.append(kind)  # all of it is short
            continue
        count = hands * max(1, len(world.gateways)) if kind.name == RENEWALS else 1
        pause = seldom_seconds if kind.seldom else poll_seconds
        lanes += [Lane(f"{kind.name} {kind.gateway}".strip(), kind.do, pause)] * count
    return [*lanes, Lane("seldom", lambda: sum([kind.do() for kind in seldom]), seldom_seconds)]


def _audits(world: World) -> Lane:
    """The audit that somebody asked for, and unless GOODTERMS_AUDIT is "off" the one of the day."""
    from goodterms import wiring
    from goodterms.usecases.audit.keep import work_on_audit
    from goodterms.usecases.lanes import Lane

    daily = os.environ.get("GOODTERMS_AUDIT", "daily") != "off"
    step = partial(work_on_audit, world, wiring.elapsed, daily=daily, turn=wiring.my_turn)
    return Lane("audit", step, _AUDIT_SECONDS)


@contextmanager
def _shown(world: World) -> Iterator[Callable[[], None]]:
    """Show how far a run that ends by itself is; call what is given whenever something was done."""
    from rich.console import Console

    from goodterms import wiring
    from goodterms.cli.progress import progress
    from goodterms.storage.queries.due import backlog
    from goodterms.usecases.run_due import CHARGES, RENEWALS

    totals = dict.fromkeys((RENEWALS, CHARGES), 0)
    for one in backlog(world.now()):
        if one.kind in totals:
            totals[one.kind] += one.rows
    with progress(totals, Console(), wiring.elapsed) as shown:
        yield lambda: shown.show(world.tally.rows)


def _and_then(step: Callable[[], int], show: Callable[[], None]) -> int:
    done = step()
    show()
    return done


def _say(tally: Tally) -> None:
    """How many rows of each kind were worked on, and what came of renewals."""
    from goodterms.usecases.run_due import KINDS
    from goodterms.usecases.tally import CAME_OF

    typer.echo(", ".join(f"{kind}: {tally.rows[kind]}" for kind in KINDS))
    sums = {word: tally.facts[fact.value] for word, fact in CAME_OF.items()}
    typer.echo(", ".join(f"{word}: {sums[word]}" for word in sums) + f", set aside: {tally.set_aside.total()}")


def _stop_on_signal(also: Iterable[Callable[[], None]]) -> threading.Event:
    """An event that the first SIGTERM or SIGINT sets; the process ends within seconds of it whatever hangs.

    `also` is called with it: what else begins nothing any more.
    """
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if not stopping.is_set():
            stopping.set()
            for shut in also:
                shut()
            last = threading.Timer(_GRACE_SECONDS, os._exit, [0])
            last.daemon = True
            last.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopping
