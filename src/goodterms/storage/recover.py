"""What taking a restored database up again asks of it, over everybody: what is open, announced, or to be sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import connection

from goodterms.domain.public_id import human_number
from goodterms.storage.load import Key
from goodterms.storage.models import Inquiry

#: Proof that a customer must hold in any case: better twice, with the same Message-ID, than not at all.
SENT_AGAIN = ("cancellation_confirmed", "cancellation_undone")
_NOT_AGAIN = "not sent: it went out before the database was restored"
_STRAY = UUID("6f4de0b5-6ad3-4d8c-9d5e-0c9c1f0f5a77")
_ANSWERED_WITHIN = timedelta(days=7)


def open_rows(table: str, gateway: str, after: Key | None, limit: int) -> list[Key]:
    """Charges or refunds of a gateway whose outcome is not known here, by key, after a key."""
    if table not in ("charges", "refunds"):
        raise ValueError(table)
    bucket, id = after or (-1, UUID(int=0))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT bucket, id FROM {table} WHERE gateway = %s AND check_at IS NOT NULL "
            "AND state IN ('intended', 'unknown') AND (bucket, id) > (%s, %s) ORDER BY bucket, id LIMIT %s",
            [gateway, bucket, id, limit],
        )
        return [(found, key) for found, key in cursor.fetchall()]


def announced(after: Key | None, limit: int) -> list[Key]:
    """Lock up to `limit` subscriptions whose next renewal was announced, by key, after a key."""
    bucket, id = after or (-1, UUID(int=0))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bucket, id FROM subscriptions WHERE announced_term IS NOT NULL AND auto_renew "
            "AND expired_at IS NULL AND (bucket, id) > (%s, %s) ORDER BY bucket, id LIMIT %s FOR NO KEY UPDATE",
            [bucket, id, limit],
        )
        return [(found, key) for found, key in cursor.fetchall()]


def next_numbers(bucket: int) -> list[tuple[UUID, int]]:
    """Every subscription of a bucket with the number that its next term has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, 1 + (SELECT coalesce(max(t.number), 0) FROM terms t "
            "WHERE t.bucket = s.bucket AND t.subscription_id = s.id) FROM subscriptions s WHERE s.bucket = %s",
            [bucket],
        )
        return [(id, number) for id, number in cursor.fetchall()]


def version_at(table: str, bucket: int, id: UUID) -> int | None:
    """The version of a charge's or refund's subscription; None where there is no such charge or refund."""
    if table not in ("charges", "refunds"):
        raise ValueError(table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.version FROM {table} x "
            "JOIN subscriptions s ON s.bucket = x.bucket AND s.id = x.subscription_id "
            "WHERE x.bucket = %s AND x.id = %s",
            [bucket, id],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def asked_at(bucket: int, order_id: UUID, before: datetime) -> datetime | None:
    """When the latest request to pay an order back came in, of those before an instant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(received_at) FROM refund_requests WHERE bucket = %s AND order_id = %s AND received_at <= %s",
            [bucket, order_id, before],
        )
        row = cursor.fetchone()
    found: datetime | None = row[0]
    return found


def keep_back_old(until: datetime) -> int:
    """Mails that were due at the backup and never failed: they have been sent. Returns how many; the rows stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messages SET send_at = NULL, last_error = %s WHERE send_at IS NOT NULL AND sent_at IS NULL "
            "AND at <= %s AND attempts = 0 AND kind <> ALL(%s)",
            [_NOT_AGAIN, until, list(SENT_AGAIN)],
        )
        return int(cursor.rowcount)


def keep_back(bucket: int, made_at: datetime) -> int:
    """Mails of a bucket that were made at exactly this instant: what they tell was told before. How many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messages SET send_at = NULL, last_error = %s WHERE bucket = %s AND at = %s "
            "AND send_at IS NOT NULL AND sent_at IS NULL AND kind <> ALL(%s)",
            [_NOT_AGAIN, bucket, made_at, list(SENT_AGAIN)],
        )
        return int(cursor.rowcount)


def keep_stray(bucket: int, *, kind: str, what: str, gateway_ref: str, on: date, now: datetime) -> bool:
    """Open an inquiry about money that moved and that has no place here; False when there is one already."""
    id = uuid5(_STRAY, f"{kind} {gateway_ref}")
    claimed = {"order_number": gateway_ref, "email": "", "name": what, "purchase_on": on.isoformat()}
    _, made = Inquiry.objects.get_or_create(
        id=id,
        defaults={
            "number": human_number(bucket, id, prefix="R-"), "state": "open", "channel": "restore",
            "received_at": now, "opened_at": now, "opened_by": "system:restore", "claimed": claimed,
            "contact_email": "", "due_at": now + _ANSWERED_WITHIN,
        },
    )  # fmt: skip
    return made
