"""Replaying a vendor's past, and what stands open today, under another policy: counts, money, and who is affected.

Past acts are judged as of their instant, on the order as it stood; each under the policy it was made under and under
the other one. Of every subscription that runs, the latest order is judged as if money were asked back, and as if it
were canceled, now. Nothing is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from goodterms.domain.case import Verdict
from goodterms.domain.comparing.replay import Change, Replayed, as_of, replay
from goodterms.domain.judging.known_facts import (
    HISTORY,
    NOTICE,
    declared_facts,
    fact_named,
    facts_of_order,
    wrong_value,
)
from goodterms.domain.payment import Order, OrderKind
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import CUSTOMER, encode
from goodterms.domain.refundability import Beside
from goodterms.domain.renewal import renewal_plan
from goodterms.domain.rules import FactValue
from goodterms.domain.subscription import DisplayState, Subscription, display_state
from goodterms.storage.laws import laws_for
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.past import Past, count_subscriptions, everything
from goodterms.usecases.beside import beside_of
from goodterms.usecases.world import World

Kind = Literal["past request", "past cancellation", "refund today", "cancellation today"]
_FIRST_YEAR, _YEARS_AHEAD = 2000, 2


@dataclass(frozen=True, slots=True)
class Affected:
    """One act that would come out differently: whose, what, and both outcomes in brief."""

    kind: Kind
    customer: str
    order: str
    at: datetime
    change: Change
    before: str
    after: str
    currency: str
    before_minor: int
    after_minor: int


@dataclass(slots=True)
class Report:
    """What a back test found. `money` holds, by kind and currency, what is paid back before and after, less fees.

    `counts` are acts by kind and change; `moved` counts renewals whose charge would come earlier, later or not at
    all; `not_judged` are acts that one of the policies can not judge, by reason.
    """

    subscriptions: int = 0
    orders: int = 0
    counts: Counter[tuple[Kind, Change]] = field(default_factory=Counter)
    money: dict[tuple[Kind, str], list[int]] = field(default_factory=dict)
    moved: Counter[str] = field(default_factory=Counter)
    not_judged: Counter[str] = field(default_factory=Counter)
    customers: set[str] = field(default_factory=set)

    def add(self, kind: Kind, found: Replayed) -> None:
        """Count one act."""
        self.counts[kind, found.change] += 1
        sums = self.money.setdefault((kind, found.before.amount.currency), [0, 0])
        sums[0] += _paid(found.before)
        sums[1] += _paid(found.after)


def backtest(
    world: World, policy: Policy, *, plan: str | None = None, on_progress: Callable[[int, int], None] | None = None,
    on_affected: Callable[[Affected], None] | None = None,
) -> Report:  # fmt: skip
    """Replay everything under `policy`. `on_progress` is told how many subscriptions of how many have been done."""
    now = world.now()
    report, total = Report(), count_subscriptions(plan)
    for batch in everything(now, plan):
        for past in batch:
            _replay(past, policy, now, report, on_affected)
        report.subscriptions += len(batch)
        if on_progress is not None:
            on_progress(report.subscriptions, total)
    return report


def _replay(
    past: Past, policy: Policy, now: datetime, report: Report, on_affected: Callable[[Affected], None] | None
) -> None:
    sub = past.subscription
    report.orders += len(sub.orders)
    for kind, order, at, found in _acts(past, policy, now, report):
        report.add(kind, found)
        if found.change == "same":
            continue
        customer = encode(CUSTOMER, sub.bucket, sub.customer_id)
        report.customers.add(customer)
        if on_affected is not None:
            on_affected(_affected(kind, customer, order, at, found))
    if sub.auto_renew and sub.expired_at is None:
        moved = _moved(sub, policy)
        if moved:
            report.moved[moved] += 1
            report.customers.add(encode(CUSTOMER, sub.bucket, sub.customer_id))


def _acts(
    past: Past, policy: Policy, now: datetime, report: Report
) -> Iterator[tuple[Kind, Order, datetime, Replayed]]:
    """Every act to judge: past requests and cancellations, and for what runs a refund and a cancellation today."""
    sub = past.subscription
    for request in past.requests:
        then = as_of(sub, request.received_at)
        order = next((o for o in then.orders if o.id == request.order_id), None)
        if order is None or request.act == "cancel":
            continue
        stated = {name: fact.value for name, fact in request.facts.items()}
        found = _judged(then, order, request.received_at, now, "refund", policy, report, stated)
        if found:
            yield "past request", order, request.received_at, found
    for cancellation in past.cancellations:
        then = as_of(sub, cancellation.requested_at)
        if then.orders and (found := _judged(
            then, then.orders[-1], cancellation.requested_at, now, "cancel", policy, report
        )):  # fmt: skip
            yield "past cancellation", then.orders[-1], cancellation.requested_at, found
    latest = sub.latest_paid_term
    order = sub.order_of(latest) if latest else None
    if order is None or sub.open_refund or display_state(sub, now) is DisplayState.EXPIRED:
        return
    if found := _judged(sub, order, now, now, "refund", policy, report):
        yield "refund today", order, now, found
    if sub.auto_renew and (found := _judged(sub, order, now, now, "cancel", policy, report)):
        yield "cancellation today", order, now, found


def _judged(
    sub: Subscription, order: Order, at: datetime, now: datetime, act: Literal["refund", "cancel"], policy: Policy,
    report: Report, stated: dict[str, FactValue] | None = None,
) -> Replayed | None:  # fmt: skip
    own = policy_by_digest(order.policy_digest)
    try:
        besides = (_beside(sub, order, own, at, now), _beside(sub, order, policy, at, now))
        return replay(sub, order, at, act, (own, policy), besides, stated)
    except ValueError as problem:
        report.not_judged[str(problem)] += 1
        return None


def _beside(sub: Subscription, order: Order, policy: Policy, at: datetime, now: datetime) -> Beside:
    """Laws and known facts; what needs a look into the database is looked up only where a rule asks for it."""
    country = sub.buyer_country
    laws = laws_for(policy, (country,) if country else (), _FIRST_YEAR, now.year + _YEARS_AHEAD)
    wanted = declared_facts(policy, laws)
    if not wanted:
        return Beside(laws)
    if wanted & HISTORY or (NOTICE in wanted and order.kind is OrderKind.RENEWAL):
        return beside_of(sub, order, policy, at, now)
    known = facts_of_order(sub, order, policy)
    fitting = {
        name: value
        for name, value in known.items()
        if name in wanted
        and (fact := fact_named(name, policy, laws)) is not None
        and wrong_value(fact, value, order.amount.currency) is None
    }
    return Beside(laws, fitting)


def _moved(sub: Subscription, policy: Policy) -> str:
    """How the coming charge would move; empty where it would not."""
    latest = sub.latest_paid_term
    order = sub.order_of(latest) if latest else None
    if order is None:
        return ""
    own = policy_by_digest(order.policy_digest)
    if not policy.renewal.covers(sub.interval):
        return "not covered"
    before = renewal_plan(sub, own) if own.renewal.covers(sub.interval) else None
    after = renewal_plan(sub, policy)
    if before is None or after is None or before.charge_at is None or after.charge_at is None:
        return ""
    if before.charge_at == after.charge_at:
        return ""
    return "charged earlier" if after.charge_at < before.charge_at else "charged later"


def _affected(kind: Kind, customer: str, order: Order, at: datetime, found: Replayed) -> Affected:
    return Affected(
        kind, customer, order.number, at, found.change, _brief(found.before), _brief(found.after),
        order.amount.currency, _paid(found.before), _paid(found.after),
    )  # fmt: skip


def _brief(verdict: Verdict) -> str:
    missing = f" ({', '.join(verdict.missing)})" if verdict.missing else ""
    return f"{verdict.outcome} by {verdict.clause}{missing}"


def _paid(verdict: Verdict) -> int:
    return verdict.amount.minor - (verdict.fee.minor if verdict.fee else 0)
