"""What programs send: the bodies and queries of operations, checked before anything is done."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StringConstraints

from goodterms.api.routes import Strict

_LINE = r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$"
_TEXT = r"^[^\x00]*\S[^\x00]*$"
_ADDRESS = r"^[^\x00-\x20\x7f@<>()]{1,64}@[^\x00-\x20\x7f@<>()]{1,190}$"

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_LINE)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=_TEXT)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=_ADDRESS)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,3}$")]
Id = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z]{3}_[0-9a-f]{35}$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Minor = Annotated[int, Field(ge=0, le=10**12)]
Who = Literal["customer", "support"]
#: The value of a fact; dates and instants in ISO 8601, amounts in minor units of the order's currency.
Stated = bool | Annotated[int, Field(ge=0, lt=10**9)] | Text | None
Route = Literal["phone", "email", "letter", "chat"]


def _countable(at: datetime) -> datetime:
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    if not 2000 <= at.year <= 2100:
        raise ValueError("the year must be from 2000 to 2100")
    return at.astimezone(UTC)


def _countable_day(on: date) -> date:
    if not 2000 <= on.year <= 2100:
        raise ValueError("the year must be from 2000 to 2100")
    return on


Instant = Annotated[datetime, AfterValidator(_countable)]
Day = Annotated[date, AfterValidator(_countable_day)]
Limit = Annotated[int, Field(default=20, ge=1, le=100, description="How many objects a page has at most.")]
After = Annotated[
    Line | None, Field(default=None, description="The `next` of the page before; none for the first page.")
]
OfCustomer = Annotated[
    Id | None, Field(default=None, description="Only what is this customer's; anything else is answered like missing.")
]


class Mine(Strict):
    """A query that says whose object is meant."""

    customer: OfCustomer


class Listed(Strict):
    """A query for a page."""

    limit: Limit
    after: After


class CustomerList(Listed):
    """Customers, all or the one with an e-mail address."""

    email: Annotated[Email | None, Field(default=None, description="The one with this e-mail address.")]


class SubscriptionList(Listed):
    """Subscriptions by what they are of."""

    customer: OfCustomer
    product: Annotated[Code | None, Field(default=None)]
    plan: Annotated[Code | None, Field(default=None)]


class OrderList(Listed):
    """Orders by what they are of, or the one with a number."""

    customer: OfCustomer
    subscription: Annotated[Id | None, Field(default=None)]
    number: Annotated[Line | None, Field(default=None, description="The one with this number.")]


class RequestList(Listed):
    """Refund requests by what they are of, and their state."""

    customer: OfCustomer
    subscription: Annotated[Id | None, Field(default=None)]
    order: Annotated[Id | None, Field(default=None)]
    state: Annotated[
        Literal["open", "received", "in_review", "needs_information", "approved", "declined", "retracted"] | None,
        Field(default=None, description="`open` are those that are not decided."),
    ]


class RefundList(Listed):
    """Refunds by what they are of, and their state."""

    customer: OfCustomer
    subscription: Annotated[Id | None, Field(default=None)]
    order: Annotated[Id | None, Field(default=None)]
    state: Annotated[Literal["intended", "unknown", "pending", "succeeded", "failed"] | None, Field(default=None)]


class NewCustomer(Strict):
    """A customer to find by the e-mail address, or to make."""

    email: Email
    name: Line
    timezone: Annotated[Line | None, Field(default=None, description="As in the IANA data base: Europe/Paris.")]
    locale: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$")] = "en"
    country: Country | None = None
    state: Region | None = None
    consumer: StrictBool | None = None


class NewPlan(Strict):
    """A plan to put on sale; its price comes after. Either months or days."""

    code: Code
    product: Code
    name: Line
    months: Annotated[int, Field(ge=0, le=120)] = 0
    days: Annotated[int, Field(ge=0, le=3660)] = 0
    policy: Code = "reference"
    product_class: Literal["goods", "digital_service", "digital_content"] = "digital_service"


class NewPrice(Strict):
    """A price from an instant on (now if none is given). The tax is a part of the amount."""

    currency: Currency
    amount_minor: Minor
    tax_minor: Minor = 0
    effective_at: Instant | None = None


class OnSale(Strict):
    """Whether a plan is sold. Running subscriptions renew either way."""

    on_sale: StrictBool


class NewSubscription(Strict):
    """What is bought and how it is paid. `payment_method` is the gateway's name for it."""

    customer: Id
    plan: Code
    currency: Currency
    payment_method: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
    gateway: Code = "bank"
    channel: Code = "vendor_store"


