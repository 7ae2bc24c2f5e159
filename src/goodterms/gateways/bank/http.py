"""Reading requests and answering refusals: what every endpoint of the bank shares."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from goodterms.gateways.bank.books import RefusedError, error_body
from goodterms.gateways.bank.statement import MOST_LINES

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guard(api_key: str) -> Middleware:
    """The middleware that asks for the API key and turns refusals into JSON errors."""
    wanted = f"Bearer {api_key}".encode()

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if request.path.startswith(("/v1/", "/test/")):
                given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
                if not hmac.compare_digest(given, wanted):
                    raise RefusedError(401, "unauthorized", "The API key is missing or wrong.")
            return await handler(request)
        except RefusedError as refused:
            return web.json_response(error_body(refused.code, refused.message), status=refused.status)

    return check


async def json_object(request: web.Request) -> dict[str, Any]:
    """The body as a JSON object."""
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise RefusedError(400, "invalid_request", "The body must be a JSON object.")
    return body


def limit_of(request: web.Request, usual: int) -> int:
    """The `limit` of a list."""
    text = request.query.get("limit", str(usual))
    if not text.isdecimal() or len(text) > 9 or not 0 < int(text) <= MOST_LINES:
        raise RefusedError(400, "invalid_request", f"limit must be 1 to {MOST_LINES}.")
    return int(text)


async def wait_until(event: asyncio.Event, *, milliseconds: int) -> None:
    """Wait for the event, at most this long."""
    try:
        await asyncio.wait_for(event.wait(), milliseconds / 1000)
    except TimeoutError:
        return
