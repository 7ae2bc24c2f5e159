"""Our books as a gateway's statement is compared with: orders, refunds and disputes by the gateway's own names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from goodterms.domain.money import Money
from goodterms.domain.reconciling import Kind, Ours

_CHARGES = """
    SELECT o.gateway_ref, o.amount_minor, o.currency, true, false, o.placed_at, o.number, o.bucket, o.subscription_id
    FROM orders o WHERE o.gateway = %s AND o.gateway_ref IS NOT NULL AND {}
"""
_REFUNDS = """
    SELECT r.gateway_ref, r.amount_minor, r.currency, r.state <> 'failed', r.way = 'external',
        coalesce(r.initiated_at, r.intended_at), o.number, r.bucket, r.subscription_id
    FROM refunds r JOIN orders o ON o.bucket = r.bucket AND o.id = r.order_id
    WHERE r.gateway = %s AND r.gateway_ref IS NOT NULL AND {}
"""
_DISPUTES = """
    SELECT d.gateway_ref, d.amount_minor, d.currency, d.state IN ('opened', 'under_review', 'lost'), false,
        d.opened_at, o.number, d.bucket, d.subscription_id
    FROM disputes d JOIN orders o ON o.bucket = d.bucket AND o.id = d.order_id WHERE d.gateway = %s AND {}
"""
_KINDS: dict[Kind, tuple[str, str, str]] = {
    "charge": (_CHARGES, "o.gateway_ref", "o.placed_at"),
    "refund": (_REFUNDS, "r.gateway_ref", "coalesce(r.initiated_at, r.intended_at)"),
    "dispute": (_DISPUTES, "d.gateway_ref", "d.opened_at"),
}


def booked(gateway: str, kind: Kind, refs: Sequence[str]) -> list[Ours]:
    """What our books have of these objects. Asks every bucket."""
    sql, ref, _ = _KINDS[kind]
    return _rows(kind, sql.format(f"{ref} = ANY(%s)"), [gateway, list(refs)]) if refs else []


def booked_between(gateway: str, kind: Kind, from_at: datetime, until_at: datetime) -> list[Ours]:
    """What our books have of a period, whether the gateway names it or not. Asks every bucket."""
    sql, _, at = _KINDS[kind]
    return _rows(kind, sql.format(f"{at} >= %s AND {at} < %s"), [gateway, from_at, until_at])


def charges_named(gateway: str, refs: Sequence[str]) -> set[str]:
    """Those of these charges that are of an order of ours. Asks every bucket."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gateway_ref FROM orders WHERE gateway = %s AND gateway_ref = ANY(%s)", [gateway, list(refs)]
        )
        return {ref for (ref,) in cursor.fetchall()}


def _rows(kind: Kind, sql: str, params: list[Any]) -> list[Ours]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [
            Ours(kind, ref, Money(minor, currency), moved, external, at, number, bucket, str(subscription_id))
            for ref, minor, currency, moved, external, at, number, bucket, subscription_id in cursor.fetchall()
        ]
