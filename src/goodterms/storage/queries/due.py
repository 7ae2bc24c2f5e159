"""When something falls due next, over everybody. For demo and sandbox worlds; a live worker just asks what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class NextDue:
    """The next row whose time comes: which kind of row, and of which subscription (none: a mail)."""

    at: datetime
    what: str  # subscription | charge | refund | mail
    bucket: int
    subscription_id: UUID | None


_PARTS = {
    "subscription": "SELECT next_step_at AS at, 'subscription' AS what, bucket, id AS sub FROM subscriptions",
    "charge": "SELECT check_at AS at, 'charge' AS what, bucket, subscription_id AS sub FROM charges",
    "refund": "SELECT check_at AS at, 'refund' AS what, bucket, subscription_id AS sub FROM refunds",
    "mail": "SELECT send_at AS at, 'mail' AS what, bucket, NULL::uuid AS sub FROM messages",
}
_ORDERED = {
    "subscription": "WHERE next_step_at > %(after)s ORDER BY next_step_at, bucket, id LIMIT 1",
    "charge": "WHERE check_at > %(after)s ORDER BY check_at, bucket, id LIMIT 1",
    "refund": "WHERE check_at > %(after)s ORDER BY check_at, bucket, id LIMIT 1",
    "mail": "WHERE send_at > %(after)s ORDER BY send_at, bucket, id LIMIT 1",
}


def next_due(after: datetime, *, watched: bool = True) -> NextDue | None:
    """The next thing that falls due after an instant.

    With `watched` False, only the steps of subscriptions, without what is looked up and tried again.
    """
    wanted = _PARTS if watched else ("subscription",)
    union = " UNION ALL ".join(f"({_PARTS[what]} {_ORDERED[what]})" for what in wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT at, what, bucket, sub FROM ({union}) AS next ORDER BY at, what LIMIT 1", {"after": after}
        )
        row = cursor.fetchone()
    return NextDue(*row) if row else None
