"""How the bank tells the merchant that something has changed: signed webhooks, at least once, in no certain order.

Each line of the statement is an event, where an address is set. One that is not answered with 2xx is sent again, after
longer and longer times on the bank's clock, and given up at last.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from goodterms.gateways.bank.books import Books, RefusedError
from goodterms.gateways.bank.charging import charge_id
from goodterms.gateways.bank.clerk import Clerk
from goodterms.gateways.bank.clock import to_text
from goodterms.gateways.bank.disputing import dispute_id
from goodterms.gateways.bank.faults import Faults
from goodterms.gateways.bank.http import json_object
from goodterms.gateways.bank.refunding import refund_id
from goodterms.gateways.signatures import sign

_LOOKS_EVERY_SECONDS = 0.1
_AT_ONCE = 50
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_AGAIN_AFTER = (5, 60, 300, 1800, 7200, 18_000, 36_000, 86_400)  # seconds
_PUT_OFF = timedelta(hours=1)
Signed = Callable[[Books, sqlite3.Row], tuple[bytes, dict[str, str]]]
_ID_OF = {"charge": charge_id, "refund": refund_id, "dispute": dispute_id}


class Teller:
    """Sends what is due to the address of the merchant. One instance per process."""

    def __init__(self, clerk: Clerk, books: Books, faults: Faults, *, signed: Signed | None = None) -> None:
        self._clerk, self._books, self._faults = clerk, books, faults
        self._signed = signed or signed_event
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look for what is due; needs a running event loop."""
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Stop; what was being sent is sent again later."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        async with aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as session:
            while True:
                await asyncio.sleep(_LOOKS_EVERY_SECONDS)
                if not self._books.tells:
                    continue
                due = await self._clerk.do(_due)
                if len(due) > 1 and self._faults.hits("reorder_webhooks"):
                    due.reverse()
                for row in due:
                    await self._send(session, row)

    async def _send(self, session: aiohttp.ClientSession, row: sqlite3.Row) -> None:
        n = row["n"]
        if self._faults.hits("delay_webhooks"):
            await self._clerk.do(lambda books, now: _put(books, n, to_text(now + _PUT_OFF), row["tries"]))
            return
        taken = self._faults.hits("drop_webhooks")  # lost on the way, and the bank believes that it arrived
        if not taken:
            times = 2 if self._faults.hits("duplicate_webhooks") else 1
            taken = [await self._post(session, row) for _ in range(times)][-1]
        await self._clerk.do(lambda books, now: _after(books, now, n, row["tries"], taken=taken))

    async def _post(self, session: aiohttp.ClientSession, row: sqlite3.Row) -> bool:
        url, body, headers = await self._clerk.do(lambda books, _: (address_of(books)[0], *self._signed(books, row)))
        try:
            async with session.post(
                url, data=body, headers={**headers, "Content-Type": "application/json"}, allow_redirects=False
            ) as response:
                return 200 <= response.status < 300
        except (TimeoutError, aiohttp.ClientError, OSError):
            return False


def signed_event(books: Books, row: sqlite3.Row) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of an event."""
    body = json.dumps(event(row)).encode()
    return body, sign(address_of(books)[1], f"evt_{row['n']:08d}", books.clock.now(), body)


def event(row: sqlite3.Row) -> dict[str, Any]:
    """An event as it is sent."""
    told = json.loads(row["body"])
    return {
        "type": told["type"],
        "created_at": row["created_at"],
        "data": {"object": told["kind"], "id": _ID_OF[told["kind"]](told["n"])},
    }


def address_of(books: Books) -> tuple[str, str]:
    """Where the merchant wants to be told, and the secret that signs it; empty where nowhere."""
    rows = books.db.execute("SELECT name, value FROM settings WHERE name LIKE 'webhook%'").fetchall()
    kept = {row["name"]: row["value"] for row in rows}
    return kept.get("webhook_url", ""), kept.get("webhook_secret", "")


def set_address(books: Books, url: str, secret: str) -> None:
    """Tell the merchant there from now on; an empty address is nowhere."""
    books.db.execute("INSERT OR REPLACE INTO settings VALUES ('webhook_url', ?)", (url,))
    books.db.execute("INSERT OR REPLACE INTO settings VALUES ('webhook_secret', ?)", (secret,))
    books.tells = bool(url)


def routes(clerk: Clerk) -> list[web.RouteDef]:
    """`POST /test/webhooks {url, secret}`: where to tell. Exists with `--test-clock` only."""

    async def set_it(request: web.Request) -> web.Response:
        wish = await json_object(request)
        url, secret = wish.get("url"), wish.get("secret")
        if not isinstance(url, str) or not isinstance(secret, str):
            raise RefusedError(400, "invalid_request", "give url and secret")
        await clerk.do(lambda books, _now: set_address(books, url, secret))
        return web.json_response({"url": url})

    return [web.post("/test/webhooks", set_it)]


def _due(books: Books, now: datetime) -> list[sqlite3.Row]:
    due = "SELECT * FROM events WHERE due_at <= ? ORDER BY due_at, n LIMIT ?"
    return books.db.execute(due, (to_text(now), _AT_ONCE)).fetchall()


def _after(books: Books, now: datetime, n: int, tries: int, *, taken: bool) -> None:
    again = None if taken or tries >= len(_AGAIN_AFTER) else to_text(now + timedelta(seconds=_AGAIN_AFTER[tries]))
    _put(books, n, again, tries + 1)


def _put(books: Books, n: int, due_at: str | None, tries: int) -> None:
    books.db.execute("UPDATE events SET due_at = ?, tries = ? WHERE n = ?", (due_at, tries, n))
