"""While the demo's clock is being moved, its workers wait, so that things happen on their own day.

Any number work side by side, and one at a time moves the clock, when nobody works. Who wants to move it stops the
others at the gate, so that it is not kept waiting by workers that take turns.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import IO


class ClockBusyError(RuntimeError):
    """Somebody else is moving the clock."""


@contextmanager
def at_work(data_dir: Path) -> Iterator[None]:
    """Hold the clock where it is while something is being done; waits while somebody moves it."""
    with (data_dir / "demo.gate").open("a") as gate, (data_dir / "demo.turn").open("a") as lock:
        fcntl.flock(gate, fcntl.LOCK_SH)
        fcntl.flock(lock, fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield


@contextmanager
def turn(data_dir: Path, *, patience: int) -> Iterator[None]:
    """Hold the turn to move the clock.

    Waits for it, at most `patience` tenths of a second at each of the two locks; then raises `ClockBusyError`.
    """
    with (data_dir / "demo.gate").open("a") as gate, (data_dir / "demo.turn").open("a") as lock:
        _take(gate, patience)
        _take(lock, patience)
        yield


def _take(lock: IO[str], patience: int) -> None:
    for left in reversed(range(patience + 1)):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not left:
                raise ClockBusyError from None
            sleep(0.1)
