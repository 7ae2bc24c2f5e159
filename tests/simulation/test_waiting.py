"""Who waits for one row of the real database goes on in the order in which it came, however busy the machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from goodterms.simulation.choices import Choices, Tape
from goodterms.simulation.engine.base import SteppingConnection
from goodterms.simulation.engine.seam import Seam, use_seam
from goodterms.simulation.stage import Actor, Stage
from tests.simulation.test_stage import NEVER, NOW

ROUNDS = 100
NAMES = ("holder", "first", "second", "third")
Sessions = dict[str, SteppingConnection]


@pytest.fixture
def sessions(pg_owner: psycopg.Connection[Any]) -> Iterator[Sessions]:
    """A session for each actor, of a database that has a table with one row."""
    pg_owner.execute("CREATE TABLE waited_for (value int NOT NULL)")
    pg_owner.execute("INSERT INTO waited_for VALUES (0)")
    with ExitStack() as stack:
        address = os.environ["DATABASE_OWNER_URL"]
        yield {
            name: stack.enter_context(closing(SteppingConnection.connect(address, autocommit=True))) for name in NAMES
        }
    pg_owner.execute("DROP TABLE waited_for")


def test_in_the_order_in_which_they_came(sessions: Sessions, pg_owner: psycopg.Connection[Any]) -> None:
    orders = [_one_round(sessions, pg_owner) for _ in range(ROUNDS)]
    assert set(orders) == {NAMES}


def test_a_waiter_whose_process_is_killed_is_gone(sessions: Sessions, pg_owner: psycopg.Connection[Any]) -> None:
    assert _one_round(sessions, pg_owner, killed="second") == ("holder", "first", "third")


def _one_round(sessions: Sessions, watcher: psycopg.Connection[Any], killed: str = "") -> tuple[str, ...]:
    """One changes the row and keeps it for a minute, in which the others come for it. Returns who had it, in order."""
    stage = Stage(Choices(Tape("s", 1.0, 1, (), deviations=())), NOW, {**NEVER, "lost": 0.0})
    seam = Seam(stage, watcher, lambda: None)
    had: list[str] = []

    def comes(after: timedelta, keeps: timedelta) -> Callable[[Actor], None]:
        def body(actor: Actor) -> None:
            session = sessions[actor.name]
            seam.connected(session)
            actor.hangs_up = None
            stage.sleep(after)
            with session.transaction():
                session.execute("UPDATE waited_for SET value = value + 1")
                had.append(actor.name)
                stage.sleep(keeps)

        return body

    use_seam(seam)
    try:
        for second, name in enumerate(NAMES):
            keeps = timedelta(seconds=60 if name == "holder" else 0)
            stage.enter(name, name, comes(timedelta(seconds=second), keeps))
        for second in range(61):
            stage.set_clock(NOW + timedelta(seconds=second))
            stage.move()
            if killed and second == 30:
                stage.crash(killed)
        assert stage.counted["blocked"] >= len(NAMES) - 1
        assert stage.actors == []
    finally:
        stage.end()
        use_seam(None)
    return tuple(had)
