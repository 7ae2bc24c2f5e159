"""Several hands in one worker: while one waits for the database or a gateway, another decides.

A hand is a thread with a database session of its own. Hands share nothing but the rows they claim, so any number of
them, in any number of workers, do the same work as one.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock

from django.db import connections


class Seats:
    """How many hands may wait for one gateway at a time, so that slow ones never have all hands waiting for them."""

    def __init__(self, each: int) -> None:
        self._each = each
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    def free(self, gateway: str) -> bool:
        """Whether a hand would get a seat now."""
        return self._taken[gateway] < self._each

    @contextmanager
    def seat(self, gateway: str) -> Iterator[bool]:
        """Take a seat while inside; False when there is none, and then nobody waits."""
        with self._lock:
            seated = self._taken[gateway] < self._each
            self._taken[gateway] += seated
        try:
            yield seated
        finally:
            with self._lock:
                self._taken[gateway] -= seated


def collect_seldom() -> None:
    """Let Python look for cycles a hundred times less often; for processes that work in large batches.

    A batch holds some hundred thousand values, none of them in a cycle, and each search would visit them all: that
    took a fifth of a renewal run. What is there by now (modules, policies) is never visited again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(70_000, 20, 100)


def with_hands(hands: int, step: Callable[[], int]) -> int:
    """Let so many hands repeat a step until each finds nothing to do; returns the sum of what the steps did.

    A step that fails ends its hand; the others finish, then the first failure is raised.
    """
    if hands == 1:
        return _until_nothing(step)
    with ThreadPoolExecutor(hands, thread_name_prefix="hand") as pool:
        return sum([one.result() for one in [pool.submit(_alone, step) for _ in range(hands)]])


def _until_nothing(step: Callable[[], int]) -> int:
    total = 0
    while done := step():
        total += done
    return total


def _alone(step: Callable[[], int]) -> int:
    try:
        return _until_nothing(step)
    finally:
        connections.close_all()  # those of this thread
