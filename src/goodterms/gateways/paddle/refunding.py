"""Asking Paddle for a refund, once: it has no idempotency keys, so it is always looked for before it is sent.

Our reference is the adjustment's reason. Paddle itself decides about one refund of a transaction at a time and refuses
another meanwhile, and never gives back more than was paid.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goodterms.domain.money import Money
from goodterms.gateways.paddle.calls import Client, Fields, Refused
from goodterms.gateways.paddle.objects import amount_of, part, refund_state, text, whole
from goodterms.gateways.paddle.words import PENDING_REFUND, REFUND_ERRORS, is_id, reason_of, reference_in
from goodterms.gateways.protocol import Answer, Outcome, RefundIntent

NOT_FOUND = Answer(Outcome.UNKNOWN, None, "not_found", None, None, not_found=True)
_COUNTS = ("pending_approval", "approved")


async def refund(client: Client, intent: RefundIntent, now: datetime) -> Answer:
    """Ask for it, unless it was asked for before."""
    if not is_id(intent.charge_ref, "txn"):
        return _declined("no_such_charge", "not the id of a transaction")
    made = await client.all("/adjustments", transaction_id=intent.charge_ref)
    known = _among(made, intent.reference, now)
    if known is not None:
        return known if known.amount == intent.amount else _unknown("key_reused", known.gateway_ref)
    try:
        transaction = await client.get(f"/transactions/{intent.charge_ref}")
        if text(transaction, "currency_code") != intent.amount.currency:
            return _unknown("mismatch", None)
        asked = await client.post("/adjustments", _request(intent, transaction, made))
    except Refused as refused:
        code = REFUND_ERRORS.get(refused.code)
        return _declined(code, refused.detail) if code else _unknown(refused.code, None)
    if reference_in(asked.get("reason")) != intent.reference or amount_of(asked) != intent.amount:
        return _unknown("mismatch", None)
    return read_refund(asked, now)


async def find_refund(client: Client, reference: str, charge_ref: str | None, now: datetime) -> Answer:
    """Look for a refund of ours, among those of its transaction or among all."""
    if charge_ref and not is_id(charge_ref, "txn"):
        return NOT_FOUND
    query = {"transaction_id": charge_ref} if charge_ref else {}
    made = await client.all("/adjustments", action="refund", **query)
    known = _among(made, reference, now)
    if known is not None:
        return known
    if charge_ref and any(one.get("status") == "pending_approval" for one in made):
        return _unknown(PENDING_REFUND, None)  # ours has to wait until Paddle has decided about another one
    return NOT_FOUND


def read_refund(fields: Fields, now: datetime) -> Answer:
    """What Paddle says of a refund. While it waits for approval it is unknown, and found."""
    outcome, failure, at = refund_state(fields, now=now)
    code = failure or ("pending_approval" if outcome is Outcome.UNKNOWN else None)
    return Answer(
        outcome,
        text(fields, "id"),
        code,
        None,
        at,
        retryable=outcome is not Outcome.DECLINED,
        amount=amount_of(fields),
    )


def _among(made: list[Fields], reference: str, now: datetime) -> Answer | None:
    """Of all with our reference, what was not refused first, then the latest."""
    ours = [one for one in made if one.get("action") == "refund" and reference_in(one.get("reason")) == reference]
    ours.sort(key=lambda one: text(one, "id"), reverse=True)
    answers = [read_refund(one, now) for one in ours]
    return next((one for one in answers if one.outcome is not Outcome.DECLINED), answers[0] if answers else None)


def _request(intent: RefundIntent, transaction: Fields, made: list[Fields]) -> dict[str, Any]:
    """The whole of a transaction of which nothing went back yet, or parts of its items."""
    body: dict[str, Any] = {
        "action": "refund", "transaction_id": intent.charge_ref, "reason": reason_of(intent.reference),
    }  # fmt: skip
    totals = part(part(transaction, "details"), "totals")
    if not made and intent.amount == Money(whole(totals, "grand_total"), text(transaction, "currency_code")):
        return body | {"type": "full"}
    return body | {"type": "partial", "items": _items(intent.amount.minor, transaction, made)}


def _items(minor: int, transaction: Fields, made: list[Fields]) -> list[dict[str, str]]:
    """An amount spread over the items of a transaction, in their order; what is too much stays on the last."""
    given = _given_back(made)
    items = part(transaction, "details")["line_items"]
    spread = []
    for n, item in enumerate(items):
        left = whole(part(item, "totals"), "total") - given.get(text(item, "id"), 0)
        taken = minor if n == len(items) - 1 else min(minor, max(0, left))
        minor -= taken
        if taken:
            spread.append({"item_id": text(item, "id"), "type": "partial", "amount": str(taken)})
    return spread


def _given_back(made: list[Fields]) -> dict[str, int]:
    given: dict[str, int] = {}
    for one in made:
        if one.get("action") == "refund" and one.get("status") in _COUNTS:
            for item in one["items"]:
                id = text(item, "item_id")
                given[id] = given.get(id, 0) + whole(part(item, "totals"), "total")
    return given


def _declined(code: str, message: str) -> Answer:
    return Answer(Outcome.DECLINED, None, code, message, None, retryable=False)


def _unknown(code: str, ref: str | None) -> Answer:
    return Answer(Outcome.UNKNOWN, ref, code, None, None)
