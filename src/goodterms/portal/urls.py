"""Every address of the customer's door."""

from __future__ import annotations

from django.urls import path

from goodterms.portal import buying, canceling, claims, pages, refunding, tracking
from goodterms.portal.brand import brand_css

app_name = "portal"
_SUB = "account/subscriptions/<str:sub>/"

urlpatterns = [
    # For everybody
    path("", pages.start, name="home"),
    path("brand.css", brand_css, name="brand"),
    path("cancellations-and-refunds/", pages.policy, name="policy"),
    path("refund/", claims.claim, name="claim"),
    path("refund/received/", claims.received, name="claim_received"),
    path("buy/", buying.plans, name="buy"),
    path("buy/<slug:plan>/<str:currency>/", buying.buy, name="buy_plan"),
    # The account: Subscription -> Manage subscription -> Cancel -> confirm
    path("account/", pages.account, name="account"),
    path(_SUB, pages.manage, name="subscription"),
    path(_SUB + "payment/", pages.payment, name="payment"),
    path(_SUB + "cancel/", canceling.cancel, name="cancel"),
    path(_SUB + "canceled/", canceling.canceled, name="canceled"),
    path(_SUB + "keep/", canceling.keep, name="keep"),
    path("account/orders/<str:order>/refund/", refunding.ask, name="refund"),
    # Followed like a parcel: by its owner when signed in, or by a signed link from a letter
    path("requests/<str:ref>/", tracking.track, name="request"),
    path("requests/<str:ref>/answer/", tracking.answer, name="request_answer"),
    path("requests/<str:ref>/retract/", tracking.retract, name="request_retract"),
    path("requests/<str:ref>/appeal/", tracking.appeal, name="request_appeal"),
]
