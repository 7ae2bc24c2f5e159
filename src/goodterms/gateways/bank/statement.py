"""The bank's statement: every line once, in one order, for programs (by cursor) and for people."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from goodterms.gateways.bank import charging
from goodterms.gateways.bank.books import Books, RefusedError
from goodterms.gateways.bank.charging import charge_id
from goodterms.gateways.bank.disputing import dispute_id
from goodterms.gateways.bank.refunding import refund_id

MOST_LINES = 1000
_LINES = """
SELECT l.*, c.payment_method, c.description, c.currency, d.reason,
       CASE l.kind WHEN 'charge' THEN c.reference WHEN 'refund' THEN r.reference END AS reference,
       CASE l.kind WHEN 'charge' THEN c.amount_minor WHEN 'refund' THEN r.amount_minor ELSE d.amount_minor
       END AS amount_minor,
       CASE WHEN l.outcome = 'failed' THEN r.failure_code END AS failure_code,
       CASE WHEN l.outcome = 'succeeded' THEN r.bank_reference END AS bank_reference
FROM lines l JOIN charges c ON c.n = l.charge_n LEFT JOIN refunds r ON r.n = l.refund_n
    LEFT JOIN disputes d ON d.n = l.dispute_n
"""
_PREFIXES = {"charge": "ch", "refund": "re", "dispute": "dp"}


def movements(books: Books, _now: datetime, *, after: str | None, limit: int) -> dict[str, Any]:
    """Lines after a cursor, oldest first, and whether there are more.

    Lines are numbered inside the commit that writes them and commits are strictly one after the other, so no
    line can appear later with a number before a cursor that was already given out.
    """
    start = 0
    if after is not None:
        head, _, digits = after.partition("_")
        newest = books.db.execute("SELECT coalesce(max(n), 0) FROM lines").fetchone()[0]
        if head != "mv" or not digits.isdecimal() or not 0 < int(digits) <= newest:
            raise RefusedError(400, "unknown_cursor", f"These books never gave out the cursor {after!r}.")
        start = int(digits)
    rows = books.db.execute(f"{_LINES} WHERE l.n > ? ORDER BY l.n LIMIT ?", (start, limit + 1)).fetchall()
    return {"data": [as_json(row) for row in rows[:limit]], "has_more": len(rows) > limit}


def current(books: Books, _now: datetime, *, kind: str, public_id: str) -> dict[str, Any]:
    """The last line about a charge, refund or dispute: how it stands now."""
    number = charging.number_of(public_id, _PREFIXES.get(kind, ""))
    charge_n = number
    if kind != "charge" and number is not None:  # lines are found by their charge
        found = books.db.execute(f"SELECT charge_n FROM {kind}s WHERE n = ?", (number,)).fetchone()  # noqa: S608
        charge_n = found["charge_n"] if found else None
    where = f"l.charge_n = ? AND l.kind = ?{'' if kind == 'charge' else f' AND l.{kind}_n = {number or 0}'}"
    last = f"{_LINES} WHERE {where} ORDER BY l.n DESC LIMIT 1"
    row = books.db.execute(last, (charge_n, kind)).fetchone()
    return {"data": [as_json(row)] if row else []}


def latest(books: Books, now: datetime, *, limit: int) -> dict[str, Any]:
    """The newest lines, newest first, with the merchant's balance after each and the balances of today."""
    rows = books.db.execute(f"{_LINES} ORDER BY l.n DESC LIMIT ?", (limit,)).fetchall()
    balances = books.db.execute("SELECT * FROM balances ORDER BY currency").fetchall()
    return {
        "at": now.isoformat().replace("+00:00", "Z"),
        "balances": [{"currency": row["currency"], "balance_minor": row["minor"]} for row in balances],
        "data": [as_json(row) for row in rows],
    }


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """A line as the API shows it."""
    ids = {
        "charge": charge_id(row["charge_n"]),
        "refund": refund_id(row["refund_n"] or 0),
        "dispute": dispute_id(row["dispute_n"] or 0),
    }
    return {
        "cursor": f"mv_{row['n']:012d}",
        "kind": row["kind"],
        "id": ids[row["kind"]],
        "charge": charge_id(row["charge_n"]),
        "reference": row["reference"],
        "description": row["description"],
        "amount_minor": row["amount_minor"],
        "currency": row["currency"],
        "outcome": row["outcome"],
        "effect_minor": row["effect_minor"],
        "balance_minor": row["balance_minor"],
        "failure_code": row["failure_code"],
        "bank_reference": row["bank_reference"],
        "reason": row["reason"],
        "at": row["at"],
    }
