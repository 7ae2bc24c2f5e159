"""A refund request with everything that it is decided on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.refundability import ALONE, Beside
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_request, load_subscription, subscription_of
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.usecases.beside import beside_request


@dataclass(frozen=True, slots=True)
class Case:
    """A request with what it is decided on."""

    subscription: Subscription
    order: Order
    request: RefundRequest
    policy: Policy  # pinned to the order
    in_force: Policy
    beside: Beside = ALONE


def load_case(bucket: int, request_id: UUID, now: datetime, *, lock: bool) -> Case:
    """A request with its subscription (locked first: it is the lock), order and policies. Raises `NotFound`."""
    subscription_id = subscription_of("refund_requests", bucket, request_id)
    subscription = load_subscription(bucket, subscription_id, at=now, lock=lock)
    request = load_request(bucket, request_id)
    order = next(o for o in subscription.orders if o.id == request.order_id)
    policy = policy_by_digest(order.policy_digest)
    beside = beside_request(subscription, order, request, policy, now)
    return Case(subscription, order, request, policy, policy_of_plan(subscription.plan, now), beside)
