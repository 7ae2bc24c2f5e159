"""The processes a command starts and takes down with it: none outlives it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import httpx
import typer

from goodterms.cli import lifeline

_STOPS_WITHIN = 4
_RUN = "from goodterms.cli.main import app; app()"


class Children:
    """Commands of goodterms as child processes, each with a pipe that ties its life to ours and a log of its own."""

    def __init__(self, logs: Path, env: Mapping[str, str] | None = None) -> None:
        self._logs = logs
        self._env = env
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Start `goodterms ...` as a child."""
        self._logs.mkdir(parents=True, exist_ok=True)
        # Each finds the database by the data directory and so holds it: whoever leaves last stops it.
        given = os.environ if self._env is None else self._env
        env = {key: value for key, value in given.items() if not key.startswith("DATABASE_")}
        with (self._logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-c", _RUN, *arguments], env={**env, lifeline.NAME: "stdin"}, stdin=subprocess.PIPE,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def await_page(self, url: str, *, seconds: int) -> None:
        """Wait until a page answers 200."""
        deadline = time.monotonic() + seconds
        while True:
            self._check()
            with suppress(httpx.HTTPError):
                if httpx.get(url, timeout=5, trust_env=False).status_code == 200:
                    return
            if time.monotonic() > deadline:
                typer.echo(f"goodterms: {url} does not answer; see the logs in {self._logs}", err=True)
                raise typer.Exit(1)
            time.sleep(0.1)

    def watch(self) -> None:
        """Stay until a child ends by itself, which is a failure."""
        while True:
            self._check()
            time.sleep(0.3)

    def _check(self) -> None:
        for name, child in self._running.items():
            if child.poll() is not None:
                typer.echo(f"goodterms: {name} has ended; see {self._logs / f'{name}.log'}", err=True)
                raise typer.Exit(1)

    def wait_for(self, name: str) -> bool:
        """Wait until one has ended; whether it was content."""
        return self._running.pop(name).wait() == 0

    @property
    def ended(self) -> list[str]:
        """Those that have ended by themselves."""
        return [name for name, child in self._running.items() if child.poll() is not None]

    def stop(self, within: float = _STOPS_WITHIN) -> None:
        """Ask all to stop at once, and end what has not within so many seconds, with everything it started."""
        for child in self._running.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + within
        for child in self._running.values():
            try:
                child.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # what it had started, where it died without a word
            if child.stdin:
                with suppress(OSError):
                    child.stdin.close()
        self._running.clear()

    def __enter__(self) -> Children:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
