"""Building the demo's world: an opened shop, imported years, lived weeks, and both clocks at now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from goodterms.domain.counting import date_in_words
from goodterms.domain.facts import Actor
from goodterms.gateways.bank.control import BankControl
from goodterms.storage.statement import cursor_of, move_cursor
from goodterms.usecases.demo.files import bank_entries, write_files
from goodterms.usecases.demo.past import history
from goodterms.usecases.demo.script import LIVED, scenes
from goodterms.usecases.demo.shop import open_shop
from goodterms.usecases.demo.stage import Stage
from goodterms.usecases.demo.travel import travel
from goodterms.usecases.demo.work import work
from goodterms.usecases.import_history import import_history
from goodterms.usecases.world import World

_FOUNDED = timedelta(days=2000)
_STEP = timedelta(hours=6)
CUSTOMERS = 300


class DemoError(RuntimeError):
    """The demo could not be built; the message says at what."""


def build(
    world: World, bank: BankControl, folder: Path, *, customers: int = CUSTOMERS, tell: Callable[[str], None]
) -> None:
    """Fill an empty database and a fresh bank; the files for the import are left in `folder`."""
    now = world.now()
    as_of = now - LIVED
    open_shop(now - _FOUNDED)
    stage = Stage(world, bank, as_of)
    bank.freeze(as_of)
    past = history(now, as_of, customers)
    tell(f"The bank is told of {sum(len(sub.orders) for sub in past)} earlier charges.")
    write_files(folder, past, bank.enter_past(bank_entries(past)))
    report = import_history(stage.world, folder, actor=Actor("system", "import"))
    if report.problems:
        raise DemoError(f"the demo's own files do not fit: {report.problems[0]}")
    tell(f"Imported {report.customers} customers with {report.subscriptions} subscriptions.")
    _skip_statement(bank)
    _live(stage, now, tell)
    travel(stage.world, world.now(), move=stage.move, work=work)
    bank.run_ahead(0)


def _skip_statement(bank: BankControl) -> None:
    """What the statement holds so far came with the import; reading goes on behind it."""
    seen = cursor_of("bank")
    last = bank.last_cursor(seen)
    if last is not None:
        move_cursor("bank", seen, last)


def _live(stage: Stage, now: datetime, tell: Callable[[str], None]) -> None:
    """Live the last weeks, the worker at work all the time, and everybody doing his part."""
    week = stage.at
    for scene in scenes():
        until = now - scene.ago
        while stage.at < until:
            step = min(until, stage.at + timedelta(days=7))
            travel(stage.world, step, move=stage.move, work=work, shortest=_STEP)
            if stage.at - week >= timedelta(days=7):
                week = stage.at
                tell(f"Lived until {date_in_words(stage.at.date())}.")
        scene.act(stage)
    work(stage.world)
