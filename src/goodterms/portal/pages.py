"""The start page, the account and one subscription."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from goodterms.domain.refund_request import RequestState
from goodterms.portal.forms import PayWith
from goodterms.portal.identity import actor_of, current_customer, customer_key, own_subscription
from goodterms.portal.show import SubscriptionView, timeline_of, view_of, views_of
from goodterms.storage.queries.account import requests_of
from goodterms.usecases.cancel import can_keep, change_payment_method
from goodterms.usecases.card_pages import has_card_page
from goodterms.usecases.payment_methods import card_of_customer, sandbox_cards
from goodterms.wiring import world


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What a customer can do here, for everybody."""
    return render(request, "portal/start.html", {"title": "Your subscription, in your hands"})


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The Subscription page: what runs until when, what is charged next, orders and requests (R6)."""
    key = customer_key(request)
    views = views_of(world(), *key) if key else []
    requests = requests_of(*key) if key else []
    context = {
        "title": "Subscription" if len(views) == 1 else "Subscriptions",
        "views": views,
        "requests": requests,
        "now": world().now(),
        "zone": views[0].zone if views else "UTC",
    }
    return render(request, "portal/account.html", context)


@require_safe
def manage(request: HttpRequest, sub: str) -> HttpResponse:
    """Manage subscription: details, terms over time, payment, orders, cancel or keep."""
    return _manage(request, view_of(world(), own_subscription(request, sub)))


@require_http_methods(["GET", "HEAD", "POST"])
def payment(request: HttpRequest, sub: str) -> HttpResponse:
    """Use another card from now on; only test cards can be chosen here, and only in a demo."""
    subscription = own_subscription(request, sub)
    view = view_of(world(), subscription)
    cards = _cards(subscription.gateway)
    if not cards:
        raise Http404
    if request.method != "POST":
        return _manage(request, view)
    form = PayWith(request.POST, cards=cards)
    if not form.is_valid():
        return _manage(request, view, form)
    card = card_of_customer(form.cleaned_data["card"], subscription.customer_id)
    change_payment_method(
        world(), subscription.bucket, subscription.id, card or "",
        actor=actor_of(subscription.bucket, subscription.customer_id),
    )  # fmt: skip
    messages.success(request, "Your payment method was changed. It is used from the next charge on.")
    return redirect("portal:subscription", sub=sub)


def _manage(request: HttpRequest, view: SubscriptionView, form: PayWith | None = None) -> HttpResponse:
    sub, now = view.subscription, world().now()
    requests = [r for r in requests_of(sub.bucket, sub.customer_id) if r.state != RequestState.RETRACTED]
    cards = _cards(sub.gateway)
    context: dict[str, Any] = {
        "title": "Manage subscription",
        "view": view,
        "zone": view.zone,
        "now": now,
        "picture": timeline_of(view, requests, now),
        "form": form or (PayWith(cards=cards) if cards else None),
        "customer": current_customer(request),
        "by_page": has_card_page(world(), sub.gateway),
        "keepable": can_keep(world(), sub.bucket, sub.id),
    }
    return render(request, "portal/subscription.html", context, status=422 if form and form.errors else 200)


def _cards(gateway: str) -> list[tuple[str, str]]:
    by_page = has_card_page(world(), gateway)
    return sandbox_cards(world(), gateway) if settings.TEST_WORLD and not by_page else []
