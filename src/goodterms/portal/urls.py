"""Every address of the customer's door."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.cache import never_cache

from goodterms.portal import buying, canceling, card_page, claims, pages, policy_view, refunding, tracking
from goodterms.portal.brand import brand_css

app_name = "portal"
_SUB = "account/subscriptions/<str:sub>/"

urlpatterns = [
    # For everybody
    path("", pages.start, name="home"),
    path("brand.css", brand_css, name="brand"),
    path("cancellations-and-refunds/", policy_view.policy, name="policy"),
    path("refund/", claims.claim, name="claim"),
    path("refund/received/", claims.received, name="claim_received"),
    path("buy/", buying.plans, name="buy"),
    path("buy/<slug:plan>/<str:currency>/", buying.buy, name="buy_plan"),
    # What is somebody's own is kept by no browser: whoever comes after sign-out finds nothing by going back
    # The account: Subscription -> Manage subscription -> Cancel -> confirm
    path("account/", never_cache(pages.account), name="account"),
    path(_SUB, never_cache(pages.manage), name="subscription"),
    path(_SUB + "payment/", never_cache(pages.payment), name="payment"),
    path(_SUB + "card/", never_cache(card_page.begin), name="card"),
    path(_SUB + "card/saved/", never_cache(card_page.saved), name="card_saved"),
    path(_SUB + "cancel/", never_cache(canceling.cancel), name="cancel"),
    path(_SUB + "canceled/", never_cache(canceling.canceled), name="canceled"),
    path(_SUB + "keep/", never_cache(canceling.keep), name="keep"),
    path("account/orders/<str:order>/refund/", never_cache(refunding.ask), name="refund"),
    # Followed like a parcel: by its owner when signed in, or by a signed link from a letter
    path("requests/<str:ref>/", never_cache(tracking.track), name="request"),
    path("requests/<str:ref>/answer/", never_cache(tracking.answer), name="request_answer"),
    path("requests/<str:ref>/retract/", never_cache(tracking.retract), name="request_retract"),
    path("requests/<str:ref>/appeal/", never_cache(tracking.appeal), name="request_appeal"),
]
