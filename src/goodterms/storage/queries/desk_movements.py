"""Sums of orders and refunds over a span of time. These ask every bucket, by the order of time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

_SQL = """
    SELECT currency, sum(orders)::bigint, sum(ordered)::bigint, sum(refunds)::bigint, sum(refunded)::bigint FROM (
        SELECT currency, count(*) AS orders, sum(amount_minor) AS ordered, 0 AS refunds, 0 AS refunded
        FROM orders WHERE placed_at >= %s AND placed_at < %s GROUP BY currency
        UNION ALL
        SELECT currency, 0, 0, count(*), sum(amount_minor)
        FROM refunds WHERE initiated_at >= %s AND initiated_at < %s AND state <> 'failed' GROUP BY currency
    ) AS moved GROUP BY currency ORDER BY currency
"""


def movements(start: datetime, until: datetime) -> list[dict[str, Any]]:
    """Orders by when they were placed and refunds by when they were initiated, `[start, until)`, by currency."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [start, until, start, until])
        names = ("currency", "orders", "ordered_minor", "refunds", "refunded_minor")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
