"""Addresses of databases at the command line: what is wrong is said in one line, and no password is in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from goodterms.storage.address import AddressError, read_address, say_silent

PROGRAM = str(Path(sys.executable).with_name("goodterms"))
SECRET = "sekrit"


def run(place: Path, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    """A command in a directory without data, with nothing of the tests' own in its environment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "GOODTERMS_"))}
    return subprocess.run(
        [PROGRAM, *arguments],
        env={**env, **given},
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (f"mysql://user:{SECRET}@localhost/x", "A starts with mysql://, but only PostgreSQL will do: postgresql://"),
        (SECRET, "A is no address of a database, like postgresql://"),
        (f"host=localhost {SECRET}", "A is no address of a database"),
        (f"postgresql://user:%zz{SECRET}@localhost/x", "A has a % that begins no character; special characters"),
        (f"postgresql://user:a@{SECRET}@localhost/x", "A has an @ where none belongs; special characters"),
        (f"postgresql://user:12/{SECRET}@localhost/x", "A has an @ where none belongs"),
        (f"postgresql://user:{SECRET}@localhost:no/x", "A has a port that is no number from 1 to 65535"),
        (f"postgresql://user:{SECRET}@localhost:99999/x", "A has a port that is no number from 1 to 65535"),
        (
            f"postgresql://user:{SECRET}@localhost/x?colour=red",
            "A has an option that PostgreSQL does not know: colour",
        ),
        (f"postgresql://user:1/2?{SECRET}=3@localhost/x", "A is no address of a database"),
    ],
)
def test_what_is_wrong_with_an_address(address: str, says: str) -> None:
    """The reason is told, and nothing that may be a piece of a password."""
    with pytest.raises(AddressError) as problem:
        read_address("A", address)
    assert str(problem.value).startswith(says)
    assert SECRET not in str(problem.value)


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("postgresql://user:%40%2F@localhost:5433/x", "localhost", "5433"),
        ("postgres://user@[::1]/x", "::1", None),
        ("postgresql://user@/x?host=%2Ftmp%2Fa", "/tmp/a", None),  # noqa: S108
        ("postgresql://one:1,two:2/x?target_session_attrs=read-write", "one,two", "1,2"),
        ("host=localhost port=5432 dbname=x", "localhost", "5432"),
    ],
)
def test_addresses_that_are_taken(address: str, host: str, port: str | None) -> None:
    """Every form that libpq reads."""
    parts = read_address("A", address)
    assert (parts["host"], parts.get("port")) == (host, port)


@pytest.mark.parametrize("command", ["audit", "replay a@example.org", "worker --once", "serve", "migrate", "init"])
@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_a_malformed_address_ends_every_command(tmp_path: Path, command: str, name: str) -> None:
    """One line without the password, exit code 2, and no directory is made."""
    given = {"DATABASE_URL": "postgresql://127.0.0.1:1/none", name: f"mysql://user:{SECRET}@localhost/x"}
    done = run(tmp_path, *command.split(), **given)
    assert done.returncode == 2
    assert done.stderr.startswith(f"goodterms: {name} starts with mysql://")
    assert done.stderr.count("\n") == 1
    assert SECRET not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_malformed_address_of_an_administrator(tmp_path: Path) -> None:
    """The one that `init` is given once is read as carefully."""
    done = run(tmp_path, "init", "--admin-url", f"mysql://user:{SECRET}@localhost/x")
    assert done.returncode == 2
    assert done.stderr.startswith("goodterms: --admin-url starts with mysql://")
    assert done.stderr.count("\n") == 1
    assert SECRET not in done.stderr


@pytest.mark.parametrize("command", ["audit", "replay a@example.org", "worker --once", "migrate"])
def test_a_database_that_is_not_there(tmp_path: Path, command: str) -> None:
    """Host, port and reason are told, and neither the user nor the password."""
    done = run(tmp_path, *command.split(), DATABASE_URL=f"postgresql://kim:{SECRET}@127.0.0.1:1/none")
    assert done.returncode == (2 if command.startswith(("audit", "replay")) else 1)
    assert done.stderr == "goodterms: the database at 127.0.0.1:1 does not answer (refused)\n"


def test_a_server_to_prepare_that_is_not_there(tmp_path: Path) -> None:
    """An administrator's address is answered alike."""
    done = run(tmp_path, "init", "--admin-url", f"postgresql://kim:{SECRET}@127.0.0.1:1/none")
    assert (done.returncode, done.stderr) == (1, "goodterms: the database at 127.0.0.1:1 does not answer (refused)\n")


def test_why_a_database_does_not_answer() -> None:
    """The reasons as the driver and the server tell them, of a server of our own and of hosts that are none."""
    there = os.environ["DATABASE_URL"]
    parts = read_address("A", there)
    for address, says in (
        ("postgresql://kim@localhost/x?host=/nowhere", "the database in /nowhere does not answer (no server listens"),
        ("postgresql://kim@nohost.invalid/x", "the database at nohost.invalid:5432 does not answer (unknown host)"),
        (make_conninfo(there, dbname="gone"), f"the database in {parts['host']} does not answer (unknown database)"),
        (make_conninfo(there, user="kim"), f"the database in {parts['host']} does not answer (unknown user)"),
        ("postgresql://[::1]:1/x?sslmode=odd", "the database at [::1]:1 does not answer (OperationalError)"),
    ):
        with pytest.raises(psycopg.OperationalError) as problem:
            psycopg.connect(address)
        asked = read_address("A", address)
        assert say_silent(asked["host"], asked.get("port") or "", problem.value).startswith(says)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ('FATAL:  password authentication failed for user "kim"', "user or password not accepted"),
        ("fe_sendauth: no password supplied", "it wants a password"),
        ("FATAL:  sorry, too many clients already", "too many connections"),
        ("connection timeout expired", "no answer in time"),
    ],
)
def test_reasons_that_a_server_here_does_not_give(told: str, reason: str) -> None:
    """Sockets ask for no password, so the words are those of another server."""
    said = say_silent("one,two", "5433", psycopg.OperationalError(told))
    assert said == f"the database at one:5433, two:5433 does not answer ({reason})"
