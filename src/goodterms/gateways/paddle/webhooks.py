"""Paddle's webhooks: its signature over the raw bytes, checked here on both sides of time."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from goodterms.gateways.paddle.words import DISPUTES, EVENTS
from goodterms.gateways.protocol import Hint, WebhookRefusedError
from goodterms.gateways.signatures import verify

HEADER = "Paddle-Signature"
_MOST = 200
_MOST_PARTS = 20


def read_event(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:
    """What an event is about. Raises WebhookRefusedError for what no secret has signed, or not in time."""
    _verify(secrets, headers.get(HEADER.lower(), ""), body, now)
    try:
        event = json.loads(body)
        id, kind, about = event["event_id"], event["event_type"], event["data"]
        at = datetime.fromisoformat(event["occurred_at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WebhookRefusedError("not an event") from None
    if not isinstance(id, str) or not 0 < len(id) <= _MOST or not isinstance(about, dict) or at.utcoffset() is None:
        raise WebhookRefusedError("not an event")
    return [_hint(id, str(kind), about, at)]


def signature(secret: str, at: datetime, body: bytes) -> str:
    """The header of an event that is signed with a secret at an instant."""
    seconds = str(int(at.timestamp()))
    return f"ts={seconds};h1={_digest(secret, seconds, body)}"


def _hint(event: str, kind: str, about: dict[str, Any], at: datetime) -> Hint:
    ref, of = about.get("id"), EVENTS.get(kind)
    if of is not None and isinstance(ref, str) and 0 < len(ref) <= _MOST:
        if of == "charge":
            return Hint(event, "charge", ref, at)
        if of == "agreement":
            return Hint(event, "agreement", ref, at)
        action = about.get("action")
        if action == "refund":
            return Hint(event, "refund", ref, at)
        if isinstance(action, str) and action in DISPUTES:
            return Hint(event, "dispute", ref, at)
    return Hint(event, "other", kind[:_MOST], at)


def _verify(secrets: Sequence[str], header: str, body: bytes, now: datetime) -> None:
    parts = [part.partition("=") for part in header.split(";")[:_MOST_PARTS]]
    seconds = next((value for name, _, value in parts if name.strip() == "ts"), "")
    given = [value for name, _, value in parts if name.strip() == "h1"]
    verify(secrets, lambda secret: _digest(secret, seconds, body), given, seconds, now)


def _digest(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), seconds.encode() + b":" + body, hashlib.sha256).hexdigest()
