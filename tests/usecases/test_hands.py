"""Hands are processes: they work beside the one that forked them, end with it, and lose nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.db import connection

from goodterms.usecases.hands import Hand, HandFailedError, Orders, fork_hands, with_hands
from goodterms.usecases.tally import Tally

Fork = Callable[..., list[Hand]]


@pytest.fixture
def fork() -> Iterator[Fork]:
    """Forks hands that are ended with the test."""
    made: list[Hand] = []

    def forked(count: int, orders: Orders, *, lanes: int = 1) -> list[Hand]:
        made.extend(fork_hands(count, orders, lanes=lanes))
        return made

    yield forked
    for hand in made:
        hand.close()


def until(true: Callable[[], object], seconds: int = 10) -> None:
    """Wait until something is the case."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_hand_works_in_a_process_of_its_own_and_tells_what_it_counted(fork: Fork, tmp_path: Path) -> None:
    """Rows, facts and seconds that it counts come back with its answer, each once."""
    tally = Tally()

    def step() -> int:
        with tally.timed("plan"):
            tally.worked("renewals", 3)
        tally.put_aside("charges")
        (tmp_path / str(os.getpid())).touch()
        return 3

    one, other = fork(2, Orders(step, tally))
    assert [one.asks[0](), other.asks[0](), one.asks[0]()] == [3, 3, 3]
    assert (tally.rows["renewals"], tally.set_aside["charges"], tally.phases["plan"]) == (9, 3, 3)
    assert tally.seconds["plan"] > 0
    assert len(list(tmp_path.iterdir())) == 2
    assert not (tmp_path / str(os.getpid())).exists()


def test_lanes_of_a_hand_work_side_by_side(fork: Fork, tmp_path: Path) -> None:
    """While one lane waits for something slow, another is answered."""

    def step() -> int:
        if not (tmp_path / "taken").exists():
            (tmp_path / "taken").touch()
            until((tmp_path / "go on").exists)
            return 1
        return 2

    (hand,) = fork(1, Orders(step, Tally()), lanes=2)
    hand._pipes[0].send(None)
    until((tmp_path / "taken").exists)
    assert hand.asks[1]() == 2
    (tmp_path / "go on").touch()
    assert hand._pipes[0].recv().done == 1


def test_a_hand_that_was_killed_is_replaced_by_a_thread(fork: Fork) -> None:
    """Whoever asks it gets an answer all the same: the step is done here."""
    (hand,) = fork(1, Orders(os.getpid, Tally()))
    elsewhere = hand.asks[0]()
    os.kill(elsewhere, signal.SIGKILL)
    assert hand.asks[0]() == os.getpid()
    assert hand.asks[0]() == os.getpid()


def test_ailing_gateways_of_a_hand_are_known(fork: Fork) -> None:
    """What the gate of another process found out comes with its answer."""
    (hand,) = fork(1, Orders(lambda: 0, Tally(), ailing=lambda: frozenset({"bank"})))
    assert hand.ailing == frozenset()
    hand.asks[0]()
    assert hand.ailing == {"bank"}


def test_a_hand_winds_up_once_and_ends_its_batch(fork: Fork, tmp_path: Path) -> None:
    """Told to end, it is told once what to shut, and what it was at is done and counted."""
    tally = Tally()

    def step() -> int:
        (tmp_path / "begun").touch()
        until((tmp_path / "shut").exists)
        tally.worked("renewals", 1)
        return 1

    def shut() -> None:
        with (tmp_path / "shut").open("a") as file:
            file.write("x")

    (hand,) = fork(1, Orders(step, tally, shut))
    hand._pipes[0].send(None)
    until((tmp_path / "begun").exists)
    hand.wind_up()
    hand.wind_up()
    assert hand._pipes[0].recv().done == 1
    hand.close()
    assert (tmp_path / "shut").read_text() == "x"
    assert hand._process.exitcode == 0


def test_a_hand_that_hangs_ends_after_its_grace(fork: Fork) -> None:
    """Nothing keeps it for longer."""

    def hang() -> int:
        time.sleep(3600)
        return 0

    (hand,) = fork(1, Orders(hang, Tally(), grace=0.2))
    hand._pipes[0].send(None)
    began = time.monotonic()
    hand.close()
    assert hand._process.exitcode is not None
    assert time.monotonic() - began < 5


_ORPHAN = """
import time
from django.conf import settings
settings.configure()
from goodterms.usecases.hands import Orders, fork_hands
from goodterms.usecases.tally import Tally
hands = fork_hands(2, Orders(lambda: 1, Tally()))
print(*(hand._process.pid for hand in hands), flush=True)
time.sleep(3600)
"""


def test_hands_end_when_the_process_that_forked_them_is_killed() -> None:
    """Without a word, and each though the other one still lives."""
    with subprocess.Popen([sys.executable, "-c", _ORPHAN], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        hands = [psutil.Process(int(word)) for word in parent.stdout.readline().split()]
        assert len(hands) == 2
        parent.kill()

    def gone(process: psutil.Process) -> bool:
        with suppress(psutil.NoSuchProcess):
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        return True

    until(lambda: all(gone(hand) for hand in hands))


@pytest.mark.django_db(transaction=True)
def test_each_hand_has_a_session_of_its_own(fork: Fork) -> None:
    """Also where the process that forks them has one already: theirs are others, and its own works afterwards."""

    def session() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    before = session()
    one, other = fork(2, Orders(session, Tally()))
    sessions = {before, session(), one.asks[0](), other.asks[0]()}
    assert len(sessions) == 4
    assert one.asks[0]() in sessions


def test_all_hands_until_nothing_is_left(tmp_path: Path) -> None:
    """Each repeats its step until it finds nothing; the sum is what all of them did."""
    for number in range(50):
        (tmp_path / str(number)).touch()

    def step() -> int:
        for path in tmp_path.iterdir():
            with suppress(FileNotFoundError):
                path.unlink()
                return 1
        return 0

    assert with_hands(3, step) == 50


def test_what_fails_in_a_hand_is_raised_here(tmp_path: Path) -> None:
    """With the kind of failure; the hands that did not fail have finished."""
    here = os.getpid()

    def step() -> int:
        if os.getpid() != here:
            raise KeyError("gone")
        if (tmp_path / "done").exists():
            return 0
        (tmp_path / "done").touch()
        return 1

    with pytest.raises(HandFailedError, match="KeyError: 'gone'"):
        with_hands(2, step)
    assert (tmp_path / "done").exists()
