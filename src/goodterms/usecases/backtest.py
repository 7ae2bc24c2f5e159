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
    PRODUCT_CLASS,
    declared_facts,
    fact_named,
    facts_of_order,
    wrong_value,
)
from goodterms.domain.payment import Order, OrderKind
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import CUSTOMER, encode
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.refundability import Beside
from goodterms.domain.renewal import renewal_plan
from goodterms.domain.rules import Act, FactValue
from goodterms.domain.subscription import DisplayState, Subscription, display_state
from goodterms.storage.laws import laws_for
from goodterms.storage.plans import product_classes
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.storage.queries.past import Past, count_subscriptions, everything
from goodterms.usecases.beside import OTHERWISE, beside_of
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


@dataclass(slots=True)
class _Run:
    """One back test: the policy that is tried, and what is looked up once of the plans and kept."""

    policy: Policy
    now: datetime
    report: Report
    classes: dict[str, str]
    in_force: dict[str, Policy] = field(default_factory=dict)

    def renewing(self, plan: str) -> Policy:
        """The policy under which subscriptions of a plan renew today, whatever their orders were made under."""
        if plan not in self.in_force:
            self.in_force[plan] = policy_of_plan(plan, self.now)
        return self.in_force[plan]


def backtest(
    world: World, policy: Policy, *, plan: str | None = None, on_progress: Callable[[int, int], None] | None = None,
    on_affected: Callable[[Affected], None] | None = None,
) -> Report:  # fmt: skip
    """Replay everything under `policy`. `on_progress` is told how many subscriptions of how many have been done."""
    now = world.now()
    report, total = Report(), count_subscriptions(plan)
    run = _Run(policy, now, report, product_classes())
    for batch in everything(now, plan):
        for past in batch:
            _replay(past, run, on_affected)
        report.subscriptions += len(batch)
        if on_progress is not None:
            on_progress(report.subscriptions, total)
    return report


def _replay(past: Past, run: _Run, on_affected: Callable[[Affected], None] | None) -> None:
    sub, report = past.subscription, run.report
    report.orders += len(sub.orders)
    for kind, order, at, found in _acts(past, run):
        report.add(kind, found)
        if found.change == "same":
            continue
        customer = encode(CUSTOMER, sub.bucket, sub.customer_id)
        report.customers.add(customer)
        if on_affected is not None:
            on_affected(_affected(kind, customer, order, at, found))
    if sub.auto_renew and sub.expired_at is None:
        moved = _moved(sub, run)
        if moved:
            report.moved[moved] += 1
            report.customers.add(encode(CUSTOMER, sub.bucket, sub.customer_id))


def _acts(past: Past, run: _Run) -> Iterator[tuple[Kind, Order, datetime, Replayed]]:
    """Every act to judge: past requests and cancellations, and for what runs a refund and a cancellation today."""
    sub, now = past.subscription, run.now
    for request in past.requests:
        then = as_of(sub, request.received_at)
        order = next((o for o in then.orders if o.id == request.order_id), None)
        if order is None or request.act == "cancel":
            continue
        found = _judged(then, order, request.received_at, request.act, run, request)
        if found:
            yield "past request", order, request.received_at, found
    for cancellation in past.cancellations:
        then = as_of(sub, cancellation.requested_at)
        if then.orders and (found := _judged(then, then.orders[-1], cancellation.requested_at, "cancel", run)):
            yield "past cancellation", then.orders[-1], cancellation.requested_at, found
    latest = sub.latest_paid_term
    order = sub.order_of(latest) if latest else None
    if order is None or sub.open_refund or display_state(sub, now) is DisplayState.EXPIRED:
        return
    if found := _judged(sub, order, now, "refund", run):
        yield "refund today", order, now, found
    if sub.auto_renew and (found := _judged(sub, order, now, "cancel", run)):
        yield "cancellation today", order, now, found


def _judged(
    sub: Subscription, order: Order, at: datetime, act: Act, run: _Run,
    request: RefundRequest | None = None,
) -> Replayed | None:  # fmt: skip
    own = policy_by_digest(order.policy_digest)
    stated = {name: fact.value for name, fact in request.facts.items()} if request else {}
    try:
        besides = (_beside(sub, order, own, at, run, request), _beside(sub, order, run.policy, at, run, request))
        return replay(sub, order, at, act, (own, run.policy), besides, stated)
    except ValueError as problem:
        run.report.not_judged[str(problem)] += 1
        return None


def _beside(
    sub: Subscription, order: Order, policy: Policy, at: datetime, run: _Run, request: RefundRequest | None
) -> Beside:
    """Laws and known facts; what needs a look into the database is looked up only where a rule asks for it."""
    stated = request.facts["country"].value if request and "country" in request.facts else None
    countries = tuple(sorted({one for one in (sub.buyer_country, stated) if isinstance(one, str)}))
    laws = laws_for(policy, countries, _FIRST_YEAR, run.now.year + _YEARS_AHEAD)
    wanted = declared_facts(policy, laws)
    if not wanted:
        return Beside(laws)
    if wanted & HISTORY or (NOTICE in wanted and order.kind is OrderKind.RENEWAL):
        return beside_of(sub, order, policy, at, run.now, request)
    known: dict[str, FactValue] = facts_of_order(sub, order, policy)
    known[PRODUCT_CLASS] = run.classes.get(sub.plan) or OTHERWISE
    fitting = {
        name: value
        for name, value in known.items()
        if name in wanted
        and (fact := fact_named(name, policy, laws)) is not None
        and wrong_value(fact, value, order.amount.currency) is None
    }
    return Beside(laws, fitting)


def _moved(sub: Subscription, run: _Run) -> str:
    """How the coming charge would move; empty where it would not."""
    if sub.latest_paid_term is None:
        return ""
    own, where = run.renewing(sub.plan), (sub.interval, sub.buyer_country)
    if not run.policy.renewal.covers(*where):
        return "not covered"
    before = renewal_plan(sub, own) if own.renewal.covers(*where) else None
    after = renewal_plan(sub, run.policy)
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
