"""The endpoints of Stripe's API, in front of the bank's books.

* `POST /v1/payment_intents`, `POST /v1/refunds`: Idempotency-Key; `GET` lists them, and one by its id
* `GET /v1/disputes/<id>`, `GET /v1/events`
* `POST /v1/customers`, `POST /v1/payment_methods/<card>/attach`
* `POST /v1/checkout/sessions` (setup mode), `GET /v1/checkout/sessions/<id>`, and their page `/checkout/<id>`
* `/dashboard` and `/test/...` as at the bank
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from goodterms.gateways.bank import charging, dashboard, faults, telling
from goodterms.gateways.bank.books import Books, RefusedError, Reply, fingerprint, once_per_key
from goodterms.gateways.bank.cards import Delivery
from goodterms.gateways.bank.clerk import Clerk
from goodterms.gateways.bank.http import guard, wait_until
from goodterms.gateways.bank.refunding import refund_id
from goodterms.gateways.stripe.webhooks import signature
from goodterms.gateways.stripe_face import checkout, money, objects
from goodterms.gateways.stripe_face.forms import error, form_of, listing, page_of, refusal

_HANGS_FOR_MS = 120_000
_EVENTS_FOR_DAYS = 30
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Face:
    """The endpoints under /v1. One instance per process."""

    def __init__(self, clerk: Clerk) -> None:
        self.clerk = clerk
        self.faults = faults.Faults()
        self.traffic = faults.Traffic()
        self.stopping = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """The endpoints that move money or list what moved."""
        return [
            web.post("/v1/payment_intents", self.post),
            web.post("/v1/refunds", self.post),
            web.get("/v1/payment_intents", self.intents),
            web.get("/v1/payment_intents/{id}", self.intent),
            web.get("/v1/refunds", self.refunds),
            web.get("/v1/refunds/{id}", self.refund),
            web.get("/v1/disputes/{id}", self.dispute),
            web.get("/v1/events", self.events),
        ]

    async def post(self, request: web.Request) -> web.StreamResponse:
        """A request that moves money, once per key, with whatever goes wrong on the way."""
        self.traffic.enter()
        try:
            return await self._post(request)
        finally:
            self.traffic.leave()

    async def _post(self, request: web.Request) -> web.StreamResponse:
        key = request.headers.get("Idempotency-Key", "").strip()
        if not 0 < len(key) <= 255:
            raise RefusedError(400, "invalid_request", "Idempotency-Key must have 1 to 255 characters.")
        form = await form_of(request)
        if self.faults.hits("drop_requests"):
            return await self._deliver(request, Reply(503, {}, delivery=Delivery.LOST))
        if self.faults.delay_ms:
            await wait_until(self.stopping, milliseconds=self.faults.delay_ms)
        if self.faults.hits("too_many_requests"):
            busy = error("rate_limit_error", "rate_limit", "Too many requests.")
            return web.json_response(busy, status=429)
        if self.faults.hits("error_500_before"):
            return web.json_response(error("api_error", "", "Something went wrong."), status=500)
        sticky, drop = self.faults.hits("error_500_after"), self.faults.hits("drop_answers")
        path = request.path

        def act(books: Books, now: datetime) -> Reply:
            def once() -> Reply:
                if path == "/v1/refunds":
                    return money.give_back(books, now, form=form)
                return money.pay(books, now, key=key, form=form)

            same = fingerprint(path, form)
            reply = once_per_key(books, now, key=key, request=same, act=once, sticky_error=sticky)
            if reply.status == 500:
                return Reply(500, error("api_error", "", "Something went wrong."), reply.made, reply.delivery)
            return reply

        reply = await self.clerk.do(act)
        return await self._deliver(request, Reply(reply.status, reply.body, delivery=Delivery.LOST) if drop else reply)

    async def _deliver(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        if reply.delivery is Delivery.HANGS:
            await wait_until(self.stopping, milliseconds=_HANGS_FOR_MS)
        if reply.delivery in (Delivery.HANGS, Delivery.LOST) and request.transport:
            request.transport.abort()
        return web.json_response(reply.body, status=reply.status, headers=reply.headers)

    async def intents(self, request: web.Request) -> web.Response:
        """Payment intents, newest first, all or a customer's."""
        customer = request.query.get("customer")

        def find(books: Books, _now: datetime) -> dict[str, Any]:
            if customer and objects.kept(books, customer) is None:
                raise RefusedError(400, "no_such_customer", f"No such customer: {customer!r}.")
            of = " WHERE n IN (SELECT charge_n FROM stripe_payers WHERE customer = ?)" if customer else ""
            sql = f"SELECT * FROM charges{of} ORDER BY n DESC"  # noqa: S608
            rows = books.db.execute(sql, (customer,) if customer else ()).fetchall()
            page, more = page_of(request.query, rows, lambda row: objects.intent_id(row["n"]))
            return listing(request.path, [objects.intent(books, row) for row in page], more)

        return web.json_response(await self.clerk.do(find))

    async def refunds(self, request: web.Request) -> web.Response:
        """Refunds, newest first, all or those of a payment intent."""
        intent = request.query.get("payment_intent")

        def find(books: Books, _now: datetime) -> dict[str, Any]:
            number = charging.number_of(intent or "", "pi")
            if intent and (number is None or charging.load(books, charging.charge_id(number)) is None):
                raise RefusedError(404, "no_such_charge", f"No such payment_intent: {intent!r}.")
            of = " WHERE charge_n = ?" if intent else ""
            sql = f"SELECT * FROM refunds{of} ORDER BY n DESC"  # noqa: S608
            rows = books.db.execute(sql, (number,) if intent else ()).fetchall()
            page, more = page_of(request.query, rows, lambda row: refund_id(row["n"]))
            return listing(request.path, [objects.refund(row) for row in page], more)

        return web.json_response(await self.clerk.do(find))

    async def intent(self, request: web.Request) -> web.Response:
        """One payment intent."""
        return await self._one(request, "charges", "pi", objects.intent)

    async def refund(self, request: web.Request) -> web.Response:
        """One refund."""
        return await self._one(request, "refunds", "re", lambda _, row: objects.refund(row))

    async def dispute(self, request: web.Request) -> web.Response:
        """One dispute."""
        return await self._one(request, "disputes", "dp", lambda _, row: objects.dispute(row))

    async def _one(
        self, request: web.Request, table: str, prefix: str, shown: Callable[[Books, Any], dict[str, Any]]
    ) -> web.Response:
        id = request.match_info["id"]

        def find(books: Books, _now: datetime) -> dict[str, Any]:
            number = charging.number_of(id, prefix)
            row = books.db.execute(f"SELECT * FROM {table} WHERE n = ?", (number,)).fetchone()  # noqa: S608
            if row is None:
                raise RefusedError(404, "no_such_object", f"No such object: {id!r}.")
            return shown(books, row)

        return web.json_response(await self.clerk.do(find))

    async def events(self, request: web.Request) -> web.Response:
        """Events of the last 30 days, newest first."""
        wanted = {value for name, value in request.query.items() if name.startswith("types")}

        def find(books: Books, now: datetime) -> dict[str, Any]:
            since = objects.not_before(now, _EVENTS_FOR_DAYS)
            sql = f"{objects.TYPED_LINES} WHERE l.at > ? ORDER BY l.n DESC"
            rows = [row for row in books.db.execute(sql, (since,)) if not wanted or objects.type_of(row) in wanted]
            page, more = page_of(request.query, rows, lambda row: objects.event_id(row["n"]))
            return listing(request.path, [objects.event(books, row) for row in page], more)

        return web.json_response(await self.clerk.do(find))


