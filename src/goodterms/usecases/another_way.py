"""A refund with what is needed to decide about it, and trying one that failed in another way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.payment import Order, Refund, RefundWay
from goodterms.domain.refunding import Context, decide_another_way
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_request, load_subscription, subscription_of
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.storage.queries.orders import undone_with_refund
from goodterms.storage.save import save
from goodterms.usecases.world import World, calendar_for


def loaded(bucket: int, refund_id: UUID, now: datetime, *, lock: bool = True) -> tuple[Subscription, Refund, Context]:
    """A refund, its subscription and what decides about it. Raises `NotFound`."""
    subscription = load_subscription(bucket, subscription_of("refunds", bucket, refund_id), at=now, lock=lock)
    refund = next(r for r in subscription.refunds if r.id == refund_id)
    order = next(o for o in subscription.orders if o.id == refund.order_id)
    return subscription, refund, context_of(subscription, order, refund, now)


def context_of(subscription: Subscription, order: Order, refund: Refund | None, now: datetime) -> Context:
    """An order with its policy, and with the request that a refund was approved for."""
    policy = policy_by_digest(order.policy_digest)
    request = load_request(refund.bucket, refund.request_id) if refund and refund.request_id else None
    in_force = policy_of_plan(subscription.plan, now)
    return Context(order, request, policy, in_force, calendar_for(policy, now))


def another_way(
    world: World, bucket: int, refund_id: UUID, actor: Actor, way: RefundWay, reference: str = ""
) -> Decision | Refusal:
    """Decide and save another try at a refund that failed; belongs inside a transaction."""
    now = world.now()
    subscription, failed, context = loaded(bucket, refund_id, now)
    decision = decide_another_way(
        subscription, failed, context, now, actor=actor, way=way, reference=reference,
        taken_back=_taken_back(subscription, failed),
    )  # fmt: skip
    if isinstance(decision, Decision):
        save([decision])
    return decision


def _taken_back(subscription: Subscription, failed: Refund) -> bool:
    """Whether the customer keeps the subscription after all, whose cancellation was to pay this back by itself."""
    standing = subscription.cancellation
    if failed.request_id is not None or (standing is not None and standing.refund_id is not None):
        return False
    return undone_with_refund(failed.bucket, failed.subscription_id)
