"""The endpoints of Paddle's API, in front of the shop's books.

* `GET /transactions`, `GET /transactions/<id>` (include: customer, address)
* `POST /adjustments`, `GET /adjustments`; `GET /events`
* `GET`, `PATCH /subscriptions/<id>`, `POST /subscriptions/<id>/cancel`
* `POST /test/shop`, `/test/faults`, `/test/webhooks`: what people do at the shop, and what goes wrong
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiohttp import web

from goodterms.gateways.bank.faults import Faults
from goodterms.gateways.paddle_face import people, requests
from goodterms.gateways.paddle_face.requests import RefusedError
from goodterms.gateways.paddle_face.shop import PaddleShop
from goodterms.gateways.paddle_face.telling import Teller

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_EVERY_SECONDS = 1.0


class Face:
    """One instance per process. Everything happens in one thread, each request in one transaction."""

    def __init__(self, shop: PaddleShop, api_key: str, clock: Callable[[], datetime] | None) -> None:
        self.shop, self.faults, self._clock = shop, Faults(), clock
        self._wanted = f"Bearer {api_key}".encode()
        self.teller = Teller(shop, self.faults)

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Ask for the key, let go wrong what is to, and say no in Paddle's words."""
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        try:
            if not hmac.compare_digest(given, self._wanted):
                raise RefusedError(403, "authentication_malformed", "The API key is missing or wrong.")
            if request.method == "GET" or request.path.startswith("/test/"):
                return await handler(request)
            return await self._with_faults(request, handler)
        except RefusedError as refused:
            error = {"type": "request_error", "code": refused.code, "detail": str(refused)}
            return web.json_response({"error": error, "meta": {}}, status=refused.status)

    async def _with_faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        await request.read()  # all of it, before who sent it may hang up
        if self.faults.hits("drop_requests"):
            return _hang_up(request)
        if self.faults.delay_ms:
            await asyncio.sleep(self.faults.delay_ms / 1000)
        if self.faults.hits("too_many_requests"):
            raise RefusedError(429, "too_many_requests", "Asked too often.")
        if self.faults.hits("error_500_before"):
            raise RefusedError(500, "internal_error", "Something went wrong.")
        after, drop = self.faults.hits("error_500_after"), self.faults.hits("drop_answers")
        answer = await handler(request)
        if after:
            raise RefusedError(500, "internal_error", "Something went wrong.")
        return _hang_up(request) if drop else answer

    def does(self, act: Callable[[PaddleShop, web.Request, Any], Any]) -> Handler:
        """A handler that gives `act` the body, all or nothing."""

        async def handle(request: web.Request) -> web.StreamResponse:
            body = await _body(request)
            self.shop.books.run("BEGIN")
            try:
                answer = act(self.shop, request, body)
            except BaseException:
                self.shop.books.run("ROLLBACK")
                raise
            self.shop.books.run("COMMIT")
            return web.json_response(answer)

        return handle

    async def set_faults(self, request: web.Request) -> web.StreamResponse:
        """What is to go wrong."""
        for name, value in (await _body(request)).items():
            setattr(self.faults, name, value)
        return web.json_response({})

    async def set_address(self, request: web.Request) -> web.StreamResponse:
        """Where to tell."""
        wish = await _body(request)
        self.teller.url, self.teller.secret = wish["url"], wish["secret"]
        return web.json_response({})

    async def live(self, _app: web.Application) -> Any:
        """Work as time passes, and send webhooks."""
        tasks = [asyncio.create_task(self.teller.work())]
        if self._clock is not None:
            tasks.append(asyncio.create_task(self._follow(self._clock)))
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _follow(self, clock: Callable[[], datetime]) -> None:
        while True:
            self.shop.work(clock())
            await asyncio.sleep(_EVERY_SECONDS)


def application(shop: PaddleShop, api_key: str, *, clock: Callable[[], datetime] | None) -> web.Application:
    """The shop behind Paddle's API. Without a clock time passes only when it is moved."""
    face = Face(shop, api_key, clock)
    app = web.Application(middlewares=[face.guard])
    app.cleanup_ctx.append(face.live)
    app.add_routes(
        [
            web.get("/transactions", face.does(requests.transactions)),
            web.get("/transactions/{id}", face.does(requests.transaction)),
            web.get("/adjustments", face.does(requests.adjustments)),
            web.post("/adjustments", face.does(requests.adjust)),
            web.get("/events", face.does(requests.events)),
            web.get("/subscriptions/{id}", face.does(requests.subscription)),
            web.patch("/subscriptions/{id}", face.does(requests.change)),
            web.post("/subscriptions/{id}/cancel", face.does(requests.cancel)),
            web.post("/test/shop", face.does(people.at_the_shop)),
            web.post("/test/faults", face.set_faults),
            web.post("/test/webhooks", face.set_address),
        ]
    )
    return app


async def _body(request: web.Request) -> dict[str, Any]:
    if request.method == "GET":
        return {}
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise RefusedError(400, "bad_request", "The body must be a JSON object.")
    return body


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response(status=503)
