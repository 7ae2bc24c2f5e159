"""The gate before a gateway, in one process: its pace, and its rest when most calls get no usable answer.

A gateway that hangs costs everybody who waits for it: so after a row of bad calls it rests, and whoever has work for
it in bulk leaves that alone meanwhile. Then a few calls try it; they end the rest or begin a longer one. What comes
from people one at a time (a refund, a look-up) is never kept from it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock

from goodterms.gateways.pace import AT_ONCE, Pace

#: It rests when most of the last so many calls went badly.
OF_THE_LAST = 20
#: How long: each time that trying it again goes badly, the next; the last repeats.
RESTS = (30, 60, 120, 240, 300)
#: As many calls try it after a rest.
PROBE = 5


@dataclass(frozen=True, slots=True)
class Run:
    """Calls that belong together. None of them begins after `until`; `rests` is how often it had rested before."""

    rests: int
    until: float | None


class Gate:
    """Who may pass to a gateway, and when. Shared by all threads of the process."""

    def __init__(
        self, at_once: int = AT_ONCE, per_second: float | None = None, *, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self.pace = Pace(at_once, per_second, elapsed=elapsed)
        self._elapsed = elapsed
        self._lock = Lock()
        self._bad: deque[bool] = deque(maxlen=OF_THE_LAST)
        self._rests = 0  # in a row; nothing is wrong while there was none
        self._ever = 0
        self._rested_at = self._until = elapsed()
        self._shut = False

    @property
    def ailing(self) -> bool:
        """Whether it gave no answers and has not been found well again: it rests, or is to be tried."""
        return self._rests > 0

    @property
    def well(self) -> bool:
        """Whether everything may be sent to it: it is not ailing, and the gate is not shut."""
        return not self._rests and not self._shut

    @property
    def resting(self) -> bool:
        """Whether bulk work is to be kept from it for now."""
        return self._shut or (self._rests > 0 and self._elapsed() < self._until)

    def room(self, wanted: int) -> int:
        """How many pieces of bulk work may go to it now: all, none while it rests, a few to try it afterwards."""
        if self.resting:
            return 0
        return wanted if self.well else min(wanted, PROBE)

    def run(self, within: timedelta | None) -> Run:
        """Begin a run of calls, which is cut short when the gateway begins to rest or the gate is shut."""
        return Run(self._ever, None if within is None else self._elapsed() + within.total_seconds())

    def goes_on(self, run: Run) -> bool:
        """Whether a call of this run may still begin: for calls that are made one by one and pass without it."""
        return not self._cut_short(run) and (run.until is None or self._elapsed() <= run.until)

    async def enter(self, run: Run | None = None) -> float | None:
        """Wait for this call's turn; when it began, for `leave`. None: it is not to be made.

        A call that belongs to no run is made in any case, before all that wait.
        """
        if run is None:
            await self.pace.enter(first=True)
        elif not await self.pace.enter(run.until, unwanted=lambda: self._cut_short(run)):
            return None
        return self._elapsed()

    def leave(self, began: float, *, well: bool) -> None:
        """The call that began then is over. `well`: the gateway gave an answer, whatever it says."""
        self.pace.leave()
        with self._lock:
            if self._rests and began < self._rested_at:
                return  # it says nothing that was not known when the rest began
            if well:
                self._bad.append(False)
                if self._rests:
                    self._rests = 0
                    self._bad.clear()
                return
            self._bad.append(True)
            now = self._elapsed()
            tried_in_vain = self._rests > 0 and now >= self._until
            if tried_in_vain or (not self._rests and sum(self._bad) > OF_THE_LAST // 2):
                self._until = now + RESTS[min(self._rests, len(RESTS) - 1)]
                self._rests += 1
                self._ever += 1
                self._rested_at = now

    def shut(self) -> None:
        """Begin no run's call any more: this process is about to end."""
        self._shut = True

    def _cut_short(self, run: Run) -> bool:
        return self._shut or (self._rests > 0 and self._ever > run.rests)
