"""What is due over everybody, counted for operators, and when something falls due next, for demo and sandbox worlds.

Workers do not ask: they claim what is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from goodterms.storage.claim import gateways_of_open

#: Nothing is counted further than this, so that looking costs little whatever is waiting.
COUNTED_UP_TO = 1_000_000


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


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is due of a kind, of one gateway where it goes to one: how many rows, and since when the oldest."""

    kind: str
    gateway: str
    rows: int
    oldest_at: datetime | None


_DUE = {
    "renewals": "SELECT next_step_at AS at FROM subscriptions WHERE next_step_at <= %s ORDER BY next_step_at LIMIT %s",
    "mails": "SELECT send_at AS at FROM messages WHERE send_at <= %s ORDER BY send_at LIMIT %s",
}
_DUE_AT_GATEWAY = "SELECT check_at AS at FROM {} WHERE gateway = %s AND check_at <= %s ORDER BY check_at LIMIT %s"


def backlog(now: datetime, up_to: int = COUNTED_UP_TO) -> list[Backlog]:
    """What is due at an instant, by kind and gateway; each counted up to a bound, in the order of the index."""
    asked: list[tuple[str, str, str, list[str | int | datetime]]] = [
        (kind, "", sql, [now, up_to]) for kind, sql in _DUE.items()
    ]
    for table in ("charges", "refunds"):
        for name in gateways_of_open(table):
            asked.append((table, name, _DUE_AT_GATEWAY.format(table), [name, now, up_to]))
    found = []
    with connection.cursor() as cursor:
        for kind, name, sql, values in asked:
            cursor.execute(f"SELECT count(*), min(at) FROM ({sql}) AS due", values)
            rows, oldest_at = cursor.fetchone()
            found.append(Backlog(kind, name, rows, oldest_at))
    return found
