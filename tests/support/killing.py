"""A program's write in a process of its own, which is killed at a chosen step or instant; then repeated."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
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


class FarProgram(Program):
    """A program that calls a server over HTTP, as `Program` calls the one in this process."""

    def __init__(self, key: str, url: str) -> None:
        super().__init__(key)
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False
        )

    def get(self, path: str, query: dict[str, Any] | None = None, method: str = "get", **headers: str) -> Any:
        """The answer to a call."""
        return self._http.request(method, path, params=query, headers=headers)

    def post(
        self, path: str, body: Any = None, *, key: str | None = None, expect: int | None = None, **headers: str
    ) -> Any:
        """The answer to a write; under a new key where none is given. `expect` is the status it must have."""
        once = {"Idempotency-Key": key or uuid4().hex, "Content-Type": "application/json", **headers}
        response = self._http.post(path, content=json.dumps({} if body is None else body), headers=once)
        assert expect in (None, response.status_code), response.content
        return response

    def close(self) -> None:
        """Let go of the server."""
        self._http.close()

    def hang_up(self, path: str, body: Any, name: str, *, after: float) -> bool:
        """Send a write and hang up so many seconds later. Returns whether no answer had come by then."""
        address = self._http.base_url
        with socket.create_connection((address.host, address.port or 80)) as line:
            text = json.dumps(body).encode()
            head = f"POST {path} HTTP/1.1\r\nHost: {address.host}\r\nAuthorization: Bearer {self.key}\r\n"
            more = f"Content-Type: application/json\r\nIdempotency-Key: {name}\r\nContent-Length: {len(text)}\r\n\r\n"
            line.sendall((head + more).encode() + text)
            answered, _, _ = select.select([line], [], [], after)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # gone without a word
        return not answered


_WHO = """
    SELECT c.key, c.backend_pid, pg_backend_pid(), c.acted, a.state, a.wait_event, a.query, a.application_name
    FROM api_calls c LEFT JOIN pg_stat_activity a ON a.pid = c.backend_pid WHERE c.status IS NULL
"""
