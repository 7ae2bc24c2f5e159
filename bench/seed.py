"""Subscriptions whose renewal is due: bought a year ago, paid, announced; made by the domain, written by `save`."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from bench.stub import answer_for
from goodterms.domain.charging import ChargeResult, decide_charge_outcome, decide_purchase
from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import BUCKETS
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Interval
from goodterms.storage import policies
from goodterms.storage.models import Plan, Price, SubscriptionRow
from goodterms.storage.save import save

FIRST_BOUGHT_AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
SPREAD = timedelta(days=7)  # everything was bought in one week
NOW = datetime(2027, 1, 1, 9, tzinfo=UTC)  # all are within 14 days before their end, none is over
YEAR = Interval(months=12)
PLAN = "shield-year"
PRICES = {"AUD": (7995, 727), "EUR": (4995, 798)}
BATCH = 2000


def seed(due: int) -> Policy:
    """Write plan, prices, policy and `due` subscriptions; returns the policy they renew under."""
    policy = policies.publish(policies.shipped_policy(), at=FIRST_BOUGHT_AT, by="bench")
    plan = Plan.objects.create(
        code=PLAN, product="shield", name="Shield, yearly", interval_months=12, created_at=FIRST_BOUGHT_AT
    )
    for currency, (amount, tax) in PRICES.items():
        Price.objects.create(
            plan=plan, currency=currency, amount_minor=amount, tax_minor=tax, effective_at=FIRST_BOUGHT_AT,
            created_at=FIRST_BOUGHT_AT, created_by="bench",
        )  # fmt: skip
    dice = random.Random(4096)
    step = SPREAD / due
    for first in range(0, due, BATCH):
        numbers = range(first, min(first + BATCH, due))
        _write([_new(n, FIRST_BOUGHT_AT + (step * n), policy, dice) for n in numbers], policy)
    return policy


def _id(at: datetime, dice: random.Random) -> UUID:
    """A time-ordered id (UUIDv7) that is the same in every run."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (7 << 76) | (dice.getrandbits(12) << 64) | (2 << 62) | dice.getrandbits(62))


def _new(number: int, bought_at: datetime, policy: Policy, dice: random.Random) -> tuple[Customer, Subscription]:
    bought_at = bought_at.replace(microsecond=0)
    currency = "AUD" if number % 3 else "EUR"
    amount, tax = PRICES[currency]
    buyer = Customer(
        dice.randrange(BUCKETS), _id(bought_at, dice), f"buyer{number}@example.org", f"Buyer {number}", bought_at
    )
    return buyer, Subscription(
        bucket=buyer.bucket, id=_id(bought_at, dice), customer_id=buyer.id, product="shield", plan=PLAN,
        interval=YEAR, anchor_at=bought_at, price=Money(amount, currency), tax_minor=tax, buyer_name=buyer.name,
        buyer_email=buyer.email, buyer_timezone=None, channel="vendor_store",
        merchant_of_record=policy.merchant_of_record, gateway="bank", payment_method="pm_ok", auto_renew=True,
        created_at=bought_at,
    )  # fmt: skip


def _write(new: list[tuple[Customer, Subscription]], policy: Policy) -> None:
    """Buy, pay and announce, each decision saved for the whole batch at once."""
    bought = [decide_purchase(sub, policy, sub.created_at, Actor("customer", str(who.id))) for who, sub in new]
    paid = [_paid(_after(decision), policy) for decision in bought]
    announced = [_announced(_after(decision), policy) for decision in paid]
    with transaction.atomic():
        save([Decision(inserts=tuple(who for who, _ in new))])
        for decisions in (bought, paid, announced):
            save([d for d in decisions if isinstance(d, Decision)])


def _paid(sub: Subscription, policy: Policy) -> Decision | Refusal:
    charge = sub.open_charge
    assert charge is not None
    result = ChargeResult("succeeded", f"ch_first_{sub.id.hex[-12:]}")
    return decide_charge_outcome(sub, charge, result, policy, sub.created_at + timedelta(seconds=2))


def _announced(sub: Subscription, policy: Policy) -> Decision:
    assert sub.next_step_at is not None
    return plan_renewal(sub, policy, sub.next_step_at + timedelta(hours=1))


def _after(decision: Decision | Refusal) -> Subscription:
    assert isinstance(decision, Decision), decision
    return next(row for row in (*decision.inserts, *decision.updates) if isinstance(row, Subscription))


def declines() -> int:
    """How many of the seeded subscriptions the stub will decline."""
    return sum(not answer_for(f"gt-charge-{id.hex}")[0] for id in SubscriptionRow.objects.values_list("id", flat=True))
