"""`goodterms import`: customers, subscriptions and orders from CSV files, recorded as facts like any journey.

All files are read and checked first; every problem is reported with file and line, and nothing is written when there
is one. Importing the same files again changes nothing: what is known is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid5

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
from goodterms.storage.directory import AGREEMENT, EMAIL, ORDER, agreement_key, look_up, reserve
from goodterms.storage.load import load_customer
from goodterms.storage.models import Plan, SubscriptionRow
from goodterms.storage.notices import notices_at
from goodterms.storage.policies import NoPolicy, policy_in_force
from goodterms.storage.prices import Prices, prices_in_force
from goodterms.storage.save import save
from goodterms.usecases.import_files import CustomerLine, Files, Problem, SubscriptionLine, read_files
from goodterms.usecases.world import World, charges_itself

BATCH = 500


@dataclass
class Report:
    """What an import did (or would do): counts, or the problems that stopped it before anything was written."""

    customers: int = 0
    subscriptions: int = 0
    orders: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A subscription that can be taken over; `known` is whose customer's it becomes, when there is one already."""

    line: SubscriptionLine
    customer: CustomerLine
    plan: Plan
    policy: Policy
    known: tuple[int, UUID] | None

    def id_for(self, customer_id: UUID) -> UUID:
        """The id the subscription gets: the same whenever it is imported for the same customer."""
        return uuid5(customer_id, f"import/{self.line.ref}")


def import_history(world: World, folder: Path, *, actor: Actor, check: bool = False) -> Report:
    """Import `customers.csv`, `subscriptions.csv` and `orders.csv` from a folder; `check` writes nothing."""
    files = read_files(folder)
    report = Report(problems=list(files.problems))
    prices = prices_in_force(world.now())
    ready = list(_prepared(world, files, report))
    fresh: list[_Ready] = []
    living: dict[tuple[str, str], int] = {}
    for one in ready:
        if one.known and SubscriptionRow.objects.filter(bucket=one.known[0], id=one.id_for(one.known[1])).exists():
            report.skipped += 1
            continue
        fresh.append(one)
        newcomer = Customer(0, world.new_id(), one.customer.email, one.customer.name, world.now())
        trial = _decided(world, one, newcomer, prices, actor)
        if isinstance(trial, Refusal):
            report.problems.append(_problem_of(one, trial))
        else:
            report.problems += _clashes(one, trial, living)
    known = {one.customer.ref for one in ready if one.known}
    newcomers = [c for c in files.customers.values() if c.ref not in known and look_up(EMAIL, c.email) is None]
    report.problems.sort(key=lambda problem: (FILES.index(problem.file), problem.line))
    report.customers, report.subscriptions = len(newcomers), len(fresh)
    report.orders = sum(len(one.line.history.orders) for one in fresh)
    if not report.problems and not check:
        _write(world, newcomers, fresh, prices, actor)
    return report


FILES = ("customers.csv", "subscriptions.csv", "orders.csv")


def _prepared(world: World, files: Files, report: Report) -> Iterator[_Ready]:
    plans = {plan.code: plan for plan in Plan.objects.all()}
    causes: dict[str, list[int]] = {}  # one cause may be that of every line: it is told once
    for line in files.subscriptions:
        plan, customer = plans.get(line.plan), files.customers.get(line.customer_ref)
        wrong = []
        if plan is None:
            wrong.append(f"there is no plan {line.plan!r} (plans: {', '.join(sorted(plans)) or 'none yet'})")
        if customer is None:
            wrong.append(f"customers.csv has no customer {line.customer_ref!r}")
        if line.auto_renew and line.gateway not in world.gateways:
            connected = ", ".join(sorted(world.gateways)) or "none"
            wrong.append(f"no gateway {line.gateway!r} is connected to charge the renewal (connected: {connected})")
        if plan is not None and customer is not None:
            try:
                policy = policy_in_force(world.now(), plan.policy_name)
                yield _Ready(line, customer, plan, policy, look_up(EMAIL, customer.email))
            except NoPolicy as problem:
                wrong.append(str(problem))
        for message in wrong:
            causes.setdefault(message, []).append(line.line)
    for message, lines in causes.items():
        more = len(lines) - 1
        many = f"; so it is in {more} more {'line' if more == 1 else 'lines'}" if more else ""
        report.problems.append(Problem("subscriptions.csv", lines[0], message + many))


