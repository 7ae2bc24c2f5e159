"""Files of a gateway that is spoken to through a folder: taken in by the worker, what is broken kept for the desk."""

from __future__ import annotations

import structlog

from goodterms.gateways.protocol import GatewayUnavailableError
from goodterms.gateways.selling import FileExchange, RefusedFile
from goodterms.storage.inbox import KEPT_FOR, Told, close_others, keep_hints, keep_parked
from goodterms.usecases.world import World

log = structlog.get_logger("goodterms.webhooks")

FILE = "file"


def exchange_files(world: World, gateway_name: str) -> int:
    """Take in what lies ready: hints go the way of webhooks, a broken file is parked with its reason.

    Returns how much of it was new. A broken file of which a whole one has come meanwhile is parked no more.
    """
    adapter = world.gateway(gateway_name)
    if not isinstance(adapter, FileExchange):
        return 0
    try:
        taken = adapter.take_files()
    except GatewayUnavailableError as problem:
        log.warning("folder not readable", gateway=gateway_name, reason=str(problem))
        return 0
    now = world.now()
    # A process that has just started is told everything once more; what is older is done, or looked up in its turn.
    fresh = [hint for hint in taken.hints if hint.at is None or hint.at > now - KEPT_FOR]
    hints = [Told(hint.event_id, hint.kind, hint.gateway_ref, hint.at) for hint in fresh]
    broken = [(Told(_event(one), FILE, one.name, None), one.reason) for one in taken.refused]
    new = keep_hints(gateway_name, hints, now) if hints else 0
    new += keep_parked(gateway_name, broken, now) if broken else 0
    close_others(gateway_name, FILE, [told.event_id for told, _ in broken], now)
    return new


def read_file_again(world: World, gateway_name: str, name: str) -> None:
    """Somebody wants a quarantined file judged once more: it goes back to where the gateway put it."""
    adapter = world.gateway(gateway_name)
    if isinstance(adapter, FileExchange):
        adapter.take_again(name)


def _event(one: RefusedFile) -> str:
    return f"file {one.name}"[:200]
