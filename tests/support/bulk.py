"""A thousand customers at once: subscriptions whose renewal is due, made by the domain and saved in one call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from goodterms.domain.charging import ChargeResult, decide_charge_outcome, decide_purchase
from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision, TermRow
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Interval
from goodterms.storage.policies import publish, shipped_policy
from goodterms.storage.save import save
from tests.support.samples import CUSTOMER, after, decided

YEAR = Interval(days=365)
_SPACE = UUID("0b0e4a3e-6d0a-4b6e-8a53-3f6f0c0f5a11")


def due_renewals(
    charge_at: Sequence[datetime], cards: Sequence[str], gateways: Sequence[str] = ("bank",)
) -> list[Subscription]:
    """Save one announced subscription for each instant at which its renewal is to be charged, the gateways in turn."""
    start = min(charge_at) - timedelta(days=400)
    policy = publish(shipped_policy(), at=start, by="test", effective_at=start)
    decisions = [
        _announced(number, policy, at, card, gateways[number % len(gateways)])
        for number, (at, card) in enumerate(zip(charge_at, cards, strict=True))
    ]
    with transaction.atomic():
        save(decisions)
    return [after(decision) for decision in decisions]


def _announced(number: int, policy: Policy, charge_at: datetime, card: str, gateway: str) -> Decision:
    """A subscription bought a year less two weeks before its charge, paid, and announced in time."""
    lead = timedelta(days=policy.renewal.lead_days(YEAR))
    bought_at = charge_at + lead - timedelta(days=YEAR.days)
    buyer = Customer(
        number * 37 % 4096, uuid5(_SPACE, f"customer {number}"), f"buyer{number}@example.org", "Buyer", bought_at
    )
    new = Subscription(
        bucket=buyer.bucket, id=uuid5(_SPACE, f"subscription {number}"), customer_id=buyer.id, product="shield",
        plan="shield-year", interval=YEAR, anchor_at=bought_at, price=Money(5995 + number, "AUD"), tax_minor=545,
        buyer_name=buyer.name, buyer_email=buyer.email, buyer_timezone=None, channel="vendor_store",
        merchant_of_record="Nexway", gateway=gateway, payment_method=card, auto_renew=True, created_at=bought_at,
    )  # fmt: skip
    ordered = decided(decide_purchase(new, policy, bought_at, CUSTOMER))
    sub = after(ordered)
    charge = sub.open_charge
    assert charge is not None
    paid = decided(decide_charge_outcome(sub, charge, ChargeResult("succeeded", f"seed_{number}"), policy, bought_at))
    told_at = charge_at + lead - timedelta(days=policy.renewal.reminder_days(YEAR))
    told = decided(plan_renewal(after(paid), policy, told_at))
    assert after(told).next_step_at == charge_at, (after(told).next_step_at, charge_at)
    return _as_one(buyer, [ordered, paid, told])


def _as_one(buyer: Customer, decisions: Iterable[Decision]) -> Decision:
    """Several decisions about one new subscription as one that only inserts; the letters of the past are left out."""
    rows: dict[tuple[object, ...], object] = {}
    facts, postings = [], []
    for decision in decisions:
        for row in (*decision.inserts, *decision.updates):
            rows[_key(row)] = row
        facts += decision.facts
        postings += decision.postings
    return Decision(inserts=(buyer, *rows.values()), facts=tuple(facts), postings=tuple(postings))


def _key(row: object) -> tuple[object, ...]:
    return (TermRow, row.term.number) if isinstance(row, TermRow) else (type(row), getattr(row, "id", None))


def spread(first: datetime, groups: int, each: int, apart: timedelta) -> Iterator[datetime]:
    """`groups` times `each` instants, one group after the other."""
    for group in range(groups):
        for _ in range(each):
            yield (first + group * apart).astimezone(UTC)
