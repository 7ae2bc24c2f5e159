"""Webhooks of gateways: verified and kept at the door, worked on by the worker.

A webhook is a hint. Nothing it says is believed but which object it is about; that object's present state is asked of
the gateway and taken in through the same functions as a line of its statement. So duplicates, any order, and events
that come before the answer to our own call or long after it all end in the same state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

import structlog

from goodterms.gateways.protocol import GatewayUnavailableError, WebhookRefusedError
from goodterms.storage.inbox import (
    Told,
    Waiting,
    claim_hints,
    close_hint,
    forget_hints,
    keep_hints,
    park_hint,
    put_off_hint,
    retry_hint,
)
from goodterms.usecases.exchange import read_file_again
from goodterms.usecases.instruct import settle_instruction
from goodterms.usecases.pay_back import take_in
from goodterms.usecases.selling import NotTakenIn, take_in_agreement
from goodterms.usecases.set_aside import DATABASE_TROUBLE, log_failure
from goodterms.usecases.world import World

log = structlog.get_logger("goodterms.webhooks")

#: How long after each try that failed the next one comes; after the last one it is parked.
TRY_AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
#: A gateway that can not be read is nobody's fault: that is no try. The longer it goes on, the less often it is asked.
_UNAVAILABLE_AT_LEAST, _UNAVAILABLE_AT_MOST = timedelta(minutes=1), timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Received:
    """What the door answers: `status` as HTTP has it, how many hints were new, and why it was refused."""

    status: int
    kept: int = 0
    reason: str = ""


def receive(world: World, gateway: str, headers: Mapping[str, str], body: bytes) -> Received:
    """Verify a webhook of a gateway and keep its hints; what it returns is true once its transaction is committed.

    `headers` by their names in any case, `body` as it came. 404 for a gateway that is not connected, 400 for anything
    that it has not signed or that is out of time; then nothing is kept.
    """
    adapter = world.gateways.get(gateway)
    if adapter is None:
        return Received(404, reason="no such gateway")
    now = world.now()
    try:
        hints = adapter.read_webhook({name.lower(): value for name, value in headers.items()}, body, now)
    except WebhookRefusedError as refused:
        log.warning("webhook refused", gateway=gateway, reason=str(refused))
        return Received(400, reason=str(refused))
    told = [Told(hint.event_id, hint.kind, hint.gateway_ref, hint.at) for hint in hints]
    return Received(200, kept=keep_hints(gateway, told, now))


def work_on_inbox(world: World, limit: int = 100) -> int:
    """Work on hints that are due, each by itself; returns how many. One that fails holds up no other."""
    claimed = claim_hints(world.now(), limit, sorted(world.gateways))
    for one in claimed:
        _work_on(world, one)
    if not claimed:
        forget_hints(world.now())
    return len(claimed)


def try_again(world: World, id: int) -> bool:
    """Work once more on a hint that was parked; False when it is not parked (any more)."""
    return retry_hint(id, world.now())


def _work_on(world: World, hint: Waiting) -> None:
    try:
        close_hint(hint.id, ours=_taken_in(world, hint), now=world.now())
    except GatewayUnavailableError:
        now = world.now()
        wait = min(max((now - hint.received_at) / 8, _UNAVAILABLE_AT_LEAST), _UNAVAILABLE_AT_MOST)
        put_off_hint(hint.id, now + wait, hint.tries, "the gateway could not be read")
    except DATABASE_TROUBLE:
        raise
    except Exception as problem:
        log_failure("webhook not taken in", problem, gateway=hint.gateway, kind=hint.kind, object=hint.object_ref)
        reason = str(problem) if isinstance(problem, NotTakenIn) else type(problem).__name__
        if hint.tries < len(TRY_AGAIN_AFTER):
            put_off_hint(hint.id, world.now() + TRY_AGAIN_AFTER[hint.tries], hint.tries + 1, reason)
        else:
            park_hint(hint.id, hint.tries + 1, reason, world.now())


def _taken_in(world: World, hint: Waiting) -> bool:
    """Ask the gateway how the object stands now, and take that in; False for what is not ours."""
    match hint.kind:
        case "agreement":
            return take_in_agreement(world, hint.gateway, hint.object_ref)
        case "instruction":
            return settle_instruction(world, hint.gateway, hint.object_ref)
        case "file":
            read_file_again(world, hint.gateway, hint.object_ref)
            return True
    kind = cast(Literal["charge", "refund", "dispute"], hint.kind)
    line = world.gateway(hint.gateway).current(kind, hint.object_ref)
    return line is not None and take_in(world, hint.gateway, line) is not False
