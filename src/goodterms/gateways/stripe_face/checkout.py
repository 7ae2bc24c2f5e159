"""Customers, their saved cards, and the page on which one is saved: Checkout in setup mode."""

from __future__ import annotations

import secrets
from datetime import datetime
from html import escape
from typing import Any

from aiohttp import web

from goodterms.gateways.bank.books import Books, RefusedError
from goodterms.gateways.bank.cards import CARDS, card_of
from goodterms.gateways.bank.clerk import Clerk
from goodterms.gateways.bank.clock import to_text
from goodterms.gateways.stripe_face import objects
from goodterms.gateways.stripe_face.forms import form_of, metadata_of, text_of

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Save a card</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main>
<h1>Save a card</h1><p>This page belongs to the gateway. No real card is asked for.</p>
<form method="post"><label for="card">Card</label> <select id="card" name="card">{options}</select>
<button>Save</button></form><p><a href="{cancel}">Go back without saving</a></p></main></body></html>"""


def routes(clerk: Clerk) -> list[web.RouteDef]:
    """The endpoints and the page."""

    async def add_customer(request: web.Request) -> web.Response:
        form = await form_of(request)
        return web.json_response(await clerk.do(lambda books, now: _customer(books, now, form)))

    async def attach(request: web.Request) -> web.Response:
        form, method = await form_of(request), request.match_info["id"]
        return web.json_response(await clerk.do(lambda books, _: attached(books, method, text_of(form, "customer"))))

    async def open_page(request: web.Request) -> web.Response:
        form, base = await form_of(request), f"{request.scheme}://{request.host}"
        return web.json_response(await clerk.do(lambda books, now: _session(books, now, form, base)))

    async def session(request: web.Request) -> web.Response:
        id = request.match_info["id"]
        return web.json_response(await clerk.do(lambda books, _: _known(books, id)))

    async def show(request: web.Request) -> web.Response:
        id = request.match_info["id"]
        page = await clerk.do(lambda books, _: _known(books, id))
        options = "".join(f'<option value="{name}">{name}</option>' for name in CARDS)
        text = _PAGE.format(options=options, cancel=escape(page["cancel_url"], quote=True))
        return web.Response(text=text, content_type="text/html")

    async def save(request: web.Request) -> web.Response:
        id, form = request.match_info["id"], await form_of(request)
        raise web.HTTPSeeOther(await clerk.do(lambda books, _: _complete(books, id, text_of(form, "card"))))

    return [
        web.post("/v1/customers", add_customer),
        web.post("/v1/payment_methods/{id}/attach", attach),
        web.post("/v1/checkout/sessions", open_page),
        web.get("/v1/checkout/sessions/{id}", session),
        web.get("/checkout/{id}", show),
        web.post("/checkout/{id}", save),
    ]


def _customer(books: Books, now: datetime, form: dict[str, str]) -> dict[str, Any]:
    id = f"cus_{secrets.token_hex(7)}"
    made = objects.seconds(to_text(now))
    return objects.keep(
        books, id,
        {"id": id, "object": "customer", "email": form.get("email"), "metadata": metadata_of(form), "created": made},
    )  # fmt: skip


def attached(books: Books, method: str, customer: str) -> dict[str, Any]:
    """A card of the bank, saved for a customer."""
    if objects.kept(books, customer) is None:
        raise RefusedError(400, "no_such_customer", f"No such customer: {customer!r}.")
    if card_of(method) is None:
        raise RefusedError(400, "no_such_payment_method", f"No such PaymentMethod: {method!r}.")
    body = {"id": method, "object": "payment_method", "type": "card", "customer": customer}
    return objects.keep(books, method, body)


def _session(books: Books, now: datetime, form: dict[str, str], base: str) -> dict[str, Any]:
    if form.get("mode") != "setup":
        raise RefusedError(400, "invalid_request", "This face of the bank knows the mode setup only.")
    customer = text_of(form, "customer")
    if objects.kept(books, customer) is None:
        raise RefusedError(400, "no_such_customer", f"No such customer: {customer!r}.")
    id = f"cs_test_{secrets.token_hex(12)}"
    body = {
        "id": id, "object": "checkout.session", "mode": "setup", "status": "open", "customer": customer,
        "url": f"{base}/checkout/{id}", "success_url": text_of(form, "success_url"),
        "cancel_url": form.get("cancel_url") or base, "metadata": metadata_of(form), "setup_intent": None,
        "created": objects.seconds(to_text(now)),
    }  # fmt: skip
    return objects.keep(books, id, body)


def _known(books: Books, id: str) -> dict[str, Any]:
    found = objects.kept(books, id)
    if found is None or found["object"] != "checkout.session":
        raise RefusedError(404, "no_such_object", f"No such checkout session: {id!r}.")
    return found


def _complete(books: Books, id: str, card: str) -> str:
    """Save a card on the page; where the customer goes from there."""
    page = _known(books, id)
    if page["status"] == "open":
        method = f"{card}.{secrets.token_hex(6)}"
        attached(books, method, page["customer"])
        setup = {"id": f"seti_{secrets.token_hex(8)}", "object": "setup_intent", "status": "succeeded"}
        objects.keep(books, id, {**page, "status": "complete", "setup_intent": {**setup, "payment_method": method}})
    to: str = page["success_url"]
    return to.replace("{CHECKOUT_SESSION_ID}", id)
