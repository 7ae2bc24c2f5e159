"""Whose object an address names: a customer's own or none. Others' objects are answered like missing ones."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model

from goodterms.api.problems import Problem, missing
from goodterms.domain.public_id import CUSTOMER, PublicIdError, decode
from goodterms.storage.models import CustomerRow, OrderRow, RefundRequestRow, RefundRow, SubscriptionRow
from goodterms.storage.queries.pages import row_of

Key = tuple[int, UUID]
Row = TypeVar("Row", bound=Model)
_WHAT: dict[type[Model], tuple[str, str]] = {
    CustomerRow: ("cus", "customer"),
    SubscriptionRow: ("sub", "subscription"),
    OrderRow: ("ord", "order"),
    RefundRequestRow: ("req", "refund request"),
    RefundRow: ("ref", "refund"),
}


def found(model: type[Row], text: str, customer: str | None = None) -> Row:
    """The object with this id; with `customer`, only if it is his. Raises `Problem`."""
    prefix, what = _WHAT[model]
    try:
        key = decode(prefix, text)
    except PublicIdError:
        missing(what)
    row = row_of(model, *key)
    if row is None or (customer is not None and owner_of(row) != key_of(CUSTOMER, "customer", customer)):
        missing(what)
    return row


def owner_of(row: Model) -> Key:
    """The customer to whom a row belongs."""
    id = row.id if isinstance(row, CustomerRow) else row.customer_id  # type: ignore[attr-defined]
    return row.bucket, id  # type: ignore[attr-defined]


def key_of(prefix: str, parameter: str, text: str) -> Key:
    """Bucket and id of a public id in a parameter. Raises `Problem`."""
    try:
        return decode(prefix, text)
    except PublicIdError:
        detail = f"It is an id that begins with `{prefix}_`."
        raise Problem("invalid_parameter", detail, parameter=parameter) from None


def conditions(**ids: tuple[str, str | None]) -> dict[str, object] | None:
    """What rows must have, from public ids by column; None when two of them can not be of the same row.

    Every condition names the bucket too, so that a page of one customer asks one bucket.
    """
    wanted: dict[str, object] = {}
    for column, (prefix, text) in ids.items():
        if text is None:
            continue
        bucket, id = key_of(prefix, column.removesuffix("_id"), text)
        if wanted.setdefault("bucket", bucket) != bucket:
            return None
        wanted[column] = id
    return wanted


def after_code(text: str | None) -> str:
    """What a page begins after, where it is a word; "" for the first page. Raises `Problem`: no word holds a null."""
    if text and "\x00" in text:
        raise Problem("invalid_parameter", "It is what `next` said of the page before.", parameter="after")
    return text or ""


def after_key(prefix: str, text: str | None) -> Key | None:
    """Where a page begins. Raises `Problem`."""
    return None if text is None else key_of(prefix, "after", text)


def listed(rows: list[dict[str, object]], limit: int) -> dict[str, object]:
    """A page of one row more than was asked for, if there is one: then there is a next page."""
    shown = rows[:limit]
    return {"data": shown, "next": next(iter(shown[-1].values())) if len(rows) > limit else None}
