"""Signed webhooks as Standard Webhooks has them: an id, a time and the raw body under one HMAC-SHA256.

https://www.standardwebhooks.com. The time is checked on both sides: what is too old may be a replay, and what is dated
in the future would be one for ever.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from goodterms.gateways.protocol import WebhookRefusedError

#: How far a webhook's time may be from ours, before and after.
TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"
_MOST_SIGNATURES = 10
_MOST_ID = 200


def sign(secret: str, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a webhook, signed with a secret such as "whsec_..."; at full seconds."""
    seconds = str(int(at.timestamp()))
    digest = _digest(secret, id, seconds, body)
    return {"webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{digest}"}


def verified_id(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a webhook that one of the secrets has signed within the tolerance.

    Two secrets are valid while one replaces the other. Raises WebhookRefusedError otherwise, whatever the headers are.
    """
    id, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or len(id) > _MOST_ID or not id.isascii() or not id.isprintable():
        raise WebhookRefusedError("no id")
    given = [one.partition(",") for one in headers.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]]
    signatures = [value for version, _, value in given if version == "v1"]
    verify(secrets, lambda secret: _digest(secret, id, seconds, body), signatures, seconds, now)
    return id


def verify(
    secrets: Sequence[str], signed_with: Callable[[str], str], given: Sequence[str], seconds: str, now: datetime
) -> None:
    """Whether one of the secrets has signed one of the signatures given, and the time that they cover is now.

    For every gateway's own form of headers: `signed_with` makes the signature of a secret. Raises WebhookRefusedError
    otherwise, whatever the headers are; without a secret everything is refused.
    """
    if not secrets:
        raise WebhookRefusedError("no secret is set")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 12):
        raise WebhookRefusedError("no time")
    expected = [signed_with(secret).encode() for secret in secrets]
    theirs = [one.encode("utf-8", "replace") for one in given]
    # All are compared, and each in constant time.
    matches = [hmac.compare_digest(mine, one) for mine in expected for one in theirs]
    if not any(matches):
        raise WebhookRefusedError("not signed by this gateway")
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        raise WebhookRefusedError("no time") from None
    if abs(now - at) > TOLERANCE:
        raise WebhookRefusedError("too old" if at < now else "dated in the future")


def _digest(secret: str, id: str, seconds: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret is whsec_ and Base64") from None
    signed = b".".join((id.encode(), seconds.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
