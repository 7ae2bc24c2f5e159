"""What goes wrong in the town: processes killed, the database stopped, connections cut, workers frozen."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

import psycopg

from tests.crashes.town import WEB, WORKERS, Town
from tests.crashes.visitors import Visitor
from tests.support.fault_proxy import Fault, FaultProxy

_LEASE_SECONDS = 5 * 60
_DAY = 24 * 3600
_HOUR = 3600
_BREATH = 1.0  # a process needs a second to start: some are killed while they do, most while they work


class Troubles:
    """Draws one trouble after the other from a seed, and counts what it did."""

    def __init__(self, town: Town, visitors: Sequence[Visitor], seed: int) -> None:
        self._town, self._visitors = town, visitors
        self._chance = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self._weighed: list[tuple[Callable[[], None], int]] = [
            (self.kill_worker, 10), (self.kill_web, 4), (self.kill_bank, 4), (self.freeze_worker, 3),
            (self.stop_database, 2), (self.kill_database, 2), (self.kill_session, 2), (self.pull_the_plug, 1),
            (self.break_database_lines, 8), (self.break_gateway_lines, 8), (self.let_days_pass, 9),
        ]  # fmt: skip

    def next(self) -> None:
        """One more trouble, or a good while of time; what does not run afterwards was started again."""
        acts = [act for act, _ in self._weighed]
        act = self._chance.choices(acts, weights=[weight for _, weight in self._weighed])[0]
        act()
        self.revive()
        self._wait(_BREATH)

    def revive(self) -> None:
        """Start what has ended. A process may end by itself while its database is away; that counts too."""
        for name in (WEB, *WORKERS):
            process = self._town.running.get(name)
            if process is None or process.poll() is not None:
                if process is not None:
                    self.counts[f"{name.split('-')[0]} ended by itself"] += 1
                    self._town.kill(name)
                self._town.start(name)

    # --- processes ---------------------------------------------------------------------------

    def kill_worker(self) -> None:
        """SIGKILL for one worker, whatever it does."""
        self._wait(0.5)
        self._kill(self._chance.choice(WORKERS))

    def kill_web(self) -> None:
        """SIGKILL for the website in the middle of its requests."""
        self._wait(0.5)
        self._kill(WEB)

    def kill_bank(self) -> None:
        """SIGKILL for the bank; it comes back on its books after a moment."""
        self._wait(0.5)
        self._town.bank.kill()
        self.counts["bank killed"] += 1
        self._wait(1)
        self._town.mend_bank()

    def freeze_worker(self) -> None:
        """A worker stands still, time passes its lease, others take over, and it goes on as if nothing had been."""
        name = self._chance.choice(WORKERS)
        if name not in self._town.running:
            return
        self._town.signal(name, signal.SIGSTOP)
        self.counts["worker frozen past its lease"] += 1
        try:
            self._wait(0.3)
            self._town.move_clock(_LEASE_SECONDS + self._chance.randint(1, 900))
            self._wait(2)
        finally:
            self._town.signal(name, signal.SIGCONT)

    def pull_the_plug(self) -> None:
        """Everything at once: website, workers, bank and database."""
        self._wait(0.5)
        for name in (WEB, *WORKERS):
            self._kill(name)
        self._town.bank.kill()
        with suppress(OSError, ValueError):
            os.kill(self._town.postmaster(), signal.SIGKILL)
        self.counts["plug pulled"] += 1
        self._town.mend_database()
        self._town.mend_bank()

    def _kill(self, name: str) -> None:
        self._town.kill(name)
        self.counts[f"{name.split('-')[0]} killed"] += 1

    # --- the database ------------------------------------------------------------------------

    def stop_database(self) -> None:
        """The database server stops in immediate mode and recovers."""
        self._wait(0.5)
        self._town.stop_database_at_once()
        self.counts["database stopped at once"] += 1
        self._wait(0.7)
        self._town.mend_database()

    def kill_database(self) -> None:
        """SIGKILL for the database server's first process."""
        self._wait(0.5)
        with suppress(OSError, ValueError):
            os.kill(self._town.postmaster(), signal.SIGKILL)
        self.counts["database killed"] += 1
        self._wait(0.7)
        self._town.mend_database()

    def kill_session(self) -> None:
        """SIGKILL for one session of the database: the server throws all others out and recovers."""
        with suppress(psycopg.OperationalError, ProcessLookupError):
            sessions = self._town.backends()
            if sessions:
                os.kill(self._chance.choice(sessions), signal.SIGKILL)
                self.counts["database session killed"] += 1
        self._wait(0.5)
        self._town.mend_database()

    # --- connections -------------------------------------------------------------------------

    def break_database_lines(self) -> None:
        """The database's connections are slow, cut, half closed, or lose their answers (of a COMMIT too)."""
        self._break(self._town.to_database, "database")

    def break_gateway_lines(self) -> None:
        """The same for the bank's."""
        self._break(self._town.to_bank, "gateway")

    def _break(self, proxy: FaultProxy, whose: str) -> None:
        kind = self._chance.choice(("refuse", "delay", "cut", "half_close", "drop_answer"))
        after = int(2 ** self._chance.uniform(0, 14))
        proxy.fault = Fault(kind, after=after, seconds=self._chance.choice((0.02, 0.1, 0.5, 1.5)))
        before = proxy.struck[kind]
        self._wait(1.5)
        proxy.fault = None
        self.counts[f"{whose} line {kind}"] += proxy.struck[kind] - before

    # --- time --------------------------------------------------------------------------------

    def let_days_pass(self) -> None:
        """Hours or days go by at once, while nobody works; where somebody does not stop, only minutes."""
        for visitor in self._visitors:
            visitor.may_go.clear()
        try:
            for visitor in self._visitors:
                visitor.resting.wait(20)
            far = self._chance.choice((6 * _HOUR, _DAY, 2 * _DAY, 5 * _DAY))
            if self._town.let_pass(far):
                self.counts["days passed"] += far // _HOUR / 24
            else:
                self._town.move_clock(self._chance.randint(60, 1200))
                self.counts["clock moved in the middle of work"] += 1
        finally:
            for visitor in self._visitors:
                visitor.may_go.set()

    def _wait(self, most: float) -> None:
        time.sleep(self._chance.uniform(0, most))
