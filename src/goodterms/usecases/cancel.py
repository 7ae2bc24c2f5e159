"""Cancelling and taking it back, by the customer or by support for the customer (R4-R11, R15, R16, R21)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from goodterms.domain.cancellation import (
    CancellationOutcome,
    UndoOutcome,
    cancellation_outcome,
    decide_cancellation,
    decide_undo,
    not_cancelable,
)
from goodterms.domain.charging import decide_payment_method
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.policy import Policy
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_subscription
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.storage.save import save
from goodterms.usecases.world import World, locked


def preview_cancellation(world: World, bucket: int, id: UUID) -> CancellationOutcome | Refusal:
    """What cancelling would mean now; nothing is changed (R7). Raises `NotFound`."""
    now = world.now()
    subscription = load_subscription(bucket, id, at=now, lock=False)
    refusal = not_cancelable(subscription, now)
    if refusal is not None:
        return refusal
    policy = policy_of_plan(subscription.plan, now)
    return cancellation_outcome(subscription, policy, now, order_policy(subscription, policy))


def cancel(
    world: World, bucket: int, id: UUID, *, actor: Actor, channel: str, shown: str | None = None
) -> Decision | Refusal:
    """Cancel; `shown` is the fingerprint of the preview that was confirmed. Raises `NotFound`."""
    now = world.now()
    with transaction.atomic():
        subscription, policy = locked(bucket, id, now)
        decision = decide_cancellation(
            subscription, policy, now, actor=actor, channel=channel, id=world.new_id(),
            order_policy=order_policy(subscription, policy), shown=shown,
        )  # fmt: skip
        if isinstance(decision, Decision):
            save([decision])
    return decision


def preview_undo(world: World, bucket: int, id: UUID, *, actor: Actor) -> UndoOutcome | Refusal:
    """What keeping the subscription would mean; the same decision as `undo`, not saved. Raises `NotFound`."""
    now = world.now()
    subscription = load_subscription(bucket, id, at=now, lock=False)
    decision = decide_undo(subscription, policy_of_plan(subscription.plan, now), now, actor=actor)
    if isinstance(decision, Refusal):
        return decision
    assert isinstance(decision.outcome, UndoOutcome)
    return decision.outcome


def undo(world: World, bucket: int, id: UUID, *, actor: Actor) -> Decision | Refusal:
    """Keep the subscription after all. Raises `NotFound`."""
    now = world.now()
    with transaction.atomic():
        subscription, policy = locked(bucket, id, now)
        decision = decide_undo(subscription, policy, now, actor=actor)
        if isinstance(decision, Decision):
            save([decision])
    return decision


def change_payment_method(world: World, bucket: int, id: UUID, payment_method: str, *, actor: Actor) -> Decision:
    """Use another payment method from now on; a failing renewal is tried on it at once. Raises `NotFound`."""
    now = world.now()
    with transaction.atomic():
        subscription, policy = locked(bucket, id, now)
        decision = decide_payment_method(subscription, payment_method, policy, now, actor)
        save([decision])
    return decision


def order_policy(subscription: Subscription, default: Policy) -> Policy:
    """The policy that judges the latest paid order: the one pinned to it (A23)."""
    latest = subscription.latest_paid_term
    order = subscription.order_of(latest) if latest else None
    return policy_by_digest(order.policy_digest) if order else default
