"""A small proxy on loopback that breaks connections in the ways networks do; for a database as for a gateway.

It copies bytes between a client and a target (a port of this machine or a Unix socket) and knows nothing of what they
mean. What goes wrong is set while it runs, for connections that are open and for those to come, and counted.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PIECE = 65536
_STARTS_WITHIN = 10


@dataclass(frozen=True)
class Fault:
    """One way to break a connection, `kind` being one of these:

    * `refuse`: new connections are reset at once
    * `delay`: every piece waits `seconds` on its way, in both directions
    * `cut`: after `after` more bytes in either direction both sides are reset, in the middle of whatever it was
    * `half_close`: after `after` more bytes toward the target it is told that no more will come; answers still pass
    * `drop_answer`: what the client sends is delivered, and at the first byte of an answer the client is reset
    """

    kind: str
    after: int = 0
    seconds: float = 0.0


@dataclass
class _Line:
    """One connection: both its ends, and how many bytes may pass before its fault strikes."""

    client: asyncio.StreamWriter
    target: asyncio.StreamWriter
    fault: Fault | None = None
    left: int = 0

    def reset(self) -> None:
        """Break both ends at once, without a word."""
        for end in (self.client, self.target):
            _reset(end)


def _reset(end: asyncio.StreamWriter) -> None:
    """Break one end so that the other side notices a break and not an end."""
    line = end.get_extra_info("socket")
    if line is not None and not end.transport.is_closing() and line.family != socket.AF_UNIX:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.transport.abort()


class FaultProxy:
    """Listens on `port` of loopback while inside its `with` block. Set `fault` from any thread; None: all is well."""

    def __init__(self, target: Path | int) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="fault proxy", daemon=True)
        self._ready = threading.Event()
        self._lines: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.fault: Fault | None = None
        self.struck: Counter[str] = Counter()

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._lines)

    def quiet(self, seconds: float) -> bool:
        """Wait until nobody is connected; False when somebody still is after so long."""
        deadline = time.monotonic() + seconds
        while self.open and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.open

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        if not self._ready.wait(_STARTS_WITHIN):
            raise RuntimeError("the proxy did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_STARTS_WITHIN)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._begin())
        self._ready.set()
        self._loop.run_forever()

    async def _begin(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        for line in tuple(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        try:
            if self._strikes("refuse"):
                _reset(client)
                return
            await self._connect(reader, client)
        except (OSError, asyncio.CancelledError):
            _reset(client)
        finally:
            self._lines.discard(task)

    async def _connect(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        if isinstance(self._target, Path):
            answers, target = await asyncio.open_unix_connection(str(self._target))
        else:
            answers, target = await asyncio.open_connection("127.0.0.1", self._target)
        line = _Line(client, target)
        ways = [
            asyncio.create_task(self._copy(line, reader, target, answering=False)),
            asyncio.create_task(self._copy(line, answers, client, answering=True)),
        ]
        try:
            await asyncio.gather(*ways)
        finally:
            for way in ways:
                way.cancel()
            line.reset()

    async def _copy(
        self, line: _Line, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answering: bool
    ) -> None:
        """Carry one direction to its end, asking before every piece whether something goes wrong now."""
        while piece := await source.read(_PIECE):
            passes = await self._passes(line, piece, answering=answering)
            if passes is None:
                line.reset()
                return
            if passes:
                with suppress(ConnectionError):
                    sink.write(passes)
                    await sink.drain()
        with suppress(OSError):
            sink.write_eof()  # a second time changes nothing

    async def _passes(self, line: _Line, piece: bytes, *, answering: bool) -> bytes | None:
        """What of a piece goes on; None: the connection breaks."""
        fault = self.fault
        if fault is not line.fault:
            line.fault, line.left = fault, fault.after if fault else 0
        if fault is None or fault.kind == "refuse":
            return piece
        if fault.kind == "delay":
            self.struck["delay"] += 1
            await asyncio.sleep(fault.seconds)
            return piece
        if fault.kind == "drop_answer":
            if not answering:
                return piece
            self.struck["drop_answer"] += 1
            return None
        if fault.kind == "half_close" and answering:
            return piece
        allowed, line.left = piece[: max(0, line.left)], line.left - len(piece)
        if len(allowed) == len(piece):
            return piece
        self.struck[fault.kind] += 1
        target = line.target
        if fault.kind == "half_close":
            if allowed:
                target.write(allowed)
            with suppress(OSError):
                target.write_eof()
            return b""
        if allowed:
            (line.client if answering else target).write(allowed)
            await asyncio.sleep(0)  # what may pass does, before the reset
        return None

    def _strikes(self, kind: str) -> bool:
        fault = self.fault
        if fault is None or fault.kind != kind:
            return False
        self.struck[kind] += 1
        return True
