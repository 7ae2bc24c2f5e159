"""Clients that ask again: after a lost connection, a busy server, or while the same call is still being worked on.

A read may always be asked again. A write is only when it has an `Idempotency-Key`, which the document wants of every
one: the server does it once, however often it comes.
"""

from __future__ import annotations

import asyncio
import os
import time
import uuid

import httpx

from goodterms_client.generated import AuthenticatedClient

_SAFE = frozenset({"GET", "HEAD"})
_AGAIN = frozenset({429, 502, 503, 504})
_WAITS = (0.2, 0.5, 1.0, 2.0, 4.0)
_LONGEST_WAIT = 30.0


def new_key() -> str:
    """A key for one act. Keep it with the act until you have an answer."""
    return str(uuid.uuid4())


def connect(url: str | None = None, key: str | None = None, *, timeout: float = 30.0) -> AuthenticatedClient:
    """A client for the `sync` functions; address and key from GOODTERMS_URL and GOODTERMS_KEY if not given."""
    client = _client(url, key, timeout)
    made = httpx.Client(**_settings(client, timeout), transport=_Again(httpx.HTTPTransport()))
    return client.set_httpx_client(made)


def connect_async(url: str | None = None, key: str | None = None, *, timeout: float = 30.0) -> AuthenticatedClient:
    """A client for the `asyncio` functions."""
    client = _client(url, key, timeout)
    made = httpx.AsyncClient(**_settings(client, timeout), transport=_AgainAsync(httpx.AsyncHTTPTransport()))
    return client.set_async_httpx_client(made)


def _client(url: str | None, key: str | None, timeout: float) -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url=url or os.environ["GOODTERMS_URL"], token=key or os.environ["GOODTERMS_KEY"],
        timeout=httpx.Timeout(timeout), raise_on_unexpected_status=True,
    )  # fmt: skip


def _settings(client: AuthenticatedClient, timeout: float) -> dict:
    headers = {"Authorization": f"Bearer {client.token}"}
    return {"base_url": client._base_url, "headers": headers, "timeout": timeout}


def _may_repeat(request: httpx.Request) -> bool:
    return request.method in _SAFE or "Idempotency-Key" in request.headers


def _wait(response: httpx.Response, tried: int) -> float:
    """Seconds to wait before the next try, as the server says or a little longer each time."""
    said = response.headers.get("Retry-After", "")
    return min(float(said), _LONGEST_WAIT) if said.isdecimal() else _WAITS[tried]


def _is_running(response: httpx.Response, body: bytes) -> bool:
    return response.status_code == 409 and b'"call_running"' in body


class _Again(httpx.BaseTransport):
    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        for tried in range(len(_WAITS)):
            try:
                response = self._inner.handle_request(request)
                body = response.read()
            except httpx.TransportError:
                if not _may_repeat(request):
                    raise
                time.sleep(_WAITS[tried])
                continue
            if not _may_repeat(request) or not (response.status_code in _AGAIN or _is_running(response, body)):
                return response
            time.sleep(_wait(response, tried))
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


class _AgainAsync(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        for tried in range(len(_WAITS)):
            try:
                response = await self._inner.handle_async_request(request)
                body = await response.aread()
            except httpx.TransportError:
                if not _may_repeat(request):
                    raise
                await asyncio.sleep(_WAITS[tried])
                continue
            if not _may_repeat(request) or not (response.status_code in _AGAIN or _is_running(response, body)):
                return response
            await asyncio.sleep(_wait(response, tried))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
