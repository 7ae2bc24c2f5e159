"""Orders by what is known of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from goodterms.domain.facts import FactName
from goodterms.storage.models import CancellationRow, FactRow, OrderRow, RefundRow


def order_by_gateway_ref(gateway: str, charge_ref: str) -> tuple[int, UUID, UUID] | None:
    """Bucket, subscription and id of the order whose charge a gateway calls `charge_ref`. Asks every bucket."""
    row = OrderRow.objects.filter(gateway_ref=charge_ref, gateway=gateway).first()
    return (row.bucket, row.subscription_id, row.id) if row else None


def order_by_refund_key(key: str) -> tuple[int, UUID] | None:
    """Bucket and id of the order that the refund with this key pays back. Asks every bucket."""
    return RefundRow.objects.filter(key=key).values_list("bucket", "order_id").first()


def buyer_email_of(bucket: int, order_id: UUID) -> str:
    """The e-mail address given at purchase; empty when there is no such order."""
    return OrderRow.objects.filter(bucket=bucket, id=order_id).values_list("buyer_email", flat=True).first() or ""


def undone_with_refund(bucket: int, subscription_id: UUID) -> bool:
    """Whether a cancellation that was to pay back by itself was taken back."""
    rows = CancellationRow.objects.filter(bucket=bucket, subscription_id=subscription_id)
    return rows.filter(refund_id__isnull=False, undone_at__isnull=False).exists()


def imported_after(bucket: int, subscription_id: UUID, at: datetime) -> bool:
    """Whether a subscription was imported after an instant, with what had been paid and paid back until then."""
    facts = FactRow.objects.filter(bucket=bucket, stream=subscription_id, name=FactName.SUBSCRIPTION_IMPORTED)
    return facts.filter(at__gt=at).exists()
