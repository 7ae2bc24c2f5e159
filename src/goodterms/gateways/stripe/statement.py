"""Stripe's statement: its events, which are listed for 30 days, as lines; and how one object stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from goodterms.gateways.protocol import Movement
from goodterms.gateways.stripe.calls import Client, Refused
from goodterms.gateways.stripe.objects import Fields, OddObject, dispute_line, intent_line, refund_line
from goodterms.gateways.stripe.words import EVENTS

_PAGE = 100
_TYPES = sorted(EVENTS)


async def listed(client: Client, list_: Callable[[Any, Any], Any], params: Any) -> AsyncIterator[Fields]:
    """Every object of a list, the newest first, page by page."""
    after: str | None = None
    while True:
        page = {**params, **({"starting_after": after} if after else {})}
        found = await client.call(lambda sdk, page=page: list_(sdk, page))  # type: ignore[misc]
        assert found is not None, "only what belongs to a run is kept back"
        data = found.get("data")
        if not isinstance(data, list):
            raise OddObject("data is not a list")
        for fields in data:
            yield fields
        if not found.get("has_more") or not data:
            return
        after = data[-1]["id"]


async def movements(client: Client, after: str | None, limit: int) -> list[Movement]:
    """Lines after a cursor, oldest first; where Stripe does not list that event any more, all that it lists."""
    try:
        events = await _newer(client, after, limit) if after else await _all(client)
    except Refused:
        if after is None:
            raise
        events = await _all(client)
    lines = [line for event in events if (line := _line(event)) is not None]
    return lines[:limit]


async def _all(client: Client) -> list[Fields]:
    params = {"types": _TYPES, "limit": _PAGE}
    found = [event async for event in listed(client, lambda sdk, page: sdk.v1.events.list_async(page), params)]
    return found[::-1]


async def _newer(client: Client, after: str, limit: int) -> list[Fields]:
    """Events that came after one, oldest first, until there are lines enough."""
    found: list[Fields] = []
    while len(found) < limit:
        params: Any = {"types": _TYPES, "limit": _PAGE, "ending_before": after}
        page = await client.call(lambda sdk, params=params: sdk.v1.events.list_async(params))  # type: ignore[misc]
        assert page is not None, "only what belongs to a run is kept back"
        data = page.get("data")
        if not isinstance(data, list):
            raise OddObject("data is not a list")
        if not data:
            break
        found += data[::-1]
        after = data[0]["id"]
        if not page.get("has_more"):
            break
    return found


def _line(event: Fields) -> Movement | None:
    kind = EVENTS.get(str(event.get("type")))
    data = event.get("data")
    about = data.get("object") if isinstance(data, dict) else None
    id, seconds = event.get("id"), event.get("created")
    if kind is None or not isinstance(about, dict) or not isinstance(id, str) or not isinstance(seconds, int):
        return None
    at = datetime.fromtimestamp(seconds, UTC)
    if kind == "charge":
        return intent_line(about, cursor=id, at=at)
    return refund_line(about, cursor=id, at=at) if kind == "refund" else dispute_line(about, cursor=id, at=at)


async def current(client: Client, kind: Literal["charge", "refund", "dispute"], ref: str) -> Movement | None:
    """How one object stands; None when there is none, or it takes no money."""
    try:
        if kind == "charge":
            fields = await client.call(lambda sdk: sdk.v1.payment_intents.retrieve_async(ref))
        elif kind == "refund":
            fields = await client.call(lambda sdk: sdk.v1.refunds.retrieve_async(ref))
        else:
            fields = await client.call(lambda sdk: sdk.v1.disputes.retrieve_async(ref))
    except Refused as refused:
        if refused.code == "resource_missing":
            return None
        raise
    assert fields is not None, "only what belongs to a run is kept back"
    if kind == "charge":
        return replace(intent_line(fields, cursor=""))
    return refund_line(fields, cursor="") if kind == "refund" else dispute_line(fields, cursor="")
