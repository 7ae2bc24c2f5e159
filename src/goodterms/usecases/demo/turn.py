"""One at a time: while the demo's clock is being moved, its worker waits, so that things happen on their own day."""

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
def turn(data_dir: Path, *, patience: int | None = None) -> Iterator[None]:
    """Hold the turn to work or to move the clock.

    Waits for it, at most `patience` tenths of a second where given; then raises `ClockBusyError`.
    """
    with (data_dir / "demo.turn").open("a") as lock:
        _take(lock, patience)
        yield


def _take(lock: IO[str], patience: int | None) -> None:
    if patience is None:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return
    for left in reversed(range(patience + 1)):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not left:
                raise ClockBusyError from None
            sleep(0.1)
