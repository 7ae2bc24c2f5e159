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


_NEXT = """
    SELECT at, what, bucket, subscription_id FROM (
        (SELECT next_step_at AS at, 'subscription' AS what, bucket, id AS subscription_id FROM subscriptions
         WHERE next_step_at > %(after)s ORDER BY next_step_at, bucket, id LIMIT 1)
        UNION ALL
        (SELECT check_at, 'charge', bucket, subscription_id FROM charges
         WHERE check_at > %(after)s ORDER BY check_at, bucket, id LIMIT 1)
        UNION ALL
        (SELECT check_at, 'refund', bucket, subscription_id FROM refunds
         WHERE check_at > %(after)s ORDER BY check_at, bucket, id LIMIT 1)
        UNION ALL
        (SELECT send_at, 'mail', bucket, NULL::uuid FROM messages
         WHERE send_at > %(after)s ORDER BY send_at, bucket, id LIMIT 1)
    ) AS next ORDER BY at, what LIMIT 1
"""


def next_due(after: datetime) -> NextDue | None:
    """The next thing that falls due after an instant."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"after": after})
        row = cursor.fetchone()
    return NextDue(*row) if row else None
