"""Buying: a new subscription, the intent of its first charge, and the charge itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from goodterms.domain.charging import decide_purchase
from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.payment import Charge
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.subscription import DisplayState, Subscription, display_state
from goodterms.domain.term import Interval
from goodterms.storage.claim import claim_charge
from goodterms.storage.load import living_subscription, load_subscription
from goodterms.storage.models import Plan
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.prices import prices_in_force
from goodterms.storage.save import refused_by, save
from goodterms.usecases.collect import ONE_LIVING, settle_charges
from goodterms.usecases.fence import REFUSED
from goodterms.usecases.world import World, charges_itself, locked


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought and how it is paid: a plan in a currency, through a sales channel and gateway."""

    plan: str
    currency: str
    payment_method: str
    gateway: str = "bank"
    channel: str = "vendor_store"


@dataclass(frozen=True, slots=True)
class Bought:
    """The new subscription and the state of its first charge: succeeded, declined or still unknown."""

    bucket: int
    subscription_id: UUID
    charge_state: str


def purchase(world: World, customer: Customer, wish: Purchase, *, actor: Actor) -> Bought | Refusal:
    """Buy a plan. Refuses `plan_unknown`, `not_sold_in_currency`, `gateway_unknown`, `sold_elsewhere` (the gateway is
    a seller that charges by itself), `already_subscribed`, `not_possible_now` while the fence is up, and what
    `decide_purchase` refuses.

    The term and its order exist only once the charge has succeeded; a declined one leaves nothing to use.
    """
    if world.held():
        return Refusal("not_possible_now", REFUSED)
    now = world.now()
    plan = Plan.objects.filter(code=wish.plan, on_sale=True).first()
    if plan is None:
        return Refusal("plan_unknown", f"There is no plan {wish.plan!r} on sale.")
    price = prices_in_force(now).get((plan.code, wish.currency))
    if price is None:
        return Refusal("not_sold_in_currency", f"{plan.name} has no price in {wish.currency}.")
    if wish.gateway not in world.gateways:
        return Refusal("gateway_unknown", f"No gateway {wish.gateway!r} is connected.")
    if charges_itself(world, wish.gateway):
        return Refusal("sold_elsewhere", f"{wish.gateway} sells this itself; buy there.")
    policy = policy_of_plan(plan.code, now)
    subscription = Subscription(
        bucket=customer.bucket,
        id=world.new_id(),
        customer_id=customer.id,
        product=plan.product,
        plan=plan.code,
        interval=Interval(plan.interval_months, plan.interval_days),
        anchor_at=now,
        price=Money(price[0], wish.currency),
        tax_minor=price[1],
        buyer_name=customer.name,
        buyer_email=customer.email,
        buyer_timezone=customer.timezone,
        buyer_country=customer.country,
        buyer_state=customer.state,
        buyer_consumer=customer.consumer,
        channel=wish.channel,
        merchant_of_record=policy.merchant_of_record,
        gateway=wish.gateway,
        payment_method=wish.payment_method or None,
        auto_renew=True,
        created_at=now,
    )
    decision = decide_purchase(subscription, policy, now, actor)
    if isinstance(decision, Refusal):
        return decision
    if not _begun(decision) and not (close_what_is_over(subscription, now) and _begun(decision)):
        return Refusal("already_subscribed", "There is a living subscription to this product already.")
    return _charge_at_once(world, subscription, decision)


def finish_purchase(world: World, bucket: int, subscription_id: UUID) -> Bought:
    """Go on with a purchase that was begun and whose answer was lost: charge it, unless that is done or under way.

    Raises `NotFound`.
    """
    subscription = load_subscription(bucket, subscription_id, at=world.now(), lock=False)
    charge = subscription.charges[0]
    claimed = claim_charge(bucket, charge.id, world.now()) if charge.state.open else None
    state = settle_charges(world, [claimed])[charge.id] if claimed is not None else charge.state.value
    return Bought(bucket, subscription_id, state)


def _begun(decision: Decision) -> bool:
    """Save the purchase; False when the customer has a living subscription to the product."""
    try:
        with transaction.atomic():
            save([decision])
    except IntegrityError as refused:
        if refused_by(refused) != ONE_LIVING:
            raise
        return False
    return True


def close_what_is_over(new: Subscription, now: datetime) -> bool:
    """Record the expiry of the one in the way if it is over and nobody has come by yet (R13); False where it lives."""
    key = living_subscription(new.bucket, new.customer_id, new.product)
    if key is None:
        return True
    with transaction.atomic():
        old, policy = locked(*key, now)
        if display_state(old, now) is not DisplayState.EXPIRED or old.next_step_at is None:
            return False
        save([plan_renewal(old, policy, now)])
    return True


def _charge_at_once(world: World, subscription: Subscription, decision: Decision) -> Bought:
    charge = decision.outcome
    assert isinstance(charge, Charge)
    claimed = claim_charge(charge.bucket, charge.id, world.now())
    state = charge.state.value
    if claimed is not None:
        state = settle_charges(world, [claimed])[charge.id]
    return Bought(subscription.bucket, subscription.id, state)
