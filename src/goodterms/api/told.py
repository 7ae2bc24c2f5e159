"""Rows and values as the API tells them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from goodterms.domain.business_days import add_business_days
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.entitlement import Entitlement, entitlement
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import CANCELLATION, CHARGE, CUSTOMER, ORDER, REFUND, REQUEST, SUBSCRIPTION, encode
from goodterms.domain.renewal import RenewalPlan, renewal_plan
from goodterms.domain.subscription import Subscription, display_state
from goodterms.domain.term import Interval, Term
from goodterms.storage.load import load_subscription
from goodterms.storage.models import CustomerRow, OrderRow, Plan, RefundRow
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.queries.pages import orders_by_term
from goodterms.usecases.world import World, calendar_for

Told = Mapping[str, Any]


def amount(money: Money) -> Told:
    """An amount."""
    return {"minor": money.minor, "currency": money.currency}


def interval(length: Interval) -> Told:
    """The length of a term."""
    return {"months": length.months, "days": length.days}


def optional(prefix: str, bucket: int, id: UUID | None) -> str | None:
    """A public id, if there is one."""
    return encode(prefix, bucket, id) if id else None


def day(on: object) -> str | None:
    """A date in ISO 8601, if there is one."""
    return str(on) if on else None


def customer(row: CustomerRow) -> Told:
    """A customer."""
    names = ("email", "name", "timezone", "locale", "country", "state", "consumer", "created_at")
    return {"id": encode(CUSTOMER, row.bucket, row.id), **{name: getattr(row, name) for name in names}}


def plan(row: Plan) -> Told:
    """A plan with all its prices, newest first."""
    names = ("currency", "amount_minor", "tax_minor", "effective_at")
    prices = sorted(row.prices.all(), key=lambda price: (price.currency, -price.effective_at.timestamp()))
    return {
        "code": row.code, "product": row.product, "name": row.name,
        "interval": {"months": row.interval_months, "days": row.interval_days},
        "policy": row.policy_name, "product_class": row.product_class, "on_sale": row.on_sale,
        "created_at": row.created_at,
        "prices": [{name: getattr(price, name) for name in names} for price in prices],
    }  # fmt: skip


def access(of: Entitlement) -> Told:
    """Whether the product may be used."""
    return {"may_use": of.may_use, "reason": of.reason.value, "since": of.since, "until": of.until}


def term(one: Term, order: str | None, at: datetime) -> Told:
    """A term."""
    return {
        "number": one.number, "order": order, "state": one.state(at).value, "starts_at": one.starts_at,
        "ends_at": one.ends_at, "access_ends_at": one.access_ends_at, "dropped_at": one.dropped_at,
        "revoked_at": one.revoked_at,
    }  # fmt: skip


def next_charge(of: RenewalPlan | None) -> Told | None:
    """The next renewal, if there will be one."""
    return None if of is None else {
        "amount": amount(of.amount), "announce_at": of.announce_at, "charge_at": of.charge_at,
        "term_starts_at": of.term.starts_at, "term_ends_at": of.term.ends_at,
    }  # fmt: skip


def subscription_by_key(world: World, bucket: int, id: UUID) -> Told:
    """A subscription as it stands now. Raises `NotFound`."""
    now = world.now()
    return subscription(load_subscription(bucket, id, at=now, lock=False), now)


def subscription(of: Subscription, now: datetime) -> Told:
    """A subscription."""
    orders = orders_by_term(of.bucket, of.id)
    plan = renewal_plan(of, policy_of_plan(of.plan, now))
    return {
        "id": encode(SUBSCRIPTION, of.bucket, of.id),
        "customer": encode(CUSTOMER, of.bucket, of.customer_id),
        "product": of.product,
        "plan": of.plan,
        "state": display_state(of, now).value,
        "auto_renew": of.auto_renew,
        "paid_through": of.paid_through,
        "access": access(entitlement(of.terms, now)),
        "price": amount(of.price),
        "tax_minor": of.tax_minor,
        "interval": interval(of.interval),
        "channel": of.channel,
        "merchant_of_record": of.merchant_of_record,
        "gateway": of.gateway,
        "next_charge": next_charge(plan),
        "latest_charge": _charge(of),
        "cancellation": _cancellation(of),
        "terms": [term(one, optional(ORDER, of.bucket, orders.get(one.number)), now) for one in of.terms],
        "created_at": of.created_at,
        "expired_at": of.expired_at,
        "end_reason": of.end_reason.value if of.end_reason else None,
        "version": of.version,
    }


def _charge(of: Subscription) -> Told | None:
    if not of.charges:
        return None
    latest = of.charges[-1]
    return {
        "id": encode(CHARGE, latest.bucket, latest.id), "state": latest.state.value, "amount": amount(latest.amount),
        "term_number": latest.term_number, "intended_at": latest.intended_at, "decline_code": latest.decline_code,
    }  # fmt: skip


def _cancellation(of: Subscription) -> Told | None:
    stands = of.cancellation
    return None if stands is None else {
        "id": encode(CANCELLATION, stands.bucket, stands.id), "number": stands.number,
        "requested_at": stands.requested_at, "channel": stands.channel, "access_until": stands.access_until,
        "clause": stands.clause, "rule": stands.rule, "article": stands.article, "last_term": stands.last_term,
        "refund": optional(REFUND, stands.bucket, stands.refund_id),
        "refund_request": optional(REQUEST, stands.bucket, stands.request_id),
    }  # fmt: skip


def order(row: OrderRow) -> Told:
    """An order."""
    names = (
        "number", "kind", "term_number", "placed_at", "buyer_name", "buyer_email", "tax_minor", "refunded_minor",
        "channel", "merchant_of_record", "gateway", "disputed",
    )  # fmt: skip
    return {
        "id": encode(ORDER, row.bucket, row.id),
        "customer": encode(CUSTOMER, row.bucket, row.customer_id),
        "subscription": encode(SUBSCRIPTION, row.bucket, row.subscription_id),
        "amount": {"minor": row.amount_minor, "currency": row.currency},
        "policy": row.policy_digest,
        **{name: getattr(row, name) for name in names},
    }


def refund(row: RefundRow) -> Told:
    """A refund."""
    names = (
        "attempt", "way", "state", "tax_minor", "effect", "intended_at", "initiated_at", "settled_at", "late_at",
        "failure", "bank_reference",
    )  # fmt: skip
    return {
        "id": encode(REFUND, row.bucket, row.id),
        "order": encode(ORDER, row.bucket, row.order_id),
        "refund_request": optional(REQUEST, row.bucket, row.request_id),
        "customer": encode(CUSTOMER, row.bucket, row.customer_id),
        "subscription": encode(SUBSCRIPTION, row.bucket, row.subscription_id),
        "amount": {"minor": row.amount_minor, "currency": row.currency},
        "credit_from_on": day(row.credit_from_on),
        "credit_by_on": day(row.due_on),
        **{name: getattr(row, name) for name in names},
    }


def paid_back(money: Money, policy: Policy, now: datetime) -> Told:
    """What goes back, and when it should arrive if it is sent today."""
    first, last = policy.refund.credit_business_days
    today, calendar = local_date(now, counting_zone(policy.counting, None)), calendar_for(policy, now)
    return {
        "amount": amount(money),
        "credit_from_on": day(add_business_days(today, first, calendar)),
        "credit_by_on": day(add_business_days(today, last, calendar)),
    }
