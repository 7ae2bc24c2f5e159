"""One at a time: while the demo's clock is being moved, its worker waits, so that things happen on their own day."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ClockBusyError(RuntimeError):
    """Somebody else is moving the clock."""


@contextmanager
def turn(data_dir: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the turn to work or to move the clock. Raises `ClockBusyError` instead of waiting when `wait` is False."""
    with (data_dir / "demo.turn").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClockBusyError from None
        yield
