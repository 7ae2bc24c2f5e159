"""Paddle's statement: its events, which are listed for 90 days, as lines; and how one object stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from goodterms.gateways.paddle.calls import Client, Fields, Refused, Unanswered
from goodterms.gateways.paddle.objects import (
    buyer_in,
    charge_line,
    dispute_line,
    failed_line,
    instant,
    part,
    refund_line,
    text,
)
from goodterms.gateways.paddle.words import CHARGEBACKS, DISPUTES, EVENTS, dispute_ref, is_id
from goodterms.gateways.protocol import Movement, Outcome
from goodterms.gateways.selling import Buyer

_INCLUDED = "customer,address"
#: As many transactions are asked for at once.
_AT_ONCE = 30


async def movements(client: Client, after: str | None, limit: int) -> list[Movement]:
    """Lines after a cursor, oldest first; where Paddle does not list that event any more, all that it lists."""
    try:
        lines = [line async for line in _lines(client, after, limit)]
    except Refused:
        if after is None:
            raise
        lines = [line async for line in _lines(client, None, limit)]
    return await _with_disputes(client, await _with_buyers(client, lines))


async def _lines(client: Client, after: str | None, limit: int) -> AsyncIterator[Movement]:
    found = 0
    query = {"order_by": "id[ASC]", **({"after": after} if after else {})}
    async for page in client.pages("/events", named_by="event_id", **query):
        for event in page:
            line = _line(event)
            if line is not None:
                yield line
                found += 1
            if found == limit:
                return


def _line(event: Fields) -> Movement | None:
    """What an event says that the statement lists: money that moved, or came back, or failed to move."""
    kind, cursor = text(event, "event_type"), text(event, "event_id")
    if EVENTS.get(kind) == "charge":
        about = part(event, "data")
        read = charge_line(about, cursor=cursor, buyer=None) if kind == "transaction.completed" else None
        return read or (failed_line(about, cursor=cursor) if kind == "transaction.payment_failed" else None)
    if EVENTS.get(kind) != "adjustment":
        return None
    about = part(event, "data")
    line = refund_line(about, cursor=cursor) or dispute_line(about, cursor=cursor)
    # What Paddle has not decided, or refused, has moved nothing.
    unmoved = line is not None and (line.outcome is Outcome.UNKNOWN or line.failure == "refund_rejected")
    return None if unmoved else line


async def _with_buyers(client: Client, lines: list[Movement]) -> list[Movement]:
    """Events have no names in them, only the ids of customers: they are asked for, many at once."""
    wanted = [line.gateway_ref for line in lines if line.sale is not None and line.outcome is Outcome.SUCCEEDED]
    buyers: dict[str, Buyer | None] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        ids = ",".join(wanted[start : start + _AT_ONCE])
        for fields in await client.all("/transactions", id=ids, include=_INCLUDED):
            buyers[text(fields, "id")] = buyer_in(fields)
    return [_of(line, buyers.get(line.gateway_ref)) for line in lines]


def _of(line: Movement, buyer: Buyer | None) -> Movement:
    return replace(line, sale=replace(line.sale, buyer=buyer)) if line.sale is not None and buyer else line


async def _with_disputes(client: Client, lines: list[Movement]) -> list[Movement]:
    """What was read as adjustments of their own, as what they make of the disputes that they belong to."""
    known: dict[str, Movement] = {}
    for txn in {str(line.charge_ref) for line in lines if line.kind == "dispute"}:
        for name, steps in await _disputes(client, txn):
            for count, step in enumerate(steps, start=1):
                known[text(step, "id")] = _stands(name, steps[:count])
    return [_named(line, known) if line.kind == "dispute" else line for line in lines]


def _named(line: Movement, known: Mapping[str, Movement]) -> Movement:
    if line.gateway_ref not in known:  # the list is behind the event: under another name it would be a second dispute
        raise Unanswered("not_listed", f"adjustment {line.gateway_ref} is not listed yet")
    return replace(known[line.gateway_ref], at=line.at, cursor=line.cursor)


def _stands(name: str, steps: Sequence[Fields]) -> Movement:
    """What the adjustments of a dispute make of it."""
    line = dispute_line(_decisive(steps), cursor="")
    assert line is not None
    return replace(line, gateway_ref=name)


def _decisive(steps: Sequence[Fields]) -> Fields:
    """The adjustment that says how a dispute stands: a warning taken back takes back no chargeback after it."""
    return next((step for step in reversed(steps) if step.get("action") in CHARGEBACKS), steps[-1])


async def _disputes(client: Client, txn: str) -> list[tuple[str, list[Fields]]]:
    """The disputes of a transaction, each with its adjustments in their order."""
    made = await client.all("/adjustments", transaction_id=txn)
    steps = sorted(
        (one for one in made if one.get("action") in DISPUTES),
        key=lambda one: (instant(one, "created_at"), text(one, "id")),
    )
    found: list[tuple[str, list[Fields]]] = []
    for step in steps:
        over = not found or _takes_back(_decisive(found[-1][1]))
        if not found or (over and not _takes_back(step)):
            found.append((dispute_ref(txn, len(found)), []))
        found[-1][1].append(step)
    return found


def _takes_back(step: Fields) -> bool:
    return text(step, "action").endswith("_reverse")


async def _dispute(client: Client, ref: str) -> Movement | None:
    """How a dispute stands, by its name or by one of its adjustments."""
    txn = ref.partition(":")[0]
    if is_id(ref, "adj"):
        made = await client.all("/adjustments", id=ref)
        txn = text(made[0], "transaction_id") if made else ""
    for name, steps in await _disputes(client, txn) if is_id(txn, "txn") else []:
        if ref == name or ref in {text(step, "id") for step in steps}:
            return _stands(name, steps)
    return None


async def current(
    client: Client, kind: Literal["charge", "refund", "dispute"], ref: str, now: datetime
) -> Movement | None:
    """How one object stands; None when there is none."""
    head, _, rest = ref.partition(":")
    if kind == "refund":
        found = await client.all("/adjustments", id=ref) if is_id(ref, "adj") else []
        return refund_line(found[0], cursor="", now=now) if found else None
    if kind == "dispute":
        return await _dispute(client, ref)
    if not is_id(head, "txn"):
        return None
    try:
        fields = await client.get(f"/transactions/{head}", include=_INCLUDED)
    except Refused as refused:
        if refused.code == "not_found":
            return None
        raise
    if not rest and fields.get("status") == "completed":
        return charge_line(fields, cursor="", buyer=buyer_in(fields))
    return failed_line(fields, cursor="", attempt=rest or None)
