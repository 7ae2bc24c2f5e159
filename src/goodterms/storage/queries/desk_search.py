"""Finding what a customer names: a number, an address, a name, a day. Numbers and addresses lead to one bucket; names
and days ask all of them, by index and with a limit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from goodterms.domain.money import Money
from goodterms.domain.public_id import (
    CUSTOMER,
    ORDER,
    REFUND,
    REQUEST,
    SUBSCRIPTION,
    PublicIdError,
    bucket_of_number,
    decode,
    normalize_number,
)
from goodterms.storage.directory import EMAIL, find_order, look_up
from goodterms.storage.models import CancellationRow, CustomerRow, Inquiry, OrderRow, RefundRequestRow

LIMIT = 25


@dataclass(frozen=True, slots=True)
class Hit:
    """Something the search leads to: `kind` is request, inquiry, subscription, customer or refund.

    `exact` tells that a number or id named this one thing.
    """

    kind: str
    bucket: int | None
    id: UUID
    label: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A customer in a list."""

    bucket: int
    id: UUID
    name: str
    email: str
    created_at: datetime


def find_exactly(text: str) -> Hit | None:
    """What a request, cancellation or order number or a public id names; None when it is none of these."""
    cleaned = text.strip()
    return _by_public_id(cleaned) or _by_number(cleaned)


def find_people(text: str) -> list[Person]:
    """Customers by e-mail address, or by the beginnings of the words of their name."""
    cleaned = text.strip()
    if "@" in cleaned:
        found = look_up(EMAIL, cleaned)
        rows = CustomerRow.objects.filter(bucket=found[0], id=found[1]) if found else CustomerRow.objects.none()
    else:
        words = re.findall(r"\w+", cleaned)
        if not words:
            return []
        rows = CustomerRow.objects.extra(
            where=["to_tsvector('simple', name) @@ to_tsquery('simple', %s)"],
            params=[" & ".join(f"{word}:*" for word in words)],
        ).order_by("name", "bucket", "id")
    return [Person(r.bucket, r.id, r.name, r.email, r.created_at) for r in rows[:LIMIT]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that could be the one meant."""

    bucket: int
    id: UUID
    subscription_id: UUID
    number: str
    placed_at: datetime
    name: str
    email: str
    amount: Money
    kind: str


def candidates(*, number: str = "", email: str = "", name: str = "", on: date | None = None) -> list[Candidate]:
    """Orders that fit any of the facts told, the likeliest first: by number, by address, by name, by day."""
    found: dict[UUID, Candidate] = {}
    order = find_order(number) if number.strip() else None
    if order:
        _add(found, OrderRow.objects.filter(bucket=order[0], id=order[1]))
    for person in [*(find_people(email) if "@" in email else ()), *(find_people(name)[:8] if name.strip() else ())]:
        _add(found, OrderRow.objects.filter(bucket=person.bucket, customer_id=person.id).order_by("-placed_at")[:6])
    if on is not None and len(found) < LIMIT:
        start = datetime.combine(on, time(), UTC) - timedelta(days=1)
        day = OrderRow.objects.filter(placed_at__gte=start, placed_at__lt=start + timedelta(days=3))
        _add(found, day.order_by("placed_at", "bucket", "id")[:10])
    return list(found.values())[:LIMIT]


def _add(found: dict[UUID, Candidate], rows: Iterable[OrderRow]) -> None:
    for r in rows:
        found.setdefault(
            r.id,
            Candidate(
                r.bucket, r.id, r.subscription_id, r.number, r.placed_at, r.buyer_name, r.buyer_email,
                Money(r.amount_minor, r.currency), r.kind,
            ),
        )  # fmt: skip


def _by_public_id(text: str) -> Hit | None:
    kinds = {CUSTOMER: "customer", SUBSCRIPTION: "subscription", REQUEST: "request", REFUND: "refund", ORDER: "order"}
    prefix = text.partition("_")[0]
    if prefix not in kinds:
        return None
    try:
        bucket, id = decode(prefix, text)
    except PublicIdError:
        return None
    if prefix == ORDER:
        row = OrderRow.objects.filter(bucket=bucket, id=id).first()
        return Hit("subscription", bucket, row.subscription_id, row.number, exact=True) if row else None
    return Hit(kinds[prefix], bucket, id, text, exact=True)


def _by_number(text: str) -> Hit | None:
    head, dash, tail = text.upper().partition("-")
    if dash and head.strip() in ("R", "C"):
        number = normalize_number(tail)
        bucket = bucket_of_number(number)
        return _request_or_cancellation(head.strip(), bucket, number) if bucket is not None else None
    order = find_order(text) if text else None
    return Hit("subscription", order[0], order[2], normalize_number(text), exact=True) if order else None


def _request_or_cancellation(head: str, bucket: int, number: str) -> Hit | None:
    full = f"{head}-{number}"
    if head == "C":
        canceled = CancellationRow.objects.filter(bucket=bucket, number=full).first()
        return Hit("subscription", bucket, canceled.subscription_id, full, exact=True) if canceled else None
    request = RefundRequestRow.objects.filter(bucket=bucket, number=full).first()
    if request:
        return Hit("request", bucket, request.id, full, exact=True)
    inquiry = Inquiry.objects.filter(number=full).first()
    return Hit("inquiry", None, inquiry.id, full, exact=True) if inquiry else None
