"""The entitlement as a django-ninja operation with typed answers, behind the product's own door."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import NinjaAPI, Schema

from goodterms.api.entitlements import _told
from goodterms.domain.entitlement import combined
from goodterms.domain.public_id import SUBSCRIPTION, decode
from goodterms.storage.queries.entitlements import holding_of
from goodterms.usecases.api_keys import Scope
from goodterms.wiring import world


class Term(Schema):
    """A term as it is told."""

    subscription: str
    number: int
    starts_at: datetime
    ends_at: datetime


class Change(Schema):
    """What comes next."""

    kind: str
    at: datetime


class Entitlement(Schema):
    """The answer."""

    customer: str
    product: str
    may_use: bool
    reason: str
    since: datetime | None
    until: datetime | None
    term: Term | None
    next_change: Change | None


api = NinjaAPI(docs_url=None, openapi_url=None)


@api.get("/entitlements/{sub}", response=Entitlement)
def entitlement(request: HttpRequest, sub: str) -> object:  # noqa: ARG001 -- the library reads the name
    """What one subscription grants."""
    bucket, id = decode(SUBSCRIPTION, sub)
    found = holding_of(bucket, id)
    assert found is not None
    return _told(bucket, found.customer_id, found.product, combined([found.grant], world().now()))


urlpatterns = list(api.urls[0])
for _pattern in urlpatterns:
    _pattern.callback.needs = dict.fromkeys(("GET", "HEAD"), Scope.ENTITLEMENTS_READ)
