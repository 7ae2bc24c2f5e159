"""Who moves: actors with a thread each, one of which holds the baton; and the clock, which moves when nobody can.

An actor passes a *point* before every statement, commit and call to the outside. There it may have to let another go
first, be frozen for a while, or lose its process: a crashed actor gets no statement, commit or call through any more,
so that nothing it does while its thread unwinds is seen by anybody, as if it had been killed.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from zlib import crc32

from goodterms.simulation.choices import Choices, Option

LAST_LINES = 60
_STUCK_AFTER = 60_000  # points without the clock moving: something goes round in circles
_ENDLESS_AFTER = 30_000  # points for each customer's year, ten times what they are: something is tried over and over


class Crashed(BaseException):
    """This actor's process was killed. Not an Exception: nothing may catch it and go on."""


class BrokenRuleError(BaseException):
    """Something happened that must never happen. `rule` is its short name, `rows` what shows it.

    Not an Exception: the code that is looked at must not catch it.
    """

    def __init__(self, rule: str, said: str, rows: Sequence[object] = ()) -> None:
        super().__init__(f"{rule}: {said}")
        self.rule, self.said, self.rows = rule, said, tuple(rows)


class State(Enum):
    """What an actor waits for."""

    READY = "ready"  # the baton
    SLEEPING = "sleeping"  # an instant
    IDLE = "idle"  # work
    BLOCKED = "blocked"  # a lock in the database
    OVER = "over"


def _taken() -> threading.Lock:
    """A lock that is taken: whoever waits for it moves when another releases it."""
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(eq=False)
class Actor:
    """Somebody who moves: a lane of a worker, a person at a browser. `process` dies as one."""

    name: str
    process: str
    body: Callable[[Actor], None]
    order: int
    baton: threading.Lock = field(default_factory=_taken)
    state: State = State.READY
    wakes_at: datetime | None = None
    work: str = ""  # the kind of due work it waits for while idle
    doomed: bool = False
    buried: bool = False  # another waits for its thread to end, and holds the baton meanwhile
    backend: int | None = None  # the process of its database session
    hangs_up: Callable[[], None] | None = None
    still_blocked: Callable[[], bool] | None = None
    thread: threading.Thread | None = None


