"""The fence's row: what it says of itself survives, however carelessly a session commits."""

from __future__ import annotations

from django.db import connection

from goodterms.storage import fence as rows
from goodterms.usecases import fence
from tests.support.worlds import Sandbox


def test_a_sign_of_life_is_on_disk_before_anybody_hears_of_it(sandbox: Sandbox) -> None:
    """Also from a session whose commits do not wait: the mark outside must never be ahead of the database."""
    fence.check(sandbox.world)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        for _ in range(20):
            cursor.execute("UPDATE fence SET environment = environment WHERE id = 1")
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            written = cursor.fetchone()[0]
            assert rows.beat(sandbox.now, "")
            cursor.execute("SELECT pg_current_wal_flush_lsn() >= %s::pg_lsn", [written])
            assert cursor.fetchone() == (True,)
        cursor.execute("RESET synchronous_commit")
