"""The bank's rows as Stripe's objects."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from typing import Any

from goodterms.gateways.bank import charging, disputing
from goodterms.gateways.bank.books import Books
from goodterms.gateways.bank.cards import message_of
from goodterms.gateways.bank.clock import from_text, to_text
from goodterms.gateways.bank.refunding import refund_id
from goodterms.gateways.stripe.words import CHARGE_KEY, REFUND_KEY

SCHEMA = """
CREATE TABLE IF NOT EXISTS stripe_objects (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stripe_payers (charge_n INTEGER PRIMARY KEY, customer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS stripe_payers_customer ON stripe_payers (customer);
"""
#: Lines of the statement with what tells the types of their events apart.
TYPED_LINES = "SELECT l.*, r.created_at AS refunded_at FROM lines l LEFT JOIN refunds r ON r.n = l.refund_n"
#: The bank wants a reference for every charge; one that was given none has this.
NONE = "-"

# The bank's reason, in Stripe's two codes.
_DECLINES = {
    "card_declined": ("card_declined", "generic_decline"),
    "insufficient_funds": ("card_declined", "insufficient_funds"),
    "expired_card": ("expired_card", "expired_card"),
    "lost_card": ("card_declined", "lost_card"),
    "authentication_required": ("authentication_required", "authentication_required"),
}
_REFUND_FAILURES = {
    "card_closed": "expired_or_canceled_card",
    "charge_disputed": "charge_for_pending_refund_disputed",
    "refund_rejected": "declined",
}
_DISPUTES = {
    "opened": "needs_response",
    "under_review": "under_review",
    "won": "won",
    "lost": "lost",
    "reversed": "won",
}
_DISPUTE_EVENTS = {"opened": "created", "under_review": "updated"}


def intent_id(n: int) -> str:
    """The id of the n-th payment intent."""
    return f"pi_{n:08d}"


def event_id(n: int) -> str:
    """The id of the event of the n-th line of the statement."""
    return f"evt_{n:012d}"


def seconds(text: str) -> int:
    """An instant of the books as Stripe writes it."""
    return int(from_text(text).timestamp())


def keep(books: Books, id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Keep an object that is Stripe's alone: a customer, a payment method, a page."""
    books.db.execute("INSERT OR REPLACE INTO stripe_objects VALUES (?, ?)", (id, json.dumps(body)))
    return body


def kept(books: Books, id: str) -> dict[str, Any] | None:
    """Such an object."""
    row = books.db.execute("SELECT body FROM stripe_objects WHERE id = ?", (id,)).fetchone()
    found: dict[str, Any] | None = json.loads(row["body"]) if row else None
    return found


def intent(books: Books, row: sqlite3.Row) -> dict[str, Any]:
    """A charge as a payment intent that was confirmed at once."""
    payer = books.db.execute("SELECT customer FROM stripe_payers WHERE charge_n = ?", (row["n"],)).fetchone()
    paid, code = row["status"] == "succeeded", row["failure_code"]
    return {
        "id": intent_id(row["n"]),
        "object": "payment_intent",
        "amount": row["amount_minor"],
        "amount_received": row["amount_minor"] if paid else 0,
        "currency": row["currency"].lower(),
        "status": "succeeded" if paid else "requires_payment_method",
        "customer": payer["customer"] if payer else None,
        "payment_method": row["payment_method"] if paid else None,
        "description": row["description"],
        "metadata": {} if row["reference"] == NONE else {CHARGE_KEY: row["reference"]},
        "created": seconds(row["created_at"]),
        "last_payment_error": decline(code) if code else None,
        "livemode": False,
    }


def decline(code: str) -> dict[str, Any]:
    """Why a card said no."""
    first, second = _DECLINES.get(code, ("card_declined", code))
    return {"type": "card_error", "code": first, "decline_code": second, "message": message_of(code)}


def refund(row: sqlite3.Row, status: str | None = None) -> dict[str, Any]:
    """A refund. To Stripe it has succeeded once it is sent; the network's number comes when it has arrived."""
    status = status or row["status"]
    card: dict[str, Any] = {"type": "refund", "reference_type": "acquirer_reference_number"}
    arrived = status == "succeeded"
    card |= {"reference": row["bank_reference"], "reference_status": "available"} if arrived else {
        "reference_status": "pending"
    }  # fmt: skip
    failed = status == "failed"
    return {
        "id": refund_id(row["n"]),
        "object": "refund",
        "amount": row["amount_minor"],
        "currency": row["currency"].lower(),
        "charge": charging.charge_id(row["charge_n"]),
        "payment_intent": intent_id(row["charge_n"]),
        "metadata": {REFUND_KEY: row["reference"]} if row["reference"] else {},
        "status": "failed" if failed else "succeeded",
        "failure_reason": _REFUND_FAILURES.get(row["failure_code"], "unknown") if failed else None,
        "destination_details": {"type": "card", "card": card},
        "created": seconds(row["created_at"]),
    }


def dispute(row: sqlite3.Row, status: str | None = None) -> dict[str, Any]:
    """A dispute."""
    return {
        "id": disputing.dispute_id(row["n"]),
        "object": "dispute",
        "amount": row["amount_minor"],
        "currency": row["currency"].lower(),
        "charge": charging.charge_id(row["charge_n"]),
        "payment_intent": intent_id(row["charge_n"]),
        "reason": row["reason"],
        "status": _DISPUTES[status or row["status"]],
        "created": seconds(row["created_at"]),
    }


def type_of(line: sqlite3.Row) -> str:
    """The type of the event that a line is."""
    kind, outcome = line["kind"], line["outcome"]
    if kind == "charge":
        return "payment_intent.succeeded"
    if kind == "dispute":
        return f"charge.dispute.{_DISPUTE_EVENTS.get(outcome, 'closed')}"
    if outcome == "failed":
        return "refund.failed"
    return "refund.created" if line["refunded_at"] == line["at"] else "refund.updated"


def event(books: Books, line: sqlite3.Row) -> dict[str, Any]:
    """A line of the statement (of `TYPED_LINES`) as an event, with its object as it was then."""
    kind = line["kind"]
    row = books.db.execute(f"SELECT * FROM {kind}s WHERE n = ?", (line[f"{kind}_n"],)).fetchone()  # noqa: S608
    about = intent(books, row) if kind == "charge" else (refund if kind == "refund" else dispute)(row, line["outcome"])
    return {
        "id": event_id(line["n"]),
        "object": "event",
        "type": type_of(line),
        "created": seconds(line["at"]),
        "data": {"object": about},
        "livemode": False,
    }


def not_before(now: datetime, days: int) -> str:
    """The start of the time for which something is listed, as the books write instants."""
    return to_text(now - timedelta(days=days))
