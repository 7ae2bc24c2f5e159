"""What a program waits for over HTTP: the entitlement of one subscription and the preview of a cancellation.

Every server is a process of its own (`http_servers`), and so is the client (`http_load`). What counts is the processor
time of the server's processes and of PostgreSQL for one answer: the client's own does not enter, and other work on the
machine hardly does. The servers take turns in every round, forwards and backwards.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil
from django.conf import settings
from django.db import connection
from django.test import Client

from bench.meter import Meter
from bench.place import Place
from bench.results import Result, Target
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import SUBSCRIPTION, encode
from goodterms.storage.models import CustomerRow, User
from goodterms.usecases.api_keys import NewKey, Scope, create_key
from goodterms.wiring import world

Say = Callable[[str], None]
#: What each contender took, one entry a round.
Rounds = Mapping[str, "list[Taken]"]
_HERE = Path(__file__).resolve().parent.parent
_SAMPLE = "SELECT bucket, id, customer_id FROM subscriptions WHERE auto_renew ORDER BY md5(id::text) LIMIT %s"
_BUSY, _CALM = 32, 4  # connections
_TIMED = {"door": "Entitlement", "preview": "Cancellation preview, a whole page"}
_WHAT = {
    "open": "no key", "door": "key and limit", "ninja": "django-ninja, no key", "orm": "default ORM view",
}  # fmt: skip
_SUBSCRIPTIONS, _PEOPLE = 2000, 20
_SECONDS, _WARM = 3.0, 0.7


@dataclass(frozen=True, slots=True)
class Taken:
    """One round of one contender: answers a second, latencies (ms), processor time an answer (us)."""

    rate: float
    p50: float
    p99: float
    program: float
    server: float

    @property
    def cpu(self) -> float:
        """Microseconds of processor time of the program and PostgreSQL together."""
        return self.program + self.server


@dataclass(frozen=True, slots=True)
class Contender:
    """Who answers, and what it is asked."""

    name: str
    server: str
    requests: Path


class Servers:
    """The servers as child processes, started when first needed, ended with the stack."""

    def __init__(self, place: Place, threads: int, stack: ExitStack) -> None:
        self._place, self._threads, self._stack = place, threads, stack
        self._running: dict[str, tuple[int, psutil.Process]] = {}

    def of(self, name: str) -> tuple[int, psutil.Process]:
        """Port and process of a server that answers."""
        if name not in self._running:
            port = _free_port()
            command = [sys.executable, "-m", "bench.http_servers", name, str(port), str(self._threads)]
            # The limit is counted, and is never reached.
            env = {**os.environ, "DATABASE_URL": self._place.app_url, "GOODTERMS_API_RATE": "1000000/1"}
            child = subprocess.Popen(command, env=env, cwd=_HERE)
            self._stack.callback(_ended, child)
            _wait_for(port, child)
            self._running[name] = port, psutil.Process(child.pid)
        return self._running[name]

    def measure(self, one: Contender, connections: int) -> Taken:
        """Ask for some seconds."""
        port, process = self.of(one.server)
        command = [
            *(sys.executable, "-m", "bench.http_load", "--port", str(port), "--connections", str(connections)),
            *("--seconds", str(_SECONDS), "--warm", str(_WARM), "--requests", str(one.requests)),
        ]
        with subprocess.Popen(command, cwd=_HERE, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
            assert client.stdin is not None
            assert client.stdout is not None
            assert client.stdout.readline() == "ready\n", f"the client of {one.name} has failed"
            meter, before = Meter(), _used(process)
            client.stdin.write("go\n")
            client.stdin.flush()
            said = client.stdout.readline()
            used, lap = _used(process) - before, meter.lap()
        told = json.loads(said)
        assert set(told["statuses"]) == {"200"}, f"{one.name} answered {told['statuses']}"
        took = sorted(told["took"])
        count = len(took)
        return Taken(
            rate=count / told["elapsed"],
            p50=took[count // 2] * 1e3,
            p99=took[count * 99 // 100] * 1e3,
            program=used / count * 1e6,
            server=lap.server / count * 1e6,
        )


def over_http(place: Place, template: str, rounds: int, say: Say, *, threads: int = 4) -> list[Result]:
    """Every line, from a copy of a seeded database; with as many threads as `goodterms serve` has."""
    place.copy("http", template)
    try:
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gt-http-")))
            contenders = _contenders(directory)
            servers = Servers(place, threads, stack)
            _same_answers(servers, contenders)
            say(f"reads over HTTP, {threads} threads a server")
            busy = _rounds(servers, contenders, _BUSY, rounds, say)
            timed = [one for one in contenders if one.name in (*_TIMED, "bare")]
            calm = _rounds(servers, timed, _CALM, rounds, say)
    finally:
        place.drop("http")
    return _lines(busy, calm)


def _contenders(directory: Path) -> list[Contender]:
    """What each is asked, written to files."""
    made = create_key(
        world(), "bench", [Scope.ENTITLEMENTS_READ], kind=settings.API_KEY_KIND, actor=Actor("system", "bench")
    )
    assert isinstance(made, NewKey)
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, [_SUBSCRIPTIONS])
        keys = list(cursor.fetchall())
    header = f"Authorization: Bearer {made.key}"
    reads = [[f"/v1/entitlements/{encode(SUBSCRIPTION, bucket, id)}"] for bucket, id, _ in keys]
    asked: dict[str, tuple[str, list[list[str]]]] = {
        "bare": ("bare", [[f"/select/{bucket}/{id}"] for bucket, id, _ in keys]),
        "open": ("open", reads),
        "door": ("door", [[*read, header] for read in reads]),
        "ninja": ("ninja", reads),
        "orm": ("orm", reads),
        "preview": ("door", [_preview(*key) for key in keys[:_PEOPLE]]),
    }
    found = []
    for name, (server, requests) in asked.items():
        path = directory / f"{name}.json"
        path.write_text(json.dumps(requests))
        found.append(Contender(name, server, path))
    return found


def _preview(bucket: int, id: Any, customer_id: Any) -> list[str]:
    """The page on which a customer who is signed in sees what cancelling means."""
    email = CustomerRow.objects.get(bucket=bucket, id=customer_id).email
    user = User.objects.create_user(f"{id.hex}.{email}", bucket=bucket, customer_id=customer_id)
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    path = f"/account/subscriptions/{encode(SUBSCRIPTION, bucket, id)}/cancel/"
    return [path, f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie.value}"]


def _same_answers(servers: Servers, contenders: Sequence[Contender]) -> None:
    """What is compared must say the same: product, open door and ORM."""
    said = []
    for one in contenders:
        if one.name in ("open", "door", "ninja", "orm"):
            path, *headers = json.loads(one.requests.read_text())[0]
            sent = dict(header.split(": ", 1) for header in headers)
            said.append(httpx.get(f"http://127.0.0.1:{servers.of(one.server)[0]}{path}", headers=sent).json())
    assert all(one == said[0] for one in said), said
    assert said[0]["may_use"] is True, said[0]


def _rounds(servers: Servers, contenders: Sequence[Contender], connections: int, rounds: int, say: Say) -> Rounds:
    found: dict[str, list[Taken]] = {one.name: [] for one in contenders}
    for number in range(rounds):
        for one in contenders if number % 2 == 0 else reversed(contenders):
            found[one.name].append(servers.measure(one, connections))
        told = ", ".join(f"{name} {taken[-1].rate:,.0f}/s {taken[-1].cpu:.0f} us" for name, taken in found.items())
        say(f"  round {number + 1} of {rounds}, {connections} connections: {told}")
    return found


def _lines(busy: Rounds, calm: Rounds) -> list[Result]:
    """Processor time and rates with many connections, then how long one waits for an answer."""
    bare = f"Starlette and one SELECT: {_costs(busy['bare'])}"
    targets = {"open": Target(1.5), "door": Target(2.0), "ninja": None, "orm": None}
    lines = [
        Result.of(
            f"Entitlement over HTTP, {_WHAT[name]}, CPU", _ratios(busy[name], busy["bare"], "cpu"),
            baseline=bare, measured=_costs(busy[name]), target=target,
        )
        for name, target in targets.items()
    ]  # fmt: skip
    lines.append(
        Result.of(
            "Entitlement over HTTP, times as many a second", _ratios(busy["door"], busy["orm"], "rate"),
            baseline=f"default ORM view: {median(t.rate for t in busy['orm']):,.0f}/s",
            measured=f"{median(t.rate for t in busy['door']):,.0f}/s", target=Target(1.8, at_least=True),
        )
    )  # fmt: skip
    return lines + [
        Result.of(
            f"{what}, {connections} connections, time for half of the answers",
            _ratios(found[name], found["bare"], "p50"),
            baseline=f"Starlette and one SELECT: {_times(found['bare'])}", measured=_times(found[name]),
        )
        for connections, found in ((_CALM, calm), (_BUSY, busy))
        for name, what in _TIMED.items()
    ]  # fmt: skip


def _ratios(these: Sequence[Taken], those: Sequence[Taken], what: str) -> list[float]:
    return [getattr(one, what) / getattr(other, what) for one, other in zip(these, those, strict=True)]


def _costs(taken: Sequence[Taken]) -> str:
    program, server = (median(getattr(one, part) for one in taken) for part in ("program", "server"))
    return f"{program:.0f} + {server:.0f} us, {median(one.rate for one in taken):,.0f}/s"


def _times(taken: Sequence[Taken]) -> str:
    return f"p50 {median(one.p50 for one in taken):.2f} ms, p99 {median(one.p99 for one in taken):.2f} ms"


def _used(process: psutil.Process) -> float:
    """Seconds of processor time of a process and its children."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        times = one.cpu_times()
        total += times.user + times.system
    return total


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int, child: subprocess.Popen[Any]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"a server did not start; it ended with {child.poll()}")


def _ended(child: subprocess.Popen[Any]) -> None:
    child.terminate()
    try:
        child.wait(15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
