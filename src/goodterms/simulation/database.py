"""The real PostgreSQL of a simulation: started once, emptied for every run, copied and put back as a backup is."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from goodterms.storage.embedded import DEFAULT_DATABASE, EmbeddedServer, create_database, ensure_server

ENGINE = "goodterms.simulation.engine"


@dataclass(frozen=True, slots=True)
class Copy:
    """All rows of all tables at one instant, as a dump holds them, and where the counters stood."""

    rows: dict[str, bytes]
    counters: dict[str, int | None]


def start(directory: Path | None) -> EmbeddedServer:
    """Start a server that is quick and forgetful, and point Django's settings at it; call it before `django.setup()`.

    Without a directory it lives among temporary files, where what is never synchronized stays in memory anyway.
    """
    server = ensure_server(directory or Path(tempfile.mkdtemp(prefix="gt-sim-")), fast=True)
    create_database(server)
    os.environ["GOODTERMS_DATA"] = str(server.data_dir)
    os.environ["DATABASE_URL"] = server.app_url()
    os.environ["DATABASE_OWNER_URL"] = server.owner_url()
    os.environ["GOODTERMS_DEMO"] = ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "goodterms.site.settings"
    with psycopg.connect(server.superuser_url(), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET autovacuum = off")  # it would come and go as it likes
        admin.execute("ALTER SYSTEM SET deadlock_timeout = '1d'")  # a circle is noticed on stage, not by the clock
        admin.execute("SELECT pg_reload_conf()")
    return server


def watcher(server: EmbeddedServer) -> psycopg.Connection[Any]:
    """A session of the superuser that looks, and puts copies back."""
    return psycopg.connect(server.superuser_url(DEFAULT_DATABASE), autocommit=True)


def copy(connection: psycopg.Connection[Any]) -> Copy:
    """All rows as one transaction sees them."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        rows = {table: _rows_of(connection, table) for table in _tables(connection)}
        counters = connection.execute(
            "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences ORDER BY 1"
        ).fetchall()
    return Copy(rows, dict(counters))


def put_back(connection: psycopg.Connection[Any], backup: Copy) -> None:
    """Make the database what it was when the copy was made; nobody else may be working with it."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        filled = [t for t in _tables(connection) if backup.rows.get(t) or _has_rows(connection, t)]
        if filled:
            names = sql.SQL(", ").join(sql.Identifier(table) for table in filled)
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        for table in filled:
            if backup.rows.get(table):
                statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
                with connection.cursor() as cursor, cursor.copy(statement) as stream:
                    stream.write(backup.rows[table])
        for name, value in backup.counters.items():
            connection.execute("SELECT setval(%s::regclass, coalesce(%s, 1), %s)", [name, value, value is not None])


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in found.fetchall()]


def _rows_of(connection: psycopg.Connection[Any], table: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        return b"".join(bytes(piece) for piece in stream)


def _has_rows(connection: psycopg.Connection[Any], table: str) -> bool:
    found = connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table)))
    return found.fetchone() is not None
