"""The bank's counter: the HTTP application and the process around it.

* `POST /v1/charges` {amount_minor, currency, payment_method, reference, description}, Idempotency-Key required
* `POST /v1/refunds` {charge, amount_minor, currency, reference}, Idempotency-Key required
* `GET /v1/charges?key=|reference=`, `GET /v1/refunds?key=|reference=`: {"data": [...]}
* `GET /v1/movements?after=&limit=`: {"data": [...], "has_more": bool}, oldest first
* `GET /v1/current?kind=charge|refund|dispute&id=`: {"data": [the last line about it]}
* `GET /v1/statement?limit=`: newest first, with balances
* `GET /dashboard`, `POST /dashboard/refunds`, `POST /dashboard/disputes`: for people, on this machine only
* `GET|POST /test/clock`, `GET|POST /test/faults`, `POST /test/charges|webhooks`: with --test-clock only

/v1 and /test want `Authorization: Bearer KEY`. Errors are {"error": {"code", "message"}}: 400 and 422 for
requests that can not be carried out (nothing is remembered), 402 for a card that says no (remembered under
the key).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from goodterms.gateways.bank import charging, dashboard, faults, refunding, statement, telling
from goodterms.gateways.bank.books import (
    Books,
    RefusedError,
    Reply,
    api_key_of,
    error_body,
    fingerprint,
    once_per_key,
)
from goodterms.gateways.bank.cards import Delivery
from goodterms.gateways.bank.clerk import Clerk
from goodterms.gateways.bank.http import guard, json_object, limit_of, wait_until

_HANGS_FOR_MS = 120_000
_MOST_KEY = 255


class Counter:
    """The money endpoints. One instance per process."""

    def __init__(self, clerk: Clerk) -> None:
        self.clerk = clerk
        self.faults = faults.Faults()
        self.traffic = faults.Traffic()
        self.stopping = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """The endpoints under /v1."""
        return [
            web.post("/v1/charges", self.post),
            web.post("/v1/refunds", self.post),
            web.get("/v1/charges", self.find),
            web.get("/v1/refunds", self.find),
            web.get("/v1/movements", self.movements),
            web.get("/v1/statement", self.statement),
            web.get("/v1/current", self.current),
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
        if not key or len(key) > _MOST_KEY:
            raise RefusedError(400, "invalid_request", f"Idempotency-Key must have 1 to {_MOST_KEY} characters.")
        body = await json_object(request)
        if self.faults.hits("drop_requests"):
            return await self._deliver(request, Reply(503, {}, delivery=Delivery.LOST))
        if self.faults.delay_ms:
            await wait_until(self.stopping, milliseconds=self.faults.delay_ms)
        if self.faults.hits("too_many_requests"):
            return web.json_response(error_body("too_many_requests", "Ask less often."), status=429)
        if self.faults.hits("error_500_before"):
            return web.json_response(error_body("server_error", "Something went wrong at the bank."), status=500)
        sticky_error = self.faults.hits("error_500_after")
        drop_answer = self.faults.hits("drop_answers")
        path = request.path

        def act(books: Books, now: datetime) -> Reply:
            def once() -> Reply:
                if path == "/v1/charges":
                    return charging.charge(books, now, key=key, body=body)
                return refunding.refund(books, now, body=body)

            same = fingerprint(path, body)
            return once_per_key(books, now, key=key, request=same, act=once, sticky_error=sticky_error)

        reply = await self.clerk.do(act)
        if drop_answer:
            reply = Reply(reply.status, reply.body, delivery=Delivery.LOST)
        return await self._deliver(request, reply)

    async def _deliver(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        if reply.delivery is Delivery.HANGS:
            await wait_until(self.stopping, milliseconds=_HANGS_FOR_MS)
        if reply.delivery in (Delivery.HANGS, Delivery.LOST) and request.transport:
            request.transport.abort()
        return web.json_response(reply.body, status=reply.status, headers=reply.headers)

    async def find(self, request: web.Request) -> web.Response:
        """Charges or refunds by key or by reference."""
        key, reference = request.query.get("key"), request.query.get("reference")
        if not (key or reference) or (key and reference):
            raise RefusedError(400, "invalid_request", "Give either key or reference.")
        look = charging.find if request.path == "/v1/charges" else refunding.find
        found = await self.clerk.do(lambda books, now: look(books, now, key=key, reference=reference))
        return web.json_response({"data": found})

    async def movements(self, request: web.Request) -> web.Response:
        """The statement for programs."""
        after, limit = request.query.get("after"), limit_of(request, 500)
        page = await self.clerk.do(lambda books, now: statement.movements(books, now, after=after, limit=limit))
        return web.json_response(page)

    async def current(self, request: web.Request) -> web.Response:
        """How one object stands."""
        kind, id = request.query.get("kind", ""), request.query.get("id", "")
        if kind not in ("charge", "refund", "dispute"):
            raise RefusedError(400, "invalid_request", "kind is charge, refund or dispute.")
        found = await self.clerk.do(lambda books, now: statement.current(books, now, kind=kind, public_id=id))
        return web.json_response(found)

    async def statement(self, request: web.Request) -> web.Response:
        """The statement for a page that shows it."""
        limit = limit_of(request, 100)
        return web.json_response(await self.clerk.do(lambda books, now: statement.latest(books, now, limit=limit)))


def application(books: Books, api_key: str, *, test_clock: bool) -> web.Application:
    """The whole bank as an aiohttp application."""
    clerk = Clerk(books)
    counter = Counter(clerk)

    teller = telling.Teller(clerk, books, counter.faults)

    async def run_clerk(_app: web.Application) -> Any:
        clerk.start()
        teller.start()
        yield
        await teller.stop()
        await clerk.stop()

    async def hang_up(_app: web.Application) -> None:
        counter.stopping.set()

    app = web.Application(middlewares=[guard(api_key)])
    app.cleanup_ctx.append(run_clerk)
    app.on_shutdown.append(hang_up)
    app.add_routes(counter.routes())
    app.add_routes(dashboard.routes(clerk))
    if test_clock:
        app.add_routes(faults.routes(clerk, counter.faults, counter.traffic))
        app.add_routes(telling.routes(clerk))
    return app


async def run(app: web.Application, *, host: str, port: int, stop_on_eof: bool) -> None:
    """Serve until SIGTERM or SIGINT, and say once where."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if stop_on_eof:
        loop.add_reader(sys.stdin, _stop_at_eof, stop)
    print(f"bank ready http://{host}:{runner.addresses[0][1]}", flush=True)
    await stop.wait()
    await runner.cleanup()


def _stop_at_eof(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1000):
        stop.set()


def serve(
    data_dir: Path,
    port: int,
    *,
    host: str = "127.0.0.1",
    test_clock: bool = False,
    api_key: str | None = None,
    webhook: tuple[str, str] | None = None,
    stop_on_eof: bool = False,
    made_of: Callable[..., web.Application] = application,
) -> None:
    """Run the bank until SIGTERM or SIGINT; port 0 takes a free one, which the ready line names.

    `webhook` is the address to tell of what happens, and the secret that signs it; without it the one that is kept
    holds. Without `api_key` the one in `data_dir/api-key` is used, and made at the first start. With `stop_on_eof`
    it also stops when its standard input closes, so that it can not outlive the program that started it. `made_of`
    makes the application: the bank's own, or another face of it.
    """
    books = Books(data_dir, test_clock=test_clock)
    try:
        key = api_key or api_key_of(data_dir)
        if webhook is not None:
            telling.set_address(books, *webhook)
        app = made_of(books, key, test_clock=test_clock)
        asyncio.run(run(app, host=host, port=port, stop_on_eof=stop_on_eof))
    finally:
        books.close()
