"""Lanes of work in one process, each a thread with a database session of its own.

They share nothing but the rows they claim, so any number of them, in any number of workers, do the same work as one;
and one that fails, hangs or is slow holds up no other.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock, Thread

from django.db import connections


@dataclass(frozen=True, slots=True)
class Lane:
    """Work that is done over and over: `step` does a batch and returns how many rows it was, and never raises.

    `pause` is how many seconds it waits when there was nothing to do.
    """

    name: str
    step: Callable[[], int]
    pause: float


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


def with_threads(steps: Sequence[Callable[[], int]]) -> int:
    """Repeat each step in a thread of its own until it finds nothing to do; returns the sum of what they did.

    A step that fails ends its thread; the others finish, then the first failure is raised.
    """
    if len(steps) == 1:
        return _until_nothing(steps[0])
    with ThreadPoolExecutor(len(steps), thread_name_prefix="hand") as pool:
        return sum([one.result() for one in [pool.submit(_alone, step) for step in steps]])


def keep_working(lanes: Sequence[Lane], stop: Event) -> None:
    """Let every lane work in a thread of its own until `stop` is set; returns when the last has ended its batch."""
    threads = [Thread(target=_follow, args=(lane, stop), name=lane.name, daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def work_until_idle(lanes: Sequence[Lane], stop: Event) -> None:
    """Let all lanes work side by side until none finds anything to do, or `stop` is set.

    What one lane does may give another something to do: so they work in rounds, until a whole round found nothing.
    """

    def step_of(lane: Lane) -> Callable[[], int]:
        return lambda: 0 if stop.is_set() else lane.step()

    done = 1
    while done and not stop.is_set():
        with ThreadPoolExecutor(len(lanes), thread_name_prefix="lane") as pool:
            done = sum([one.result() for one in [pool.submit(_alone, step_of(lane)) for lane in lanes]])


def _follow(lane: Lane, stop: Event) -> None:
    try:
        while not stop.is_set():
            if not lane.step():
                stop.wait(lane.pause)
    finally:
        connections.close_all()  # those of this thread


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
