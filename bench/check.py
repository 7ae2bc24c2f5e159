"""What was measured must be right: every row accounted for, and the same rows whoever wrote them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection

from bench.place import Place

# Every table with what the two ways of making ids leave different taken out.
_COMPARED = {
    "subscriptions": "to_jsonb(x)",
    "charges": "to_jsonb(x) - 'id'",
    "orders": "to_jsonb(x) - 'id' - 'number' - 'charge_id'",
    "terms": "to_jsonb(x)",
    "facts": "(to_jsonb(x) - 'data') || (x.data - 'order_id' - 'order_number')",
    "postings": "to_jsonb(x) - 'order_id'",
    "messages": "(to_jsonb(x) - 'id' - 'data') || (x.data - 'order_number')",
}
_COUNTS = """
    SELECT (SELECT count(*) FROM subscriptions WHERE next_step_at <= %(now)s OR next_step_at IS NULL),
        (SELECT count(*) FROM charges WHERE state IN ('intended', 'unknown')),
        (SELECT count(*) FROM charges WHERE term_number = 2 AND state = 'succeeded'),
        (SELECT count(*) FROM charges WHERE term_number = 2 AND state = 'declined'),
        (SELECT count(*) FROM orders WHERE term_number = 2),
        (SELECT count(*) FROM terms WHERE number = 2),
        (SELECT count(*) FROM messages WHERE kind = 'receipt' AND subject LIKE '%%/2'),
        (SELECT count(*) FROM messages WHERE kind = 'charge_failed'),
        (SELECT count(*) FROM facts), (SELECT sum(last_fact) FROM subscriptions),
        (SELECT sum(amount_minor) FROM orders), (SELECT sum(amount_minor) FROM postings WHERE debit = 'cash'),
        (SELECT sum(tax_minor) FROM orders), (SELECT sum(amount_minor) FROM postings WHERE credit = 'tax')
"""


class WrongError(AssertionError):
    """A run did not write what it had to: its time means nothing."""


def everything_renewed(now: Any, expected: int, declined: int, *, left: int = 0) -> None:
    """Check the state after a run over `expected` subscriptions of which `declined` were; `left` are still due."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"now": now})
        row = [int(value or 0) for value in cursor.fetchone()]
    due, open_, paid, refused, orders, terms, receipts, failures, facts, last_facts, *sums = row
    found = {
        "still due": (due, left),
        "open charges": (open_, 0),
        "succeeded": (paid, expected - declined),
        "declined": (refused, declined),
        "orders": (orders, expected - declined),
        "terms": (terms, expected - declined),
        "receipts": (receipts, expected - declined),
        "failure mails": (failures, declined),
        "facts without gaps": (facts, last_facts),
        "cash in the ledger": (sums[1], sums[0]),
        "tax in the ledger": (sums[3], sums[2]),
    }
    wrong = [f"{what}: {is_}, not {ought}" for what, (is_, ought) in found.items() if is_ != ought]
    if wrong:
        raise WrongError("; ".join(wrong))


def same_rows(place: Place, one: str, other: str, *, part: bool = False) -> int:
    """Check that two databases hold the same rows, derived ids aside; returns how many were compared.

    With `part`, only the rows of subscriptions that were renewed in the first.
    """
    renewed = "SELECT array_agg(subscription_id) FROM charges WHERE term_number = 2"
    only = _ask(place, one, renewed)[0][0] if part else None
    compared = 0
    for table, expression in _COMPARED.items():
        digests = [_ask(place, name, *_of(table, _DIGEST.format(expression), only))[0] for name in (one, other)]
        if digests[0] != digests[1]:
            raise WrongError(_difference(place, one, other, table, expression, only))
        compared += digests[0][0]
    return compared


# Added up, not concatenated: no order is needed, and no text of hundreds of megabytes.
_DIGEST = "count(*), sum(hashtextextended(({})::text, 0)::numeric)"
_SUBSCRIPTION = {"subscriptions": "id", "facts": "stream", "postings": "stream", "messages": "left(subject, 32)::uuid"}


def _of(table: str, what: str, only: list[Any] | None) -> tuple[str, list[Any]]:
    """A statement that asks a table, and its parameters."""
    where = f" WHERE {_SUBSCRIPTION.get(table, 'subscription_id')} = ANY(%s)" if only else ""
    return f"SELECT {what} FROM {table} AS x{where}", [only] if only else []


def _ask(place: Place, dbname: str, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    if connection.settings_dict["NAME"] != dbname:
        place.use(dbname)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return list(cursor.fetchall())


def _difference(place: Place, one: str, other: str, table: str, expression: str, only: list[Any] | None) -> str:
    rows = [
        Counter(text for (text,) in _ask(place, name, *_of(table, f"({expression})::text", only)))
        for name in (one, other)
    ]
    found = [sorted((rows[i] - rows[1 - i]).elements()) for i in (0, 1)]
    examples = "\n  ".join(
        f"{name}: {texts[0] if texts else '-'}" for name, texts in zip((one, other), found, strict=True)
    )
    return f"{table}: {len(found[0])} rows in {one} and {len(found[1])} in {other} differ, as\n  {examples}"
