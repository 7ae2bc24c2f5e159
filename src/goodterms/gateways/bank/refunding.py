"""What the bank does with a refund: accept it at once, settle it over business days, sometimes bring it back.

No job runs for that. What is due is booked before anything else is done (`settle_due`, first in every
commit), so nobody can ever see books that are behind the bank's clock.
"""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime
from typing import Any

from goodterms.gateways.bank import charging, disputing
from goodterms.gateways.bank.books import Books, RefusedError, Reply, error_body
from goodterms.gateways.bank.cards import Card, RefundWay, card_of, message_of
from goodterms.gateways.bank.clock import from_text, spread, to_text, weekdays_later

_SETTLES_IN = (3, 6)  # weekdays, first and last; the spread is by id
_FAILS_IN = 2
_RETURNS_IN = 3
_CLOSED = "card_closed"


def refund(books: Books, now: datetime, *, body: dict[str, Any]) -> Reply:
    """Refund for the merchant's program: 201 with the refund, or 402 when the card's bank refuses it."""
    charging.only(body, "charge", "amount_minor", "currency", "reference")
    amount_minor, currency = charging.amount_in(body)
    reference = charging.text_in(body, "reference")
    charge = _refundable(books, charging.text_in(body, "charge"), amount_minor, currency)
    return _book(books, now, charge, amount_minor, reference)


def dashboard_refund(books: Books, now: datetime, *, body: dict[str, Any]) -> Reply:
    """Refund a charge by hand in the dashboard: without a reference of the merchant's program.

    `refunds_seen`, when given, is how many refunds of the charge the person saw: a second click on an old
    page is refused.
    """
    charging.only(body, "charge", "amount_minor", "currency", "refunds_seen")
    amount_minor, currency = charging.amount_in(body)
    charge = _refundable(books, charging.text_in(body, "charge"), amount_minor, currency)
    seen = body.get("refunds_seen")
    if seen is not None and seen != refunds_of(books, charge["n"]):
        raise RefusedError(409, "page_outdated", "This charge was refunded in the meantime. Look at it again.")
    return _book(books, now, charge, amount_minor, None)


def refunds_of(books: Books, charge_n: int) -> int:
    """How many refunds of a charge were ever asked for."""
    row = books.db.execute("SELECT count(*) FROM refunds WHERE charge_n = ?", (charge_n,)).fetchone()
    return int(row[0])


def _refundable(books: Books, charge_id: str, amount_minor: int, currency: str) -> sqlite3.Row:
    charge = charging.load(books, charge_id)
    if charge is None:
        raise RefusedError(404, "no_such_charge", f"There is no charge {charge_id}.")
    if charge["status"] != "succeeded":
        raise RefusedError(422, "charge_not_refundable", "This charge did not succeed.")
    if charge["currency"] != currency:
        raise RefusedError(422, "invalid_request", f"The charge is in {charge['currency']}.")
    if disputing.held_by_disputes(books, charge["n"], only_open=True):
        raise RefusedError(422, disputing.DISPUTED, "This charge is disputed; it can not be refunded now.")
    left = charge["amount_minor"] - charge["refunded_minor"] - disputing.held_by_disputes(books, charge["n"])
    if amount_minor > left:
        raise RefusedError(422, "exceeds_charge", f"Only {left} of this charge can still be refunded.")
    return charge


def _book(books: Books, now: datetime, charge: sqlite3.Row, amount_minor: int, reference: str | None) -> Reply:
    card = card_of(charge["payment_method"]) or Card()
    at, currency = to_text(now), charge["currency"]
    rejected, instant = card.refund is RefundWay.REJECTED, card.refund is RefundWay.INSTANT
    status = "failed" if rejected else "succeeded" if instant else "pending"
    n = books.db.execute(
        "INSERT INTO refunds (charge_n, reference, amount_minor, currency, status, failure_code, created_at,"
        " settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            charge["n"],
            reference,
            amount_minor,
            currency,
            status,
            "refund_rejected" if rejected else None,
            at,
            at if instant else None,
        ),
    ).lastrowid
    if n is None:
        raise RuntimeError("SQLite gave no row id")
    if rejected:
        made = as_json(_load(books, n))
        return Reply(402, {**error_body("refund_rejected", message_of("refund_rejected")), "refund": made}, made["id"])
    books.db.execute(
        "UPDATE refunds SET bank_reference = ?, next_status = ?, next_at = ? WHERE n = ?",
        (trace_number(n) if instant else None, *_after_acceptance(card, now, n), n),
    )
    books.db.execute("UPDATE charges SET refunded_minor = refunded_minor + ? WHERE n = ?", (amount_minor, charge["n"]))
    books.write_line(
        charge_n=charge["n"],
        refund_n=n,
        outcome=status,
        effect_minor=-amount_minor,
        currency=currency,
        at=at,
    )
    made = as_json(_load(books, n))
    return Reply(201, made, made["id"], delivery=card.refund_delivery)


