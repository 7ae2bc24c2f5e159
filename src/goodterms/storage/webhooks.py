"""Where facts are sent to, and each fact that is on its way there.

A delivery is claimed by moving its due instant a lease ahead. Those of one customer go to an endpoint in the order of
the feed: a later one waits until the earlier ones were taken, or have been tried so often that waiting would hold up
what comes after for days.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from goodterms.storage.models_programs import FeedState, WebhookDelivery, WebhookEndpoint

LEASE = timedelta(minutes=2)
#: After so many tries a delivery holds up no other: about half an hour.
_HOLDS_UP = 4
_STEP = 5000


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery to make: where, which fact, with which secrets (sealed), and how often it was tried."""

    id: int
    endpoint_id: UUID
    url: str
    secrets: tuple[str, ...]
    position: int
    attempts: int
    created_at: datetime


_FAN_OUT = """
    INSERT INTO webhook_deliveries (endpoint_id, position, lane, name, state, due_at, attempts, tries, created_at)
    SELECT %s, d.position, coalesce(s.customer_id, d.stream), f.name, 'pending', %s, 0, '[]', %s
    FROM feed d JOIN facts f ON f.bucket = d.bucket AND f.stream = d.stream AND f.seq = d.seq
    LEFT JOIN subscriptions s ON s.bucket = d.bucket AND s.id = d.stream
    WHERE d.position > %s AND d.position <= %s AND (%s = '*' OR f.name = ANY(string_to_array(%s, ' ')))
    ORDER BY d.position ON CONFLICT DO NOTHING
"""
_AGAIN = """
    INSERT INTO webhook_deliveries (endpoint_id, position, lane, name, state, due_at, attempts, tries, created_at)
    SELECT %s, d.position, coalesce(s.customer_id, d.stream), f.name, 'pending', %s, 0, '[]', %s
    FROM feed d JOIN facts f ON f.bucket = d.bucket AND f.stream = d.stream AND f.seq = d.seq
    LEFT JOIN subscriptions s ON s.bucket = d.bucket AND s.id = d.stream
    WHERE d.position <= %s AND (%s = '*' OR f.name = ANY(string_to_array(%s, ' '))) AND f.at >= %s AND f.at < %s
    ORDER BY d.position
    ON CONFLICT (endpoint_id, position) DO UPDATE
        SET state = 'pending', due_at = excluded.due_at, attempts = 0
        WHERE webhook_deliveries.state <> 'pending'
"""
_CLAIM = """
    SELECT d.id FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id AND e.disabled_at IS NULL
    WHERE d.state = 'pending' AND d.due_at <= %s AND NOT EXISTS (
        SELECT 1 FROM webhook_deliveries p WHERE p.endpoint_id = d.endpoint_id AND p.lane = d.lane
            AND p.state = 'pending' AND p.position < d.position AND p.attempts < %s)
    ORDER BY d.due_at, d.id LIMIT %s FOR UPDATE OF d SKIP LOCKED
"""
_TAKE = """
    UPDATE webhook_deliveries d SET due_at = %s FROM webhook_endpoints e WHERE d.id = ANY(%s) AND e.id = d.endpoint_id
    RETURNING d.id, e.id, e.url, e.secret, CASE WHEN e.old_until > %s THEN e.old_secret END, d.position, d.attempts,
        d.created_at
"""


def add_endpoint(id: UUID, url: str, names: str, secret: str, *, at: datetime, by: str) -> WebhookEndpoint:
    """Send facts to an address from now on."""
    position = FeedState.objects.values_list("position", flat=True).first() or 0
    return WebhookEndpoint.objects.create(
        id=id, url=url, names=names, secret=secret, created_at=at, created_by=by, position=position
    )


def set_secret(id: UUID, secret: str, old_until: datetime) -> None:
    """Sign with another secret; the one before signs too until an instant."""
    WebhookEndpoint.objects.filter(id=id).update(old_secret=F("secret"), old_until=old_until, secret=secret)


def disable_endpoint(id: UUID, at: datetime, why: str) -> bool:
    """Send nothing more. What waits is kept. False where it was disabled before."""
    rows = WebhookEndpoint.objects.filter(id=id, disabled_at=None)
    return rows.update(disabled_at=at, disabled_for=why) == 1


