"""How fast a gateway may be asked: so many calls under way at once, so many begun in a second.

One pace is shared by all threads of a process and by the event loops in them. It only measures with a clock; what time
it is, it does not know.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock

AT_ONCE = 64
_LONGEST_SLEEP = 0.25  # so that who is not wanted any more leaves soon


def never() -> bool:
    """Nobody turns this call away."""
    return False


class Pace:
    """Places for calls, and the instants at which they begin: evenly apart, never more of them than allowed."""

    def __init__(
        self, at_once: int = AT_ONCE, per_second: float | None = None, *, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        if at_once < 1:
            raise ValueError("at least one call at once must be possible")
        if per_second is not None and not (per_second > 0 and math.isfinite(per_second)):
            raise ValueError("calls a second must be a number above nothing")
        self.at_once = at_once
        self.per_second = per_second
        self._elapsed = elapsed
        self._lock = Lock()
        self._taken = 0
        self._waiting: deque[Future[None]] = deque()
        self._next = elapsed()

    def divide(self, processes: int) -> None:
        """Keep only an even share, at least one call at once: before so many processes go on with copies of this."""
        self.at_once = max(1, self.at_once // processes)
        if self.per_second is not None:
            self.per_second /= processes

    @property
    def under_way(self) -> int:
        """How many calls have a place."""
        return self._taken

    async def enter(
        self, until: float | None = None, *, first: bool = False, unwanted: Callable[[], bool] = never
    ) -> bool:
        """Wait for a place and for the rate; then call, and `leave` whatever comes of it.

        False, with nothing to leave, when the call could only begin after `until`, or is `unwanted` by then. Those
        that somebody waits for go `first`.
        """
        if unwanted() or not await self._place(until, first):
            return False
        try:
            begins = await self._rate(until, unwanted)
        except BaseException:
            self.leave()
            raise
        if not begins:
            self.leave()
        return begins

    def leave(self) -> None:
        """Give the place to the next."""
        with self._lock:
            while self._waiting:
                place = self._waiting.popleft()
                if place.set_running_or_notify_cancel():
                    break
            else:
                self._taken -= 1
                return
        place.set_result(None)

    async def _place(self, until: float | None, first: bool) -> bool:
        with self._lock:
            if self._taken < self.at_once:
                self._taken += 1
                return True
            place: Future[None] = Future()
            (self._waiting.appendleft if first else self._waiting.append)(place)
        left = None if until is None else max(0, until - self._elapsed())
        try:
            await asyncio.wait_for(asyncio.wrap_future(place), left)
        except BaseException as problem:
            if not place.cancel():  # it was given at the very moment of giving up
                self.leave()
            if isinstance(problem, TimeoutError):
                return False
            raise
        return True

    async def _rate(self, until: float | None, unwanted: Callable[[], bool]) -> bool:
        with self._lock:
            now = self._elapsed()
            at = now if self.per_second is None else max(now, self._next)
            if until is not None and at > until:
                return False
            if self.per_second is not None:
                self._next = at + 1 / self.per_second
        while not unwanted() and (left := at - self._elapsed()) > 0:
            await asyncio.sleep(min(left, _LONGEST_SLEEP))
        return not unwanted()
