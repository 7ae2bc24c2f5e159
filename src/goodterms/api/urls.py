"""Every address of the programs' door, below /v1/. What is asked most is a plain view, all else an operation."""

from __future__ import annotations

from django.urls import path, re_path

from goodterms.api import (
    clock,
    customers,
    entitlements,
    entitlements_many,
    facts,
    plans,
    policies,
    reports,
    requests,
    reviewing,
    sandboxes,
    subscriptions,
    webhooks,
)
from goodterms.api.routes import patterns

app_name = "api"
#: Modules that declare operations: importing them is what makes their addresses known.
OPERATIONS = (
    customers,
    plans,
    subscriptions,
    requests,
    reviewing,
    policies,
    reports,
    entitlements_many,
    facts,
    webhooks,
    clock,
    sandboxes,
)

urlpatterns = [
    # Addresses are tried from the top, one after the other: what is asked most stands first.
    re_path(r"^entitlements/(?P<sub>sub_[^/]+)\Z", entitlements.of_subscription),
    path("entitlements", entitlements.of_product, name="entitlements"),
    *patterns(),
    path("entitlements/<str:sub>", entitlements.of_subscription, name="entitlement"),
]
