"""Hands of a worker: processes forked from it that do the same work beside it, a batch whenever they are asked.

Threads of one process take turns in Python, and deciding is Python: two threads use little more than one core, two
processes use two. The process that made them stays in charge: each hand is a lane of it, whose step asks over a pipe
and waits. What a hand counted comes back with its answer. A hand whose process is gone goes on as a thread.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import structlog
from django.db import connections

from goodterms.usecases.lanes import with_threads
from goodterms.usecases.tally import Sums, Tally

log = structlog.get_logger("goodterms.worker")

Step = Callable[[], int]


class HandFailedError(RuntimeError):
    """A step raised in another process; the message names what."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a hand does and how it ends.

    `step` does a batch and returns how many rows it was. `wind_up` is called once when the hand is to end: what else
    begins nothing any more. A batch may take `grace` seconds after that. `tally` counts; `ailing` names the gateways
    that gave no answers.
    """

    step: Step
    tally: Tally
    wind_up: Callable[[], None] = lambda: None
    ailing: Callable[[], frozenset[str]] = frozenset
    grace: float = 9


class Hand:
    """Another process, seen from the one that forked it: `asks` are the steps of as many lanes, threads over there."""

    def __init__(
        self, orders: Orders, process: BaseProcess, lifeline: Connection, pipes: Sequence[Connection]
    ) -> None:
        self._orders, self._process, self._lifeline, self._pipes = orders, process, lifeline, pipes
        self.asks: list[Step] = [self._asking(pipe) for pipe in pipes]
        self.ailing: frozenset[str] = frozenset()

    def _asking(self, pipe: Connection) -> Step:
        def ask() -> int:
            if pipe.closed:
                return self._orders.step()
            try:
                pipe.send(None)
                told: _Told = pipe.recv()
            except (EOFError, OSError) as problem:
                log.error(
                    "hand is gone, going on as a thread", error=type(problem).__name__, ended=self._process.exitcode
                )
                pipe.close()
                return self._orders.step()
            self._orders.tally.add(told.sums)
            self.ailing = told.ailing
            if told.failure:
                raise HandFailedError(told.failure)
            return told.done

        return ask

    def wind_up(self) -> None:
        """Let it begin nothing any more; what it is at may end."""
        with suppress(ProcessLookupError):
            if self._process.pid is not None and self._process.exitcode is None:
                os.kill(self._process.pid, signal.SIGTERM)

    def close(self) -> None:
        """End it, at the latest after its grace."""
        for pipe in (self._lifeline, *self._pipes):
            pipe.close()
        self._process.join(self._orders.grace)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()


def fork_hands(count: int, orders: Orders, *, lanes: int = 1) -> list[Hand]:
    """So many processes that follow these orders, each in so many lanes.

    To be called while this process has no other threads: a fork takes only the one that calls. Its database sessions
    are closed, since two processes can not share them. The hands end when this process does, however it ends.
    """
    connections.close_all()
    context = multiprocessing.get_context("fork")
    hands: list[Hand] = []
    ours: list[Connection] = []
    for number in range(count):
        pairs = [context.Pipe() for _ in range(lanes + 1)]
        ours += [mine for mine, _ in pairs]
        theirs = [its for _, its in pairs]
        process = context.Process(target=_serve, args=(orders, theirs, ours), name=f"hand {number + 1}", daemon=True)
        process.start()
        for its in theirs:
            its.close()
        hands.append(Hand(orders, process, pairs[0][0], [mine for mine, _ in pairs[1:]]))
    return hands


def with_hands(hands: int, step: Step) -> int:
    """Let this process and `hands` - 1 others repeat a step until each finds nothing to do; returns what was done.

    A step that fails ends its hand; the others finish, then the first failure is raised.
    """
    others = fork_hands(hands - 1, Orders(step, Tally()))
    try:
        return with_threads([step, *(ask for hand in others for ask in hand.asks)])
    finally:
        for hand in others:
            hand.close()


@dataclass(frozen=True, slots=True)
class _Told:
    """What a hand answers: rows done and what was counted on the way; why the step failed, where it did."""

    done: int
    sums: Sums
    ailing: frozenset[str]
    failure: str = ""


def _serve(orders: Orders, theirs: Sequence[Connection], ours: Sequence[Connection]) -> None:
    """The life of a hand: it ends when the first pipe closes, which it does however the process at its end ends."""
    for end in ours:
        end.close()  # or it would never see them close
    wound_up = threading.Event()

    def wind_up(*_: object) -> None:
        if not wound_up.is_set():
            wound_up.set()
            orders.wind_up()
            last = threading.Timer(orders.grace, os._exit, [0])
            last.daemon = True
            last.start()

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the one in charge passes it on
    signal.signal(signal.SIGTERM, wind_up)
    lifeline, *pipes = theirs
    threads = [threading.Thread(target=_answer, args=(orders, pipe), daemon=True) for pipe in pipes]
    for thread in threads:
        thread.start()
    with suppress(EOFError, OSError):
        lifeline.recv()
    wind_up()
    for thread in threads:
        thread.join()


def _answer(orders: Orders, pipe: Connection) -> None:
    try:
        while True:
            pipe.recv()
            done, failure = 0, ""
            try:
                done = orders.step()
            except Exception as problem:
                failure = f"{type(problem).__name__}: {problem}"
            pipe.send(_Told(done, orders.tally.take(), orders.ailing(), failure))
    except (EOFError, OSError):
        pass  # nobody asks any more
    finally:
        connections.close_all()  # those of this thread