def _problem_of(one: _Ready, refusal: Refusal) -> Problem:
    line = one.line.order_lines.get(refusal.values.get("order", ""))
    if line is None:
        return Problem("subscriptions.csv", one.line.line, refusal.reason)
    return Problem("orders.csv", line, refusal.reason)


def _clashes(one: _Ready, decision: Decision, living: dict[tuple[str, str], int]) -> Iterator[Problem]:
    """What the database would refuse: a second living subscription to a product, an order number that is taken.

    `living` holds the lines of this import that bring one, by customer and product.
    """
    product = one.plan.product
    if any(isinstance(row, Subscription) and row.expired_at is None for row in decision.inserts):
        text = f"the customer would have two living subscriptions to {product!r}"
        first = living.setdefault((one.customer.ref, product), one.line.line)
        if first != one.line.line:
            yield Problem("subscriptions.csv", one.line.line, f"{text}: see line {first}")
        elif one.known and _lives(*one.known, product):
            yield Problem("subscriptions.csv", one.line.line, f"{text}: there is one here already")
    for past in one.line.history.orders:
        if look_up(ORDER, past.number) is not None:
            text = f"order {past.number!r} belongs to another subscription here already"
            yield Problem("orders.csv", one.line.order_lines[past.number], text)


def _lives(bucket: int, customer_id: UUID, product: str) -> bool:
    mine = SubscriptionRow.objects.filter(bucket=bucket, customer_id=customer_id, product=product)
    return mine.filter(expired_at=None).exists()


def _decided(world: World, one: _Ready, customer: Customer, prices: Prices, actor: Actor) -> Decision | Refusal:
    line = one.line
    price = prices.get((one.plan.code, line.currency))
    last = max(line.history.orders, key=lambda order: order.starts_at, default=None)
    amount = price[0] if price else last.amount.minor if last else 0
    tax = price[1] if price else last.tax_minor if last else 0
    subscription = Subscription(
        bucket=customer.bucket,
        id=one.id_for(customer.id),
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
        buyer_country=one.customer.country,
        buyer_state=one.customer.state,
        buyer_consumer=one.customer.consumer,
        channel=line.channel,
        merchant_of_record=one.policy.merchant_of_record,
        gateway=line.gateway,
        payment_method=line.payment_method or None,
        seller_charges=charges_itself(world, line.gateway),
        auto_renew=line.auto_renew,
        created_at=min((o.placed_at for o in line.history.orders), default=world.now()),
    )
    of = (one.plan.interval_months, one.plan.interval_days, one.customer.country, one.customer.state)
    subscription = replace(subscription, notices=notices_at(world.now())(*of, subscription.anchor_at))
    return decide_import(subscription, line.history, one.policy, world.now(), actor=actor)


def _write(world: World, newcomers: list[CustomerLine], fresh: list[_Ready], prices: Prices, actor: Actor) -> None:
    """Customers first, then their subscriptions with everything that hangs on them, a batch to a transaction."""
    coming = iter(newcomers)
    while lines := list(islice(coming, BATCH)):
        with transaction.atomic():
            save([Decision(inserts=tuple(_customer(world, line) for line in lines))])
    pending = iter(fresh)
    while batch := list(islice(pending, BATCH)):
        with transaction.atomic():
            decisions = [_taken_over(world, one, prices, actor) for one in batch]
            save(decisions)
            for row in (row for decision in decisions for row in decision.inserts):
                if isinstance(row, Order):
                    reserve(ORDER, row.number, row.bucket, row.id)
                elif isinstance(row, Subscription) and row.seller_charges and row.payment_method:
                    reserve(AGREEMENT, agreement_key(row.gateway, row.payment_method), row.bucket, row.id)


def _customer(world: World, line: CustomerLine) -> Customer:
    customer = Customer(
        world.draw_bucket(), world.new_id(), line.email, line.name, line.created_at or world.now(),
        line.timezone, line.locale, line.country, line.state, line.consumer,
    )  # fmt: skip
    if reserve(EMAIL, line.email, customer.bucket, customer.id) != (customer.bucket, customer.id):
        raise RuntimeError("a customer of the import has just been made elsewhere: import again")
    return customer


def _taken_over(world: World, one: _Ready, prices: Prices, actor: Actor) -> Decision:
    owner = look_up(EMAIL, one.customer.email)
    assert owner is not None
    decision = _decided(world, one, load_customer(*owner), prices, actor)
    if isinstance(decision, Refusal):  # all were tried before; only a clock that goes back could bring this
        raise RuntimeError(f"{_problem_of(one, decision)}: import again")
    return decision
