"""What the bank does with a charge: check it, ask the card, book it."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime
from typing import Any

from goodterms.gateways.bank.books import Books, RefusedError, Reply, error_body, made_under
from goodterms.gateways.bank.cards import Card, Delivery, card_of, message_of
from goodterms.gateways.bank.clock import to_text

MOST_MINOR = 10**12
_CURRENCY = re.compile(r"[A-Z]{3}")


def text_in(body: dict[str, Any], name: str, *, most: int = 500) -> str:
    """A text that must be there."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise RefusedError(400, "invalid_request", f"{name} must be a text of 1 to {most} characters.")
    return value


def amount_in(body: dict[str, Any]) -> tuple[int, str]:
    """The amount in minor units and its currency."""
    minor, currency = body.get("amount_minor"), body.get("currency")
    if not isinstance(minor, int) or isinstance(minor, bool) or not 0 < minor <= MOST_MINOR:
        raise RefusedError(400, "invalid_request", f"amount_minor must be a whole number from 1 to {MOST_MINOR}.")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise RefusedError(400, "invalid_request", "currency must be three capital letters.")
    return minor, currency


def only(body: dict[str, Any], *names: str) -> None:
    """Refuse fields nobody knows: a misspelled field must not be ignored where money moves."""
    if unknown := sorted(set(body) - set(names)):
        raise RefusedError(400, "invalid_request", f"unknown field: {', '.join(unknown)}")


def charge(books: Books, now: datetime, *, key: str, body: dict[str, Any]) -> Reply:
    """Charge a card: 201 with the charge, or 402 with the reason and the failed charge."""
    only(body, "amount_minor", "currency", "payment_method", "reference", "description")
    amount_minor, currency = amount_in(body)
    reference, description = text_in(body, "reference"), text_in(body, "description")
    payment_method = text_in(body, "payment_method", most=200)
    card = card_of(payment_method)
    if card is None:
        raise RefusedError(400, "no_such_payment_method", f"There is no payment method {payment_method!r}.")
    if card.loses_first_request and books.count_try(f"key {key}") == 1:
        return Reply(503, {}, delivery=Delivery.LOST)
    code = _answer_of_card(books, card, payment_method)
    row = books.db.execute(
        "INSERT INTO charges (reference, amount_minor, currency, payment_method, description, status,"
        " failure_code, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (
            reference,
            amount_minor,
            currency,
            payment_method,
            description,
            "failed" if code else "succeeded",
            code,
            to_text(now),
        ),
    ).fetchone()
    made = as_json(row)
    if code:
        return Reply(402, {**error_body(code, message_of(code)), "charge": made}, made["id"])
    books.write_line(
        charge_n=row["n"],
        refund_n=None,
        outcome="succeeded",
        effect_minor=amount_minor,
        currency=currency,
        at=row["created_at"],
    )
    return Reply(201, made, made["id"], delivery=card.delivery)


def _answer_of_card(books: Books, card: Card, payment_method: str) -> str | None:
    if card.code is None:
        return None
    if card.declines is None:
        return card.code
    return card.code if books.count_try(f"card {payment_method}") <= card.declines else None


def find(books: Books, now: datetime, *, key: str | None, reference: str | None) -> list[dict[str, Any]]:
    """Charges made under a living key, or with a reference; those that succeeded first, then the latest."""
    return [as_json(row) for row in found(books, now, "charges", "ch", key=key, reference=reference)]


def found(
    books: Books, now: datetime, table: str, prefix: str, *, key: str | None, reference: str | None
) -> list[sqlite3.Row]:
    """Rows of `table` by key or by reference; of several with one reference, what did not fail is first."""
    column, value = ("reference", reference) if key is None else ("n", _made_number(books, now, key, prefix))
    return books.db.execute(
        f"SELECT * FROM {table} WHERE {column} = ? ORDER BY status = 'failed', n DESC LIMIT 100",  # noqa: S608
        (value,),
    ).fetchall()


def _made_number(books: Books, now: datetime, key: str, prefix: str) -> int | None:
    return number_of(made_under(books, now, key) or "", prefix)


def load(books: Books, charge_id: str) -> sqlite3.Row | None:
    """The row of a charge by its public id."""
    row: sqlite3.Row | None = books.db.execute(
        "SELECT * FROM charges WHERE n = ?", (number_of(charge_id, "ch"),)
    ).fetchone()
    return row


def number_of(public_id: str, prefix: str) -> int | None:
    """The counter in an id such as ch_00000017; None when it is not one of these."""
    head, _, digits = public_id.partition("_")
    return int(digits) if head == prefix and digits.isdecimal() and len(digits) <= 18 else None


def charge_id(n: int) -> str:
    """The public id of the n-th charge."""
    return f"ch_{n:08d}"


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """A charge as the API shows it."""
    code = row["failure_code"]
    return {
        "id": charge_id(row["n"]),
        "object": "charge",
        "reference": row["reference"],
        "amount_minor": row["amount_minor"],
        "currency": row["currency"],
        "payment_method": row["payment_method"],
        "description": row["description"],
        "status": row["status"],
        "failure_code": code,
        "failure_message": message_of(code) if code else None,
        "refunded_minor": row["refunded_minor"],
        "created_at": row["created_at"],
    }
