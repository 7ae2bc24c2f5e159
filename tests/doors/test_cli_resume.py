"""`goodterms resume`, and databases that were really put back, recovered or copied: servers of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from goodterms.gateways.bank.process import BankProcess
from goodterms.storage.embedded import ensure_server

PROGRAM = str(Path(sys.executable).with_name("goodterms"))


class Place:
    """A data directory with its embedded server, worked with as an operator does; no process stays."""

    def __init__(self, data: Path, bank: BankProcess) -> None:
        self.data = data
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("GOODTERMS_", "DATABASE_"))},
            "GOODTERMS_DATA": str(data), "GOODTERMS_BANK_URL": bank.url, "GOODTERMS_BANK_KEY": bank.key,
        }  # fmt: skip

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One command."""
        return subprocess.run(
            [PROGRAM, *arguments], env={**self.environment, **more}, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip

    def work(self) -> str:
        """A worker's run; what it logged."""
        done = self.run("worker", "--once")
        assert done.returncode == 0, done.stderr
        return done.stderr

    def row(self, sql: str) -> object:
        """One value from the database."""
        server = ensure_server(self.data, fast=True)
        try:
            with psycopg.connect(server.superuser_url("goodterms"), autocommit=True) as admin:
                found = admin.execute(sql).fetchone()  # type: ignore[call-overload]
        finally:
            server.stop()
        return found[0] if found else None


@pytest.fixture
def place(data_dir: Path, bank_process: BankProcess) -> Place:
    """A vendor's data, with a database that has been worked on."""
    made = Place(data_dir, bank_process)
    done = made.run("init", "--no-ask")
    assert done.returncode == 0, done.stderr
    assert "nothing is sent outward" not in made.work()
    assert json.loads((data_dir / "fence.json").read_text())["beat"] >= 1
    return made


def put_back(place: Place) -> None:
    """A cold copy of the database's files is put back: identity and timeline are the same."""
    aside = place.data.parent / "aside"
    subprocess.run(["cp", "-a", str(place.data / "pgdata"), str(aside)], check=True)  # with its owner
    place.work()
    shutil.rmtree(place.data / "pgdata")
    shutil.move(aside, place.data / "pgdata")


def recover(place: Place) -> None:
    """The server is made to recover from its log, as to a point in time: it goes on in a new timeline."""
    pgdata = place.data / "pgdata"
    with (pgdata / "postgresql.auto.conf").open("a") as conf:
        conf.write("restore_command = 'false'\n")
    (pgdata / "recovery.signal").touch()
    shutil.chown(pgdata / "recovery.signal", *_owner(pgdata))


def elsewhere(place: Place) -> None:
    """What a dump holds comes into another cluster: the row, with the identity of the old one."""
    row = place.row("SELECT to_jsonb(f)::text FROM fence f")
    shutil.rmtree(place.data / "pgdata")
    assert place.run("init", "--no-ask").returncode == 0
    place.row(f"INSERT INTO fence SELECT * FROM jsonb_populate_record(NULL::fence, '{row}') RETURNING beat")


def _owner(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid


WAYS: dict[str, tuple[Callable[[Place], None], str]] = {
    "behind_the_file": (put_back, "older than what this host remembers"),
    "another_timeline": (recover, "recovered to a point in time"),
    "another_cluster": (elsewhere, "another database server"),
}


@pytest.mark.parametrize("reason", WAYS)
def test_a_database_that_was_put_back_sends_nothing_until_it_is_resumed(place: Place, reason: str) -> None:
    """A real copy, a real recovery and a real second cluster are noticed by the worker, and resumed by the command."""
    happen, words = WAYS[reason]
    happen(place)
    assert reason in place.work()
    shown = place.run("resume", "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert words in shown.stdout
    assert "cancellations" in shown.stdout
    assert "nothing is sent outward" in place.work()
    assert place.run("resume").returncode == 1, "nobody is there to say yes"
    done = place.run("resume", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Things may leave again." in done.stdout
    assert "nothing is sent outward" not in place.work()
    assert place.run("resume").stdout == "Nothing is held back.\n"


def test_a_copy_in_another_environment_sends_nothing(place: Place) -> None:
    """Everything was copied, files too: the name of the environment tells."""
    assert place.run("worker", "--once", GOODTERMS_ENVIRONMENT="production").returncode == 0
    copied = place.run("worker", "--once", GOODTERMS_ENVIRONMENT="staging")
    assert "another_environment" in copied.stderr
    assert "another_environment" in place.run("worker", "--once", GOODTERMS_ENVIRONMENT="production").stderr, (
        "whoever shares the database with a process of another environment has to look"
    )
