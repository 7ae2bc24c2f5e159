"""Reads that programs make thousands of times a second: one prepared statement, one round trip.

Django asks PostgreSQL before the first statement of a request whether the connection still works, and has every
statement planned anew. Here it is prepared once a connection; that a connection was lost is noticed when it is used,
and the read, which changes nothing, is made again on a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from psycopg.pq import Format


def hot_rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows of a statement in the driver's binary form. Not for JSON, and for reading only."""
    database: Any = connections["default"]
    database.health_check_done = True  # it is the statement itself that finds out
    try:
        return _rows(database, sql, params)
    except (OperationalError, InterfaceError):
        lost = database.connection is not None and database.connection.closed
        if not lost or database.in_atomic_block:
            raise
        database.close()
        return _rows(database, sql, params)


def _rows(database: Any, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.cursor.format = Format.BINARY
        driver = database.connection
        driver.prepare_threshold = 0 if settings.PREPARED_STATEMENTS else None
        try:
            cursor.execute(sql, params)
        finally:
            driver.prepare_threshold = None  # every other statement is planned for its values
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
