"""One call of Paddle's API: through the gate, once, over within our own time.

What goes wrong on the way is an answer that is not known. Nothing is repeated here: Paddle has no idempotency keys.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import httpx

from goodterms.gateways.gate import Gate
from goodterms.gateways.loops import run_here
from goodterms.gateways.paddle.words import API_VERSION

T = TypeVar("T")
Fields = Mapping[str, Any]
#: Together the requests of one piece of work are over well before a lease is (`protocol.CALL_ENDS_WITHIN`).
ENDS_WITHIN = timedelta(seconds=45)
_PAGE = "200"


class Unanswered(Exception):
    """No answer that can be used; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Refused(Exception):
    """Paddle said no to the request itself: nothing was done. `code` is Paddle's, `detail` what it said."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class Client:
    """Connections of one event loop behind the gate."""

    def __init__(self, http: httpx.AsyncClient, timeout: int, gate: Gate) -> None:
        self._http, self._timeout, self._gate = http, timeout, gate

    async def get(self, path: str, **query: str) -> Fields:
        """One object. Raises `Unanswered` and `Refused`."""
        return _object((await self._send("GET", path, params=query)).get("data"))

    async def post(self, path: str, body: Fields) -> Fields:
        """Do something; the object that came of it. Raises `Unanswered` and `Refused`."""
        return _object((await self._send("POST", path, json=body)).get("data"))

    async def patch(self, path: str, body: Fields) -> Fields:
        """Change an object; as it stands then. Raises `Unanswered` and `Refused`."""
        return _object((await self._send("PATCH", path, json=body)).get("data"))

    async def pages(self, path: str, *, named_by: str = "id", **query: str) -> AsyncIterator[list[Fields]]:
        """A list, page by page. Raises `Unanswered` and `Refused`."""
        while True:
            body = await self._send("GET", path, params={"per_page": _PAGE, **query})
            data = body.get("data")
            if not isinstance(data, list):
                raise Unanswered("bad_answer", "data is not a list")
            page = [_object(one) for one in data]
            yield page
            pagination = _object(_object(body.get("meta")).get("pagination"))
            if not pagination.get("has_more") or not page:
                return
            query["after"] = str(page[-1].get(named_by))

    async def all(self, path: str, **query: str) -> list[Fields]:
        """A whole list. Raises `Unanswered` and `Refused`."""
        return [one async for page in self.pages(path, **query) for one in page]

    async def _send(self, method: str, path: str, **options: Any) -> Fields:
        began = await self._gate.enter()
        assert began is not None, "only what belongs to a run is kept back"
        well = False
        try:
            response = await asyncio.wait_for(self._http.request(method, path, **options), self._timeout)
            if response.status_code >= 500:
                raise Unanswered("server_error", f"HTTP {response.status_code}")
            if response.status_code in (401, 403):
                raise Unanswered("unauthorized", f"HTTP {response.status_code}")
            if response.status_code == 429:
                raise Unanswered("rate_limited", "asked too often; it was not carried out")
            body = _object(response.json())
            well = True
        except (TimeoutError, httpx.TimeoutException):
            raise Unanswered("timeout", "no answer in time") from None
        except (httpx.HTTPError, OSError) as broken:
            raise Unanswered("connection_broken", type(broken).__name__) from None
        except (ValueError, RecursionError):
            raise Unanswered("bad_answer", "not JSON") from None
        finally:
            self._gate.leave(began, well=well)
        if response.is_success:
            return body
        error = _object(body.get("error"))
        raise Refused(str(error.get("code") or "invalid_request"), str(error.get("detail") or ""))


class Calls:
    """Makes connections for one piece of work each."""

    def __init__(self, api_key: str, base_url: str, timeout: int, gate: Gate) -> None:
        self._headers = {"Authorization": f"Bearer {api_key}", "Paddle-Version": API_VERSION}
        self._base_url, self._timeout, self._gate = base_url, timeout, gate

    def run(self, work: Callable[[Client], Coroutine[Any, Any, T]], *, within: timedelta | None = None) -> T:
        """Work with a client to the end, in this thread or, where an event loop runs in it, in another.

        Raises `Unanswered` where it is not done `within` that time.
        """

        async def all_of_it() -> T:
            async with httpx.AsyncClient(
                base_url=self._base_url, headers=self._headers, timeout=self._timeout
            ) as http:
                doing = work(Client(http, self._timeout, self._gate))
                try:
                    return await asyncio.wait_for(doing, within.total_seconds() if within else None)
                except TimeoutError:
                    raise Unanswered("timeout", "not done in time") from None

        return run_here(all_of_it())


def _object(value: object) -> Fields:
    if not isinstance(value, Mapping):
        raise Unanswered("bad_answer", "not an object")
    return value
