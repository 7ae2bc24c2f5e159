"""When nobody can move: idle lanes are woken for what is due, or the clock moves to what comes next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg

from goodterms.simulation.bank import SimulatedBank
from goodterms.simulation.looking import due_times, next_charge_at
from goodterms.simulation.restoring import Restores
from goodterms.simulation.stage import Actor, BrokenRuleError, Stage, State

POLL = timedelta(seconds=60)  # how soon a worker looks again at what it could not do
_LONGEST_POLL = timedelta(hours=6)  # a real one goes on every moment; nothing else would come of that here
_ALONE = 0.6  # how often one worker looks for what is due while the other is busy with something else
#: Which table's due column a lane's kind of work waits for.
DUE = {
    "renewals": "subscriptions", "charges": "charges", "refunds": "refunds", "mails": "messages",
    "disputes": "disputes", "webhooks": "webhooks",
}  # fmt: skip


class Director:
    """Moves the clock. `commits` tells whether anything has changed since lanes last looked for work.

    `on_outage` is told when the bank goes away, and until when.
    """

    def __init__(
        self,
        stage: Stage,
        watcher: psycopg.Connection[Any],
        bank: SimulatedBank,
        restores: Restores,
        in_a_circle: Callable[[], list[str]],
    ) -> None:
        self.stage = stage
        self.in_a_circle = in_a_circle
        self.restores = restores
        self.watcher = watcher
        self.bank = bank
        self.on_outage: Callable[[datetime], None] = lambda _until: None
        self.commits = 0
        self._tried: dict[str, tuple[int, datetime]] = {}
        self._lines_read = 0
        self._read_at: datetime | None = None
        self._outage_at = stage.now
        self._poll = POLL
        self._overdue: dict[str, datetime] = {}

    def direct(self, until: datetime) -> None:
        """Let everything happen that happens before an instant."""
        stage = self.stage
        self._next_outage()
        while True:
            stage.move()
            if any(actor.state is State.BLOCKED for actor in stage.actors) and (circle := self.in_a_circle()):
                raise BrokenRuleError("deadlock", f"{', '.join(circle)} wait for each other")
            due, self._lines_read = due_times(self.watcher)
            if self._wake(due):
                continue
            at = self._next(due)
            if at is None or at > until:
                stage.set_clock(max(until, stage.now))
                return
            stage.set_clock(max(at, stage.now))
            self._bank_moves()

    def _wake(self, due: dict[str, datetime | None]) -> bool:
        """Make lanes ready whose work is due and that have not looked since the last commit; often only one of two."""
        able: dict[str, list[Actor]] = {}
        for actor in self.stage.actors:
            if actor.state is not State.IDLE:
                continue
            at = self._due_at(actor.work, due)
            if at is None or at > self.stage.now:
                continue
            if self._tried.get(actor.name) == (self.commits, self.stage.now):
                continue
            self._tried[actor.name] = (self.commits, self.stage.now)
            able.setdefault(actor.work, []).append(actor)
        for work, actors in able.items():
            alone = len(actors) > 1 and self.stage.choices.chance(f"one looks for {work}", _ALONE)
            for actor in [self.stage.choices.one_of(f"who looks for {work}", actors)] if alone else actors:
                actor.state = State.READY
        return bool(able)

    def _due_at(self, work: str, due: dict[str, datetime | None]) -> datetime | None:
        kind, _, gateway = work.partition(":")
        if kind == "lines of statements":
            return self._read_at
        if kind in ("charges", "refunds") and not gateway:
            return None  # gateways that are not connected: there are none
        if kind in DUE:
            return due[DUE[kind]]
        return None

    def _next(self, due: dict[str, datetime | None]) -> datetime | None:
        now = self.stage.now
        overdue = {table: at for table, at in due.items() if at is not None and at <= now}
        self._poll = min(self._poll * 2, _LONGEST_POLL) if overdue == self._overdue else POLL
        self._overdue = overdue
        moments = [actor.wakes_at for actor in self.stage.actors if actor.wakes_at is not None]
        moments += [at if at > now else now + self._poll for at in due.values() if at is not None]
        moments += [
            at
            for at in (self.bank.books.due(), self._read_at, self._outage_at, self.restores.next_at)
            if at is not None and at > now
        ]
        return min(moments, default=None)

    def _bank_moves(self) -> None:
        books, now = self.bank.books, self.stage.now
        for changed in books.tick(now):
            self.bank.tell(changed)
        if self._read_at is not None and self._read_at < now:
            self._read_at = None
        if len(books.lines) > self._lines_read and self._read_at is None:
            most = self.stage.choices.one_of("statement read soon", (5, 6 * 3600))
            self._read_at = now + timedelta(seconds=self.stage.choices.below("statement read", most))
        if now >= self.restores.next_at:
            self.restores.happen()
        if now >= self._outage_at:
            if not self.stage.choices.quiet and self.stage.odds["outage"]:
                hours = self.stage.choices.one_of("outage lasts", (1, 3, 12, 30, 70))
                self.bank.closed_until = now + timedelta(hours=hours)
                self.stage.counted["outages"] += 1
                self.on_outage(self.bank.closed_until)
            self._next_outage()

    def _next_outage(self) -> None:
        """Most begin just when a renewal is to be charged."""
        days = 5 + self.stage.choices.below("outage in", 60)
        self._outage_at = self.stage.now + timedelta(days=days)
        due = next_charge_at(self.watcher)
        if due is not None and due > self.stage.now and self.stage.choices.chance("outage when due", 0.7):
            self._outage_at = due
