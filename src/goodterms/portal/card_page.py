"""Saving a card on the gateway's own page: for a subscription that runs, and to buy one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from goodterms.domain.customer import Customer
from goodterms.domain.decision import Refusal
from goodterms.domain.public_id import CUSTOMER, SUBSCRIPTION, encode
from goodterms.domain.subscription import Subscription
from goodterms.portal.forms import BuyerName
from goodterms.portal.identity import actor_of, current_customer, new_customer, own_subscription
from goodterms.portal.words import refusal_words
from goodterms.storage.load import load_customer
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.queries.account import Offer, offers
from goodterms.usecases.cancel import change_payment_method
from goodterms.usecases.card_pages import has_card_page, open_card_page, saved_card, seller
from goodterms.usecases.purchase import Purchase, purchase
from goodterms.wiring import world

_MOST_REF = 200


@require_POST
def begin(request: HttpRequest, sub: str) -> HttpResponse:
    """Lead to the page on which another card is saved for a subscription."""
    subscription = _with_page(request, sub)
    customer = load_customer(subscription.bucket, subscription.customer_id)
    back = reverse("portal:card_saved", kwargs={"sub": sub})
    return _lead(request, subscription.gateway, customer, subscription.payment_method, back, "Another card")


@require_safe
def saved(request: HttpRequest, sub: str) -> HttpResponse:
    """The customer is back: use the card that was saved from now on. Repeating it changes nothing more."""
    subscription = _with_page(request, sub)
    page = request.GET.get("page", "")
    if page:
        method = _saved(subscription.gateway, page, encode(CUSTOMER, subscription.bucket, subscription.customer_id))
        if isinstance(method, Refusal):
            messages.error(request, refusal_words(method))
        elif method != subscription.payment_method:
            change_payment_method(
                world(), subscription.bucket, subscription.id, method,
                actor=actor_of(subscription.bucket, subscription.customer_id),
            )  # fmt: skip
            messages.success(request, "Your payment method was changed. It is used from the next charge on.")
    return redirect("portal:subscription", sub=sub)


@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: HttpRequest, plan: str, currency: str) -> HttpResponse:
    """One plan: save a card on the gateway's page first, then order with what is charged in sight."""
    now, gateway = world().now(), seller(world())
    offer = next((o for o in offers(now) if o.code == plan), None)
    price = next((p for p in offer.prices if p.currency == currency), None) if offer else None
    if gateway is None or offer is None or price is None:
        raise Http404
    customer = current_customer(request)
    page = (request.POST if request.method == "POST" else request.GET).get("page", "")
    method = _saved(gateway, page, encode(CUSTOMER, customer.bucket, customer.id)) if page and customer else None
    if isinstance(method, Refusal):
        messages.error(request, refusal_words(method))
        return redirect("portal:buy_plan", plan=plan, currency=currency)
    form = BuyerName(request.POST if request.method == "POST" and customer is None else None)
    if request.method == "POST" and customer is not None and method is not None:
        return _order(request, offer, Purchase(plan, currency, method, gateway=gateway), customer)
    if request.method == "POST" and (customer is not None or form.is_valid()):
        buyer = customer or new_customer(request, form.cleaned_data["name"])
        if buyer is None:
            messages.error(request, "Please confirm your e-mail address first; orders and receipts go there.")
            return redirect("account_email")
        back = reverse("portal:buy_plan", kwargs={"plan": plan, "currency": currency})
        return _lead(request, gateway, buyer, None, back, f"Buy {offer.name}")
    policy = policy_of_plan(plan, now)
    context = {
        "title": f"Buy {offer.name}", "offer": offer, "price": price, "policy_name": policy.name,
        "form": form if customer is None else None, "page": page if method else "", "by_page": True,
        "lead_days": policy.renewal.lead_days(offer.interval),
        "reminder_days": policy.renewal.reminder_days(offer.interval),
    }  # fmt: skip
    return render(request, "portal/buy_plan.html", context, status=422 if form.errors else 200)


def _order(request: HttpRequest, offer: Offer, wish: Purchase, buyer: Customer) -> HttpResponse:
    bought = purchase(world(), buyer, wish, actor=actor_of(buyer.bucket, buyer.id))
    if isinstance(bought, Refusal):
        messages.info(request, refusal_words(bought))
        return redirect("portal:account")
    if bought.charge_state == "declined":
        messages.error(request, "The payment was declined and nothing was charged. Please use another card.")
        return redirect("portal:buy_plan", plan=wish.plan, currency=wish.currency)
    if bought.charge_state == "succeeded":
        messages.success(request, f"Thank you. {offer.name} is paid and ready to use.")
        return redirect("portal:subscription", sub=encode(SUBSCRIPTION, bought.bucket, bought.subscription_id))
    messages.info(request, "We are waiting for the bank's answer. You will not be charged twice.")
    return redirect("portal:account")


def _lead(
    request: HttpRequest, gateway: str, customer: Customer, method: str | None, back: str, title: str
) -> HttpResponse:
    """A page with the way there: a form may not send a browser to another site."""
    address = open_card_page(
        world(), gateway, reference=encode(CUSTOMER, customer.bucket, customer.id), email=customer.email,
        payment_method=method, back_url=f"{world().site_url.rstrip('/')}{back}",
    )  # fmt: skip
    if isinstance(address, Refusal):
        messages.error(request, refusal_words(address))
        return redirect(back.split("card/saved/")[0] if "card/saved/" in back else back)
    return render(request, "portal/card_page.html", {"title": title, "address": address, "back": back})


def _saved(gateway: str, page: str, reference: str) -> str | Refusal:
    return saved_card(world(), gateway, page[:_MOST_REF], reference=reference)


def _with_page(request: HttpRequest, sub: str) -> Subscription:
    subscription = own_subscription(request, sub)
    if not has_card_page(world(), subscription.gateway):
        raise Http404
    return subscription
