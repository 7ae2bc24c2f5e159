"""All that is known of one customer, for the desk; every statement names the bucket."""

from __future__ import annotations

from uuid import UUID

from goodterms.storage.models import (
    CancellationRow,
    DisputeRow,
    FactRow,
    MessageRow,
    OrderRow,
    Plan,
    PolicyVersion,
    RefundRequestRow,
    RefundRow,
    SubscriptionRow,
)


def orders_of(bucket: int, customer_id: UUID, limit: int = 50) -> list[OrderRow]:
    """A customer's orders, newest first."""
    return list(OrderRow.objects.filter(bucket=bucket, customer_id=customer_id).order_by("-placed_at", "-id")[:limit])


def requests_of(bucket: int, customer_id: UUID, limit: int = 50) -> list[RefundRequestRow]:
    """A customer's refund requests, newest first."""
    rows = RefundRequestRow.objects.filter(bucket=bucket, customer_id=customer_id)
    return list(rows.order_by("-received_at", "-id")[:limit])


def requests_of_subscription(bucket: int, subscription_id: UUID) -> list[RefundRequestRow]:
    """A subscription's refund requests, newest first."""
    rows = RefundRequestRow.objects.filter(bucket=bucket, subscription_id=subscription_id)
    return list(rows.order_by("-received_at", "-id")[:50])


def refunds_of(bucket: int, customer_id: UUID, limit: int = 50) -> list[RefundRow]:
    """A customer's refunds, newest first."""
    rows = RefundRow.objects.filter(bucket=bucket, customer_id=customer_id)
    return list(rows.order_by("-intended_at", "-id")[:limit])


def disputes_of(bucket: int, customer_id: UUID, limit: int = 50) -> list[DisputeRow]:
    """A customer's disputed payments, newest first."""
    rows = DisputeRow.objects.filter(bucket=bucket, customer_id=customer_id)
    return list(rows.order_by("-opened_at", "-id")[:limit])


def cancellations_of_subscription(bucket: int, subscription_id: UUID) -> list[CancellationRow]:
    """Every cancellation of a subscription, also undone ones, newest first."""
    rows = CancellationRow.objects.filter(bucket=bucket, subscription_id=subscription_id)
    return list(rows.order_by("-requested_at", "-id"))


def messages_of(bucket: int, customer_id: UUID, limit: int = 50) -> list[MessageRow]:
    """Mails to a customer, newest first."""
    rows = MessageRow.objects.filter(bucket=bucket, customer_id=customer_id)
    return list(rows.order_by("-at", "-id")[:limit])


def message_of(bucket: int, customer_id: UUID, id: UUID) -> MessageRow | None:
    """One mail to a customer."""
    return MessageRow.objects.filter(bucket=bucket, customer_id=customer_id, id=id).first()


def facts_of(bucket: int, customer_id: UUID, limit: int = 200) -> list[FactRow]:
    """What happened to a customer's subscriptions, newest first."""
    mine = SubscriptionRow.objects.filter(bucket=bucket, customer_id=customer_id).values_list("id", flat=True)
    rows = FactRow.objects.filter(bucket=bucket, stream__in=mine)
    return list(rows.order_by("-at", "-stream", "-seq")[:limit])


def facts_of_subscription(bucket: int, subscription_id: UUID, limit: int = 300) -> list[FactRow]:
    """What happened to one subscription, newest first."""
    return list(FactRow.objects.filter(bucket=bucket, stream=subscription_id).order_by("-seq")[:limit])


def refund_row(bucket: int, id: UUID) -> RefundRow | None:
    """One refund."""
    return RefundRow.objects.filter(bucket=bucket, id=id).first()


def refunds_beside(bucket: int, request_id: UUID, order_id: UUID) -> list[RefundRow]:
    """Refunds that a request has caused of other orders than its own, newest first."""
    found = RefundRow.objects.filter(bucket=bucket, request_id=request_id).exclude(order_id=order_id)
    return list(found.order_by("-intended_at", "-attempt"))


def refunds_of_order(bucket: int, order_id: UUID) -> list[RefundRow]:
    """Every refund of an order, newest first."""
    return list(RefundRow.objects.filter(bucket=bucket, order_id=order_id).order_by("-attempt"))


def plan_names() -> dict[str, str]:
    """What plans are called, by code."""
    return dict(Plan.objects.values_list("code", "name"))


def policy_versions() -> list[PolicyVersion]:
    """Every published policy version, newest first."""
    return list(PolicyVersion.objects.order_by("name", "-version"))


def policy_version(digest: str) -> PolicyVersion | None:
    """One published version."""
    return PolicyVersion.objects.filter(digest=digest).first()


def policy_labels() -> dict[str, str]:
    """What policy versions are called, by digest: `reference@1`."""
    found = PolicyVersion.objects.values_list("digest", "name", "version")
    return {digest: f"{name}@{version}" for digest, name, version in found}
