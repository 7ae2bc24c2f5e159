"""Disputes that are not decided, and what gateways told that could not be taken in, for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from goodterms.domain.money import Money
from goodterms.storage.models import DisputeRow, OrderRow, WebhookIn


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """A disputed payment that the card's bank has still to decide on."""

    bucket: int
    subscription_id: UUID
    order_number: str
    name: str
    state: str
    reason: str
    opened_at: datetime
    amount: Money


def open_disputes(limit: int = 100) -> list[OpenDispute]:
    """Disputes that are not decided, the oldest first."""
    rows = list(DisputeRow.objects.filter(check_at__isnull=False).order_by("opened_at", "id")[:limit])
    orders = OrderRow.objects.filter(bucket__in={r.bucket for r in rows}, id__in=[r.order_id for r in rows])
    named = {(o.bucket, o.id): (o.number, o.buyer_name) for o in orders}
    return [
        OpenDispute(
            r.bucket, r.subscription_id, *named[r.bucket, r.order_id], r.state, r.reason, r.opened_at,
            Money(r.amount_minor, r.currency),
        )
        for r in rows
    ]  # fmt: skip


def parked_webhooks(limit: int = 100) -> list[WebhookIn]:
    """Webhooks that were tried often enough, the newest first."""
    return list(WebhookIn.objects.filter(state=WebhookIn.State.PARKED).order_by("-received_at")[:limit])
