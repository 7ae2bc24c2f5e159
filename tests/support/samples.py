"""Small, plain values that tests start from. Names say what they are; every date is in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.charging import ChargeResult, decide_charge_outcome, decide_purchase
from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Interval
from goodterms.policies import read

CUSTOMER = Actor("customer", "ann")
AGENT = Actor("agent", "sam@vendor.example")
SECOND_AGENT = Actor("agent", "kim@vendor.example")
YEAR = Interval(months=12)


def at(text: str) -> datetime:
    """An instant from `2026-05-10` or `2026-05-10T12:00`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@cache
def reference() -> Policy:
    """The policy that is shipped."""
    return parse_policy(read("reference"), "reference.toml")


def weekdays_only() -> BusinessCalendar:
    """A business calendar without holidays."""
    return BusinessCalendar(frozenset({5, 6}), frozenset())


def customer(bucket: int = 7, number: int = 1) -> Customer:
    """A customer."""
    return Customer(bucket, UUID(int=number), f"buyer{number}@example.org", f"Buyer {number}", at("2026-01-01"))


def subscription(
    *, bought_at: datetime, interval: Interval = YEAR, buyer: Customer | None = None, number: int = 100,
    price: Money | None = None, card: str | None = "pm_ok",
) -> Subscription:  # fmt: skip
    """A subscription that has been ordered and not yet paid."""
    buyer = buyer or customer()
    return Subscription(
        bucket=buyer.bucket, id=UUID(int=number), customer_id=buyer.id, product="shield", plan="shield-year",
        interval=interval, anchor_at=bought_at, price=price or Money(7995, "AUD"), tax_minor=727,
        buyer_name=buyer.name, buyer_email=buyer.email, buyer_timezone=None, channel="vendor_store",
        merchant_of_record="Nexway", gateway="bank", payment_method=card, auto_renew=True, created_at=bought_at,
    )  # fmt: skip


def decided(decision: Decision | Refusal) -> Decision:
    """The decision, which must not be a refusal."""
    assert isinstance(decision, Decision), decision
    return decision


def after(decision: Decision | Refusal) -> Subscription:
    """The subscription as a decision leaves it."""
    rows = decided(decision)
    return next(row for row in (*rows.inserts, *rows.updates) if isinstance(row, Subscription))


def bought(bought_at: datetime, **more: object) -> Subscription:
    """A subscription whose first charge has succeeded at once."""
    new = after(decide_purchase(subscription(bought_at=bought_at, **more), reference(), bought_at, CUSTOMER))  # type: ignore[arg-type]
    return paid(new, bought_at)


def paid(sub: Subscription, when: datetime) -> Subscription:
    """The subscription after its open charge succeeded."""
    charge = sub.open_charge
    assert charge is not None
    result = ChargeResult("succeeded", f"ch_{charge.key[-6:]}")
    return after(decide_charge_outcome(sub, charge, result, reference(), when))


def step(sub: Subscription, when: datetime) -> Subscription:
    """The subscription after the worker looked at it."""
    return after(plan_renewal(sub, reference(), when))


def renewed(sub: Subscription) -> Subscription:
    """The subscription after its next renewal was announced, charged and paid, each when it was due."""
    while sub.open_charge is None:
        due = sub.next_step_at
        assert due is not None
        sub = step(sub, due)
    return paid(sub, sub.open_charge.intended_at + timedelta(seconds=2))
