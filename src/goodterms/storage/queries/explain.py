"""What an explanation of a refund reads: the order, its requests, refunds and facts, found by whatever number."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from goodterms.domain.public_id import (
    ORDER,
    REFUND,
    REQUEST,
    PublicIdError,
    bucket_of_number,
    decode,
    normalize_number,
)
from goodterms.storage.directory import find_order
from goodterms.storage.models import (
    CancellationRow,
    FactRow,
    Inquiry,
    OrderRow,
    PaidTermRow,
    PolicyVersion,
    RefundRequestRow,
    RefundRow,
)
from goodterms.storage.queries.orders import order_by_refund_key

Found = tuple[int, UUID]
_KEY = "gt-refund-"
_REQUEST_NUMBER = "R-"
_CANCELLATION_NUMBER = "C-"


def order_behind(number: str) -> Found | None:
    """Bucket and id of the order that a number is about.

    The number is a public id (`ord_`, `req_`, `ref_`), a refund's key at the gateway (asks every bucket), a request's
    number or an order's.
    """
    text = number.strip()
    for prefix, rows in ((REQUEST, RefundRequestRow), (REFUND, RefundRow)):
        if text.startswith(f"{prefix}_"):
            bucket, id = _decoded(prefix, text)
            return _first(rows.objects.filter(bucket=bucket, id=id).values_list("bucket", "order_id"))
    if text.startswith(f"{ORDER}_"):
        bucket, id = _decoded(ORDER, text)
        return _first(OrderRow.objects.filter(bucket=bucket, id=id).values_list("bucket", "id"))
    if text.startswith(_KEY):
        return order_by_refund_key(text)
    if text.upper().startswith(_REQUEST_NUMBER):
        return _order_of_request(_REQUEST_NUMBER + normalize_number(text[len(_REQUEST_NUMBER) :]))
    found = find_order(text)
    return (found[0], found[1]) if found else None


def cancellation_behind(number: str) -> CancellationRow | None:
    """The cancellation that a number is about: its own, or the latest of the subscription an order is of."""
    text = number.strip()
    if text.upper().startswith(_CANCELLATION_NUMBER):
        own = _CANCELLATION_NUMBER + normalize_number(text[len(_CANCELLATION_NUMBER) :])
        bucket = bucket_of_number(own[len(_CANCELLATION_NUMBER) :])
        return CancellationRow.objects.filter(bucket=bucket, number=own).first() if bucket is not None else None
    found = order_behind(text)
    if found is None:
        return None
    order = order_row(*found)
    mine = CancellationRow.objects.filter(bucket=order.bucket, subscription_id=order.subscription_id)
    return mine.order_by("-requested_at").first()


def facts_of_cancellation(row: CancellationRow) -> list[FactRow]:
    """The facts of a subscription that name a cancellation, its refund or its case, in order."""
    ids = [id for id in (row.id, row.refund_id, row.request_id) if id is not None]
    rows = FactRow.objects.filter(bucket=row.bucket, stream=row.subscription_id).order_by("seq")
    wanted = {str(id) for id in ids}
    names = ("cancellation_id", "refund_id", "request_id")
    return [fact for fact in rows if wanted & {fact.data.get(name) for name in names}]


def policies_of_subscription(bucket: int, subscription_id: UUID) -> tuple[str, ...]:
    """The digests of the policies its orders were sold under, the latest first."""
    orders = OrderRow.objects.filter(bucket=bucket, subscription_id=subscription_id).order_by("-term_number")
    return tuple(dict.fromkeys(orders.values_list("policy_digest", flat=True)))


def order_row(bucket: int, id: UUID) -> OrderRow:
    """One order."""
    return OrderRow.objects.get(bucket=bucket, id=id)


def term_row(order: OrderRow) -> PaidTermRow | None:
    """The term an order paid for."""
    terms = PaidTermRow.objects.filter(bucket=order.bucket, subscription_id=order.subscription_id)
    return terms.filter(number=order.term_number).first()


def requests_of_order(bucket: int, order_id: UUID) -> list[RefundRequestRow]:
    """An order's refund requests, oldest first."""
    return list(RefundRequestRow.objects.filter(bucket=bucket, order_id=order_id).order_by("opened_at", "id"))


def refunds_of_order(bucket: int, order_id: UUID) -> list[RefundRow]:
    """An order's refunds, oldest first."""
    return list(RefundRow.objects.filter(bucket=bucket, order_id=order_id).order_by("attempt"))


def facts_about(bucket: int, stream: UUID, ids: Iterable[UUID]) -> list[FactRow]:
    """The facts of a subscription that name one of these requests, refunds or orders, in order."""
    wanted = {str(id) for id in ids}
    rows = FactRow.objects.filter(bucket=bucket, stream=stream).order_by("seq")
    return [row for row in rows if wanted & {row.data.get(name) for name in ("request_id", "refund_id", "order_id")}]


def policy_version(digest: str) -> PolicyVersion | None:
    """A published policy version."""
    return PolicyVersion.objects.filter(digest=digest).first()


def open_inquiry_numbered(number: str) -> Inquiry | None:
    """A request that has not been linked to an order, by its number."""
    return Inquiry.objects.filter(number=number.strip().upper(), request_id=None).first()


def _order_of_request(number: str) -> Found | None:
    bucket = bucket_of_number(number[len(_REQUEST_NUMBER) :])
    if bucket is None:
        return None
    mine = RefundRequestRow.objects.filter(bucket=bucket, number=number).values_list("bucket", "order_id")
    linked = Inquiry.objects.filter(number=number).values_list("request_bucket", "request_id").first()
    if linked and linked[0] is not None and linked[1] is not None:
        mine = mine or RefundRequestRow.objects.filter(bucket=linked[0], id=linked[1]).values_list(
            "bucket", "order_id"
        )
    return _first(mine)


def _decoded(prefix: str, text: str) -> Found:
    try:
        return decode(prefix, text)
    except PublicIdError:
        return -1, UUID(int=0)  # of the right form at its beginning only: leads to nothing


def _first(rows: Iterable[tuple[int, UUID]]) -> Found | None:
    return next(iter(rows), None)
