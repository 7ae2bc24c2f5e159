"""Refund requests for lists and look-ups."""

from __future__ import annotations

from uuid import UUID

from goodterms.storage.models import RefundRequestRow

OPEN_STATES = ("received", "in_review", "needs_information")


def open_request_of(bucket: int, order_id: UUID) -> UUID | None:
    """The open request of an order, if there is one."""
    return (
        RefundRequestRow.objects.filter(bucket=bucket, order_id=order_id, state__in=OPEN_STATES)
        .values_list("id", flat=True)
        .first()
    )
