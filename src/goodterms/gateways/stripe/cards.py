"""Saving a card on Stripe's own page: Checkout in setup mode, which lets the cardholder authenticate for later."""

from __future__ import annotations

from typing import Any

from goodterms.gateways.protocol import CardPage
from goodterms.gateways.stripe.calls import Client
from goodterms.gateways.stripe.objects import OddObject

#: Stripe puts the id of the page there when it sends the customer back.
PAGE_REF = "{CHECKOUT_SESSION_ID}"
_OURS = "goodterms_for"


async def open_page(client: Client, reference: str, email: str, customer: str, back_url: str) -> CardPage:
    """A page for a customer of Stripe's, who is made where there is none yet."""
    if not customer:
        who: Any = {"email": email, "metadata": {_OURS: reference}}
        made = await client.call(lambda sdk: sdk.v1.customers.create_async(who))
        customer = str((made or {}).get("id") or "")
    joined = "&" if "?" in back_url else "?"
    params: Any = {
        "mode": "setup",
        "customer": customer,
        "payment_method_types": ["card"],
        "success_url": f"{back_url}{joined}page={PAGE_REF}",
        "cancel_url": back_url,
        "metadata": {_OURS: reference},
    }
    page = await client.call(lambda sdk: sdk.v1.checkout.sessions.create_async(params)) or {}
    ref, url = page.get("id"), page.get("url")
    if not isinstance(ref, str) or not isinstance(url, str):
        raise OddObject("a page without its address")
    return CardPage(ref, url)


async def saved(client: Client, page_ref: str, reference: str) -> str | None:
    """The card that was saved, as "customer:method"; None where none was, or on a page that was somebody else's."""
    params: Any = {"expand": ["setup_intent"]}
    page = await client.call(lambda sdk: sdk.v1.checkout.sessions.retrieve_async(page_ref, params)) or {}
    setup, customer = page.get("setup_intent"), page.get("customer")
    ours = (page.get("metadata") or {}).get(_OURS) == reference
    if not ours or page.get("status") != "complete" or not isinstance(setup, dict):
        return None
    method = setup.get("payment_method")
    if setup.get("status") != "succeeded" or not isinstance(method, str) or not isinstance(customer, str):
        return None
    return f"{customer}:{method}"
