"""The proxy that breaks connections: every fault does what it says, and without one nothing is changed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.fault_proxy import Fault, FaultProxy


class Echo:
    """A target that answers everything it hears with the same, in capitals, and remembers it."""

    def __init__(self, listener: socket.socket) -> None:
        self.heard = b""
        self.ended = threading.Event()
        self._listener = listener
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with closing(line):
                self._answer(line)

    def _answer(self, line: socket.socket) -> None:
        try:
            while piece := line.recv(100):
                self.heard += piece
                line.sendall(piece.upper())
            line.sendall(b"BYE")
            self.ended.set()
        except OSError:
            return

    def wait_until_heard(self, what: bytes) -> None:
        """Return once so much has arrived."""
        deadline = time.monotonic() + 5
        while self.heard != what:
            assert time.monotonic() < deadline, self.heard
            time.sleep(0.01)


@contextmanager
def echoing(place: Path | None = None) -> Iterator[tuple[Echo, FaultProxy]]:
    """A target, on a port or on a Unix socket, and a proxy before it."""
    listener = socket.socket(socket.AF_UNIX if place else socket.AF_INET)
    listener.bind(str(place) if place else ("127.0.0.1", 0))
    listener.listen()
    target = place or int(listener.getsockname()[1])
    with closing(listener), FaultProxy(target) as proxy:
        yield Echo(listener), proxy
        listener.shutdown(socket.SHUT_RDWR)


def connected(proxy: FaultProxy) -> closing[socket.socket]:
    """A client of the proxy, with patience."""
    return closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=5))


def until_end(line: socket.socket) -> bytes:
    """Everything that still comes, up to the end of the connection or to its break."""
    said = b""
    try:
        while piece := line.recv(100):
            said += piece
    except ConnectionResetError:
        return said + b"(reset)"
    return said


def what_a_new_one_hears(proxy: FaultProxy) -> bytes:
    """A new connection that says nothing; the reset may come before it is there."""
    try:
        with connected(proxy) as line:
            return until_end(line)
    except ConnectionResetError:
        return b"(reset)"


@pytest.mark.parametrize("unix", [False, True], ids=["port", "unix socket"])
def test_without_a_fault_it_changes_nothing(unix: bool, tmp_path: Path) -> None:
    """Both directions pass, an end of one direction passes alone, and afterwards nobody is connected."""
    with echoing(tmp_path / "s" if unix else None) as (echo, proxy):
        with connected(proxy) as line:
            line.sendall(b"hello")
            assert line.recv(100) == b"HELLO"
            assert proxy.open == 1
            line.shutdown(socket.SHUT_WR)
            assert until_end(line) == b"BYE"
        assert proxy.quiet(5)
        assert (echo.heard, sum(proxy.struck.values())) == (b"hello", 0)


def test_refused() -> None:
    """A new connection is reset and the target hears nothing; one that is open goes on."""
    with echoing() as (echo, proxy), connected(proxy) as old:
        old.sendall(b"a")
        assert old.recv(1) == b"A"
        proxy.fault = Fault("refuse")
        assert what_a_new_one_hears(proxy) == b"(reset)"
        old.sendall(b"b")
        assert old.recv(1) == b"B"
        assert (echo.heard, proxy.struck["refuse"]) == (b"ab", 1)


def test_delayed() -> None:
    """Every piece waits, there and back, and arrives whole."""
    with echoing() as (_, proxy), connected(proxy) as line:
        proxy.fault = Fault("delay", seconds=0.2)
        began = time.monotonic()
        line.sendall(b"slow")
        assert line.recv(100) == b"SLOW"
        assert time.monotonic() - began >= 0.4


def test_cut_in_the_middle() -> None:
    """After so many bytes it is over on both sides; what came before the cut arrived."""
    with echoing() as (echo, proxy), connected(proxy) as line:
        proxy.fault = Fault("cut", after=3)
        line.sendall(b"abcdef")
        assert until_end(line) in (b"(reset)", b"ABC(reset)")
        assert proxy.struck["cut"] >= 1
        assert proxy.quiet(5)
        assert echo.heard in (b"", b"abc")  # a reset may overtake the last bytes, as on a real network
        proxy.fault = None
        with connected(proxy) as again:
            again.sendall(b"x")
            assert again.recv(1) == b"X"


def test_half_closed() -> None:
    """The target is told that no more comes; its answers, and its last word, still arrive."""
    with echoing() as (echo, proxy), connected(proxy) as line:
        proxy.fault = Fault("half_close", after=2)
        line.sendall(b"abcd")
        assert until_end(line) == b"ABBYE"
        assert echo.ended.wait(5)
        assert echo.heard == b"ab"


def test_answer_dropped() -> None:
    """The request is delivered whole, the answer never comes: the client can not know."""
    with echoing() as (echo, proxy), connected(proxy) as line:
        proxy.fault = Fault("drop_answer")
        line.sendall(b"charge")
        assert until_end(line) == b"(reset)"
        echo.wait_until_heard(b"charge")
        assert proxy.struck["drop_answer"] == 1


def test_a_dead_target() -> None:
    """Where nobody listens, the client is reset and the proxy lives on."""
    with FaultProxy(1) as proxy:
        assert [what_a_new_one_hears(proxy) for _ in range(2)] == [b"(reset)"] * 2