def _after_acceptance(card: Card, now: datetime, n: int) -> tuple[str | None, str | None]:
    if card.refund is RefundWay.INSTANT:
        return None, None
    if card.refund is RefundWay.FAILS:
        return "failed", to_text(weekdays_later(now, _FAILS_IN))
    return "succeeded", to_text(weekdays_later(now, spread(refund_id(n), *_SETTLES_IN)))


def settle_due(books: Books, now: datetime) -> None:
    """Book every change of a refund that is due, in the order of their instants, each with a new line."""
    due = "SELECT * FROM refunds WHERE next_at <= ? ORDER BY next_at, n LIMIT 1"
    while row := books.db.execute(due, (to_text(now),)).fetchone():
        _settle(books, row)


def _settle(books: Books, row: sqlite3.Row) -> None:
    n, at, status = row["n"], row["next_at"], row["next_status"]
    failed = status == "failed"
    charge = books.db.execute("SELECT * FROM charges WHERE n = ?", (row["charge_n"],)).fetchone()
    card = card_of(charge["payment_method"]) or Card()
    comes_back = not failed and card.refund is RefundWay.RETURNED
    books.db.execute(
        "UPDATE refunds SET status = ?, failure_code = ?, bank_reference = coalesce(bank_reference, ?),"
        " settled_at = ?, next_status = ?, next_at = ? WHERE n = ?",
        (
            status,
            _CLOSED if failed else None,
            None if failed else trace_number(n),
            None if failed else at,
            "failed" if comes_back else None,
            to_text(weekdays_later(from_text(at), _RETURNS_IN)) if comes_back else None,
            n,
        ),
    )
    if failed:
        books.db.execute(
            "UPDATE charges SET refunded_minor = refunded_minor - ? WHERE n = ?",
            (row["amount_minor"], row["charge_n"]),
        )
    books.write_line(
        charge_n=row["charge_n"],
        refund_n=n,
        outcome=status,
        effect_minor=row["amount_minor"] if failed else 0,
        currency=row["currency"],
        at=at,
    )


def find(books: Books, now: datetime, *, key: str | None, reference: str | None) -> list[dict[str, Any]]:
    """Refunds made under a living key, or with a reference; what did not fail first, then the latest."""
    rows = charging.found(books, now, "refunds", "re", key=key, reference=reference)
    return [as_json(row) for row in rows]


def _load(books: Books, n: int) -> sqlite3.Row:
    row: sqlite3.Row = books.db.execute("SELECT * FROM refunds WHERE n = ?", (n,)).fetchone()
    return row


def refund_id(n: int) -> str:
    """The public id of the n-th refund."""
    return f"re_{n:08d}"


def trace_number(n: int) -> str:
    """The 23 digits by which the cardholder's bank finds a settled refund, as card schemes have them."""
    digits = int.from_bytes(hashlib.sha256(refund_id(n).encode()).digest()[:8]) % 10**14
    return f"7{n % 10**8:08d}{digits:014d}"


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """A refund as the API shows it."""
    code = row["failure_code"]
    return {
        "id": refund_id(row["n"]),
        "object": "refund",
        "charge": charging.charge_id(row["charge_n"]),
        "reference": row["reference"],
        "amount_minor": row["amount_minor"],
        "currency": row["currency"],
        "status": row["status"],
        "failure_code": code,
        "failure_message": message_of(code) if code else None,
        "bank_reference": row["bank_reference"],
        "created_at": row["created_at"],
        "settled_at": row["settled_at"],
    }
