"""What is said about a run that broke a rule: its name, and the life of the customer it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg

from goodterms.domain.public_id import CHARGE, PublicIdError, decode
from goodterms.simulation.books import BankBooks, BookedCharge
from goodterms.simulation.looking import rows_of
from goodterms.simulation.stage import BrokenRuleError


def rule_of(failure: BaseException) -> str:
    """A short name for what went wrong, the same for the same mistake."""
    return failure.rule if isinstance(failure, BrokenRuleError) else type(failure).__name__


def timeline_of(failure: BaseException, watcher: psycopg.Connection[Any], books: BankBooks) -> list[str]:
    """The life of the subscription that a failure is about, with what the bank did; empty where none is named."""
    key = _subscription(failure)
    if key is None:
        return []
    rows = rows_of(watcher, key)
    lines = [(fact["at"], f"{fact['name']} by {fact['actor']} {fact['data']}") for fact in rows.facts]
    ours = {charge["id"] for charge in rows.charges}
    for booked in books.charges.values():
        if str(_own_id(booked)) in ours:
            lines.append((f"{booked.at.isoformat()}", f"BANK {booked.ref} {booked.outcome.value} {booked.amount}"))
            lines += [
                (
                    f"{refund.at.isoformat()}",
                    f"BANK {refund.ref} {refund.outcome.value} {refund.amount} {refund.reference}",
                )
                for refund in books.refunds.values()
                if refund.charge_ref == booked.ref
            ]
    return [f"{at}  {text}" for at, text in sorted(lines, key=lambda line: line[0])]


def _own_id(booked: BookedCharge) -> UUID | None:
    try:
        return decode(CHARGE, booked.reference)[1]
    except PublicIdError:
        return None


def _subscription(failure: BaseException) -> tuple[int, UUID] | None:
    for row in _rows(failure):
        if "anchor_at" in row:
            return row["bucket"], UUID(row["id"])
        if row.get("subscription_id"):
            return row["bucket"], UUID(str(row["subscription_id"]))
    return None


def _rows(failure: BaseException) -> Iterator[dict[str, Any]]:
    if isinstance(failure, BrokenRuleError):
        yield from (row for row in failure.rows if isinstance(row, dict) and "bucket" in row)
