"""Lanes of work side by side: one that fails, hangs or is slow holds up no other."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection

from goodterms.storage.models import MessageRow
from goodterms.usecases import run_due
from goodterms.usecases.demo.turn import ClockBusyError, at_work, turn
from goodterms.usecases.lanes import Lane, keep_working, work_until_idle
from goodterms.usecases.run_due import MAILS, RENEWALS, kinds_of_work
from tests.support.worlds import Sandbox


class Running:
    """Lanes that work until the block ends."""

    def __init__(self, *steps: Callable[[], int]) -> None:
        self.stop = Event()
        lanes = [Lane(f"lane {number}", step, 0.01) for number, step in enumerate(steps)]
        self.thread = Thread(target=keep_working, args=(lanes, self.stop))

    def __enter__(self) -> Running:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


def until(true: Callable[[], object], seconds: int = 10) -> None:
    """Wait until something is the case."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def counting(done: Counter[str], name: str, each: int = 1) -> Callable[[], int]:
    def step() -> int:
        done[name] += 1
        return each

    return step


def test_a_lane_that_hangs_holds_up_no_other() -> None:
    """While one waits for ever, the others go on; when it may go on too, all end with the stop."""
    done: Counter[str] = Counter()
    release = Event()

    def hang() -> int:
        release.wait()
        return 0

    with Running(hang, counting(done, "quick"), counting(done, "idle", 0)):
        until(lambda: done["quick"] > 100 and done["idle"] > 5)
        release.set()


def test_a_stop_wakes_who_waits() -> None:
    """A lane that waits for work ends at once."""
    stop = Event()
    thread = Thread(target=keep_working, args=([Lane("idle", lambda: 0, 3600)], stop))
    thread.start()
    stop.set()
    thread.join(2)
    assert not thread.is_alive()


def test_idle_means_that_a_whole_round_found_nothing() -> None:
    """What one lane does gives another something to do: lanes go on until none has, however they take turns."""
    lock, waiting, done = threading.Lock(), {"a": 5, "b": 0, "c": 0}, Counter()

    def step(name: str, then: str | None) -> Callable[[], int]:
        def act() -> int:
            with lock:
                if not waiting[name]:
                    return 0
                waiting[name] -= 1
                done[name] += 1
                if then:
                    waiting[then] += 1
            time.sleep(0.005)
            return 1

        return act

    lanes = [Lane("c", step("c", None), 1), Lane("b", step("b", "c"), 1), Lane("a", step("a", "b"), 1)]
    work_until_idle([*lanes, lanes[0]], Event())
    assert done == {"a": 5, "b": 5, "c": 5}


def test_a_stop_ends_also_what_would_go_on() -> None:
    """A run until idle ends between two batches when it is asked to."""
    stop, done = Event(), Counter[str]()

    def step() -> int:
        done["x"] += 1
        if done["x"] == 10:
            stop.set()
        return 1

    work_until_idle([Lane("x", step, 1)], stop)
    assert done["x"] == 10


def test_failing_work_is_tried_again_and_others_go_on(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """A kind of work whose database or code fails stays in its lane: letters go out, and it comes back by itself."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    failures = iter([OperationalError, ZeroDivisionError, OperationalError, KeyError])
    renew = run_due.renew_and_charge

    def trouble(*arguments: Any) -> int:
        if problem := next(failures, None):
            raise problem
        return renew(*arguments)

    monkeypatch.setattr(run_due, "renew_and_charge", trouble)
    monkeypatch.setattr(run_due, "due_subscriptions", trouble)
    sandbox.sell(sandbox.customer("ann@example.org"))
    sandbox.advance(days=335)
    kinds = {kind.name: kind.do for kind in kinds_of_work(sandbox.world)}

    def announced() -> bool:
        return MessageRow.objects.filter(kind="renewal_coming").exists()

    with Running(kinds[RENEWALS], kinds[MAILS]):
        until(announced)
        until(lambda: not MessageRow.objects.filter(sent_at=None).exists())
    connection.close()
    assert sandbox.world.tally.rows[RENEWALS] == 1
    assert sandbox.world.tally.rows[MAILS] == 2


def test_workers_work_side_by_side_while_nobody_moves_the_clock(tmp_path: Path) -> None:
    """Any number may be at work; who moves the clock waits for all of them, and they for it."""
    with at_work(tmp_path), at_work(tmp_path), pytest.raises(ClockBusyError), turn(tmp_path, patience=1):
        pass
    entered = Event()

    def work() -> None:
        with at_work(tmp_path):
            entered.set()

    with turn(tmp_path, patience=0):
        thread = Thread(target=work)
        thread.start()
        assert not entered.wait(0.2)
        with pytest.raises(ClockBusyError), turn(tmp_path, patience=0):
            pass
    assert entered.wait(5)
    thread.join()


def test_workers_that_take_turns_do_not_keep_the_clock_waiting(tmp_path: Path) -> None:
    """Though at every moment one of them is at work, the clock can be moved."""

    def work() -> int:
        with at_work(tmp_path):
            time.sleep(0.05)
        return 1

    with Running(*[work] * 6):
        time.sleep(0.1)
        for _ in range(3):
            with turn(tmp_path, patience=20):
                time.sleep(0.05)
