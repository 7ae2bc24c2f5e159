"""`python -m bench.http_load`: a client that keeps so many connections busy, as a process of its own.

Reads addresses from a file, asks for them in turn over HTTP/1.1 with keep-alive, and says as JSON how long each answer
took and which status it had. It does as little as it can: its own cost is not to be measured.
"""

from __future__ import annotations

import argparse
import json
import re
import selectors
import socket
import sys
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class _Caller:
    """One connection: sends a request, waits for the whole answer, sends the next."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._read = b""

    def send(self, request: bytes) -> None:
        """Ask."""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int | None:
        """Read what has come; the status once the answer is complete."""
        came = self.socket.recv(65536)
        if not came:
            raise ConnectionError("the server has closed a connection")
        self._read += came
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return None
        length = _LENGTH.search(self._read, 0, end + 2)
        if length is None:
            raise ValueError(f"an answer without its length: {self._read[:300]!r}")
        if len(self._read) < end + 4 + int(length[1]):
            return None
        status = int(self._read[9:12])
        self._read = b""
        return status


def main() -> int:
    """Ask until the time is over, after a warm-up that does not count."""
    parser = argparse.ArgumentParser(prog="python -m bench.http_load", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--warm", type=float, required=True)
    parser.add_argument("--requests", type=Path, required=True, help="a JSON list of lists: address, then headers")
    given = parser.parse_args()
    requests = cycle([_request(*one).encode() for one in json.loads(given.requests.read_text())])
    waiting = selectors.DefaultSelector()
    for _ in range(given.connections):
        caller = _Caller(given.port)
        waiting.register(caller.socket, selectors.EVENT_READ, caller)
        caller.send(next(requests))
    _ask(waiting, requests, given.warm)
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.perf_counter()
    took, statuses = _ask(waiting, requests, given.seconds)
    elapsed = time.perf_counter() - started
    print(json.dumps({"elapsed": elapsed, "took": took, "statuses": statuses}), flush=True)
    return 0


def _ask(waiting: selectors.BaseSelector, requests: cycle[bytes], seconds: float) -> tuple[list[float], Counter[int]]:
    took: list[float] = []
    statuses: Counter[int] = Counter()
    now = time.perf_counter()
    until = now + seconds
    while now < until:
        for key, _ in waiting.select(1):
            caller = key.data
            status = caller.status()
            now = time.perf_counter()
            if status is not None:
                took.append(now - caller.sent_at)
                statuses[status] += 1
                caller.send(next(requests))
        now = time.perf_counter()
    return took, statuses


def _request(path: str, *headers: str) -> str:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""))


if __name__ == "__main__":
    raise SystemExit(main())
