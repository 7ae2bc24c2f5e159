"""May this customer use the product? Since and until when, why, by which term, and what changes next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from goodterms.api.answers import answer, instant, parameters
from goodterms.api.door import needs
from goodterms.api.problems import Problem
from goodterms.domain.entitlement import Combined, combined
from goodterms.domain.public_id import CUSTOMER, SUBSCRIPTION, PublicIdError, decode, encode
from goodterms.storage.queries.entitlements import grants_to, holding_of
from goodterms.usecases.api_keys import Scope

_OF_ONE = frozenset({"customer"})
_OF_PRODUCT = frozenset({"customer", "product"})
_LONGEST_PRODUCT = 60


@needs(Scope.ENTITLEMENTS_READ)
def of_subscription(request: HttpRequest, sub: str) -> HttpResponse:
    """What one subscription grants. With `customer`, only if it is that customer's."""
    given = parameters(request, _OF_ONE)
    customer = _customer(given["customer"]) if "customer" in given else None
    try:
        bucket, id = decode(SUBSCRIPTION, sub)
    except PublicIdError:
        raise _no_subscription() from None
    found = holding_of(bucket, id)
    if found is None or customer not in (None, (bucket, found.customer_id)):
        raise _no_subscription()
    told = combined([found.grant], request.asked_at)  # type: ignore[attr-defined]
    return answer(request, _told(bucket, found.customer_id, found.product, told))


@needs(Scope.ENTITLEMENTS_READ)
def of_product(request: HttpRequest, **_parts: str) -> HttpResponse:
    """What all of a customer's subscriptions to a product grant together. Who bought nothing may use nothing."""
    given = parameters(request, _OF_PRODUCT)
    for name in sorted(_OF_PRODUCT - given.keys()):
        raise Problem("missing_parameter", "Both `customer` and `product` are needed.", parameter=name)
    bucket, id = _customer(given["customer"])
    product = given["product"]
    if not product or len(product) > _LONGEST_PRODUCT or not product.isprintable():
        detail = f"A product has a code of 1 to {_LONGEST_PRODUCT} characters."
        raise Problem("invalid_parameter", detail, parameter="product")
    return answer(request, told_of_product(bucket, id, product, request.asked_at))  # type: ignore[attr-defined]


def told_of_product(bucket: int, customer_id: UUID, product: str, now: datetime) -> Mapping[str, Any]:
    """What all of a customer's subscriptions to a product grant together at an instant."""
    return _told(bucket, customer_id, product, combined(grants_to(bucket, customer_id, product), now))


def _customer(text: str) -> tuple[int, UUID]:
    try:
        return decode(CUSTOMER, text)
    except PublicIdError:
        detail = "A customer's id is `cus_` and 35 hexadecimal digits."
        raise Problem("invalid_parameter", detail, parameter="customer") from None


def _no_subscription() -> Problem:
    return Problem("not_found", "No subscription with this id. Ids are `sub_` and 35 hexadecimal digits.")


def _told(bucket: int, customer_id: UUID, product: str, told: Combined) -> Mapping[str, Any]:
    access, term, change = told.access, told.term, told.change
    return {
        "customer": encode(CUSTOMER, bucket, customer_id),
        "product": product,
        "may_use": access.may_use,
        "reason": access.reason,
        "since": instant(access.since),
        "until": instant(access.until),
        "term": term and {
            "subscription": told.subscription_id and encode(SUBSCRIPTION, bucket, told.subscription_id),
            "number": term.number,
            "starts_at": instant(term.starts_at),
            "ends_at": instant(term.ends_at),
        },
        "next_change": change and {"kind": change.kind, "at": instant(change.at)},
    }  # fmt: skip
