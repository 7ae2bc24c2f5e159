"""A live world with sandboxes beside it, as an operator has them: real processes on a directory of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

PROGRAM = str(Path(sys.executable).with_name("goodterms"))
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Opened:
    """A sandbox: its address and its first key."""

    name: str
    url: str
    key: str

    def client(self) -> httpx.Client:
        """A program that calls it."""
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=60, trust_env=False
        )


class Operator:
    """Runs goodterms on a directory, where nothing of this process's settings is in the way."""

    def __init__(self, place: Path, first_port: int) -> None:
        self.place = place
        self.root = place / "sandboxes"
        self._first_port = first_port
        self._kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "GOODTERMS_"))}
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, *arguments: str, fails: bool = False) -> str:
        """One command to its end; what it printed, or complained of where it has to fail."""
        done = subprocess.run(
            [PROGRAM, "--data", str(self.place), *arguments], env=self._kept, capture_output=True, text=True,
            check=False, timeout=_SECONDS,
        )  # fmt: skip
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A command that goes on; its output is in `output.log`."""
        with (self.place / "output.log").open("ab") as log:
            one = subprocess.Popen(
                [PROGRAM, "--data", str(self.place), *arguments], env=self._kept, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip
        self._running.append(one)
        return one

    def host(self) -> subprocess.Popen[bytes]:
        """What runs the sandboxes."""
        return self.start("sandbox", "serve", "--first-port", str(self._first_port))

    def open(self, name: str) -> Opened:
        """Make a sandbox that is reached at once."""
        said = dict(line.split("=", 1) for line in self.run("sandbox", "create", name).splitlines())
        return Opened(name, said["GOODTERMS_URL"], said["GOODTERMS_KEY"])

    def output(self) -> str:
        """What the commands that go on have said."""
        return (self.place / "output.log").read_text()

    def stop(self, number: int = signal.SIGTERM) -> list[psutil.Process]:
        """Stop what goes on; everything that had been started by it."""
        family = [kid for one in self._running if one.poll() is None for kid in _children(one.pid)]
        for one in self._running:
            one.send_signal(number)
        for one in self._running:
            one.wait(60)
        self._running.clear()
        return family


def _children(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def await_answer(url: str) -> None:
    """Wait until an address answers."""
    ends = time.monotonic() + _SECONDS
    while True:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{url}/healthz", timeout=5, trust_env=False).status_code == 200:
                return
        assert time.monotonic() < ends, url
        time.sleep(0.1)


@contextmanager
def operating(first_port: int) -> Iterator[Operator]:
    """A company that was just set up, and its sandboxes' host."""
    with tempfile.TemporaryDirectory(prefix="gt-live-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "live"
        place.mkdir()
        operator = Operator(place, first_port)
        try:
            operator.run("init", "--no-ask", "--company", "Harborline")
            operator.host()
            yield operator
        finally:
            operator.stop()
