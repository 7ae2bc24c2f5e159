"""What a played-through story reads: when something is due next, and what has happened since it last looked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from goodterms.storage.models import FactRow, MessageRow

_NEXT_DUE = """
    SELECT min(due) FROM (
        SELECT min(next_step_at) AS due FROM subscriptions WHERE bucket = %(bucket)s
        UNION ALL SELECT min(check_at) FROM charges WHERE bucket = %(bucket)s
        UNION ALL SELECT min(check_at) FROM refunds WHERE bucket = %(bucket)s
        UNION ALL SELECT min(check_at) FROM instructions WHERE bucket = %(bucket)s
    ) AS every_column
"""


def next_due(bucket: int) -> datetime | None:
    """The earliest instant at which a worker has something to do; None when nothing is planned."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_DUE, {"bucket": bucket})
        row = cursor.fetchone()
    return row[0] if row else None


def facts_after(bucket: int, subscription_id: UUID, seq: int) -> list[FactRow]:
    """The facts of a subscription beyond a sequence number, in order."""
    return list(FactRow.objects.filter(bucket=bucket, stream=subscription_id, seq__gt=seq).order_by("seq"))


def mails_to(bucket: int, customer_id: UUID, address: str) -> list[MessageRow]:
    """Every mail to a customer: of his own, or to his address before he was known."""
    mine = MessageRow.objects.filter(bucket=bucket, customer_id=customer_id)
    by_address = MessageRow.objects.filter(bucket=bucket, customer_id=None, to_address=address)
    return sorted([*mine, *by_address], key=lambda mail: (mail.at, mail.kind))
