"""One run: a world from a tape, years of life in it with all faults, then quiet, in which everything must settle."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections

from goodterms.simulation import database, mail
from goodterms.simulation.bank import SimulatedBank
from goodterms.simulation.bell import Bell
from goodterms.simulation.books import BankBooks
from goodterms.simulation.choices import Choices, Deviation, Tape
from goodterms.simulation.director import Director
from goodterms.simulation.engine.seam import Seam, use_seam
from goodterms.simulation.faults import odds_of
from goodterms.simulation.listening import Listener
from goodterms.simulation.oracle import Oracle
from goodterms.simulation.people import Customer
from goodterms.simulation.restoring import Operator, Restores
from goodterms.simulation.scenery import SCENERY, build
from goodterms.simulation.settled import check_settled
from goodterms.simulation.stage import LAST_LINES, BrokenRuleError, Crashed, Stage
from goodterms.simulation.team import Finance, Specialist
from goodterms.simulation.telling import timeline_of
from goodterms.simulation.workers import WorkerProcess, guard, process_world

BEGINS = datetime(2027, 1, 31, 9, 0, tzinfo=UTC)  # a last day of a month, so that February comes at once
SETTLES_WITHIN = timedelta(days=45)
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 (fence files are synchronized at each sign of life; a disk is slow at that)


@dataclass
class Played:
    """What came of a run. `failure` is the broken rule, if any; `deviations` what departed from the plain course."""

    tape: Tape
    trace_hash: str
    customer_years: float
    counted: Counter[str]
    steps: int
    commits: int
    failure: BaseException | None
    deviations: list[Deviation]
    last_lines: list[str]
    timeline: list[str]


def play(tape: Tape, watcher: psycopg.Connection[Any], empty: database.Copy, listener: Listener) -> Played:
    """Play one tape on an emptied database; `empty` is how it is before anything was sold."""
    connections.close_all()
    database.put_back(watcher, empty)
    _forget_what_was_cached()
    choices = Choices(tape)
    stage = Stage(choices, BEGINS, odds_of(tape.faults), tape.customers * tape.years)
    world = _World(tape, stage, watcher)
    failure: BaseException | None = None
    listener.stage = stage
    try:
        world.live()
    except (Exception, Crashed, BrokenRuleError) as problem:
        failure = problem
    finally:
        timeline = timeline_of(failure, watcher, world.books) if failure else []
        stage.end()
        use_seam(None)
        world.clear_away()
        listener.stage = None
    stage.counted["letters"] = len(world.post.letters)
    return Played(
        tape, f"{stage.trace:08x}", tape.customers * tape.years, stage.counted, stage.steps, world.oracle.commits,
        failure, choices.made, stage.lines[-LAST_LINES:], timeline,
    )  # fmt: skip


class _World:
    """Everything of one run, put together."""

    def __init__(self, tape: Tape, stage: Stage, watcher: psycopg.Connection[Any]) -> None:
        self.tape = tape
        self.stage = stage
        self.watcher = watcher
        self.books = BankBooks()
        self.bank = SimulatedBank(stage, self.books)
        self.oracle = Oracle(stage, watcher, self.books)
        self.bank.watch_charge = self.oracle.charge_arrives
        self.bank.watch_refund = self.oracle.refund_arrives
        self.bank.tell = Bell(stage, self._web).ring
        self.post = mail.Backend.post = mail.Post(stage)
        self._fences = Path(
            tempfile.mkdtemp(prefix="gt-fence-", dir=_IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None)
        )
        self._web_guard = guard(stage, self._fences / "web")
        self.restores = Restores(stage, watcher, self._after_restore)
        seam = Seam(stage, watcher, self._committed)
        self.director = Director(stage, watcher, self.bank, self.restores, seam.in_a_circle)
        self.director.on_outage = self._word_gets_around
        self.customers: list[Customer] = []
        self.entering: dict[str, Callable[[datetime | None], None]] = {}
        stage.on_crash = self._start_again
        stage.on_alarm = self._alarmed
        use_seam(seam)

    def live(self) -> None:
        """All years, then quiet, then look whether everything has settled."""
        build(process_world(self.stage, self.bank.door()), SCENERY)
        self._come_on_stage()
        ends = BEGINS + timedelta(days=round(365.25 * self.tape.years))
        self.director.direct(until=ends)
        self._be_quiet()
        self.director.direct(until=self.stage.now + SETTLES_WITHIN)
        check_settled(self.oracle, self.books, self.post.letters, self.stage.now, self.restores.last_at)

    def _come_on_stage(self) -> None:
        stage = self.stage
        most = 4 if stage.odds["skew"] else 1
        for name in ("w1", "w2"):
            skew = timedelta(seconds=stage.choices.below(f"skew {name}", most) - most // 2)
            worker = WorkerProcess(name, stage, self.bank.door, skew, self._fences / "workers")
            self._enter(name, worker.enter)
        for number in range(self.tape.customers):
            customer = Customer(number, stage, self._web, self.watcher)
            self.customers.append(customer)
            self._enter(f"web-{customer.name}", customer.enter)
        for name in ("sam", "kim"):
            self._enter(f"web-{name}", Specialist(name, stage, self._web).enter)
        self._enter("web-finance", Finance(stage, self.bank, self._web).enter)

    def _enter(self, process: str, enter: Callable[[datetime | None], None]) -> None:
        self.entering[process] = enter
        enter(None)

    def _web(self) -> Any:
        """The world of a web process, new for each request."""
        return process_world(self.stage, self.bank.door(), fence=self._web_guard)

    def _after_restore(self) -> None:
        """Nobody has noticed yet."""
        self.oracle.forget()
        self._web_guard = guard(self.stage, self._fences / "web")

    def _alarmed(self) -> None:
        """Somebody has logged that nothing leaves any more: hours later an operator comes, if none is here."""
        if any(actor.process == Operator.process for actor in self.stage.actors):
            return
        file = self._fences / "workers"
        operator = Operator(
            self.stage, lambda: process_world(self.stage, self.bank.door(), fence=guard(self.stage, file)), file
        )
        self.entering[operator.process] = operator.enter
        operator.enter(self.stage.now + timedelta(seconds=60 + self.stage.choices.below("operator comes", 40_000)))

    def _word_gets_around(self, until: datetime) -> None:
        """The bank is away: now and then one or two customers hear of it."""
        choose = self.stage.choices
        if choose.chance("outage is heard of", 0.6):
            for _ in range(1 + choose.chance("outage is heard of twice", 0.5)):
                choose.one_of("who hears of the outage", self.customers).hear_of_outage(until)

    def clear_away(self) -> None:
        """Remove what the hosts remembered."""
        shutil.rmtree(self._fences, ignore_errors=True)

    def _start_again(self, process: str) -> None:
        self.bank.refund_what_was_just_paid()
        if process in self.entering:
            worker = process.startswith("w") and not process.startswith("web")
            most = 6 * 3600 if worker and self.stage.choices.chance("long down", 0.1) else 120
            wait = timedelta(seconds=1 + self.stage.choices.below("down", most))
            self.entering[process](self.stage.now + wait)

    def _committed(self) -> None:
        self.director.commits += 1
        self.oracle.after_commit()

    def _be_quiet(self) -> None:
        """No fault any more, and nobody who acts: what is under way has to come to its end."""
        self.stage.choices.quiet = True
        self.bank.closed_until = None
        self.books.stuck.clear()
        for process in [name for name in self.entering if name.startswith("web-")]:
            del self.entering[process]
            self.stage.crash(process)


def _forget_what_was_cached() -> None:
    """What a process that has just begun does not know: a cached policy would spare it a statement."""
    for name, module in list(sys.modules.items()):
        if name.startswith("goodterms."):
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()
