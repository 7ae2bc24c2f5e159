"""Prices in force: the newest one of each plan and currency that has become effective."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

Prices = Mapping[tuple[str, str], tuple[int, int]]

_IN_FORCE = """
    SELECT DISTINCT ON (plan_id, currency) plan_id, currency, amount_minor, tax_minor
    FROM prices WHERE effective_at <= %s ORDER BY plan_id, currency, effective_at DESC
"""


def prices_in_force(at: datetime) -> Prices:
    """`(plan, currency) -> (amount, tax in it)` in minor units, as in force at an instant."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [at])
        return {(plan, currency): (amount, tax) for plan, currency, amount, tax in cursor.fetchall()}
