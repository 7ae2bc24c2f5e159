"""Due work is a column and a claim: rows whose time has come, each taken by one worker, skipping what others hold.

Subscriptions are claimed by their row lock inside the transaction that decides them. Charges, refunds and mails cross
the network, so they are claimed by moving their due column a lease ahead: a worker that dies leaves them to be found
again. Always SELECT ... FOR UPDATE SKIP LOCKED first and UPDATE by keys after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from goodterms.storage.load import Key

LEASE = timedelta(minutes=5)
DISPUTES_LEASE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row to work on: its key, its subscription, and whether it was sent before (then it must be looked up)."""

    bucket: int
    id: UUID
    subscription_id: UUID
    sent_before: bool


def due_subscriptions(now: datetime, limit: int, *, only: Key | None = None, lock: bool = True) -> list[Key]:
    """Lock up to `limit` subscriptions whose next step is due, oldest first; the caller is in the transaction.

    `only` takes this one, if it is due; without `lock` they are listed and not taken.
    """
    one = " AND bucket = %s AND id = %s" if only else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT bucket, id FROM subscriptions WHERE next_step_at <= %s{one} "
            f"ORDER BY next_step_at LIMIT %s{' FOR NO KEY UPDATE SKIP LOCKED' if lock else ''}",
            [now, *(only or ()), limit],
        )
        return [(bucket, id) for bucket, id in cursor.fetchall()]


def planned_subscriptions(now: datetime, after: Key | None, limit: int) -> list[Key]:
    """Lock up to `limit` subscriptions whose next step lies ahead, in the order of their keys, after a key."""
    bucket, id = after or (-1, UUID(int=0))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bucket, id FROM subscriptions WHERE next_step_at > %s AND auto_renew AND (bucket, id) > (%s, %s) "
            "ORDER BY bucket, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED",
            [now, bucket, id, limit],
        )
        return [(bucket, id) for bucket, id in cursor.fetchall()]


_DUE_COLUMN = {
    "subscriptions": "next_step_at", "charges": "check_at", "refunds": "check_at", "disputes": "check_at",
    "instructions": "check_at",
}  # fmt: skip


def postpone(table: str, bucket: int, id: UUID, until: datetime) -> None:
    """Move a row that can not be worked on out of the way until an instant, unless it is not due before then."""
    column = _DUE_COLUMN[table]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE bucket = %s AND id = %s AND {column} < %s",
            [until, bucket, id, until],
        )


def claim_charges(now: datetime, limit: int, gateway: str) -> list[Claimed]:
    """Take charges of a gateway that are due to be sent or looked up, in a transaction of its own."""
    return _claim("charges", "state IN ('intended', 'unknown')", now, limit, gateway=gateway)


def claim_refunds(now: datetime, limit: int, gateway: str) -> list[Claimed]:
    """Take refunds of a gateway that are due to be sent, looked up or followed, in a transaction of its own."""
    return _claim("refunds", "state IN ('intended', 'unknown', 'pending')", now, limit, gateway=gateway)


def claim_disputes(now: datetime, limit: int, gateway: str) -> list[Claimed]:
    """Take open disputes of a gateway that it is to be asked about, in a transaction of its own.

    One that gets no answer is asked about again after an hour: statements and webhooks tell of it too.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT bucket, id, subscription_id, true FROM disputes WHERE gateway = %s AND check_at <= %s "
            "ORDER BY check_at, bucket, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [gateway, now, limit],
        )
        rows = [Claimed(*row) for row in cursor.fetchall()]
        if rows:
            cursor.execute(
                "UPDATE disputes AS d SET check_at = %s FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id) "
                "WHERE d.bucket = k.bucket AND d.id = k.id",
                [now + DISPUTES_LEASE, [r.bucket for r in rows], [r.id for r in rows]],
            )
    return rows


def claim_instructions(now: datetime, limit: int, gateway: str) -> list[Claimed]:
    """Take instructions to a seller that are due to be sent or looked up, in a transaction of its own."""
    return _claim("instructions", "state IN ('intended', 'unknown')", now, limit, gateway=gateway)


def claim_refund(bucket: int, id: UUID, now: datetime) -> Claimed | None:
    """Take one refund at once (after an approval), unless a worker has it already."""
    found = _claim("refunds", "state = 'intended' AND sent_at IS NULL", now, 1, only=(bucket, id))
    return found[0] if found else None


def claim_charge(bucket: int, id: UUID, now: datetime) -> Claimed | None:
    """Take one charge at once (a first purchase), unless a worker has it already."""
    found = _claim("charges", "state = 'intended' AND sent_at IS NULL", now, 1, only=(bucket, id))
    return found[0] if found else None


def gateways_of_open(table: str) -> list[str]:
    """The gateways that have open charges or refunds; a step of the index each, however many rows there are."""
    found: list[str] = []
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                f"SELECT gateway FROM {table} WHERE check_at IS NOT NULL AND gateway > %s ORDER BY gateway LIMIT 1",
                [found[-1] if found else ""],
            )
            row = cursor.fetchone()
            if row is None:
                return found
            found.append(row[0])


def _claim(
    table: str, condition: str, now: datetime, limit: int, *, gateway: str | None = None, only: Key | None = None
) -> list[Claimed]:
    where = "bucket = %s AND id = %s" if only else "gateway = %s"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT bucket, id, subscription_id, sent_at IS NOT NULL FROM {table} "
            f"WHERE {where} AND check_at <= %s AND {condition} ORDER BY check_at LIMIT %s "
            "FOR UPDATE SKIP LOCKED",
            [*(only or (gateway,)), now, limit],
        )
        rows = [Claimed(*row) for row in cursor.fetchall()]
        if rows:
            cursor.execute(
                f"UPDATE {table} AS t SET check_at = %s, sent_at = coalesce(t.sent_at, %s) "
                "FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id) "
                "WHERE t.bucket = k.bucket AND t.id = k.id",
                [now + LEASE, now, [r.bucket for r in rows], [r.id for r in rows]],
            )
    return rows
