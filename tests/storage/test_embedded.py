"""The embedded server: it starts, is shared, survives a kill, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from goodterms.storage import embedded
from goodterms.storage.embedded import EmbeddedServer, create_database, ensure_server, locate_server

OTHER_PROCESS = """
import sys
from pathlib import Path
import psycopg
from goodterms.storage.embedded import ensure_server
server = ensure_server(Path(sys.argv[1]), fast=True)
with psycopg.connect(server.app_url()) as connection:
    print(connection.execute("SELECT current_user").fetchone()[0])
"""


def _server_process(server: EmbeddedServer) -> int | None:
    return embedded._postmaster(server.data_dir / "pgdata")


def _ask(server: EmbeddedServer) -> str:
    with psycopg.connect(server.app_url()) as connection:
        row = connection.execute("SELECT current_user").fetchone()
    return str(row[0]) if row else ""


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedServer]:
    """A server of its own in a fresh directory."""
    started = ensure_server(data_dir, fast=True)
    create_database(started)
    yield started
    ensure_server(started.data_dir, fast=True).stop()


def test_it_answers_at_the_address_known_before(server: EmbeddedServer) -> None:
    """The URLs do not depend on the server running."""
    assert locate_server(server.data_dir).app_url() == server.app_url()
    assert _ask(server) == "goodterms_app"


def test_creating_the_database_twice_changes_nothing(server: EmbeddedServer) -> None:
    """Every command may call it."""
    create_database(server)
    assert _ask(server) == "goodterms_app"


def test_another_process_shares_it_and_leaves_it_running(server: EmbeddedServer) -> None:
    """The server belongs to all who use it, not to who came last."""
    before = _server_process(server)
    done = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS, str(server.data_dir)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "goodterms_app"
    assert _server_process(server) == before


def test_the_last_one_to_leave_stops_it(server: EmbeddedServer) -> None:
    """No server outlives its users."""
    process = _server_process(server)
    assert process is not None
    server.stop()
    server.stop()
    assert _server_process(server) is None


def test_it_starts_again_after_a_kill(server: EmbeddedServer) -> None:
    """A pulled plug leaves a mark of a running server, which the next start sees through."""
    process = _server_process(server)
    assert process is not None
    os.kill(process, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(process)] if psutil.pid_exists(process) else [], timeout=5)
    server.stop()
    assert _ask(ensure_server(server.data_dir, fast=True)) == "goodterms_app"


def test_a_mark_that_names_a_foreign_process_is_stale(server: EmbeddedServer) -> None:
    """After a restart of the machine the old number may be anybody's."""
    server.stop()
    mark = server.data_dir / "pgdata" / "postmaster.pid"
    mark.write_text(f"{os.getpid()}\n{server.data_dir / 'pgdata'}\n1\n5432\n\n\n\nready\n")
    assert _ask(ensure_server(server.data_dir, fast=True)) == "goodterms_app"


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    """A socket's path has a limit of about a hundred characters; a data directory has none."""
    far = tmp_path / ("deep" * 40)
    assert len(str(locate_server(far).socket_dir)) < 80


def test_only_its_user_may_enter_the_socket_directory(server: EmbeddedServer) -> None:
    """The directory is the authentication."""
    assert server.socket_dir.stat().st_mode & 0o077 == 0


def _recovering(server: EmbeddedServer) -> None:
    """Kill one session; the server throws out the others and recovers, and this returns while it does."""
    log = server.data_dir / "pgdata" / "server.log"
    seen = log.stat().st_size
    with psycopg.connect(server.superuser_url()) as session:
        os.kill(session.info.backend_pid, signal.SIGKILL)
        while "reinitializing" not in log.read_text()[seen:]:
            time.sleep(0.001)


def test_it_stops_while_it_recovers(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL that is asked to end in order in the middle of a recovery may never end: it is ended all the same."""
    monkeypatch.setattr(embedded, "_ENDS_WITHIN", 2)
    server = ensure_server(data_dir)
    create_database(server)
    _recovering(server)
    server.stop()
    assert _server_process(server) is None
    again = ensure_server(data_dir)
    assert _ask(again) == "goodterms_app"
    again.stop()


def test_it_starts_where_an_earlier_stop_got_stuck(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stopped it did not wait for its end: the next start ends it and begins anew."""
    monkeypatch.setattr(embedded, "_ENDS_WITHIN", 2)
    server = ensure_server(data_dir)
    create_database(server)
    _recovering(server)
    process = _server_process(server)
    assert process is not None
    os.kill(process, signal.SIGINT)
    embedded._servers.pop(server.data_dir)
    assert server._lock is not None
    server._lock.close()
    again = ensure_server(data_dir)
    assert _ask(again) == "goodterms_app"
    again.stop()
