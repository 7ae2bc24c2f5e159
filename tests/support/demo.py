"""The demo as a real process, for tests: started on a free port with few customers, stopped, and looked after."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil

PROGRAM = str(Path(sys.executable).with_name("goodterms"))
START_SECONDS = 120
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Demo:
    """A running demo on a directory."""

    def __init__(self, place: Path, customers: int) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "GOODTERMS_"))}
        command = [PROGRAM, "demo", "--port", "0", "--data", str(place), "--customers", str(customers)]
        self.place = place
        self.process = subprocess.Popen(
            command, env=kept, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        self.url = ""
        try:
            self._await_ready()
        except BaseException:
            self.stop()
            raise

    def _await_ready(self) -> None:
        assert self.process.stdout is not None
        deadline = time.monotonic() + START_SECONDS
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith("ready "):
                self.url = line.split()[1]
                return
            assert time.monotonic() < deadline, "".join(self.lines)
        raise AssertionError("".join(self.lines))

    def family(self) -> list[psutil.Process]:
        """Every process that belongs to it: itself, its children and theirs, and the database server."""
        me = psutil.Process(self.process.pid)
        server = int((self.place / "pgdata" / "postmaster.pid").read_text().split("\n", 1)[0])
        return [me, *me.children(recursive=True), psutil.Process(server)]

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Send a signal and wait for the end of the process itself."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(30)
        if self.process.stdout:
            self.process.stdout.close()

    def client(self) -> httpx.Client:
        """A browser of its own, as far as cookies and redirects go."""
        return httpx.Client(base_url=self.url, follow_redirects=True, timeout=60, trust_env=False)


def post(client: httpx.Client, page: str, path: str | None = None, **data: str) -> httpx.Response:
    """Fill in a form of a page and send it (to `path`, where that is another)."""
    token = _TOKEN.search(client.get(page).text)
    assert token is not None, page
    origin = str(client.base_url).rstrip("/")
    return client.post(path or page, data={**data, "csrfmiddlewaretoken": token[1]}, headers={"Origin": origin})


def alive(processes: list[psutil.Process]) -> list[str]:
    """The processes that still run. One that only waits to be taken notice of does not."""
    found = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
    return found


@contextmanager
def demo_place() -> Iterator[Path]:
    """A directory for a demo. Not pytest's own: a database server that root starts runs as another user."""
    with tempfile.TemporaryDirectory(prefix="gt-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "demo"


@contextmanager
def running_demo(customers: int) -> Iterator[Demo]:
    """A demo that is stopped, whatever happens."""
    with demo_place() as place:
        demo = Demo(place, customers)
        try:
            yield demo
        finally:
            demo.stop()
