"""What one person or program waits for, against what the server itself needs for one indexed SELECT."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from collections.abc import Callable
from statistics import median

from bench import reads
from bench.place import Place
from bench.results import Result
from bench.rounds import Wish
from bench.sets import dense
from goodterms.storage.pg_program import bin_directory
from goodterms.storage.roles import SUPERUSER

Say = Callable[[str], None]
_DATABASE, _SCALE, _SECONDS = "pgbench", 10, 3
_NAMES = {
    "select": "One SELECT by key, in this process",
    "entitlement": "Entitlement of one, in this process",
    "preview": "Cancellation preview, in this process",
}


def read(place: Place, wish: Wish, say: Say) -> list[Result]:
    """Single reads in this process against `pgbench -S` with one client on the same server."""
    say("reads")
    template = dense(place, wish.due[0])
    with place.admin() as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {_DATABASE}")
        admin.execute(f"CREATE DATABASE {_DATABASE}")
    _pgbench(place, "-i", "-q", "-s", str(_SCALE))
    rounds: list[dict[str, float]] = []
    for number in range(wish.rounds):
        place.use(template)
        limit = 0.0 if number % 2 else _limit(place)
        taken = reads.measure(wish.reads, number)
        rounds.append({**taken, "limit": limit or _limit(place)})
        say(f"  round {number + 1} of {wish.rounds}: " + ", ".join(f"{k} {v:.3f} ms" for k, v in rounds[-1].items()))
    place.drop(_DATABASE)
    limit = median(one["limit"] for one in rounds)
    return [
        Result.of(
            name, [one[key] / one["limit"] for one in rounds],
            baseline=f"pgbench -S, one client: {limit:.3f} ms",
            measured=f"{median(one[key] for one in rounds):.3f} ms",
        )
        for key, name in _NAMES.items()
    ]  # fmt: skip


def over_http(place: Place, wish: Wish, say: Say) -> list[Result]:
    """The same two over HTTP, once there is an API and a measurement of it beside this package."""
    if importlib.util.find_spec("bench.http_reads") is None:
        names = ("Entitlement over HTTP", "Cancellation preview over HTTP")
        return [Result.missing(name, "no API yet") for name in names]
    measure = importlib.import_module("bench.http_reads").over_http
    lines: list[Result] = measure(place, dense(place, wish.due[0]), wish.rounds, say)
    return lines


def _limit(place: Place) -> float:
    """Milliseconds of a prepared SELECT by key, without the time to connect."""
    said = _pgbench(place, "-S", "-n", "-c", "1", "-T", str(_SECONDS), "-M", "prepared")
    found = re.search(r"latency average = ([\d.]+) ms", said)
    assert found is not None, said
    return float(found[1])


def _pgbench(place: Place, *arguments: str) -> str:
    done = subprocess.run(
        [str(bin_directory() / "pgbench"), *arguments, _DATABASE], check=True, capture_output=True, text=True,
        env={**os.environ, "PGHOST": str(place.socket), "PGUSER": SUPERUSER},
    )  # fmt: skip
    return done.stdout
