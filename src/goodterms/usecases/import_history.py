"""`goodterms import`: customers, subscriptions and orders from CSV files, recorded as facts like any journey.

All files are read and checked first; every problem is reported with file and line, and nothing is written when there
is one. Importing the same files again changes nothing: what is known is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from uuid import uuid5

from django.db import transaction

from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.importing import decide_import
from goodterms.domain.money import Money
from goodterms.domain.payment import Order
from goodterms.domain.policy import Policy
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Interval
from goodterms.storage.directory import EMAIL, ORDER, look_up, reserve
from goodterms.storage.load import load_customer
from goodterms.storage.models import Plan, SubscriptionRow
from goodterms.storage.policies import NoPolicy, policy_in_force
from goodterms.storage.prices import prices_in_force
from goodterms.storage.save import save
from goodterms.usecases.import_files import CustomerLine, Problem, SubscriptionLine, read_files
from goodterms.usecases.world import World

BATCH = 500


@dataclass
class Report:
    """What an import did: counts, or the problems that stopped it before anything was written."""

    customers: int = 0
    subscriptions: int = 0
    orders: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ready:
    line: SubscriptionLine
    customer: CustomerLine
    plan: Plan
    policy: Policy


def import_history(world: World, folder: Path, *, actor: Actor) -> Report:
    """Import `customers.csv`, `subscriptions.csv` and `orders.csv` from a folder."""
    files = read_files(folder)
    report = Report(problems=list(files.problems))
    ready = list(_prepared(world, files.subscriptions, files.customers, report))
    for one in ready:
        stranger = Customer(0, world.new_id(), one.customer.email, one.customer.name, world.now())
        trial = _decided(world, one, stranger, actor)
        if isinstance(trial, Refusal):
            report.problems.append(Problem("orders.csv", _line_of(one, trial), trial.reason))
    if report.problems:
        return report
    pending = iter(ready)
    while batch := list(islice(pending, BATCH)):
        _write(world, batch, report, actor)
    return report


def _prepared(
    world: World, lines: Iterable[SubscriptionLine], customers: dict[str, CustomerLine], report: Report
) -> Iterator[_Ready]:
    plans = {plan.code: plan for plan in Plan.objects.all()}
    for line in lines:
        plan, customer = plans.get(line.plan), customers.get(line.customer_ref)
        if plan is None:
            known = ", ".join(sorted(plans)) or "none yet"
            report.problems.append(
                Problem("subscriptions.csv", line.line, f"there is no plan {line.plan!r} (plans: {known})")
            )
        elif customer is None:
            report.problems.append(
                Problem("subscriptions.csv", line.line, f"customers.csv has no customer {line.customer_ref!r}")
            )
        else:
            try:
                yield _Ready(line, customer, plan, policy_in_force(world.now(), plan.policy_name))
            except NoPolicy as problem:
                report.problems.append(Problem("subscriptions.csv", line.line, str(problem)))


def _line_of(one: _Ready, refusal: Refusal) -> int:
    return one.line.order_lines.get(refusal.values.get("order", ""), one.line.line)


def _decided(world: World, one: _Ready, customer: Customer, actor: Actor) -> Decision | Refusal:
    line = one.line
    price = prices_in_force(world.now()).get((one.plan.code, line.currency))
    last = max(line.history.orders, key=lambda order: order.starts_at, default=None)
    amount = price[0] if price else last.amount.minor if last else 0
    tax = price[1] if price else last.tax_minor if last else 0
    subscription = Subscription(
        bucket=customer.bucket,
        id=uuid5(customer.id, f"import/{line.ref}"),
        customer_id=customer.id,
        product=one.plan.product,
        plan=one.plan.code,
        interval=Interval(one.plan.interval_months, one.plan.interval_days),
        anchor_at=line.anchor_at or min((o.starts_at for o in line.history.orders), default=world.now()),
        price=Money(amount, line.currency),
        tax_minor=tax,
        buyer_name=one.customer.name,
        buyer_email=one.customer.email,
        buyer_timezone=one.customer.timezone,
        channel=line.channel,
        merchant_of_record=one.policy.merchant_of_record,
        gateway=line.gateway,
        payment_method=line.payment_method or None,
        auto_renew=line.auto_renew,
        created_at=min((o.placed_at for o in line.history.orders), default=world.now()),
    )
    return decide_import(subscription, line.history, one.policy, world.now(), actor=actor)


def _write(world: World, batch: list[_Ready], report: Report, actor: Actor) -> None:
    """One transaction for a batch: customers, their subscriptions, and the directory."""
    with transaction.atomic():
        decisions: list[Decision] = []
        for one in batch:
            customer = _customer(world, one.customer, report)
            if SubscriptionRow.objects.filter(
                bucket=customer.bucket, id=uuid5(customer.id, f"import/{one.line.ref}")
            ).exists():
                report.skipped += 1
                continue
            decision = _decided(world, one, customer, actor)
            if isinstance(decision, Refusal):  # found before; the clock has moved meanwhile
                report.problems.append(Problem("orders.csv", _line_of(one, decision), decision.reason))
                continue
            decisions.append(decision)
            report.subscriptions += 1
            report.orders += len(one.line.history.orders)
        save(decisions)
        for decision in decisions:
            for row in decision.inserts:
                if isinstance(row, Order):
                    reserve(ORDER, row.number, row.bucket, row.id)


def _customer(world: World, line: CustomerLine, report: Report) -> Customer:
    known = look_up(EMAIL, line.email)
    if known is None:
        customer = Customer(
            world.draw_bucket(),
            world.new_id(),
            line.email,
            line.name,
            line.created_at or world.now(),
            line.timezone,
            line.locale,
            line.country,
        )
        reserve(EMAIL, line.email, customer.bucket, customer.id)
        save([Decision(inserts=(customer,))])
        report.customers += 1
        return customer
    return load_customer(*known)