def enable_endpoint(id: UUID, at: datetime) -> None:
    """Send again, what waited first."""
    WebhookEndpoint.objects.filter(id=id).update(disabled_at=None, disabled_for=None, failing_since=None)
    WebhookDelivery.objects.filter(endpoint_id=id, state="pending").update(due_at=at)


def send_again(endpoint_id: UUID, at: datetime, start: datetime, until: datetime) -> int:
    """Have the facts of a span of time, `[start, until)`, sent, whatever was sent before. Returns how many."""
    found = WebhookEndpoint.objects.get(id=endpoint_id)
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [endpoint_id, at, at, found.position, found.names, found.names, start, until])
        return int(cursor.rowcount)


def fan_out(now: datetime) -> int:
    """Make deliveries of what was fed; returns how many."""
    made = 0
    for id in WebhookEndpoint.objects.filter(disabled_at=None).values_list("id", flat=True):
        with transaction.atomic(), connection.cursor() as cursor:
            found = WebhookEndpoint.objects.select_for_update(skip_locked=True).filter(id=id).first()
            fed = FeedState.objects.values_list("position", flat=True).first() or 0
            if found is None or fed <= found.position:
                continue
            upto = min(fed, found.position + _STEP)
            cursor.execute(_FAN_OUT, [id, now, now, found.position, upto, found.names, found.names])
            made += int(cursor.rowcount)
            WebhookEndpoint.objects.filter(id=id).update(position=upto)
    return made


def claim_deliveries(now: datetime, limit: int) -> list[Due]:
    """Take deliveries that are due, in a transaction of its own; of one customer's the first one only."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, _HOLDS_UP, limit])
        ids = [id for (id,) in cursor.fetchall()]
        if not ids:
            return []
        cursor.execute(_TAKE, [now + LEASE, ids, now])
        return [
            Due(id, endpoint, url, tuple(one for one in (secret, old) if one), position, attempts, created_at)
            for id, endpoint, url, secret, old, position, attempts, created_at in cursor.fetchall()
        ]


def record_try(due: Due, tried: dict[str, Any], state: str, due_at: datetime | None, now: datetime) -> None:
    """Keep what came of a try: delivered, to be tried again at an instant, or failed for good."""
    delivered = now if state == "delivered" else None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE webhook_deliveries SET state = %s, due_at = %s, attempts = attempts + 1, "
            "tries = tries || %s::jsonb, delivered_at = %s WHERE id = %s AND state = 'pending'",
            [state, due_at, json.dumps([tried]), delivered, due.id],
        )
        endpoint = WebhookEndpoint.objects.filter(id=due.endpoint_id)
        if delivered:
            endpoint.exclude(failing_since=None).update(failing_since=None)
        else:
            endpoint.filter(failing_since=None).update(failing_since=now)


def waiting_for(endpoint_id: UUID) -> int:
    """How many deliveries to an endpoint are still to be made."""
    return WebhookDelivery.objects.filter(endpoint_id=endpoint_id, state="pending").count()


def endpoint(id: UUID) -> WebhookEndpoint | None:
    """One endpoint."""
    return WebhookEndpoint.objects.filter(id=id).first()


def endpoints() -> Sequence[WebhookEndpoint]:
    """Every endpoint, the newest first."""
    return list(WebhookEndpoint.objects.order_by("-created_at", "id"))


def deliveries(
    endpoint_id: UUID, *, before: int | None = None, state: str = "", limit: int = 50
) -> list[WebhookDelivery]:
    """Deliveries to an endpoint, the newest first, before an id."""
    rows = WebhookDelivery.objects.filter(endpoint_id=endpoint_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    if state:
        rows = rows.filter(state=state)
    return list(rows.order_by("-id")[:limit])


def forget_deliveries(before: datetime, limit: int = 1000) -> int:
    """Drop what was delivered or given up long ago. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS (SELECT id FROM webhook_deliveries WHERE created_at < %s AND state <> 'pending' "
            "ORDER BY id LIMIT %s) DELETE FROM webhook_deliveries d USING old WHERE d.id = old.id",
            [before, limit],
        )
        return int(cursor.rowcount)
