"""The shop's rows as Paddle's objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from goodterms.gateways.paddle.words import CHANNEL, PLAN
from goodterms.gateways.reseller.files import instant_text

Row = Mapping[str, Any]
#: Every sale is of the plan and of a second thing that costs so much, so that refunds have items to be spread over.
SECOND_ITEM_MINOR = 500


def id_of(kind: str, n: int) -> str:
    """An id as Paddle makes them: they sort as their objects were made."""
    return f"{kind}_{n:026d}"


def number_of(id: str) -> int:
    """The inverse; -1 for what is no id."""
    digits = id.rpartition("_")[2]
    return int(digits) if digits.isascii() and digits.isdecimal() else -1


def totals(minor: int, tax_minor: int, currency: str) -> dict[str, str]:
    """A sum with its tax."""
    return {
        "subtotal": str(minor - tax_minor), "tax": str(tax_minor), "total": str(minor), "currency_code": currency,
    }  # fmt: skip


def line_items(order: Row, txn: str) -> list[dict[str, Any]]:
    """What a transaction is made of, with the ids that refunds name."""
    minor, n = order["amount_minor"], number_of(txn)
    parts = [minor] if minor <= SECOND_ITEM_MINOR else [minor - SECOND_ITEM_MINOR, SECOND_ITEM_MINOR]
    return [
        {
            "id": id_of("txnitm", 10 * n + place), "quantity": 1,
            "totals": {"subtotal": str(part), "discount": "0", "tax": "0", "total": str(part)},
        }
        for place, part in enumerate(parts)
    ]  # fmt: skip


def attempt(order: Row, code: str, at: str) -> dict[str, Any]:
    """One try to be paid."""
    return {
        "payment_attempt_id": f"00000000-0000-4000-8000-{order['n']:012d}", "amount": str(order["amount_minor"]),
        "status": "error" if code else "captured", "error_code": code or None, "created_at": at,
        "captured_at": None if code else at,
    }  # fmt: skip


def transaction(id: str, order: Row, agreement: Row, row: Row, payments: list[dict[str, Any]]) -> dict[str, Any]:
    """A transaction; `row` is what the shop says of it, `payments` its attempts, the latest first."""
    n, paid = agreement["n"], row.get("outcome", "paid") == "paid"
    status = "completed" if paid else "past_due" if row["tries_again"] == "yes" else "canceled"
    minor, currency = order["amount_minor"], order["currency"]
    whole = totals(minor, int(row["tax_minor"]), currency)
    price = {"id": id_of("pri", n), "name": agreement["plan"], "custom_data": {PLAN: agreement["plan"]}}
    return {
        "id": id, "status": status, "customer_id": id_of("ctm", n), "address_id": id_of("add", n),
        "custom_data": {CHANNEL: row["channel"]} if row.get("channel") else None, "currency_code": currency,
        "origin": "subscription_recurring" if "outcome" in row else "web", "subscription_id": id_of("sub", n),
        "collection_mode": "automatic", "billed_at": row["at"], "created_at": row["at"], "updated_at": row["at"],
        "billing_period": {"starts_at": row["starts_at"], "ends_at": row["ends_at"]},
        "items": [{"price": price, "quantity": 1}],
        "details": {
            "totals": {**whole, "discount": "0", "grand_total": str(minor)},
            "line_items": line_items(order, id),
        },
        "payments": payments,
    }  # fmt: skip


def subscription(agreement: Row, kept: Row, custom_data: object, now: datetime) -> dict[str, Any]:
    """A subscription as it stands."""
    ends_at = agreement["ends_at"]
    over = not agreement["renews"] and ends_at <= instant_text(now)
    planned = None if agreement["renews"] or over else {"action": "cancel", "effective_at": ends_at, "resume_at": None}
    return {
        "id": id_of("sub", agreement["n"]), "status": "canceled" if over else "active", "scheduled_change": planned,
        "customer_id": id_of("ctm", agreement["n"]), "currency_code": agreement["currency"],
        "next_billed_at": ends_at if agreement["renews"] else None, "custom_data": custom_data,
        "updated_at": kept["updated_at"], "created_at": agreement["anchor_at"], "collection_mode": "automatic",
    }  # fmt: skip


def adjustment(
    id: str, txn: Row, *, action: str, status: str, reason: str, minor: int, items: list[dict[str, Any]], at: str
) -> dict[str, Any]:
    """An adjustment."""
    return {
        "id": id, "action": action, "transaction_id": txn["id"], "subscription_id": txn["subscription_id"],
        "customer_id": txn["customer_id"], "reason": reason, "currency_code": txn["currency_code"], "status": status,
        "items": items, "totals": totals(minor, 0, txn["currency_code"]), "created_at": at, "updated_at": at,
    }  # fmt: skip


def spread(minor: int, txn: Row, made: list[dict[str, Any]]) -> list[dict[str, str]]:
    """An amount over the items of a transaction, as somebody at Paddle's dashboard would."""
    wished = []
    for item in txn["details"]["line_items"]:
        taken = min(minor, remaining(item, made))
        minor -= taken
        if taken:
            wished.append({"item_id": item["id"], "type": "partial", "amount": str(taken)})
    return wished


def remaining(item: Row, made: list[dict[str, Any]]) -> int:
    """What can go back of an item yet."""
    given = sum(
        int(part["amount"])
        for one in made
        if one["action"] == "refund" and one["status"] in ("pending_approval", "approved")
        for part in one["items"]
        if part["item_id"] == item["id"]
    )
    return int(item["totals"]["total"]) - given
