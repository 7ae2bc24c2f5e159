"""Pages of objects in the order of their keys, for programs: what comes after a key, at most so many.

Ids are in no order of time across customers; a page that was read stays as it is, whatever is added meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q

from goodterms.storage.directory import find_order
from goodterms.storage.models import OrderRow, Plan, PolicyVersion

Row = TypeVar("Row", bound=Model)


def page_of(model: type[Row], conditions: Mapping[str, Any], after: tuple[int, UUID] | None, limit: int) -> list[Row]:
    """Rows of a customer-owned table that meet conditions, `None` standing for any, after a key."""
    rows = model._default_manager.filter(**{name: value for name, value in conditions.items() if value is not None})
    if after is not None:
        bucket, id = after
        rows = rows.filter(Q(bucket__gt=bucket) | Q(bucket=bucket, id__gt=id), bucket__gte=bucket)
    return list(rows.order_by("bucket", "id")[:limit])


def row_of(model: type[Row], bucket: int, id: UUID) -> Row | None:
    """One row by its key."""
    return model._default_manager.filter(bucket=bucket, id=id).first()


def order_numbered(number: str) -> OrderRow | None:
    """The order with a number, ours or an imported one."""
    found = find_order(number)
    return row_of(OrderRow, found[0], found[1]) if found else None


def orders_by_term(bucket: int, subscription_id: UUID) -> dict[int, UUID]:
    """The orders of a subscription's terms, by the number of the term."""
    rows = OrderRow.objects.filter(bucket=bucket, subscription_id=subscription_id)
    return dict(rows.values_list("term_number", "id"))


def plans_after(code: str, limit: int) -> list[Plan]:
    """Plans in the order of their codes, after a code, with their prices."""
    return list(Plan.objects.filter(code__gt=code).prefetch_related("prices").order_by("code")[:limit])


def policies_after(digest: str, limit: int) -> list[PolicyVersion]:
    """Published policy versions in the order of their digests, after a digest."""
    return list(PolicyVersion.objects.filter(digest__gt=digest).order_by("digest")[:limit])