@web.middleware
async def in_stripes_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals of the API as Stripe would say them; those of the dashboard and the controls stay the bank's."""
    try:
        return await handler(request)
    except RefusedError as refused:
        if not request.path.startswith("/v1/"):
            raise
        return refusal(refused)


def _signed(books: Books, row: Any) -> tuple[bytes, dict[str, str]]:
    """An event as Stripe sends it."""
    line = books.db.execute(f"{objects.TYPED_LINES} WHERE l.n = ?", (json.loads(row["body"])["line"],)).fetchone()
    body = json.dumps(objects.event(books, line)).encode()
    _, secret = telling.address_of(books)
    return body, {"Stripe-Signature": signature(secret, books.clock.now(), body)}


def application(books: Books, api_key: str, *, test_clock: bool) -> web.Application:
    """The bank behind Stripe's API as an aiohttp application."""
    books.db.executescript(objects.SCHEMA)
    clerk = Clerk(books)
    face = Face(clerk)
    teller = telling.Teller(clerk, books, face.faults, signed=_signed)

    async def run_clerk(_app: web.Application) -> Any:
        clerk.start()
        teller.start()
        yield
        await teller.stop()
        await clerk.stop()

    async def hang_up(_app: web.Application) -> None:
        face.stopping.set()

    app = web.Application(middlewares=[guard(api_key), in_stripes_words])
    app.cleanup_ctx.append(run_clerk)
    app.on_shutdown.append(hang_up)
    app.add_routes(face.routes())
    app.add_routes(checkout.routes(clerk))
    app.add_routes(dashboard.routes(clerk))
    if test_clock:
        app.add_routes(faults.routes(clerk, face.faults, face.traffic))
        app.add_routes(telling.routes(clerk))
    return app
