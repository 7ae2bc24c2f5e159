"""Every address of the programs' door, below /v1/."""

from __future__ import annotations

from django.urls import path

from goodterms.api import entitlements

app_name = "api"

urlpatterns = [
    path("entitlements", entitlements.of_product, name="entitlements"),
    path("entitlements/<str:sub>", entitlements.of_subscription, name="entitlement"),
]
