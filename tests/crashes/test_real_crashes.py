"""Real processes, killed and cut off at random under load, start again, settle, and every book agrees.

The short form takes about two minutes. `make crash-hour` runs the long one: an hour, or as many seconds as
GOODTERMS_CRASH_SECONDS says. GOODTERMS_CRASH_SEED repeats a seed: the same troubles in the same order, at
moments that the machine decides. A failure keeps the town's directory and says where it is.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.crashes.town import ROOT, Town
from tests.crashes.troubles import Troubles
from tests.crashes.visitors import Told, Visitor

SHORT_SECONDS = 60
HOUR = 3600
VISITORS = 3
_DAY = 24 * 3600
#: How often time passes at the end until nothing is left to do: refunds take a week, failed cards are tried for weeks.
_ROUNDS = 12
_SETTLES_WITHIN = 20


@pytest.mark.requirement("R1", "R2")
@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(SHORT_SECONDS, id="short"),
        pytest.param(int(os.environ.get("GOODTERMS_CRASH_SECONDS", HOUR)), id="long", marks=pytest.mark.long),
    ],
)
def test_everything_breaks_and_the_books_agree(seconds: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is charged or paid twice, nothing confirmed is lost, and the audit finds nothing."""
    seed = int(os.environ.get("GOODTERMS_CRASH_SEED", random.SystemRandom().randrange(10**6)))
    with capsys.disabled():
        print(f"\ncrashes: seed {seed}, {seconds} seconds", flush=True)
        with kept_when_it_fails(seed) as place, Town(place) as town:
            people = found(town, customers=min(400, 60 + seconds))
            told = Told()
            met = live(town, people, told, seed, seconds)
            settle(town)
            report(met, told, seconds)
            audit(town, told)


@contextmanager
def kept_when_it_fails(seed: int) -> Iterator[Path]:
    """A directory that is removed unless something failed.

    Not pytest's own: a server that root starts runs as somebody else.
    """
    place = Path(tempfile.mkdtemp(prefix="gt-crash-"))
    try:
        yield place
    except BaseException:
        print(f"FAILED: GOODTERMS_CRASH_SEED={seed}; database, bank's books and logs are kept in {place}", flush=True)
        raise
    shutil.rmtree(place, ignore_errors=True)


def found(town: Town, customers: int) -> list[str]:
    """An installation with a month of customers; returns their addresses."""
    town.goodterms("init", "--no-ask", "--company", "Harborline", "--sender-email", "hello@example.org")
    made = json.loads(town.run(sys.executable, "-m", "tests.crashes.founding", str(customers), "28"))
    town.ahead = made["ahead"]
    for name, wanted in (("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on")):
        assert town.sql(f"SHOW {name}") == [(wanted,)]
    return list(made["customers"])


def live(town: Town, people: list[str], told: Told, seed: int, seconds: int) -> Counter[str]:
    """Work and visits under one trouble after the other, for so long; what went wrong, counted."""
    town.start_all()
    visitors = [
        Visitor(town.url, people, lambda: town.bank.url, seed * VISITORS + number, told) for number in range(VISITORS)
    ]
    for visitor in visitors:
        visitor.start()
    troubles = Troubles(town, visitors, seed)
    try:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            troubles.next()
    finally:
        for visitor in visitors:
            visitor.ending.set()
            visitor.may_go.set()
        for visitor in visitors:
            visitor.join(60)
    assert not any(visitor.is_alive() for visitor in visitors)
    return troubles.counts


def settle(town: Town) -> None:
    """All faults off and everything started again; time passes until nothing is left to do."""
    town.to_bank.fault = town.to_database.fault = None
    town.start_all()
    deadline = time.monotonic() + _SETTLES_WITHIN
    while (left := town.waiting()) and time.monotonic() < deadline:
        time.sleep(0.5)
        if not left.keys() - {"charges", "refunds"}:
            town.move_clock(600)  # look-ups are due at their own times
    print(f"left to the end: {left or 'nothing'}")
    codes = town.stop()
    in_order = (0, -signal.SIGTERM)  # the latter: it had not begun yet
    assert all(code in in_order for code in codes.values()), f"asked to end in order: {codes}"
    for _ in range(_ROUNDS):
        town.move_clock(3 * _DAY)
        town.goodterms("worker", "--once")
        if not town.waiting() and not unsettled(town):
            return
    pytest.fail(f"it does not settle: {town.waiting()}, {unsettled(town)} refunds on their way")


def unsettled(town: Town) -> int:
    """Refunds that the bank accepted and that are neither credited nor failed."""
    return int(town.sql("SELECT count(*) FROM refunds WHERE state = 'pending'")[0][0])


def audit(town: Town, told: Told) -> None:
    """Compare all books; then the program's own audit has the last word."""
    said = {"promises": sorted(told.promises), "lasting": sorted(told.lasting)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.crashes.books", town.bank.url, town.bank.key],
        input=json.dumps(said), env=town.environment(direct=True), cwd=ROOT, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    print("books: " + ", ".join(f"{count} {what}" for what, count in found["counts"].items()), flush=True)
    assert not found["wrong"], "\n".join(found["wrong"])
    print(f"audit: {town.goodterms('audit').strip()}", flush=True)


def report(met: Counter[str], told: Told, seconds: int) -> None:
    """Say what was met, and how much of it in an hour."""
    kills = sum(count for what, count in met.items() if "killed" in what or "stopped" in what or "frozen" in what)
    done = sum(count for what, count in told.acts.items() if what.endswith(("done", "302")))
    print("troubles: " + ", ".join(f"{count:g} {what}" for what, count in sorted(met.items())))
    print("visitors: " + ", ".join(f"{count} {what}" for what, count in sorted(told.acts.items())))
    hours = seconds / HOUR
    print(f"an hour of this: {kills / hours:.0f} kills and stops, {done / hours:.0f} acts done", flush=True)
    assert kills
    assert done, "no visitor got anything done: the test proves nothing"
