"""What a customer's own pages list. Every function is given the customer's bucket and asks no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import REQUEST, encode
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Interval
from goodterms.storage.load import load_subscriptions, subscription_keys_of
from goodterms.storage.models import CancellationRow, Plan, PolicyVersion, RefundRequestRow
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.prices import prices_in_force
from goodterms.storage.queries.requests import OPEN_STATES


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A refund request in a list."""

    public_id: str
    number: str
    order_id: UUID
    state: str
    received_at: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan on sale with its prices, tax included."""

    code: str
    product: str
    name: str
    interval: Interval
    prices: Sequence[Money]


def subscriptions_of(bucket: int, customer_id: UUID, at: datetime) -> list[Subscription]:
    """A customer's subscriptions with all that hangs on them, newest first."""
    keys = subscription_keys_of(bucket, customer_id)
    order = {id: place for place, (_, id) in enumerate(keys)}
    return sorted(load_subscriptions(keys, at=at, lock=False), key=lambda s: order[s.id])


def requests_of(bucket: int, customer_id: UUID) -> list[RequestLine]:
    """A customer's refund requests, newest first."""
    rows = RefundRequestRow.objects.filter(bucket=bucket, customer_id=customer_id).order_by("-received_at", "-number")
    return [
        RequestLine(
            encode(REQUEST, row.bucket, row.id), row.number, row.order_id, row.state, row.received_at,
            row.state in OPEN_STATES,
        )
        for row in rows
    ]  # fmt: skip


def last_cancellation(bucket: int, subscription_id: UUID) -> CancellationRow | None:
    """The newest cancellation of a subscription, also one that was taken back."""
    rows = CancellationRow.objects.filter(bucket=bucket, subscription_id=subscription_id)
    return rows.order_by("-requested_at").first()


def plan_names() -> Mapping[str, str]:
    """The names of all plans by code."""
    return dict(Plan.objects.values_list("code", "name"))


def offers(at: datetime) -> list[Offer]:
    """The plans on sale that have a price, cheapest first within a product."""
    prices = prices_in_force(at)
    found = []
    for plan in Plan.objects.filter(on_sale=True).order_by("product", "code"):
        amounts = [Money(minor, currency) for (code, currency), (minor, _) in prices.items() if code == plan.code]
        if amounts:
            interval = Interval(plan.interval_months, plan.interval_days)
            amounts.sort(key=lambda m: m.currency)
            found.append(Offer(plan.code, plan.product, plan.name, interval, amounts))
    return sorted(found, key=lambda offer: (offer.product, offer.interval.shortest_days))


def policy_version(version: int, at: datetime, name: str = "reference") -> Policy | None:
    """A version of the policy that is, or was, in force at an instant."""
    digest = (
        PolicyVersion.objects.filter(name=name, version=version, effective_at__lte=at)
        .values_list("digest", flat=True)
        .first()
    )
    return policy_by_digest(digest) if digest else None


def policy_versions(at: datetime, name: str = "reference") -> list[int]:
    """The versions of the policy that have come into force, newest first."""
    rows = PolicyVersion.objects.filter(name=name, effective_at__lte=at).order_by("-version")
    return list(rows.values_list("version", flat=True))
