"""A PostgreSQL of the benchmark's own: durable while it is measured, with seeded databases that every run copies."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from goodterms.storage.embedded import EmbeddedServer, configure_environment
from goodterms.storage.pg_program import pg_ctl
from goodterms.storage.roles import OWNER_ROLE

EMPTY = "goodterms"
#: A server for a million renewals, not for a first look: what an operator would set on such a machine.
SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "8GB", "maintenance_work_mem": "512MB"}
#: Durability is given up while rows are made, and for nothing else.
_HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Place:
    """The server, and the database that Django works in at the moment."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server

    @property
    def app_url(self) -> str:
        """The URL under which other processes reach the database of the moment."""
        from django.db import connection

        return self._server.app_url(str(connection.settings_dict["NAME"]))

    @property
    def socket(self) -> Path:
        """The directory of the server's socket."""
        return self._server.socket_dir

    def admin(self, dbname: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of the superuser that commits every statement."""
        return psycopg.connect(self._server.superuser_url(dbname), autocommit=True)

    def use(self, dbname: str) -> None:
        """Let Django work in a database from here on."""
        from django.conf import settings
        from django.db import connection, connections

        connections.close_all()
        settings.FENCE_FILE.unlink(missing_ok=True)  # each copy begins its own history: it was not put back
        connection.settings_dict["NAME"] = dbname
        connection.ensure_connection()

    def copy(self, dbname: str, template: str) -> None:
        """Make a fresh copy of a seeded database and use it; what was written before is on disk first."""
        self.drop(dbname)
        with self.admin() as admin:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
            admin.execute(made.format(*map(sql.Identifier, (dbname, template, OWNER_ROLE))))
            admin.execute("CHECKPOINT")
        self.use(dbname)

    def checkpoint(self) -> None:
        """Write everything to disk, so that each measurement starts from the same point."""
        with self.admin() as admin:
            admin.execute("CHECKPOINT")

    def drop(self, *dbnames: str) -> None:
        """Remove databases that are no longer needed."""
        from django.db import connections

        connections.close_all()
        with self.admin() as admin:
            for dbname in dbnames:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(dbname)))

    def seeded(self, name: str, fill: Callable[[], None]) -> str:
        """The database whose name says what is in it, filled now unless an earlier run has left it."""
        with self.admin() as admin:
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return name
        making = f"{name}_unfinished"
        self.copy(making, EMPTY)
        with self._hasty():
            fill()
            self.settle(making)
        self.use(EMPTY)
        with self.admin() as admin:
            admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (making, name))))
        return name

    def settle(self, dbname: str) -> None:
        """Vacuum and analyze a database, so that every copy starts from the same plans."""
        with self.admin(dbname) as admin:
            admin.execute("VACUUM (FREEZE, ANALYZE)")

    def version(self) -> str:
        """The server's version, and whether it is durable."""
        with self.admin() as admin:
            found = admin.execute("SELECT current_setting('server_version'), current_setting('fsync')").fetchone()
        return f"PostgreSQL {found[0]}, fsync {found[1]}" if found else "?"

    @contextmanager
    def _hasty(self) -> Iterator[None]:
        """Give up durability while inside; afterwards everything is on disk."""
        try:
            self._set(_HASTY)
            yield
        finally:
            self._set(dict.fromkeys(_HASTY))
            os.sync()  # a checkpoint without fsync has left pages to the operating system
            self.checkpoint()

    def _set(self, settings: dict[str, str] | dict[str, None]) -> None:
        with self.admin() as admin:
            _alter(admin, settings)
            admin.execute("SELECT pg_reload_conf()")


def _alter(admin: psycopg.Connection[Any], settings: dict[str, str] | dict[str, None]) -> None:
    for name, value in settings.items():
        wish = sql.SQL("RESET {}") if value is None else sql.SQL("SET {} = {}")
        parts = (sql.Identifier(name),) if value is None else (sql.Identifier(name), sql.Literal(value))
        admin.execute(sql.SQL("ALTER SYSTEM ") + wish.format(*parts))


@contextmanager
def prepared(keep: Path | None = None) -> Iterator[Place]:
    """Start a server, create the tables, set Django up; stop it afterwards.

    Everything is removed then, unless it was made in `keep`: the next run finds its seeded databases there.
    """
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "GOODTERMS_DEMO", "GOODTERMS_DEBUG"):
        os.environ.pop(name, None)
    os.environ["GOODTERMS_SECRET_KEY"] = "only-for-measuring"  # noqa: S105
    with tempfile.TemporaryDirectory(prefix="gt-bench-", ignore_cleanup_errors=True) as directory:
        server = configure_environment((keep or Path(directory)) / "data")
        assert server is not None
        try:
            with psycopg.connect(server.superuser_url(), autocommit=True) as admin:
                _alter(admin, SETTINGS)
            pg_ctl(server.data_dir, "-l", str(server.data_dir / "pgdata" / "server.log"), "-m", "fast", "restart")
            import django
            from django.core.management import call_command
            from django.db import connections

            django.setup()
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            connections.close_all()
            yield Place(server)
            connections.close_all()
        finally:
            server.stop()
