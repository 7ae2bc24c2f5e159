"""Plans with their prices, and buying one where test cards stand in for money."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from goodterms.domain.customer import Customer
from goodterms.domain.decision import Refusal
from goodterms.domain.public_id import SUBSCRIPTION, encode
from goodterms.portal import card_page
from goodterms.portal.forms import Buy
from goodterms.portal.identity import actor_of, current_customer, new_customer
from goodterms.portal.words import refusal_words
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.queries.account import Offer, offers
from goodterms.usecases.card_pages import seller
from goodterms.usecases.payment_methods import card_of_customer, sandbox_cards
from goodterms.usecases.purchase import Purchase, purchase
from goodterms.wiring import world


@login_not_required
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """What is sold, for how much, for everybody."""
    can_buy = bool(settings.TEST_WORLD or seller(world()))
    context = {"title": "Plans and prices", "offers": offers(world().now()), "can_buy": can_buy}
    return render(request, "portal/buy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: HttpRequest, plan: str, currency: str) -> HttpResponse:
    """One plan: what is charged now, what renews when, and the order button."""
    if not settings.TEST_WORLD and seller(world()):
        return card_page.buy(request, plan, currency)
    now = world().now()
    offer = next((o for o in offers(now) if o.code == plan), None)
    price = next((p for p in offer.prices if p.currency == currency), None) if offer else None
    cards = sandbox_cards(world(), "bank") if settings.TEST_WORLD else []
    if offer is None or price is None or not cards:
        raise Http404
    customer = current_customer(request)
    values: Any = {**request.POST.dict(), "plan": plan, "currency": currency} if request.method == "POST" else None
    form = Buy(values, initial={"plan": plan, "currency": currency}, cards=cards, needs_name=customer is None)
    if request.method == "POST" and form.is_valid():
        return _order(request, offer, form, customer)
    policy = policy_of_plan(plan, now)
    context = {
        "title": f"Buy {offer.name}",
        "offer": offer,
        "price": price,
        "form": form,
        "policy_name": policy.name,
        "lead_days": policy.renewal.lead_days(offer.interval),
        "reminder_days": policy.renewal.reminder_days(offer.interval),
    }
    return render(request, "portal/buy_plan.html", context, status=422 if form.errors else 200)


def _order(request: HttpRequest, offer: Offer, form: Buy, customer: Customer | None) -> HttpResponse:
    buyer = customer or new_customer(request, form.cleaned_data["name"])
    if buyer is None:
        messages.error(request, "Please confirm your e-mail address first; orders and receipts go there.")
        return redirect("account_email")
    card = card_of_customer(form.cleaned_data["card"], buyer.id) or ""
    bought = purchase(
        world(),
        buyer,
        Purchase(offer.code, form.cleaned_data["currency"], card),
        actor=actor_of(buyer.bucket, buyer.id),
    )
    if isinstance(bought, Refusal):
        messages.info(request, refusal_words(bought))
        return redirect("portal:account")
    if bought.charge_state == "declined":
        messages.error(request, "The payment was declined and nothing was charged. Please choose another card.")
        return redirect("portal:buy_plan", plan=offer.code, currency=form.cleaned_data["currency"])
    if bought.charge_state == "succeeded":
        messages.success(request, f"Thank you. {offer.name} is paid and ready to use.")
        return redirect("portal:subscription", sub=encode(SUBSCRIPTION, bought.bucket, bought.subscription_id))
    messages.info(request, "We are waiting for the bank's answer. You will not be charged twice.")
    return redirect("portal:account")
