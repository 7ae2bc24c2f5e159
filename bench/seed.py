"""Subscriptions whose renewal is due: bought a year ago, paid, announced; made by the domain, written by `save`.

A few thousand are made so and then copied (`multiply`). All of them are due at `NOW` in a dense set. In a sparse set
one in a hundred is due at each of several instants, so that every round finds its own; the others were bought later
in the year and are paid. In both, neighbors in time are no neighbors on disk or in the alphabet of keys.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

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
from goodterms.storage.models import Plan, Price
from goodterms.storage.save import save

FIRST_BOUGHT_AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
SPREAD = timedelta(days=7)  # a dense set was bought in one week
NOW = datetime(2027, 1, 1, 9, tzinfo=UTC)  # all of it is within 14 days before its end, none is over
YEAR = Interval(months=12)
PLAN = "shield-year"
PRICES = {"AUD": (7995, 727), "EUR": (4995, 798)}
BATCH = 2000

#: Of a sparse set, what is due at once was bought within half of this; copies move it by seconds.
WINDOW = timedelta(hours=2)
ONE_IN = 100
_QUIET_FROM, _QUIET_FOR = datetime(2026, 2, 10, 8, tzinfo=UTC), timedelta(days=290)


def publish() -> Policy:
    """Write plan, prices and the policy that subscriptions renew under; returns the policy."""
    policy = policies.publish(policies.shipped_policy(), at=FIRST_BOUGHT_AT, by="bench")
    plan = Plan.objects.create(
        code=PLAN, product="shield", name="Shield, yearly", interval_months=12, created_at=FIRST_BOUGHT_AT
    )
    for currency, (amount, tax) in PRICES.items():
        Price.objects.create(
            plan=plan, currency=currency, amount_minor=amount, tax_minor=tax, effective_at=FIRST_BOUGHT_AT,
            created_at=FIRST_BOUGHT_AT, created_by="bench",
        )  # fmt: skip
    return policy


def policy_now() -> Policy:
    """The policy of a database that was seeded before."""
    return policies.policy_of_plan(PLAN, NOW)


def seed_dense(count: int, policy: Policy, *, first: int = 0) -> None:
    """Write subscriptions that are all due at `NOW`; the number of the first tells two sets apart."""
    step = SPREAD / count
    _seed(first, count, lambda n: (FIRST_BOUGHT_AT + step * (n - first), True), policy)


def seed_sparse(count: int, windows: int, policy: Policy) -> None:
    """Write subscriptions of which one in a hundred is due in each window; see `sparse_now`."""
    step, rest = WINDOW / 2 * ONE_IN / count, _QUIET_FOR / count

    def bought(number: int) -> tuple[datetime, bool]:
        window = number % ONE_IN
        if window < windows:
            return FIRST_BOUGHT_AT + WINDOW * window + step * (number // ONE_IN), True
        return _QUIET_FROM + rest * number, False

    _seed(0, count, bought, policy)


def sparse_now(window: int, policy: Policy) -> datetime:
    """The instant at which a window of a sparse set is due, and none of the later ones."""
    due_from = FIRST_BOUGHT_AT.replace(year=FIRST_BOUGHT_AT.year + 1) - timedelta(
        days=policy.renewal.lead_days(YEAR, None)
    )
    return due_from + WINDOW * (window + 1) - timedelta(minutes=1)


def _seed(first: int, count: int, bought: Callable[[int], tuple[datetime, bool]], policy: Policy) -> None:
    dice = random.Random(4096 + first)
    for start in range(first, first + count, BATCH):
        new = []
        for number in range(start, min(start + BATCH, first + count)):
            bought_at, due = bought(number)
            new.append((*_new(number, bought_at.replace(microsecond=0), policy, dice), due))
        _write(new, policy)


def _id(at: datetime, dice: random.Random) -> UUID:
    """A time-ordered id (UUIDv7) that is the same in every run."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (7 << 76) | (dice.getrandbits(12) << 64) | (2 << 62) | dice.getrandbits(62))


def _new(number: int, bought_at: datetime, policy: Policy, dice: random.Random) -> tuple[Customer, Subscription]:
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


def _write(new: list[tuple[Customer, Subscription, bool]], policy: Policy) -> None:
    """Buy, pay and, where it is due, announce, each decision saved for the whole batch at once."""
    bought = [decide_purchase(sub, policy, sub.created_at, Actor("customer", str(who.id))) for who, sub, _ in new]
    paid = [_paid(_after(decision), policy) for decision in bought]
    announced = [_announced(_after(decision), policy) for decision, (_, _, due) in zip(paid, new, strict=True) if due]
    with transaction.atomic():
        save([Decision(inserts=tuple(who for who, _, _ in new))])
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
