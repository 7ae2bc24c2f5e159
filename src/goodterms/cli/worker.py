"""`worker`: does what is due, until it is told to stop. Any number may run at once, on any number of machines.

Every kind of work has a lane of its own, what goes to gateways one for each gateway: what fails, hangs or is slow in
one holds up no other. Renewals have several hands, each a process.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_gateways, require_tables, start_django

if TYPE_CHECKING:
    from goodterms.usecases.hands import Hand
    from goodterms.usecases.lanes import Lane
    from goodterms.usecases.run_due import Kind
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
    hands: Annotated[int, typer.Option(min=1, max=64, help="Processes that renew, side by side.")] = 2,
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
    from goodterms.usecases.lanes import Seats, collect_seldom, keep_working, work_until_idle
    from goodterms.usecases.run_due import kinds_of_work

    world = wiring.world()
    if not world.gateways:
        typer.echo("goodterms: no gateway is set (GOODTERMS_BANK_URL): nothing can be charged or paid back", err=True)
    stopping = threading.Event()
    kinds = kinds_of_work(world, stop=stopping.is_set, seats=Seats(1), turn=wiring.my_turn)
    collect_seldom()
    others = _fork(world, kinds, hands)
    _stop_on_signal(stopping, [*(one.gate.shut for one in world.gateways.values()), *(one.wind_up for one in others)])
    lanes = _lanes(kinds, [ask for hand in others for ask in hand.asks], len(world.gateways), poll_seconds)
    if not once:
        lanes.append(_audits(world))
    if metrics_port is not None:
        from goodterms.cli.metrics import serve_metrics

        lanes.append(serve_metrics(world, wiring.elapsed, metrics_address, metrics_port, others))
    if once:
        with _shown(world) as show:
            work_until_idle([replace(lane, step=partial(_and_then, lane.step, show)) for lane in lanes], stopping)
    else:
        typer.echo("The worker is ready.")
        keep_working(lanes, stopping)
    ailing = _ailing(world).union(*(hand.ailing for hand in others))
    for hand in others:
        hand.close()
    _say(world.tally)
    for name in sorted(ailing):
        typer.echo(f"goodterms: {name} gave no answers; what is due there waits for the next run", err=True)


def _fork(world: World, kinds: Sequence[Kind], hands: int) -> list[Hand]:
    """The other processes that renew; each has a share of what every gateway may be asked at once and in a second."""
    from goodterms.usecases.hands import Orders, fork_hands
    from goodterms.usecases.run_due import RENEWALS

    gates = {name: one.gate for name, one in world.gateways.items()}
    processes = min([hands, *(gate.pace.at_once for gate in gates.values())])
    for gate in gates.values():
        gate.pace.divide(processes)

    def shut() -> None:
        for gate in gates.values():
            gate.shut()

    (renewals,) = (kind for kind in kinds if kind.name == RENEWALS)
    orders = Orders(renewals.do, world.tally, shut, partial(_ailing, world), _GRACE_SECONDS)
    return fork_hands(processes - 1, orders, lanes=max(1, len(gates)))


def _ailing(world: World) -> frozenset[str]:
    """The gateways that gave this process no answers."""
    return frozenset(name for name, gateway in world.gateways.items() if gateway.gate.ailing)


def _lanes(kinds: Sequence[Kind], asks: Sequence[Callable[[], int]], gateways: int, poll_seconds: float) -> list[Lane]:
    """A lane for each kind of work; for renewals as many as gateways, so that one stays free, and those elsewhere."""
    from goodterms.usecases.lanes import Lane
    from goodterms.usecases.run_due import RENEWALS

    seldom_seconds = max(poll_seconds, _SELDOM_SECONDS)
    lanes, seldom = [Lane(RENEWALS, ask, poll_seconds) for ask in asks], []
    for kind in kinds:
        if kind.seldom and not kind.gateway:
            seldom.append(kind)  # all of it is short
            continue
        count = max(1, gateways) if kind.name == RENEWALS else 1
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


def _stop_on_signal(stopping: threading.Event, also: Iterable[Callable[[], None]]) -> None:
    """The first SIGTERM or SIGINT sets the event; the process ends within seconds of it whatever hangs.

    `also` is called with it: what else begins nothing any more.
    """

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