class Cancel(Strict):
    """Who cancels, and the fingerprint of the preview that was confirmed."""

    by: Who = "customer"
    shown: Fingerprint


class By(Strict):
    """Who acts."""

    by: Who = "customer"


class NewPaymentMethod(Strict):
    """Another payment method, by the gateway's name for it."""

    payment_method: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
    by: Who = "customer"


class NewRequest(Strict):
    """Ask for the money of an order. Facts that are not given are taken from the order.

    By support, `route` and `received_at` tell how and when the customer got in touch.
    """

    order: Id
    by: Who = "customer"
    order_number: Line | None = None
    email: Email | None = None
    name: Line | None = None
    purchase_on: Day | None = None
    received_at: Instant | None = None
    route: Route | None = None


class NewClaim(Strict):
    """The four facts of somebody who is not signed in. Whether they fit is not told."""

    order_number: Line
    email: Email
    name: Line
    purchase_on: Day | None = None


class Answer(Strict):
    """What the customer answers: in words, by corrected facts, and by stated ones."""

    by: Who = "customer"
    answer: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")] = ""
    order_number: Line | None = None
    email: Email | None = None
    name: Line | None = None
    purchase_on: Day | None = None
    facts: Annotated[dict[Code, Stated], Field(default_factory=dict, max_length=20)]


class StatedFacts(Strict):
    """Facts that the rules need, by name; null says that there is no such thing."""

    facts: Annotated[dict[Code, Stated], Field(min_length=1, max_length=20)]


class Question(Strict):
    """A question to the customer."""

    question: Text


class Approve(Strict):
    """The fingerprint of the preview that was confirmed."""

    shown: Fingerprint


class Goodwill(Strict):
    """An amount outside the policy, and why. `shown` is the fingerprint of its preview."""

    amount_minor: Annotated[int, Field(ge=1, le=10**12)]
    reason: Text
    shown: Fingerprint


class GoodwillWish(Strict):
    """An amount outside the policy, to be previewed."""

    amount_minor: Annotated[int | None, Field(default=None, ge=1, le=10**12)]
    reason: Annotated[Text | None, Field(default=None)]


class Decline(Strict):
    """A note for the customer; needed where the policy grants the request."""

    note: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class Appeal(Strict):
    """Why a declined request is to be looked at again."""

    by: Who = "customer"
    reason: Text


class AnotherWay(Strict):
    """After a refund failed: the original method again, or a bank transfer made by hand, with its reference."""

    way: Literal["original", "bank_transfer"]
    reference: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class WhatIf(Strict):
    """A case for a policy: a real order by its number, or an invented one."""

    policy: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    act: Literal["refund", "cancel", "withdraw"] = "refund"
    day: Annotated[int, Field(ge=0, le=800, description="Counted from the order's day.")] = 0
    order_number: Line | None = None
    kind: Literal["initial", "renewal"] = "initial"
    placed_at: Instant | None = None
    months: Annotated[int, Field(ge=0, le=36)] = 12
    days: Annotated[int, Field(ge=0, le=800)] = 0
    lead_days: Annotated[int, Field(ge=0, le=120)] = 0
    amount_minor: Minor = 5995
    currency: Currency = "EUR"
    channel: Code = "vendor_store"
    country: Country | None = None
    state: Region | None = None
    disputed: StrictBool = False
