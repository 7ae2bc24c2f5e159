"""Entitlements of many customers in one call."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from goodterms.api.entitlements import told_of_product
from goodterms.api.finding import key_of
from goodterms.api.routes import Strict, ask, read
from goodterms.api.shapes import At, Reason
from goodterms.api.wishes import Id
from goodterms.domain.public_id import CUSTOMER
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.offline import offline_answer
from goodterms.wiring import world


class Asked(Strict):
    """One question: may this customer use this product?"""

    customer: Id
    product: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]


class AskedMany(Strict):
    """Up to a hundred questions."""

    questions: Annotated[list[Asked], Field(min_length=1, max_length=100)]


class GrantingTerm(Schema):
    """The paid term that grants access, or the last one that did."""

    subscription: str | None
    number: int
    starts_at: At
    ends_at: At


class NextChange(Schema):
    """What changes next, and when."""

    kind: str
    at: At


class Entitlement(Schema):
    """Whether a customer may use a product, since and until when, why, by which term, and what changes next."""

    customer: str
    product: str
    may_use: bool
    reason: Reason
    since: At | None
    until: At | None
    term: GrantingTerm | None
    next_change: NextChange | None


class Entitlements(Schema):
    """The answers, in the order of the questions."""

    data: list[Entitlement]


class OfflineAnswer(Schema):
    """A signed answer (JWT, EdDSA). Its keys are published at `/.well-known/jwks.json`."""

    token: str
    may_use: bool
    expires_at: At


class OfProduct(Strict):
    """Whose product."""

    customer: Id
    product: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]


@read("/entitlements/token", Scope.ENTITLEMENTS_READ, "Entitlements", OfflineAnswer, sparse=False)
def get_entitlement_token(request: HttpRequest, query: Query[OfProduct]) -> Any:
    """A signed answer that a device can check without a network until it expires."""
    bucket, id = key_of(CUSTOMER, "customer", query.customer)
    made = offline_answer(world(), bucket, id, query.product)
    return {"token": made.token, "may_use": made.may_use, "expires_at": made.expires_at}


@ask("/entitlements/ask", Scope.ENTITLEMENTS_READ, "Entitlements", Entitlements)
def ask_entitlements(request: HttpRequest, body: AskedMany) -> Any:
    """May these customers use these products? Answers come in the order of the questions."""
    now = world().now()
    answers = []
    for one in body.questions:
        bucket, id = key_of(CUSTOMER, "customer", one.customer)
        answers.append(told_of_product(bucket, id, one.product, now))
    return {"data": answers}
