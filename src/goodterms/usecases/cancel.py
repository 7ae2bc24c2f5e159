"""Cancelling and taking it back, by the customer or by support for the customer (R4-R11, R15, R16, R21)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from goodterms.domain.cancellation import (
    CancellationOutcome,
    cancellation_outcome,
    decide_cancellation,
    not_cancelable,
)
from goodterms.domain.cancellation_undo import UndoOutcome, decide_undo
from goodterms.domain.charging import decide_payment_method
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import SYSTEM, Actor
from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.refundability import ALONE, Beside
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_request, load_subscription
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.storage.queries.requests import open_request_of
from goodterms.storage.save import save
from goodterms.usecases.beside import beside_of
from goodterms.usecases.pay_back import pay_back_now
from goodterms.usecases.world import World, calendar_for, locked


def preview_cancellation(world: World, bucket: int, id: UUID) -> CancellationOutcome | Refusal:
    """What cancelling would mean now; nothing is changed (R7). Raises `NotFound`."""
    now = world.now()
    subscription = load_subscription(bucket, id, at=now, lock=False)
    policy = policy_of_plan(subscription.plan, now)
    refusal = not_cancelable(subscription, policy, now)
    if refusal is not None:
        return refusal
    pinned = order_policy(subscription, policy)
    return cancellation_outcome(
        subscription, policy, now, pinned, beside_latest(subscription, pinned, now),
        open_request=has_open_request(subscription),
    )  # fmt: skip


def cancel(
    world: World, bucket: int, id: UUID, *, actor: Actor, channel: str, shown: str | None = None
) -> Decision | Refusal:
    """Cancel; `shown` is the fingerprint of the preview that was confirmed. Raises `NotFound`.

    What it pays back by itself is committed with it and sent right after.
    """
    now = world.now()
    with transaction.atomic():
        subscription, policy = locked(bucket, id, now)
        pinned = order_policy(subscription, policy)
        decision = decide_cancellation(
            subscription, policy, now, actor=actor, channel=channel, id=world.new_id(), order_policy=pinned,
            shown=shown, beside=beside_latest(subscription, pinned, now), calendar=calendar_for(pinned, now),
            open_request=has_open_request(subscription),
        )  # fmt: skip
        if isinstance(decision, Decision):
            save([decision])
    if isinstance(decision, Decision):
        assert isinstance(decision.outcome, CancellationOutcome)
        if decision.outcome.pays_back is not None:
            pay_back_now(world, bucket, decision.outcome.pays_back.id)
    return decision


def preview_undo(world: World, bucket: int, id: UUID, *, actor: Actor) -> UndoOutcome | Refusal:
    """What keeping the subscription would mean; the same decision as `undo`, not saved. Raises `NotFound`."""
    now = world.now()
    subscription = load_subscription(bucket, id, at=now, lock=False)
    decision = decide_undo(
        subscription, policy_of_plan(subscription.plan, now), now, actor=actor, case=_case(subscription)
    )
    if isinstance(decision, Refusal):
        return decision
    assert isinstance(decision.outcome, UndoOutcome)
    return decision.outcome


def can_keep(world: World, bucket: int, id: UUID) -> bool:
    """Whether a cancellation stands that can be taken back now. Raises `NotFound`."""
    return isinstance(preview_undo(world, bucket, id, actor=SYSTEM), UndoOutcome)


def undo(world: World, bucket: int, id: UUID, *, actor: Actor) -> Decision | Refusal:
    """Keep the subscription after all. Raises `NotFound`."""
    now = world.now()
    with transaction.atomic():
        subscription, policy = locked(bucket, id, now)
        decision = decide_undo(subscription, policy, now, actor=actor, case=_case(subscription))
        if isinstance(decision, Decision):
            save([decision])
    return decision


def change_payment_method(
    world: World, bucket: int, id: UUID, payment_method: str, *, actor: Actor
) -> Decision | Refusal:
    """Use another payment method from now on; a failing renewal is tried on it at once. Raises `NotFound`.

    Refuses `paid_at_seller`: a seller that renews by itself keeps the customer's card.
    """
    now = world.now()
    with transaction.atomic():
        subscription, policy = locked(bucket, id, now)
        if subscription.seller_charges:
            return Refusal("paid_at_seller", "The seller charges by itself; the card is changed there.")
        decision = decide_payment_method(subscription, payment_method, policy, now, actor)
        save([decision])
    return decision


def order_policy(subscription: Subscription, default: Policy) -> Policy:
    """The policy that judges the latest paid order: the one pinned to it (A23)."""
    order = latest_order(subscription)
    return policy_by_digest(order.policy_digest) if order else default


def latest_order(subscription: Subscription) -> Order | None:
    """The order that paid for the latest term."""
    latest = subscription.latest_paid_term
    return subscription.order_of(latest) if latest else None


def has_open_request(subscription: Subscription) -> bool:
    """Whether a refund of the latest order has been asked for and is not decided; the case waits for that."""
    order = latest_order(subscription)
    return order is not None and open_request_of(order.bucket, order.id) is not None


def beside_latest(subscription: Subscription, policy: Policy, now: datetime) -> Beside:
    """The laws and known facts that a cancellation is judged by."""
    order = latest_order(subscription)
    return beside_of(subscription, order, policy, now, now) if order else ALONE


def _case(subscription: Subscription) -> RefundRequest | None:
    """The case that the standing cancellation has opened, if any."""
    canceled = subscription.cancellation
    if canceled is None or canceled.request_id is None:
        return None
    return load_request(canceled.bucket, canceled.request_id)
