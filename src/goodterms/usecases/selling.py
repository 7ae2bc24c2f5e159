"""Taking in what a seller that charges by itself reports: sales and renewals, and renewals stopped or taken up there.

Reports may come late, early, twice and in any order. What can not be placed yet is not dropped: it is kept, tried
again, and shown at the desk.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.policy import Policy
from goodterms.domain.reporting import (
    ReportedCharge,
    decide_reported_charge,
    decide_reported_resumption,
    decide_reported_stop,
)
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Interval
from goodterms.gateways.protocol import Movement, Outcome
from goodterms.gateways.selling import AgreementReport, Sale, Seller
from goodterms.storage.directory import AGREEMENT, agreement_key, look_up, reserve
from goodterms.storage.instructions import latest_instruction
from goodterms.storage.load import load_subscription
from goodterms.storage.models import Plan
from goodterms.storage.notices import notices_at
from goodterms.storage.policies import NoPolicy, policy_of_plan
from goodterms.storage.save import refused_by, save
from goodterms.usecases.collect import ONE_LIVING
from goodterms.usecases.customers import find_or_create_customer
from goodterms.usecases.purchase import close_what_is_over
from goodterms.usecases.world import World

#: A report that can not be placed before another has come.
WAITS_FOR_SALE = "sale_not_reported"
WAITS_FOR_TERM = "gap_in_terms"


class NotTakenIn(Exception):
    """A report that can not be placed: a code, and why, in words for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


def take_in_sale(world: World, gateway: str, line: Movement) -> bool:
    """Take in a charge that a seller has made, or tried to. Doing it again changes nothing. Raises `NotTakenIn`."""
    sale = line.sale
    if sale is None:
        return False
    found = look_up(AGREEMENT, agreement_key(gateway, sale.agreement))
    if found is None:
        _begin(world, gateway, line, sale)
        return True
    now = world.now()
    with transaction.atomic():
        subscription = load_subscription(*found, at=now, lock=True)
        _decide(world, subscription, line, sale, _policy(subscription.plan, min(line.at, now)))
    return True


def take_in_agreement(world: World, gateway: str, ref: str) -> bool:
    """Take in how the seller renews an agreement; what we told it ourselves later holds. Raises `NotTakenIn`."""
    adapter = world.gateway(gateway)
    report = adapter.agreement(ref) if isinstance(adapter, Seller) else None
    if report is None:
        return False
    found = look_up(AGREEMENT, agreement_key(gateway, ref))
    if found is None:
        raise NotTakenIn(WAITS_FOR_SALE, f"no sale of {ref} has been reported yet")
    now = world.now()
    with transaction.atomic():
        subscription = load_subscription(*found, at=now, lock=True)
        told = latest_instruction(*found)
        if _overtaken(report, told, subscription) or report.renews == subscription.auto_renew:
            return True
        policy = policy_of_plan(subscription.plan, now)
        if report.renews:
            decision = decide_reported_resumption(subscription, policy, now)
        else:
            decision = decide_reported_stop(subscription, report.at, policy, now)
        _saved((decision,) if isinstance(decision, Decision) else decision)
    return True


def _overtaken(report: AgreementReport, told: tuple[int, str, datetime] | None, subscription: Subscription) -> bool:
    """Whether we have said something since, so that what is reported is over or does not count any more.

    What the seller did because we said so is known. It is news where our own state has departed from our last wish:
    then somebody has changed the agreement at the seller in between, and changes it back.
    """
    if told is None:
        return False
    _, wish, at = told
    return report.at <= at or (report.told and (wish == "go_on") == subscription.auto_renew)


def _begin(world: World, gateway: str, line: Movement, sale: Sale) -> None:
    """A first sale: the customer and the subscription come with it."""
    now, buyer = world.now(), sale.buyer
    if buyer is None or sale.plan is None:
        raise NotTakenIn(WAITS_FOR_SALE, f"no sale of {sale.agreement} has been reported yet")
    plan = Plan.objects.filter(code=sale.plan).first()
    if plan is None:
        raise NotTakenIn("plan_unknown", f"there is no plan {sale.plan!r}")
    policy = _policy(plan.code, min(line.at, now))
    interval = Interval(plan.interval_months, plan.interval_days)
    if not policy.renewal.covers(interval):
        raise NotTakenIn("not_covered", f"the policy {policy.label} has no schedule for terms of {plan.code}")
    customer = find_or_create_customer(
        world, email=buyer.email, name=buyer.name, timezone=buyer.timezone, country=buyer.country
    )
    new = _subscription(world, gateway, line, sale, customer, plan, policy)
    try:
        if not _begun(world, new, line, sale, policy):
            take_in_sale(world, gateway, line)  # another worker was faster
    except IntegrityError as refused:
        if refused_by(refused) != ONE_LIVING:
            raise
        if not close_what_is_over(new, now):
            reason = f"the buyer of {sale.agreement} has a living subscription to {plan.product!r} already"
            raise NotTakenIn("already_subscribed", reason) from None
        _begun(world, new, line, sale, policy)


def _begun(world: World, new: Subscription, line: Movement, sale: Sale, policy: Policy) -> bool:
    with transaction.atomic():
        key = agreement_key(new.gateway, sale.agreement)
        if reserve(AGREEMENT, key, new.bucket, new.id) != (new.bucket, new.id):
            return False
        _decide(world, new, line, sale, policy)
    return True


def _subscription(
    world: World, gateway: str, line: Movement, sale: Sale, customer: Customer, plan: Plan, policy: Policy
) -> Subscription:
    buyer = sale.buyer
    assert buyer is not None
    of = (plan.interval_months, plan.interval_days, customer.country, customer.state, sale.starts_at)
    return Subscription(
        bucket=customer.bucket,
        id=world.new_id(),
        customer_id=customer.id,
        product=plan.product,
        plan=plan.code,
        interval=Interval(plan.interval_months, plan.interval_days),
        anchor_at=sale.starts_at,
        price=line.amount,
        tax_minor=sale.tax_minor,
        buyer_name=buyer.name,
        buyer_email=buyer.email,
        buyer_timezone=buyer.timezone,
        buyer_country=buyer.country,
        buyer_state=customer.state,
        buyer_consumer=customer.consumer,
        channel=sale.channel,
        merchant_of_record=policy.merchant_of_record,
        gateway=gateway,
        payment_method=sale.agreement,
        auto_renew=True,
        created_at=min(line.at, world.now()),
        seller_charges=True,
        notices=notices_at(world.now())(*of),
    )


def _decide(world: World, subscription: Subscription, line: Movement, sale: Sale, policy: Policy) -> None:
    reported = ReportedCharge(
        gateway_ref=line.gateway_ref,
        amount=line.amount,
        tax_minor=sale.tax_minor,
        at=line.at,
        starts_at=sale.starts_at,
        ends_at=sale.ends_at,
        paid=line.outcome is Outcome.SUCCEEDED,
        code=line.failure,
        retryable=sale.retryable,
    )
    _saved(decide_reported_charge(subscription, reported, policy, world.now()))


def _saved(decided: tuple[Decision, ...] | Refusal) -> None:
    """Save decisions one after the other: each rests on the one before."""
    if isinstance(decided, Refusal):
        if decided.already:
            return
        raise NotTakenIn(decided.code, decided.reason)
    for decision in decided:
        save([decision])


def _policy(plan: str, at: datetime) -> Policy:
    try:
        return policy_of_plan(plan, at)
    except NoPolicy as problem:
        raise NotTakenIn("no_policy", str(problem)) from None
