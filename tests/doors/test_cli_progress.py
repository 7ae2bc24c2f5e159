"""How far a run is, on a terminal and in a log."""

from __future__ import annotations

import os
import pty
import subprocess
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from goodterms.cli.progress import Bars, Lines, duration, progress
from goodterms.storage.queries.due import backlog
from goodterms.usecases import run_due
from tests.support.bulk import due_renewals
from tests.support.crew import PROGRAM
from tests.support.worlds import Sandbox


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_line_every_ten_seconds() -> None:
    """It says how many of how many, how many a second and how long it will take; more often it says nothing."""
    clock, said = Clock(), list[str]()
    lines = Lines({"renewals": 20_000, "charges": 0}, clock, said.append)
    for second in range(21):
        clock.at = 100 + second
        lines.show({"renewals": second * 100})
    assert said == ["renewals: 1,000 of 20,000, 100/s, 3 min left", "renewals: 2,000 of 20,000, 100/s, 3 min left"]


def test_a_line_about_what_came_up_meanwhile() -> None:
    """Charges that were not due at the start are counted when there are any, and nothing is left beyond the total."""
    clock, said = Clock(), list[str]()
    lines = Lines({"renewals": 10, "charges": 0}, clock, said.append)
    clock.at += 10
    lines.show({"renewals": 10, "charges": 5, "mails": 7})
    assert said == ["renewals: 10 of 10, 1/s; charges: 5 of 5, 0/s"]


def test_bars_on_a_terminal() -> None:
    """Each kind of which there is anything has a bar."""
    clock, screen = Clock(), StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    shown = progress({"renewals": 500, "charges": 0}, console, clock)
    assert isinstance(shown, Bars)
    with shown:
        clock.at += 2
        shown.show({"renewals": 500})
    last = screen.getvalue()
    assert "Renewals" in last
    assert "500/500" in last
    assert "250/s" in last
    assert "Charges" not in last
    assert isinstance(progress({}, Console(file=StringIO()), clock), Lines)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (89, "89 s"), (100, "2 min"), (5_300, "88 min"), (7_500, "2 h 05 min")]
)
def test_how_long(seconds: float, text: str) -> None:
    """In the unit that says enough."""
    assert duration(seconds) == text


def test_what_is_due_is_counted_up_to_a_bound(sandbox: Sandbox) -> None:
    """Every kind that goes by a time, by gateway where it goes to one; since when the oldest waits; never further."""
    due_renewals([sandbox.now - timedelta(minutes=n) for n in range(30)], ["pm_ok"] * 30, ("bank", "other"))
    found = {(one.kind, one.gateway): one for one in backlog(sandbox.now)}
    assert {one.kind for one in found.values()} <= set(run_due.KINDS)
    assert (found["renewals", ""].rows, found["renewals", ""].oldest_at) == (30, sandbox.now - timedelta(minutes=29))
    assert (found["mails", ""].rows, found["mails", ""].oldest_at) == (0, None)
    assert next(one.rows for one in backlog(sandbox.now, 7) if one.kind == "renewals") == 7
    run_due.run_due(sandbox.world)
    found = {(one.kind, one.gateway): one for one in backlog(sandbox.now)}
    assert found["renewals", ""].rows == 0
    assert found["mails", ""].rows == 0
    sandbox.advance(hours=2)
    found = {(one.kind, one.gateway): one for one in backlog(sandbox.now)}
    assert found["charges", "other"].rows == 15, "it is not connected"


def test_a_run_on_a_terminal(crew: Any) -> None:
    """`worker --once` shows the bars and ends with what came of it."""
    now = datetime.now(UTC).replace(microsecond=0)
    due_renewals([now - timedelta(hours=1)] * 40, ["pm_declined" if n % 10 == 0 else "pm_ok" for n in range(40)])
    ours, theirs = pty.openpty()
    command = [PROGRAM, "worker", "--once"]
    environment = {**crew.environment, "GOODTERMS_DATA": str(crew.place), "TERM": "xterm", "COLUMNS": "120"}
    worker = subprocess.Popen(command, env=environment, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    screen = b""
    try:
        while piece := os.read(ours, 10_000):
            screen += piece
    except OSError:
        pass  # the other end is closed
    finally:
        os.close(ours)
    assert worker.wait(30) == 0
    text = screen.decode()
    assert "Renewals" in text
    assert "40/40" in text
    assert "renewed: 36, announced: 0, declined: 4, unknown: 0, expired: 0, set aside: 0" in text
