"""Telling Paddle to stop renewing a subscription, or to go on, and how a subscription stands.

What it was told last is kept at the subscription itself, in its `custom_data`: the key, the number and the wish. It is
written before a stop, so a stop that is there without it was made by somebody else. Told again, nothing is done twice;
an older instruction that comes late changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from goodterms.gateways.paddle.calls import Client, Fields, Refused
from goodterms.gateways.paddle.objects import instant, text
from goodterms.gateways.paddle.refunding import NOT_FOUND
from goodterms.gateways.paddle.words import MARK, is_id
from goodterms.gateways.protocol import Answer, Outcome
from goodterms.gateways.selling import AgreementReport, RenewalIntent

#: What Paddle schedules that ends the renewals.
_ENDS = ("cancel", "pause")
_OVER = ("canceled", "paused")


async def instruct(client: Client, intent: RenewalIntent) -> Answer:
    """Tell it, unless it was told before or something later since."""
    fields = await _known(client, intent.agreement)
    if fields is None:
        return Answer(Outcome.DECLINED, None, "no_such_agreement", None, None, retryable=False)
    mark, path = _mark(fields), f"/subscriptions/{intent.agreement}"
    told_since = mark is not None and mark["number"] > intent.number
    if told_since or (mark is not None and mark["key"] == intent.key and _as_wished(fields, intent.wish)):
        return _done(fields)
    if fields.get("status") == "canceled":
        if intent.wish == "stop":
            return _done(fields)
        return Answer(Outcome.DECLINED, None, "agreement_ended", None, None, retryable=False)
    custom = fields.get("custom_data")
    said = {"key": intent.key, "number": intent.number, "wish": intent.wish}
    change: dict[str, Any] = {"custom_data": {**(custom if isinstance(custom, Mapping) else {}), MARK: said}}
    try:
        if intent.wish == "go_on":
            fields = await client.patch(path, {**change, "scheduled_change": None})
        else:
            fields = await client.patch(path, change)
            if _renews(fields):
                fields = await client.post(f"{path}/cancel", {"effective_from": "next_billing_period"})
    except Refused as refused:  # it may be locked for a while: looked for, and told again
        return Answer(Outcome.UNKNOWN, None, refused.code, refused.detail, None)
    return _done(fields) if _as_wished(fields, intent.wish) else Answer(Outcome.UNKNOWN, None, "mismatch", None, None)


async def find_instruction(client: Client, key: str, agreement: str) -> Answer:
    """Whether a subscription was told this, and stands as it was told."""
    fields = await _known(client, agreement)
    mark = _mark(fields) if fields is not None else None
    if fields is None or mark is None or mark["key"] != key or not _as_wished(fields, mark["wish"]):
        return NOT_FOUND
    return _done(fields)


async def report(client: Client, ref: str) -> AgreementReport | None:
    """How a subscription stands, since when, and whether we said so."""
    fields = await _known(client, ref)
    if fields is None:
        return None
    mark, renews = _mark(fields), _renews(fields)
    told = mark is not None and (mark["wish"] == "go_on") == renews
    return AgreementReport(ref, renews, instant(fields, "updated_at"), told)


async def _known(client: Client, ref: str) -> Fields | None:
    if not is_id(ref, "sub"):
        return None
    try:
        return await client.get(f"/subscriptions/{ref}")
    except Refused as refused:
        if refused.code == "not_found":
            return None
        raise


def _renews(fields: Fields) -> bool:
    change = fields.get("scheduled_change")
    planned = change.get("action") if isinstance(change, Mapping) else None
    return text(fields, "status") not in _OVER and planned not in _ENDS


def _as_wished(fields: Fields, wish: str) -> bool:
    return _renews(fields) == (wish == "go_on")


def _mark(fields: Fields) -> Mapping[str, Any] | None:
    """What a subscription was told last; None where nothing, or nothing that can be read."""
    custom = fields.get("custom_data")
    mark = custom.get(MARK) if isinstance(custom, Mapping) else None
    match mark:
        case {"key": str(), "number": int(), "wish": "stop" | "go_on"}:
            return mark
    return None


def _done(fields: Fields) -> Answer:
    return Answer(Outcome.SUCCEEDED, text(fields, "id"), None, None, instant(fields, "updated_at"))
