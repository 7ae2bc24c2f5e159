"""The entitlement as an ordinary Django view gives it: two queries through the ORM and a `JsonResponse`."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import path

from goodterms.api.entitlements import _told
from goodterms.domain.entitlement import Grant, combined
from goodterms.domain.public_id import SUBSCRIPTION, decode
from goodterms.domain.term import Term
from goodterms.storage.models import PaidTermRow, SubscriptionRow
from goodterms.wiring import world


def entitlement(_request: HttpRequest, sub: str) -> JsonResponse:
    """What one subscription grants."""
    bucket, id = decode(SUBSCRIPTION, sub)
    row = SubscriptionRow.objects.get(bucket=bucket, id=id)
    rows = PaidTermRow.objects.filter(bucket=bucket, subscription_id=id)
    terms = tuple(Term(t.number, t.starts_at, t.ends_at, t.dropped_at, t.revoked_at) for t in rows)
    told = combined([Grant(row.id, terms, row.auto_renew and row.expired_at is None)], world().now())
    return JsonResponse(dict(_told(bucket, row.customer_id, row.product, told)))


urlpatterns = [path("v1/entitlements/<str:sub>", entitlement)]
