"""Delivering facts: one request for each fact and endpoint, repeated for days, in order for each customer.

A receiver that answers 2xx has it. 410 ends the endpoint at once; one that has taken nothing for days is ended too,
and the operator is told. Everything else is tried again: after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24
hours, each a little later by chance, or when the receiver's `Retry-After` says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from cryptography.fernet import InvalidToken
from django.db import transaction

from goodterms.domain.decision import Message, iso
from goodterms.domain.public_id import derived_id
from goodterms.storage import admin_acts
from goodterms.storage.agents import administrators
from goodterms.storage.feed import facts_after, feed_facts
from goodterms.storage.messages import post
from goodterms.storage.webhooks import (
    Due,
    claim_deliveries,
    disable_endpoint,
    endpoint,
    fan_out,
    forget_deliveries,
    record_try,
    waiting_for,
)
from goodterms.usecases.webhooks.facts import fact_told
from goodterms.usecases.webhooks.sealing import unseal
from goodterms.usecases.webhooks.send import Parcel, Sent, send_all
from goodterms.usecases.world import World

log = structlog.get_logger("goodterms.webhooks")

AFTER = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)  # fmt: skip
LONGEST_WAIT = timedelta(days=1)
#: An endpoint that has taken nothing for so long is sent nothing more.
GIVE_UP_AFTER = timedelta(days=5)
KEPT = timedelta(days=30)
_LARGEST = 20_000


def feed_due(world: World) -> int:
    """Give new facts their positions and make deliveries of them; returns how many facts and deliveries."""
    return feed_facts() + fan_out(world.now())


def deliver_due(world: World, limit: int = 50, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, batch by batch; returns how many deliveries were tried.

    Nothing is sent while nothing may be sent outward: a restored copy tells nobody what others were told before.
    """
    tried = 0
    while not stop() and world.held() is None:
        due = claim_deliveries(world.now(), limit)
        if not due:
            break
        for one, sent in zip(due, _sent(world, due), strict=True):
            _record(world, one, sent)
        tried += len(due)
    return tried


def forget_old_deliveries(world: World) -> int:
    """Drop what became of deliveries long ago."""
    return forget_deliveries(world.now() - KEPT)


def _sent(world: World, due: list[Due]) -> list[Sent]:
    parcels = [_parcel(one) for one in due]
    ready = [parcel for parcel in parcels if isinstance(parcel, Parcel)]
    answers = iter(send_all(ready, world.wall_now(), world.reach)) if ready else iter(())
    return [next(answers) if isinstance(parcel, Parcel) else Sent(None, parcel, 0) for parcel in parcels]


def _parcel(due: Due) -> Parcel | str:
    """What is sent; a text that says why it can not be."""
    try:
        secrets = tuple(unseal(secret) for secret in due.secrets)
    except InvalidToken:
        return "its secret can not be read: make a new one"
    told = fact_told(facts_after(due.position - 1, 1)[0])
    body = json.dumps({"type": told["name"], "timestamp": told["at"], "data": told}, ensure_ascii=False)
    if len(body.encode()) > _LARGEST:  # the receiver asks the feed for the rest
        body = json.dumps({"type": told["name"], "timestamp": told["at"], "data": {**told, "data": None}})
    return Parcel(due.url, told["id"], body, secrets)


def _record(world: World, due: Due, sent: Sent) -> None:
    now = world.now()
    tried = {"at": iso(now), "status": sent.status, "milliseconds": sent.milliseconds, "trouble": sent.trouble}
    if sent.taken:
        record_try(due, tried, "delivered", None, now)
        return
    last = due.attempts >= len(AFTER)
    record_try(due, tried, "failed" if last else "pending", None if last else now + _wait(due, sent), now)
    known = endpoint(due.endpoint_id)
    failing = known is not None and known.failing_since is not None and now - known.failing_since >= GIVE_UP_AFTER
    if sent.status == 410 or failing:
        _give_up(world, due, now, gone=sent.status == 410)


def _give_up(world: World, due: Due, now: datetime, *, gone: bool) -> None:
    """Send nothing more to an endpoint, and write so to the administrators: once, by whoever turned it off."""
    why = "it answered that it is gone" if gone else "it has taken nothing for five days"
    with transaction.atomic():
        if not disable_endpoint(due.endpoint_id, now, why):
            return
        admin_acts.record("webhook.disabled", due.url, at=now, actor="system:worker", why=why)
        found = endpoint(due.endpoint_id)
        since = found.failing_since if found is not None else None
        told = {
            "url": due.url, "endpoint": str(due.endpoint_id), "disabled_at": iso(now), "gone": gone,
            "failing_since": iso(since) if since else None, "waiting": waiting_for(due.endpoint_id),
        }  # fmt: skip
        about = f"webhook_disabled/{iso(now)}"
        post([
            Message(
                world.draw_bucket(), derived_id(due.endpoint_id, f"{about}/{address}"), None, "webhook_disabled",
                due.endpoint_id.hex, address, now, told,
            )
            for address in administrators()
        ])  # fmt: skip
    log.error("webhook endpoint disabled", endpoint=str(due.endpoint_id), why=why)


def _wait(due: Due, sent: Sent) -> timedelta:
    """How long to wait before the next try: up to a tenth longer than the schedule, differently for each delivery."""
    if sent.retry_after is not None and sent.retry_after.isascii() and sent.retry_after.isdecimal():
        return min(timedelta(seconds=min(int(sent.retry_after[:9]), 10**6)), LONGEST_WAIT)
    spread = derived_id(due.endpoint_id, f"{due.id}/{due.attempts}").int % 100
    return AFTER[due.attempts] * (1000 + spread) // 1000