class Stage:
    """The one thread that moves, the clock, and everything that went wrong. Made anew for every run."""

    def __init__(self, choices: Choices, begins: datetime, odds: dict[str, float], customer_years: float = 1) -> None:
        self.choices = choices
        self._endless_after = _ENDLESS_AFTER * (customer_years + 1)
        self.now = begins
        self.odds = odds
        self.actors: list[Actor] = []
        self.current: Actor | None = None
        self.trace = 0
        self.steps = 0
        self.counted: Counter[str] = Counter()
        self.lines: list[str] = []
        self.failure: BaseException | None = None
        self.on_crash: Callable[[str], None] = lambda _process: None
        self.on_alarm: Callable[[], None] = lambda: None
        self.kill_backends: Callable[[Sequence[int]], None] = lambda _pids: None
        self._control = _taken()
        self._waiting: list[Actor] = []  # for locks, those first who have waited longest
        self._made = 0
        self._since_clock = 0
        self.ending = False

    # --- coming and going ----------------------------------------------------------------------

    def enter(self, name: str, process: str, body: Callable[[Actor], None], *, at: datetime | None = None) -> Actor:
        """Let somebody come on stage, at once or at an instant."""
        actor = Actor(name, process, body, self._made)
        self._made += 1
        if at is not None and at > self.now:
            actor.state, actor.wakes_at = State.SLEEPING, at
        actor.thread = threading.Thread(target=self._live, args=(actor,), name=name, daemon=True)
        self.actors.append(actor)
        actor.thread.start()
        return actor

    def _live(self, actor: Actor) -> None:
        actor.baton.acquire()
        try:
            if not actor.doomed:
                actor.body(actor)
        except Crashed:
            pass
        except BaseException as problem:
            if not actor.doomed:  # what it stumbles over while it unwinds is nothing that happened
                self.failure = self.failure or problem
        finally:
            if actor.hangs_up is not None:
                actor.hangs_up()
            actor.state = State.OVER
            if not actor.doomed:
                self.actors.remove(actor)
            if not actor.buried:
                self._pass_on()

    def crash(self, process: str, *, me: Actor | None = None, counts: bool = True) -> None:
        """Kill all actors of a process at once; each of them unwinds without touching anything."""
        dying = [actor for actor in self.actors if actor.process == process]
        self.counted["crashes"] += counts
        self._bury(dying, me)
        self.on_crash(process)

    def _bury(self, dying: Sequence[Actor], me: Actor | None) -> None:
        for actor in dying:
            actor.doomed = True
        self.kill_backends([actor.backend for actor in dying if actor.backend is not None])
        before = self.current
        for actor in dying:
            self.actors.remove(actor)
            if actor is not me:
                actor.buried = True
                self.current = actor
                actor.baton.release()
                assert actor.thread is not None
                actor.thread.join()
        self.current = before

    # --- moving --------------------------------------------------------------------------------

    def point(self, label: str, faults: Sequence[Option] = (), *, hot: bool = False) -> str:
        """Pass a place; returns the fault that happens there, "" mostly. Raises `Crashed`."""
        actor = self.current
        assert actor is not None
        if actor.doomed:
            raise Crashed
        self.steps += 1
        self._since_clock += 1
        self.note(label)
        if self._since_clock > _STUCK_AFTER or self.steps > self._endless_after:
            self.failure = self.failure or BrokenRuleError(
                "no end", f"{actor.name} does not come to an end at {label}"
            )
            raise self.failure
        factor = 6.0 if hot else 1.0
        odds = self.odds
        what = self.choices.deviation(
            f"{actor.name}|{label}",
            [
                ("crash", odds["crash"] * factor), ("switch", odds["switch"] * factor), ("freeze", odds["freeze"]),
                *faults,
            ],
        )  # fmt: skip
        if not what:
            return ""
        self.counted[what.partition(":")[0]] += what != "crash"
        self.note(f"-- {what}")
        if what == "crash":
            self.crash(actor.process, me=actor)
            raise Crashed
        if what.startswith("switch"):
            self._let_go_first(actor, what)
        elif what == "freeze":
            self.sleep(timedelta(seconds=self.choices.below(f"frozen|{actor.name}", 3600)))
        else:
            return what
        return ""

    def note(self, label: str) -> None:
        """A line of the trace; what is in it is what a replay must repeat."""
        name = self.current.name if self.current else "clock"
        line = f"{self.now:%Y-%m-%dT%H:%M:%S} {name} {label}"
        self.trace = crc32(line.encode(), self.trace)
        self.lines.append(line)
        if len(self.lines) > 20 * LAST_LINES:
            del self.lines[: -LAST_LINES * 10]

    def sleep(self, length: timedelta) -> None:
        """Let time go by for this actor."""
        self.sleep_until(self.now + length)

    def sleep_until(self, at: datetime) -> None:
        """Wait for an instant. Raises `Crashed` when the process is killed meanwhile."""
        actor = self.me()
        actor.state, actor.wakes_at = State.SLEEPING, at
        self._pass_on()
        self._wait(actor)

    def idle(self, work: str) -> None:
        """Wait until there is work of a kind."""
        actor = self.me()
        actor.state, actor.work = State.IDLE, work
        self._pass_on()
        self._wait(actor)

    def blocked(self, still: Callable[[], bool]) -> None:
        """Wait for a lock that another holds; `still` tells whether it is still held."""
        actor = self.me()
        actor.state, actor.still_blocked = State.BLOCKED, still
        self._waiting.append(actor)
        self.counted["blocked"] += 1
        self._pass_on()
        self._wait(actor)

    def locks_released(self) -> None:
        """A transaction has ended: whoever waited for its locks and has them now is ready again, in that order."""
        for actor in list(self._waiting):
            if actor.doomed:
                self._waiting.remove(actor)
            elif actor.still_blocked is not None and not actor.still_blocked():
                self._waiting.remove(actor)
                actor.state, actor.still_blocked = State.READY, None

    def me(self) -> Actor:
        """Who holds the baton. Raises `Crashed` for one whose process is gone."""
        actor = self.current
        assert actor is not None
        if actor.doomed:
            raise Crashed
        return actor

    def ready(self) -> list[Actor]:
        """Those who could move now, in the order in which they came on stage."""
        for actor in self.actors:
            if actor.state is State.SLEEPING and actor.wakes_at is not None and actor.wakes_at <= self.now:
                actor.state, actor.wakes_at = State.READY, None
        return [actor for actor in self.actors if actor.state is State.READY]

    def move(self) -> None:
        """Called by whoever directs: let the first that is ready move, until nobody is."""
        if not self.ready():
            return
        self._pass_on()
        self._control.acquire()
        self.current = None
        if self.failure is not None:
            raise self.failure

    def set_clock(self, at: datetime) -> None:
        """Move the clock; only while nobody moves."""
        assert self.current is None
        assert at >= self.now
        self.now = at
        self._since_clock = 0

    def end(self) -> None:
        """Send everybody home, as if all processes were killed."""
        self.ending = True
        self.current = None
        self._bury(list(self.actors), None)

    def _let_go_first(self, actor: Actor, what: str) -> None:
        others = [one for one in self.ready() if one is not actor]
        if not others:
            self.choices.take_back()
            return
        _, _, name = what.partition(":")
        chosen = next((one for one in others if one.name == name), None)
        if chosen is None:
            chosen = self.choices.one_of("turn", others)
        self.choices.amend(f"switch:{chosen.name}")
        self.counted["turns"] += 1
        self._give(chosen)
        self._wait(actor)

    def _pass_on(self) -> None:
        """Give the baton to the next that is ready, else to whoever directs."""
        if self.failure is None and not self.ending:
            waiting = self.ready()
            if waiting:
                self._give(waiting[0])
                return
        self._control.release()

    def _give(self, actor: Actor) -> None:
        self.current = actor
        actor.baton.release()

    def _wait(self, actor: Actor) -> None:
        actor.baton.acquire()
        if actor.doomed:
            raise Crashed
        actor.state = State.READY
