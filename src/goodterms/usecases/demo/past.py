"""Years of invented history: who bought what, what renewed, who left, what was paid back. Seeded, so repeatable."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from goodterms.domain.money import Money
from goodterms.domain.term import boundary
from goodterms.usecases.demo.cast import ROLES, Past
from goodterms.usecases.demo.people import Person, crowd
from goodterms.usecases.demo.shop import OFFERS, Offer, tax_in

SEED = 20
LEAD = timedelta(days=14)
_PLANS = ("shield-1y",) * 11 + ("family-2y",) * 2 + ("vault-1m",) * 4 + ("vault-1y",) * 3
#: Most cards work; some are short of money for a while, some for good.
_CARDS = ("pm_ok",) * 44 + ("pm_insufficient_funds_1",) * 2 + ("pm_insufficient_funds_2", "pm_expired")
_RISE = timedelta(days=540)  # prices were lower before this long ago


@dataclass(frozen=True, slots=True)
class PastOrder:
    """A paid term of the history."""

    number: str
    placed_at: datetime
    starts_at: datetime
    ends_at: datetime
    amount: Money
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PastSubscription:
    """A subscription of the history."""

    ref: str
    person: Person
    plan: str
    card: str
    renews: bool
    canceled_at: datetime | None
    channel: str
    orders: tuple[PastOrder, ...]


def history(now: datetime, as_of: datetime, customers: int) -> list[PastSubscription]:
    """What was known at `as_of`, some weeks before `now`: the cast's pasts, then a crowd of that many customers."""
    random = Random(SEED)  # noqa: S311 -- invented people, no secrets
    subscriptions = [*_of_the_cast(now, as_of), *islice(_of_the_crowd(random, as_of), customers)]
    return _numbered(subscriptions)


def paid_terms(
    offer: Offer, currency: str, anchor_at: datetime, as_of: datetime, stopped_at: datetime | None, now: datetime
) -> tuple[PastOrder, ...]:
    """The terms that were paid by `as_of`, each charged two weeks ahead, none after the customer stopped."""
    found: list[PastOrder] = []
    while True:
        starts_at, ends_at = (boundary(anchor_at, offer.interval, len(found) + i) for i in (0, 1))
        placed_at = starts_at - LEAD if found else starts_at
        if placed_at > as_of or (found and stopped_at is not None and placed_at > stopped_at):
            return tuple(found)
        minor = offer.prices[currency]
        if placed_at < now - _RISE:
            minor -= minor // 10 // 100 * 100 if minor > 2000 else 0
        found.append(PastOrder("", placed_at, starts_at, ends_at, Money(minor, currency)))


def _of_the_cast(now: datetime, as_of: datetime) -> Iterator[PastSubscription]:
    for role in ROLES.values():
        for part in role.origin:
            if not isinstance(part, Past):
                continue
            offer = OFFERS[part.plan]
            end = now + timedelta(days=part.ends_in, hours=3)
            anchor_at = _months_before(end, offer.months * part.terms)
            canceled_at = now - timedelta(days=part.canceled_ago) if part.canceled_ago else None
            stopped_at = canceled_at or (None if part.renews else anchor_at)
            yield PastSubscription(
                f"{role.key}-{offer.product}", role.person, part.plan, f"{part.card}.{role.key}",
                part.renews and canceled_at is None, canceled_at, part.channel,
                paid_terms(offer, role.land.currency, anchor_at, as_of, stopped_at, now),
            )  # fmt: skip


def _of_the_crowd(random: Random, as_of: datetime) -> Iterator[PastSubscription]:
    for number, person in enumerate(crowd(random), 1):
        offer = OFFERS[random.choice(_PLANS)]
        anchor_at = as_of - timedelta(days=random.randrange(2, 1500), minutes=random.randrange(1440))
        canceled_at = None
        if random.random() < 0.35:  # some have left, most of them in their first years
            canceled_at = anchor_at + timedelta(days=random.randrange(5, 900), minutes=random.randrange(1440))
            canceled_at = canceled_at if canceled_at < as_of else None
        orders = paid_terms(offer, person.land.currency, anchor_at, as_of, canceled_at, as_of)
        if random.random() < 0.08:
            orders, canceled_at = _with_refund(random, orders, as_of, canceled_at)
        yield PastSubscription(
            f"hb-{number:04d}", person, offer.code, f"{random.choice(_CARDS)}.{number:04d}",
            canceled_at is None and not orders[-1].refunded_at, canceled_at, "vendor_store", orders,
        )  # fmt: skip


def _with_refund(
    random: Random, orders: tuple[PastOrder, ...], as_of: datetime, canceled_at: datetime | None
) -> tuple[tuple[PastOrder, ...], datetime | None]:
    """The last payment was asked back within its days; what came after it never did."""
    index = random.randrange(len(orders))
    last = orders[index]
    refunded_at = last.placed_at + timedelta(days=random.randrange(1, 28), minutes=random.randrange(1440))
    if refunded_at >= as_of:
        return orders, canceled_at
    return (*orders[:index], replace(last, refunded_at=refunded_at)), None


def _numbered(subscriptions: list[PastSubscription]) -> list[PastSubscription]:
    """Order numbers in the order in which the orders were placed."""
    places = sorted(
        (order.placed_at, s, o) for s, sub in enumerate(subscriptions) for o, order in enumerate(sub.orders)
    )
    numbers = {(s, o): f"HB-{100000 + i}" for i, (_, s, o) in enumerate(places, 1)}
    return [
        replace(sub, orders=tuple(replace(order, number=numbers[s, o]) for o, order in enumerate(sub.orders)))
        for s, sub in enumerate(subscriptions)
    ]


def _months_before(at: datetime, months: int) -> datetime:
    year, month0 = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month0 + 1, day=min(at.day, monthrange(year, month0 + 1)[1]))


def tax_of(order: PastOrder) -> Money:
    """The tax in what was paid."""
    return tax_in(order.amount)
