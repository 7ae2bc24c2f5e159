"""A PostgreSQL of the benchmark's own: durable, in a temporary directory, with one template that every run copies."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from goodterms.storage.embedded import EmbeddedServer, configure_environment
from goodterms.storage.roles import OWNER_ROLE

SEED = "goodterms"


class Place:
    """The server, and the database that Django works in at the moment."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server

    def use(self, dbname: str) -> None:
        """Let Django work in a database from here on."""
        from django.db import connection, connections

        connections.close_all()
        connection.settings_dict["NAME"] = dbname
        connection.ensure_connection()

    def copy(self, dbname: str) -> None:
        """Make a fresh copy of the seeded database and use it; what was written before is on disk first."""
        from django.db import connections

        connections.close_all()
        self.drop(dbname)
        with psycopg.connect(self._server.superuser_url(), autocommit=True) as admin:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
            admin.execute(made.format(*map(sql.Identifier, (dbname, SEED, OWNER_ROLE))))
            admin.execute("CHECKPOINT")
        self.use(dbname)

    def drop(self, *dbnames: str) -> None:
        """Remove copies that are no longer needed."""
        from django.db import connections

        connections.close_all()
        with psycopg.connect(self._server.superuser_url(), autocommit=True) as admin:
            for dbname in dbnames:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(dbname)))

    def settle(self) -> None:
        """Vacuum and analyze the seeded database, so that every copy starts from the same plans."""
        with psycopg.connect(self._server.superuser_url(SEED), autocommit=True) as admin:
            admin.execute("VACUUM (FREEZE, ANALYZE)")

    def version(self) -> str:
        """The server's version."""
        with psycopg.connect(self._server.superuser_url()) as admin:
            found = admin.execute("SELECT current_setting('server_version'), current_setting('fsync')").fetchone()
        return f"PostgreSQL {found[0]}, fsync {found[1]}" if found else "?"


@contextmanager
def prepared() -> Iterator[Place]:
    """Start a server, create the tables, set Django up; stop and remove everything afterwards."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "GOODTERMS_DEMO", "GOODTERMS_DEBUG"):
        os.environ.pop(name, None)
    os.environ["GOODTERMS_SECRET_KEY"] = "only-for-measuring"  # noqa: S105
    with tempfile.TemporaryDirectory(prefix="gt-bench-", ignore_cleanup_errors=True) as directory:
        server = configure_environment(Path(directory) / "data")
        assert server is not None
        try:
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
