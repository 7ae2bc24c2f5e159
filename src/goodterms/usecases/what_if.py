"""What a policy would say to a real or an invented case, on each day on which it could be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from goodterms.domain.case import Case, Laws, Verdict
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.money import Money
from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.refundability import Beside, refund_case
from goodterms.domain.rules import Act, Fact, FactValue
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Interval, Term, boundary
from goodterms.storage.directory import find_order
from goodterms.storage.laws import laws_for
from goodterms.storage.load import load_subscription
from goodterms.usecases.beside import beside_of
from goodterms.usecases.world import World

#: How many days after the order are looked at, at most.
MOST_DAYS = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """A case that nobody had: one order with its term, and when what is asked for.

    A renewal's term starts `lead_days` after the order. `day` counts local days from the order's.
    """

    act: Act
    kind: str
    placed_at: datetime
    interval: Interval
    lead_days: int
    amount: Money
    channel: str
    country: str | None
    state: str | None
    disputed: bool
    day: int
    facts: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both included, on which the same rule gives the same; `verdict` is that of the first, in brief.

    `least` and `most` are the amounts of its days where they differ.
    """

    first_on: date
    last_on: date
    verdict: Verdict
    least: Money
    most: Money


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The verdict on the chosen day, and how it changes over time."""

    case: Case
    zone: ZoneInfo
    verdict: Verdict
    stretches: tuple[Stretch, ...]
    days: int


def what_if(policy: Policy, invented: Invented) -> WhatIf:
    """Judge an invented case on its day and on every day around it. ValueError where it can not be judged."""
    case = _case(invented)
    countries = (invented.country,) if invented.country else ()
    laws = laws_for(policy, countries, case.placed_at.year - 1, case.placed_at.year + 4)
    return _over_time(policy, case, laws)


def what_if_of_order(world: World, policy: Policy, number: str, act: Act, day: int | None) -> WhatIf | None:
    """The same for a real order, as it stands; None where there is none of that number."""
    found = find_order(number)
    if found is None:
        return None
    bucket, order_id, subscription_id = found
    now = world.now()
    subscription = load_subscription(bucket, subscription_id, at=now, lock=False)
    order = next(one for one in subscription.orders if one.id == order_id)
    at = max(order.placed_at, now if day is None else order.placed_at + timedelta(days=day))
    beside = beside_of(subscription, order, policy, at, now)
    return _over_time(policy, _real(subscription, order, act, at, beside), beside.laws)


def facts_to_enter(policy: Policy, country: str | None) -> tuple[Fact, ...]:
    """The facts that the policy, or a law of the country, has rules about, each once."""
    laws = laws_for(policy, (country,) if country else (), 2020, 2030).laws
    found = dict(policy.facts)
    for law in laws:
        for name, fact in law.facts.items():
            found.setdefault(name, fact)
    return tuple(found.values())


def _case(of: Invented) -> Case:
    renewal = of.kind == "renewal"
    starts_at = of.placed_at + timedelta(days=of.lead_days) if renewal else of.placed_at
    term = Term(2 if renewal else 1, starts_at, boundary(starts_at, of.interval, 1))
    return Case(
        act=of.act, kind=of.kind, placed_at=of.placed_at, term=term, amount=of.amount,
        requested_at=of.placed_at + timedelta(days=of.day), sales_channel=of.channel, is_latest_paid=True,
        country=of.country, state=of.state,
        current_term_ends_at=starts_at if renewal and of.day < of.lead_days else None,
        next_term_ends_at=boundary(starts_at, of.interval, 2), disputed=of.disputed, facts=of.facts,
    )  # fmt: skip


def _real(subscription: Subscription, order: Order, act: Act, at: datetime, beside: Beside) -> Case:
    return refund_case(subscription, order, at, None, beside.facts, act)


def _over_time(policy: Policy, case: Case, laws: Laws) -> WhatIf:
    zone = counting_zone(policy.counting, case.buyer_timezone)
    days = min((case.term.ends_at - case.placed_at).days + 60, MOST_DAYS)
    return WhatIf(case, zone, evaluate(policy, case, laws), _stretches(policy, case, laws, zone, days), days)


def _stretches(policy: Policy, case: Case, laws: Laws, zone: ZoneInfo, days: int) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for day in range(days + 1):
        at = case.placed_at + timedelta(days=day)
        upcoming = at < case.term.starts_at
        running = case.current_term_ends_at or case.term.starts_at
        then = replace(case, requested_at=at, current_term_ends_at=running if upcoming else None)
        verdict, on = evaluate(policy, then, laws, brief=True), local_date(at, zone)
        if found and _same(found[-1].verdict, verdict):
            last = found[-1]
            found[-1] = replace(
                last, last_on=on, least=min(last.least, verdict.amount), most=max(last.most, verdict.amount)
            )
        else:
            found.append(Stretch(on, on, verdict, verdict.amount, verdict.amount))
    return tuple(found)


def _same(one: Verdict, other: Verdict) -> bool:
    return (one.outcome, one.clause, one.rule, one.access) == (other.outcome, other.clause, other.rule, other.access)
