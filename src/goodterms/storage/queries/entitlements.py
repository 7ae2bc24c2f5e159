"""What a program's question about access needs: subscriptions to one product with their terms, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from goodterms.domain.entitlement import Grant
from goodterms.domain.term import Term
from goodterms.storage.hot_read import hot_rows

_SELECTED = """s.id, s.customer_id, s.product, s.auto_renew AND s.expired_at IS NULL,
    t.number, t.starts_at, t.ends_at, t.dropped_at, t.revoked_at"""
_TERMS = "LEFT JOIN terms t ON t.bucket = s.bucket AND t.subscription_id = s.id"
_ONE_SQL = f"SELECT {_SELECTED} FROM subscriptions s {_TERMS} WHERE s.bucket = %s AND s.id = %s"
# Those that live and those that are over each have an index of their own.
_OF_PRODUCT = """SELECT bucket, id, customer_id, product, auto_renew, expired_at FROM subscriptions
    WHERE bucket = %s AND customer_id = %s AND product = %s AND expired_at IS"""
_PRODUCT_SQL = f"SELECT {_SELECTED} FROM ({_OF_PRODUCT} NULL UNION ALL {_OF_PRODUCT} NOT NULL) s {_TERMS}"


@dataclass(frozen=True, slots=True)
class Holding:
    """A subscription's customer and product, and what it grants."""

    customer_id: UUID
    product: str
    grant: Grant


def holding_of(bucket: int, subscription_id: UUID) -> Holding | None:
    """One subscription; None when it is unknown."""
    rows = hot_rows(_ONE_SQL, (bucket, subscription_id))
    if not rows:
        return None
    return Holding(rows[0][1], rows[0][2], _grant(rows))


def grants_to(bucket: int, customer_id: UUID, product: str) -> list[Grant]:
    """A customer's subscriptions to a product, those that are over too, in the order of their ids."""
    asked = (bucket, customer_id, product)
    found: dict[UUID, list[tuple[Any, ...]]] = {}
    for row in hot_rows(_PRODUCT_SQL, asked + asked):
        found.setdefault(row[0], []).append(row)
    return [_grant(found[id]) for id in sorted(found)]


def _grant(rows: Sequence[tuple[Any, ...]]) -> Grant:
    first = rows[0]
    terms = () if first[4] is None else tuple([Term(*row[4:]) for row in rows])
    return Grant(first[0], terms, first[3])
