"""Disputes: taken in from the statement or a webhook, and asked about while they are open, in case nobody tells."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.disputing import DisputeReport, decide_dispute, decide_to_watch
from goodterms.domain.payment import DisputeState, Order
from goodterms.domain.refunding import Context
from goodterms.domain.subscription import Subscription
from goodterms.gateways.protocol import GatewayUnavailableError, Movement
from goodterms.storage.claim import Claimed, claim_disputes
from goodterms.storage.load import living_subscription, load_subscription
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.storage.queries.orders import order_by_gateway_ref
from goodterms.storage.save import save
from goodterms.usecases.world import World, calendar_for

log = structlog.get_logger("goodterms.money")


def record_dispute(world: World, gateway_name: str, line: Movement) -> bool:
    """Take in how a dispute stands at the gateway; False when the charge is not ours. Repeating it changes nothing."""
    found = order_by_gateway_ref(gateway_name, line.charge_ref or "")
    if found is None:
        return False
    bucket, subscription_id, order_id = found
    now = world.now()
    report = DisputeReport(
        line.gateway_ref, DisputeState(line.dispute or "opened"), line.amount, line.reason or "", min(line.at, now)
    )
    with transaction.atomic():
        subscription = load_subscription(bucket, subscription_id, at=now, lock=True)
        order = next(o for o in subscription.orders if o.id == order_id)
        decision = decide_dispute(
            subscription, report, _context(subscription, order, now), now, may_revive=_may_revive(subscription)
        )
        if isinstance(decision, Decision):
            save([decision])
    if isinstance(decision, Refusal) and not decision.already:
        log.error(decision.code, dispute=line.gateway_ref)
    return True


def ask_about_disputes(world: World, gateway_name: str, limit: int = 100) -> int:
    """Ask the gateway how open disputes stand that it was not asked about for long; returns how many."""
    claimed = claim_disputes(world.now(), limit, gateway_name)
    for one in claimed:
        ask_about_one(world, gateway_name, one)
    return len(claimed)


def ask_about_one(world: World, gateway_name: str, claimed: Claimed) -> None:
    """Ask about one claimed dispute and take in what the gateway says; one that can not be read is asked again."""
    before = load_subscription(claimed.bucket, claimed.subscription_id, at=world.now(), lock=False)
    dispute = next(d for d in before.disputes if d.id == claimed.id)
    try:
        line = world.gateway(gateway_name).current("dispute", dispute.gateway_ref)
    except GatewayUnavailableError:
        return  # found again when its lease is over
    if line is not None:
        record_dispute(world, gateway_name, line)
    now = world.now()
    with transaction.atomic():
        subscription = load_subscription(claimed.bucket, claimed.subscription_id, at=now, lock=True)
        dispute = next(d for d in subscription.disputes if d.id == claimed.id)
        if dispute.state.open:
            order = next(o for o in subscription.orders if o.id == dispute.order_id)
            save([decide_to_watch(subscription, dispute, _context(subscription, order, now), now)])


def _may_revive(subscription: Subscription) -> bool:
    """Whether the customer has not bought the product anew since the subscription ended."""
    living = living_subscription(subscription.bucket, subscription.customer_id, subscription.product)
    return living is None or living == (subscription.bucket, subscription.id)


def _context(subscription: Subscription, order: Order, now: datetime) -> Context:
    policy = policy_by_digest(order.policy_digest)
    return Context(order, None, policy, policy_of_plan(subscription.plan, now), calendar_for(policy, now))
