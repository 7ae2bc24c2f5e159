"""Entering the past into fresh books, so that orders taken over from elsewhere can be refunded here.

Exists with `--test-clock` only. The books stay what they are: charges and refunds in the order of their instants,
each with its line on the statement, none before the last line and none in the future.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

from goodterms.gateways.bank import charging, refunding
from goodterms.gateways.bank.books import Books, RefusedError
from goodterms.gateways.bank.cards import card_of
from goodterms.gateways.bank.clock import from_text, to_text

MOST_ENTRIES = 1000


def enter(books: Books, now: datetime, *, body: dict[str, Any]) -> dict[str, Any]:
    """Book `{"entries": [...]}`, oldest first, all or nothing; returns the charges' ids by reference.

    A charge is `{"kind": "charge", reference, amount_minor, currency, payment_method, description, at}` and
    succeeded then; a refund of one is `{"kind": "refund", reference, amount_minor, at}` with the charge's
    reference, and reached the card then. Entering the same again changes nothing.
    """
    charging.only(body, "entries")
    entries = body.get("entries")
    if not isinstance(entries, list) or not 0 < len(entries) <= MOST_ENTRIES:
        raise RefusedError(400, "invalid_request", f"entries must be a list of 1 to {MOST_ENTRIES}.")
    ids: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, dict):
            raise RefusedError(400, "invalid_request", "an entry must be a JSON object.")
        book = _KINDS.get(str(entry.get("kind")))
        if book is None:
            raise RefusedError(400, "invalid_request", "kind must be charge or refund.")
        reference = charging.text_in(entry, "reference")
        ids[reference] = charging.charge_id(book(books, reference, _instant(now, entry), entry))
    return {"charges": ids}


def _instant(now: datetime, entry: dict[str, Any]) -> str:
    try:
        at = from_text(charging.text_in(entry, "at"))
    except ValueError as error:
        raise RefusedError(400, "invalid_request", f"at: {error}") from None
    if at > now:
        raise RefusedError(422, "in_future", f"{to_text(at)} has not come yet.")
    return to_text(at)


def _charge(books: Books, reference: str, at: str, entry: dict[str, Any]) -> int:
    charging.only(entry, "kind", "reference", "amount_minor", "currency", "payment_method", "description", "at")
    amount_minor, currency = charging.amount_in(entry)
    payment_method = charging.text_in(entry, "payment_method", most=200)
    if card_of(payment_method) is None:
        raise RefusedError(400, "no_such_payment_method", f"There is no payment method {payment_method!r}.")
    known = _charge_by(books, reference)
    if known is not None:
        if (known["amount_minor"], known["currency"], known["created_at"]) != (amount_minor, currency, at):
            raise RefusedError(422, "reference_taken", f"{reference!r} is another charge.")
        return int(known["n"])
    _not_before_books(books, at)
    row = books.db.execute(
        "INSERT INTO charges (reference, amount_minor, currency, payment_method, description, status, created_at)"
        " VALUES (?, ?, ?, ?, ?, 'succeeded', ?) RETURNING n",
        (reference, amount_minor, currency, payment_method, charging.text_in(entry, "description"), at),
    ).fetchone()
    books.write_line(
        charge_n=row["n"], refund_n=None, outcome="succeeded", effect_minor=amount_minor, currency=currency, at=at
    )
    return int(row["n"])


def _refund(books: Books, reference: str, at: str, entry: dict[str, Any]) -> int:
    charging.only(entry, "kind", "reference", "amount_minor", "at")
    charge = _charge_by(books, reference)
    if charge is None:
        raise RefusedError(404, "no_such_charge", f"There is no charge {reference!r}.")
    amount_minor, _ = charging.amount_in({**entry, "currency": charge["currency"]})
    done = books.db.execute(
        "SELECT 1 FROM refunds WHERE charge_n = ? AND amount_minor = ? AND created_at = ?",
        (charge["n"], amount_minor, at),
    ).fetchone()
    if done:
        return int(charge["n"])
    if amount_minor > charge["amount_minor"] - charge["refunded_minor"]:
        raise RefusedError(422, "exceeds_charge", f"Less than that of {reference!r} can still be refunded.")
    _not_before_books(books, at)
    n = books.db.execute(
        "INSERT INTO refunds (charge_n, reference, amount_minor, currency, status, created_at, settled_at)"
        " VALUES (?, NULL, ?, ?, 'succeeded', ?, ?)",
        (charge["n"], amount_minor, charge["currency"], at, at),
    ).lastrowid
    if n is None:
        raise RuntimeError("SQLite gave no row id")
    books.db.execute("UPDATE refunds SET bank_reference = ? WHERE n = ?", (refunding.trace_number(n), n))
    books.db.execute("UPDATE charges SET refunded_minor = refunded_minor + ? WHERE n = ?", (amount_minor, charge["n"]))
    books.write_line(
        charge_n=charge["n"], refund_n=n, outcome="succeeded", effect_minor=-amount_minor,
        currency=charge["currency"], at=at,
    )  # fmt: skip
    return int(charge["n"])


_KINDS: dict[str, Callable[[Books, str, str, dict[str, Any]], int]] = {"charge": _charge, "refund": _refund}


def _charge_by(books: Books, reference: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = books.db.execute(
        "SELECT * FROM charges WHERE reference = ? AND status = 'succeeded'", (reference,)
    ).fetchone()
    return row


def _not_before_books(books: Books, at: str) -> None:
    last = books.db.execute("SELECT at FROM lines ORDER BY n DESC LIMIT 1").fetchone()
    if last and at < last["at"]:
        raise RefusedError(422, "behind_books", f"the last line of the books is of {last['at']}")
