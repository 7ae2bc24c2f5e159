"""What the API tells, as schemas: amounts, customers, plans, subscriptions with their terms, orders."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, PlainSerializer, WithJsonSchema

from goodterms.api.answers import instant

#: An instant in UTC, as RFC 3339 writes it.
At = Annotated[
    datetime,
    PlainSerializer(instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "example": "2026-05-10T09:00:00Z"}),
]
State = Literal["active", "non_renewing", "past_due", "expired"]
Reason = Literal["paid_term", "never_paid", "not_begun", "term_ended", "refunded"]


class Amount(Schema):
    """An amount in minor units (cents, yen) of a currency (ISO 4217), tax included."""

    minor: int
    currency: str


class Interval(Schema):
    """The length of a term: calendar months or days; the other one is 0."""

    months: int
    days: int


class Customer(Schema):
    """A buyer. `country`, `state` and `consumer` choose the law; null is not known."""

    id: str
    email: str
    name: str
    timezone: str | None
    locale: str
    country: str | None
    state: str | None
    consumer: bool | None
    created_at: At


class Price(Schema):
    """A price of a plan from an instant on. It is never changed, only followed by another."""

    currency: str
    amount_minor: int
    tax_minor: int
    effective_at: At


class Plan(Schema):
    """What is sold: a product for a term's length, under a policy. `prices` are all there are, newest first."""

    code: str
    product: str
    name: str
    interval: Interval
    policy: str
    product_class: str
    on_sale: bool
    created_at: At
    prices: list[Price]


class Term(Schema):
    """One paid term `[starts_at, ends_at)`. `access_ends_at` is earlier than its end when it was given back."""

    number: int
    order: str | None
    state: Literal["upcoming", "running", "ended", "dropped"]
    starts_at: At
    ends_at: At
    access_ends_at: At
    dropped_at: At | None
    revoked_at: At | None


class Access(Schema):
    """Whether the product may be used now, since and until when, and why."""

    may_use: bool
    reason: Reason
    since: At | None
    until: At | None


class NextCharge(Schema):
    """The next renewal: announced first, then charged, for the term that begins at `term_starts_at`."""

    amount: Amount
    announce_at: At
    charge_at: At | None
    term_starts_at: At
    term_ends_at: At


class Charge(Schema):
    """The latest charge: `unknown` and `intended` are looked up until the gateway's answer is certain."""

    id: str
    state: Literal["intended", "unknown", "succeeded", "declined"]
    amount: Amount
    term_number: int
    intended_at: At
    decline_code: str | None


class Cancellation(Schema):
    """The cancellation that stands. `refund` is what it pays back by itself; `refund_request` decides on it."""

    id: str
    number: str
    requested_at: At
    channel: str
    access_until: At
    clause: str
    rule: str
    article: str | None
    last_term: int | None
    refund: str | None
    refund_request: str | None


class Subscription(Schema):
    """A subscription: an ordered list of paid terms, and what follows from it now."""

    id: str
    customer: str
    product: str
    plan: str
    state: State
    auto_renew: bool
    paid_through: At | None
    access: Access
    price: Amount
    tax_minor: int
    interval: Interval
    channel: str
    merchant_of_record: str
    gateway: str
    next_charge: NextCharge | None
    latest_charge: Charge | None
    cancellation: Cancellation | None
    terms: list[Term]
    created_at: At
    expired_at: At | None
    end_reason: str | None
    version: int


class Order(Schema):
    """One sale or renewal; it pays for exactly one term. `policy` is the digest of the version that judges it."""

    id: str
    number: str
    kind: Literal["initial", "renewal"]
    customer: str
    subscription: str
    term_number: int
    placed_at: At
    buyer_name: str
    buyer_email: str
    amount: Amount
    tax_minor: int
    refunded_minor: int
    channel: str
    merchant_of_record: str
    gateway: str
    disputed: bool
    policy: str


class Page(Schema):
    """`next` is to be sent as `after` for the next page; null on the last one."""

    next: str | None


class Customers(Page):
    """Customers, in the order of their ids."""

    data: list[Customer]


class Plans(Page):
    """Plans, in the order of their codes."""

    data: list[Plan]


class Subscriptions(Page):
    """Subscriptions, in the order of their ids."""

    data: list[Subscription]


class Orders(Page):
    """Orders, in the order of their ids."""

    data: list[Order]


class Terms(Schema):
    """The terms of one subscription, the first one first."""

    data: list[Term]


class PaidBack(Schema):
    """What goes back, and when it should arrive if it is sent today."""

    amount: Amount
    credit_from_on: str | None
    credit_by_on: str | None


class CancellationPreview(Schema):
    """What cancelling would mean now. Show it, then confirm it by sending `fingerprint` as `shown`.

    `stops` is the charge that will not be made, `last_charge` one that still will. `refundable` is the order whose
    money may be asked back. `sentences` tell the reasons of policy or law.
    """

    access_until: At
    ends_now: bool
    stops: NextCharge | None
    last_charge: NextCharge | None
    charge_under_way: bool
    early_billed_from: At | None
    pays_back: PaidBack | None
    to_confirm: Amount | None
    refundable: str | None
    policy: str
    clause: str
    law: str
    because: str
    questions: list[str]
    fingerprint: str


class UndoPreview(Schema):
    """What keeping the subscription would mean: the next charge, and how far it is paid."""

    paid_through: At
    next_charge: NextCharge


Fields = Annotated[
    str | None,
    Field(default=None, description="Only these fields of each object, separated by commas; the id is always told."),
]
