"""Backups of the tests' database: every table copied aside and put back, as a dump and its restore would."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections

_TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' ORDER BY 1
"""


class Backup:
    """What the tables held at one instant."""

    def __init__(self) -> None:
        self._rows: dict[str, bytes] = {}
        with self._owner() as owner, owner.transaction():
            owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for (table,) in owner.execute(_TABLES).fetchall():
                with owner.cursor().copy(f"COPY (SELECT {_columns(owner, table)} FROM {table}) TO STDOUT") as copy:  # type: ignore[call-overload]
                    self._rows[table] = b"".join(copy)

    def restore(self) -> None:
        """Put everything back to what it was; sessions are new afterwards, as they would be."""
        connections.close_all()
        with self._owner() as owner, owner.transaction():
            owner.execute("SET LOCAL session_replication_role = replica")
            owner.execute(f"TRUNCATE {', '.join(self._rows)} CASCADE")  # type: ignore[call-overload]
            for table, data in self._rows.items():
                with owner.cursor().copy(f"COPY {table} ({_columns(owner, table)}) FROM STDIN") as copy:  # type: ignore[call-overload]
                    copy.write(data)

    @contextmanager
    def _owner(self) -> Iterator[psycopg.Connection[tuple[str, ...]]]:
        url = os.environ["DATABASE_OWNER_URL"].replace("//goodterms_owner@", "//postgres@")
        with psycopg.connect(url, autocommit=True) as owner:
            yield owner


def _columns(owner: psycopg.Connection[tuple[str, ...]], table: str) -> str:
    found = owner.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    ).fetchone()
    assert found is not None
    return found[0]
