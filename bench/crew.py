"""Workers as child processes over the database of the moment, begun together, and the books of their gateways."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from bench.meter import Meter, Run
from bench.place import Place
from bench.worker import memory

_HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of a worker with its hands: with Django set up and nothing done yet, and at most."""

    base: float
    peak: float

    @property
    def above(self) -> float:
        """What the work itself took."""
        return self.peak - self.base


def work(place: Place, workers: int, hands: int, batch: int, *, watched: bool) -> tuple[Run, list[Memory]]:
    """Let so many workers renew what is due; no subscription may be in their gateways' books twice.

    Their memory is told where it is `watched`, which takes some time from them.
    """
    with ExitStack() as stack:
        books = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gt-books-")))
        crew = [_started(place, batch, hands, books / f"{number}.txt", stack) for number in range(workers)]
        for one in crew:
            _said(one, "ready")
        meter = Meter()
        for one in crew:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        with ThreadPoolExecutor(len(crew)) as pool:
            peaks = [pool.submit(_most_memory, one) for one in crew] if watched else []
            told = [json.loads(_said(one)) for one in crew]
            lap = meter.lap()
        keys = [key for file in books.iterdir() for key in file.read_text().split()]
    done = sum(one["done"] for one in told)
    subscriptions = {key.split("-")[2] for key in keys}
    assert len(keys) == len(subscriptions) == done, f"{len(keys)} charges of {len(subscriptions)}, {done} renewed"
    lap = replace(lap, client=sum(one["client"] for one in told))
    return Run(lap, done), [Memory(one["base"], peak.result()) for one, peak in zip(told, peaks, strict=False)]


def _most_memory(worker: subprocess.Popen[str]) -> float:
    """What a worker and its hands took at most, looked at several times a second until it says what it did."""
    most = 0.0
    with suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        process = psutil.Process(worker.pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            hands = process.children()
            most = max(most, memory(worker.pid) + sum(memory(hand.pid) for hand in hands))
            time.sleep(0.1)
    return most


def _started(place: Place, batch: int, hands: int, books: Path, stack: ExitStack) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.worker", "--batch", str(batch), "--hands", str(hands)]
    child = subprocess.Popen(
        [*command, "--books", str(books)], env={**os.environ, "DATABASE_URL": place.app_url}, cwd=_HERE, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    stack.callback(_ended, child)
    return child


def _ended(child: subprocess.Popen[Any]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _said(child: subprocess.Popen[str], expected: str = "") -> str:
    assert child.stdout is not None
    line = child.stdout.readline().strip()
    if not line or (expected and line != expected):
        raise RuntimeError(f"a worker said {line!r} and ended with {child.poll()}")
    return line
