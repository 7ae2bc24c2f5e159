"""Workers as child processes over the database of the moment, begun together, and the books of their gateways."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.meter import Meter, Run
from bench.place import Place

_HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of a worker: with Django set up and nothing done yet, and at most."""

    base: float
    peak: float

    @property
    def above(self) -> float:
        """What the work itself took."""
        return self.peak - self.base


def work(place: Place, workers: int, hands: int, batch: int) -> tuple[Run, list[Memory]]:
    """Let so many workers renew what is due; no subscription may be in their gateways' books twice."""
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
        told = [json.loads(_said(one)) for one in crew]
        lap = meter.lap()
        keys = [key for file in books.iterdir() for key in file.read_text().split()]
    done = sum(one["done"] for one in told)
    subscriptions = {key.split("-")[2] for key in keys}
    assert len(keys) == len(subscriptions) == done, f"{len(keys)} charges of {len(subscriptions)}, {done} renewed"
    lap = replace(lap, client=sum(one["client"] for one in told))
    return Run(lap, done), [Memory(one["base"], one["peak"]) for one in told]


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
