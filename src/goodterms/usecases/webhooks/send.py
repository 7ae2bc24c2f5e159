"""Sending facts: signed, to checked addresses only, without redirects, within bounds of time and size."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from standardwebhooks import Webhook

from goodterms.gateways.loops import run_here
from goodterms.usecases.webhooks.reach import CheckedResolver, ForbiddenAddressError, Reach, wrong_url

#: A receiver has so many seconds to answer. Its work should come after its answer.
_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=10)
_MOST_AT_ONCE = 20
_MOST_READ = 4096


@dataclass(frozen=True, slots=True)
class Parcel:
    """One fact to one address: its id is the same whenever it is sent."""

    url: str
    id: str
    body: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it: a status, or what was in the way; how long it took; when the receiver wants it again."""

    status: int | None
    trouble: str
    milliseconds: int
    retry_after: str | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def send_all(parcels: Sequence[Parcel], at: datetime, reach: Reach) -> list[Sent]:
    """Send parcels at once, stamped with an instant that receivers compare with their clocks."""
    return run_here(_send_all(parcels, at, reach))


def signed(parcel: Parcel, at: datetime) -> dict[str, str]:
    """The headers of the specification; while a secret is being replaced, a signature by each."""
    marks = [Webhook(secret).sign(parcel.id, at, parcel.body) for secret in parcel.secrets]
    return {
        "webhook-id": parcel.id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": " ".join(marks),
        "content-type": "application/json", "user-agent": "goodterms-webhooks",
    }  # fmt: skip


async def _send_all(parcels: Sequence[Parcel], at: datetime, reach: Reach) -> list[Sent]:
    connector = aiohttp.TCPConnector(resolver=CheckedResolver(reach), limit=_MOST_AT_ONCE, use_dns_cache=False)
    async with aiohttp.ClientSession(
        connector=connector, timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        return list(await asyncio.gather(*(_send(session, parcel, at, reach) for parcel in parcels)))


async def _send(session: aiohttp.ClientSession, parcel: Parcel, at: datetime, reach: Reach) -> Sent:
    begun = time.monotonic()

    def sent(status: int | None, trouble: str = "", retry_after: str | None = None) -> Sent:
        return Sent(status, trouble, int((time.monotonic() - begun) * 1000), retry_after)

    if wrong := wrong_url(parcel.url, reach):
        return sent(None, wrong)
    try:
        async with session.post(
            parcel.url, data=parcel.body.encode(), headers=signed(parcel, at), allow_redirects=False
        ) as answer:
            await _drain(answer)
            return sent(answer.status, "", answer.headers.get("Retry-After"))
    except ForbiddenAddressError:
        return sent(None, "the name leads to an address that is not public")
    except TimeoutError:
        return sent(None, "no answer in time")
    except (aiohttp.ClientError, OSError, ValueError) as problem:
        cause: Any = problem
        while cause is not None:
            if isinstance(cause, ForbiddenAddressError):
                return sent(None, "the name leads to an address that is not public")
            cause = cause.__cause__ or getattr(cause, "os_error", None)
        return sent(None, type(problem).__name__)


async def _drain(answer: aiohttp.ClientResponse) -> None:
    """Read what a receiver says up to a bound; it is kept nowhere and shown to nobody."""
    left = _MOST_READ
    async for chunk in answer.content.iter_chunked(1024):
        left -= len(chunk)
        if left <= 0:
            answer.close()
            return
