"""How the shop tells by webhooks: signed as Paddle signs, at least once, in no certain order."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from goodterms.gateways.bank.faults import Faults
from goodterms.gateways.paddle.webhooks import HEADER, signature
from goodterms.gateways.paddle_face.shop import PaddleShop

_EVERY_SECONDS = 0.1
_AT_ONCE = 50
_MOST_TRIES = 60
_TIMEOUT = aiohttp.ClientTimeout(total=10)


class Teller:
    """Sends events to `url`, signed with `secret`; nowhere while it is empty."""

    def __init__(self, shop: PaddleShop, faults: Faults) -> None:
        self.url, self.secret = "", ""
        self._shop, self._faults = shop, faults

    async def work(self) -> None:
        """Look for what was not sent, until this is canceled."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as session:
            while True:
                await asyncio.sleep(_EVERY_SECONDS)
                due = self._due() if self.url else []
                if len(due) > 1 and self._faults.hits("reorder_webhooks"):
                    due.reverse()
                for row in due:
                    await self._send(session, row)

    def _due(self) -> list[dict[str, Any]]:
        sql = "SELECT * FROM paddle_events WHERE sent = 0 AND tries < ? ORDER BY n LIMIT ?"
        return self._shop.books.rows(sql, _MOST_TRIES, _AT_ONCE)

    async def _send(self, session: aiohttp.ClientSession, row: dict[str, Any]) -> None:
        taken = self._faults.hits("drop_webhooks")  # lost on the way, and the shop believes that it arrived
        if not taken:
            times = 2 if self._faults.hits("duplicate_webhooks") else 1
            taken = [await self._post(session, row["body"].encode()) for _ in range(times)][-1]
        self._shop.books.change("paddle_events", row["n"], sent=int(taken), tries=row["tries"] + 1)

    async def _post(self, session: aiohttp.ClientSession, body: bytes) -> bool:
        headers = {HEADER: signature(self.secret, self._shop.now, body), "Content-Type": "application/json"}
        try:
            async with session.post(self.url, data=body, headers=headers, allow_redirects=False) as response:
                return 200 <= response.status < 300
        except (TimeoutError, aiohttp.ClientError, OSError):
            return False
