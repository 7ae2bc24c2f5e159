"""Stripe's webhooks: its signature over the raw bytes, checked here on both sides of time.

The SDK's own check looks for what is too old only; an event that is dated years ahead would pass it, for years.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, cast

from goodterms.gateways.protocol import Hint, WebhookRefusedError
from goodterms.gateways.signatures import verify
from goodterms.gateways.stripe.words import EVENTS

_MOST = 200
_MOST_PARTS = 20
#: More than the statement needs: what else may have changed a charge.
_ALSO = {
    "payment_intent.payment_failed": "charge",
    "payment_intent.canceled": "charge",
    "charge.refund.updated": "refund",
}


def read_event(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:
    """What an event is about. Raises WebhookRefusedError for what no secret has signed, or not in time."""
    _verify(secrets, headers.get("stripe-signature", ""), body, now)
    try:
        event = json.loads(body)
        id, type, about = event["id"], event["type"], event["data"]["object"]
        at = datetime.fromtimestamp(int(event["created"]), UTC)
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError, OSError):
        raise WebhookRefusedError("not an event") from None
    if not isinstance(id, str) or not 0 < len(id) <= _MOST or not isinstance(about, dict):
        raise WebhookRefusedError("not an event")
    ref = about.get("id")
    kind = EVENTS.get(str(type)) or _ALSO.get(str(type))
    if kind is None or not isinstance(ref, str) or not 0 < len(ref) <= _MOST:
        return [Hint(id, "other", str(type)[:_MOST], at)]
    return [Hint(id, cast(Literal["charge", "refund", "dispute"], kind), ref, at)]


def signature(secret: str, at: datetime, body: bytes) -> str:
    """The header of an event that is signed with a secret at an instant."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(secret, str(seconds), body)}"


def _verify(secrets: Sequence[str], header: str, body: bytes, now: datetime) -> None:
    parts = [part.partition("=") for part in header.split(",")[:_MOST_PARTS]]
    seconds = next((value for name, _, value in parts if name.strip() == "t"), "")
    given = [value for name, _, value in parts if name.strip() == "v1"]
    verify(secrets, lambda secret: _digest(secret, seconds, body), given, seconds, now)


def _digest(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
