"""What the bank does when a cardholder disputes a charge: take the money at once, and decide later who keeps it.

As card schemes have it: a refund that is still on its way is called back when a dispute is opened, so that the
cardholder is not paid by both; a charge that was refunded in full can not be disputed, unless the cardholder's bank
does not know of the refund; and nothing is refunded while a dispute is open, nor what a lost one has taken.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from goodterms.gateways.bank import charging
from goodterms.gateways.bank.books import Books, RefusedError, Reply
from goodterms.gateways.bank.clock import to_text

DISPUTED = "charge_disputed"
REASONS = (
    "fraudulent",
    "subscription_canceled",
    "credit_not_processed",
    "duplicate",
    "product_not_received",
    "general",
)
# From which states a decision leads where, and what it does to the merchant's balance.
_DECISIONS = {
    "under_review": (("opened",), 0),
    "won": (("opened", "under_review"), 1),
    "lost": (("opened", "under_review"), 0),
    "reversed": (("lost",), 1),
}


def open_dispute(books: Books, now: datetime, *, body: dict[str, Any]) -> Reply:
    """A cardholder disputes a charge: `{charge, reason, amount_minor?}`; without an amount, what is not refunded.

    An amount that is given counts even where refunds have been paid: the cardholder's bank may not know of them.
    """
    charging.only(body, "charge", "reason", "amount_minor")
    charge = charging.load(books, charging.text_in(body, "charge"))
    if charge is None or charge["status"] != "succeeded":
        raise RefusedError(404, "no_such_charge", "There is no such charge that succeeded.")
    reason = charging.text_in(body, "reason", most=60)
    if reason not in REASONS:
        raise RefusedError(400, "invalid_request", f"reason must be one of {', '.join(REASONS)}.")
    if held_by_disputes(books, charge["n"], only_open=True):
        raise RefusedError(422, "disputed_already", "This charge is disputed already.")
    _call_back_refunds(books, now, charge)
    refunded = books.db.execute("SELECT refunded_minor FROM charges WHERE n = ?", (charge["n"],)).fetchone()[0]
    left = charge["amount_minor"] - refunded - held_by_disputes(books, charge["n"])
    amount_minor = left
    if "amount_minor" in body:
        amount_minor, _ = charging.amount_in({**body, "currency": charge["currency"]})
    if not 0 < amount_minor <= charge["amount_minor"]:
        raise RefusedError(422, "nothing_to_dispute", "Nothing of this charge is left to dispute.")
    row = books.db.execute(
        "INSERT INTO disputes (charge_n, amount_minor, currency, reason, status, created_at)"
        " VALUES (?, ?, ?, ?, 'opened', ?) RETURNING *",
        (charge["n"], amount_minor, charge["currency"], reason, to_text(now)),
    ).fetchone()
    _line(books, row, -amount_minor, to_text(now))
    return Reply(201, as_json(row))


def decide(books: Books, now: datetime, *, body: dict[str, Any]) -> Reply:
    """How a dispute goes on: `{dispute, status}`."""
    charging.only(body, "dispute", "status")
    row = load(books, charging.text_in(body, "dispute"))
    status = charging.text_in(body, "status", most=20)
    if row is None:
        raise RefusedError(404, "no_such_dispute", "There is no such dispute.")
    before, comes_back = _DECISIONS.get(status, ((), 0))
    if row["status"] not in before:
        raise RefusedError(422, "invalid_request", f"A dispute that is {row['status']} can not become {status}.")
    row = books.db.execute("UPDATE disputes SET status = ? WHERE n = ? RETURNING *", (status, row["n"])).fetchone()
    _line(books, row, comes_back * row["amount_minor"], to_text(now))
    return Reply(200, as_json(row))


def held_by_disputes(books: Books, charge_n: int, *, only_open: bool = False) -> int:
    """How much of a charge disputes have taken: those that are open and, unless `only_open`, those that are lost."""
    lost = "" if only_open else ", 'lost'"
    row = books.db.execute(
        "SELECT coalesce(sum(amount_minor), 0) FROM disputes WHERE charge_n = ?"  # noqa: S608
        f" AND status IN ('opened', 'under_review'{lost})",
        (charge_n,),
    ).fetchone()
    return int(row[0])


def _call_back_refunds(books: Books, now: datetime, charge: sqlite3.Row) -> None:
    """Refunds that are on their way fail, and their money comes back."""
    on_the_way = "SELECT * FROM refunds WHERE charge_n = ? AND status = 'pending' ORDER BY n"
    for row in books.db.execute(on_the_way, (charge["n"],)).fetchall():
        books.db.execute(
            "UPDATE refunds SET status = 'failed', failure_code = ?, next_status = NULL, next_at = NULL WHERE n = ?",
            (DISPUTED, row["n"]),
        )
        books.db.execute(
            "UPDATE charges SET refunded_minor = refunded_minor - ? WHERE n = ?", (row["amount_minor"], charge["n"])
        )
        books.write_line(
            charge_n=charge["n"], refund_n=row["n"], outcome="failed", effect_minor=row["amount_minor"],
            currency=row["currency"], at=to_text(now),
        )  # fmt: skip


def _line(books: Books, row: sqlite3.Row, effect_minor: int, at: str) -> None:
    books.write_line(
        charge_n=row["charge_n"], refund_n=None, dispute_n=row["n"], outcome=row["status"],
        effect_minor=effect_minor, currency=row["currency"], at=at,
    )  # fmt: skip


def load(books: Books, dispute_id: str) -> sqlite3.Row | None:
    """The row of a dispute by its public id."""
    number = charging.number_of(dispute_id, "dp")
    row: sqlite3.Row | None = books.db.execute("SELECT * FROM disputes WHERE n = ?", (number,)).fetchone()
    return row


def dispute_id(n: int) -> str:
    """The public id of the n-th dispute."""
    return f"dp_{n:08d}"


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """A dispute as the API shows it."""
    return {
        "id": dispute_id(row["n"]),
        "object": "dispute",
        "charge": charging.charge_id(row["charge_n"]),
        "amount_minor": row["amount_minor"],
        "currency": row["currency"],
        "reason": row["reason"],
        "status": row["status"],
        "created_at": row["created_at"],
    }
