"""A program's write in a process of its own, which is killed at a chosen step or instant; then repeated."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import connections

from goodterms import wiring
from goodterms.gateways.bank.adapter import Bank
from tests.support.api import Program
from tests.support.worlds import Sandbox, _Everywhere

#: After so many steps nothing of a write is left to be killed in.
MOST_STEPS = 60


class _Steps:
    """Counts what a process does towards the outside, and ends it without a word at the chosen step."""

    def __init__(self, last: int) -> None:
        self.left = last

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, execute: Callable[..., Any], *args: Any) -> Any:
        """Before and after every statement."""
        self.step()
        done = execute(*args)
        self.step()
        return done


class _CountedBank(Bank):
    """The bank, with a step before and after every call."""

    steps: _Steps

    def charge_many(self, *args: Any, **kwargs: Any) -> Any:
        self.steps.step()
        done = super().charge_many(*args, **kwargs)
        self.steps.step()
        return done

    def charge(self, *args: Any, **kwargs: Any) -> Any:
        self.steps.step()
        done = super().charge(*args, **kwargs)
        self.steps.step()
        return done

    def refund(self, *args: Any, **kwargs: Any) -> Any:
        self.steps.step()
        done = super().refund(*args, **kwargs)
        self.steps.step()
        return done


def killed(sandbox: Sandbox, key: str, path: str, body: Any, name: str, *, step: int = 0, after: float = 0) -> bool:
    """Send a write from another process and kill that at a step, or so many seconds after it began.

    Returns whether it was killed before it had its answer.
    """
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            _write(sandbox, key, path, body, name, step or 10**9)
        finally:
            os._exit(1)
    if after:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _write(sandbox: Sandbox, key: str, path: str, body: Any, name: str, step: int) -> None:
    steps = _Steps(step)
    bank = _CountedBank(sandbox.bank.url, sandbox.bank.key)
    bank.steps = steps
    world = replace(sandbox.world, gateways={"bank": bank})
    wiring._world = _Everywhere(world)  # type: ignore[assignment]
    with connections["default"].execute_wrapper(steps.statement):
        response = Program(key).post(path, body, key=name)
    os._exit(0 if response.status_code < 400 else 2)


def repeated(program: Program, path: str, body: Any, name: str) -> Any:
    """The same write under the same key until it is answered: the killed process's session needs a moment to end."""
    ends = time.monotonic() + 120  # a session notices the end of its client late on a busy machine
    while time.monotonic() < ends:
        response = program.post(path, body, key=name)
        if response.status_code != 409 or response.json()["code"] != "call_running":  # type: ignore[attr-defined]
            return response
        time.sleep(0.05)
    with connections["default"].cursor() as cursor:
        cursor.execute(_WHO)
        raise AssertionError(f"the call is said to be running for ever: {cursor.fetchall()}; {response.json()}")  # type: ignore[attr-defined]


_WHO = """
    SELECT c.key, c.backend_pid, pg_backend_pid(), c.acted, a.state, a.wait_event, a.query, a.application_name
    FROM api_calls c LEFT JOIN pg_stat_activity a ON a.pid = c.backend_pid WHERE c.status IS NULL
"""
