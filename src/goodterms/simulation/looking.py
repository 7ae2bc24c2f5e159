"""How the oracle reads the database: the rows of a subscription as plain JSON, by a session of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

Row = dict[str, Any]
Key = tuple[int, UUID]
#: What breaks a rule: its name, what is wrong, and the rows that show it.
Broken = Iterator[tuple[str, str, list[Any]]]

_VERSIONS = "SELECT bucket, id, version FROM subscriptions ORDER BY bucket, id"
_ONE = """
SELECT json_build_object(
  'subscription', (SELECT row_to_json(s) FROM subscriptions s WHERE s.bucket = %(bucket)s AND s.id = %(id)s),
  'charges', (SELECT coalesce(json_agg(c ORDER BY c.term_number, c.attempt), '[]') FROM charges c
              WHERE c.bucket = %(bucket)s AND c.subscription_id = %(id)s),
  'orders', (SELECT coalesce(json_agg(o ORDER BY o.term_number), '[]') FROM orders o
             WHERE o.bucket = %(bucket)s AND o.subscription_id = %(id)s),
  'terms', (SELECT coalesce(json_agg(t ORDER BY t.number), '[]') FROM terms t
            WHERE t.bucket = %(bucket)s AND t.subscription_id = %(id)s),
  'refunds', (SELECT coalesce(json_agg(r ORDER BY r.intended_at, r.id), '[]') FROM refunds r
              WHERE r.bucket = %(bucket)s AND r.subscription_id = %(id)s),
  'disputes', (SELECT coalesce(json_agg(d ORDER BY d.opened_at, d.id), '[]') FROM disputes d
               WHERE d.bucket = %(bucket)s AND d.subscription_id = %(id)s),
  'requests', (SELECT coalesce(json_agg(q ORDER BY q.received_at, q.id), '[]') FROM refund_requests q
               WHERE q.bucket = %(bucket)s AND q.subscription_id = %(id)s),
  'cancellations', (SELECT coalesce(json_agg(k ORDER BY k.requested_at, k.id), '[]') FROM cancellations k
                    WHERE k.bucket = %(bucket)s AND k.subscription_id = %(id)s),
  'facts', (SELECT coalesce(json_agg(f ORDER BY f.seq), '[]') FROM facts f
            WHERE f.bucket = %(bucket)s AND f.stream = %(id)s),
  'postings', (SELECT coalesce(json_agg(p ORDER BY p.seq, p.ordinal), '[]') FROM postings p
               WHERE p.bucket = %(bucket)s AND p.stream = %(id)s),
  'bought_anew', EXISTS (SELECT FROM subscriptions s JOIN subscriptions other
                         ON other.bucket = s.bucket AND other.customer_id = s.customer_id AND other.product = s.product
                         WHERE s.bucket = %(bucket)s AND s.id = %(id)s AND other.created_at >= s.expired_at),
  'messages', (SELECT coalesce(json_agg(json_build_object('kind', m.kind, 'subject', m.subject)
                                        ORDER BY m.kind, m.subject), '[]')
               FROM messages m WHERE m.bucket = %(bucket)s
               AND m.customer_id = (SELECT s.customer_id FROM subscriptions s
                                    WHERE s.bucket = %(bucket)s AND s.id = %(id)s))
)"""
_DUE = """SELECT
  (SELECT min(next_step_at) FROM subscriptions), (SELECT min(check_at) FROM charges),
  (SELECT min(check_at) FROM refunds), (SELECT min(send_at) FROM messages),
  (SELECT min(check_at) FROM disputes), (SELECT min(due_at) FROM webhooks_in),
  (SELECT cursor FROM gateway_cursors)"""
_CHARGE_DUE = "SELECT min(next_step_at) FROM subscriptions WHERE auto_renew AND announced_at IS NOT NULL"


_TABLES = ("subscriptions", "charges", "refunds", "messages", "disputes", "webhooks")


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything stored about one subscription."""

    key: Key
    subscription: Row
    charges: list[Row]
    orders: list[Row]
    terms: list[Row]
    refunds: list[Row]
    disputes: list[Row]
    requests: list[Row]
    cancellations: list[Row]
    facts: list[Row]
    postings: list[Row]
    messages: list[Row]
    bought_anew: bool  # the customer has the product again since this subscription expired


def instant(text: str | None) -> datetime | None:
    """An instant as PostgreSQL writes it in JSON."""
    return datetime.fromisoformat(text) if text else None


def of_this_history(data: Row) -> bool:
    """Whether a fact's intent was decided in this history of the database, and not recovered from one that is lost."""
    return not data.get("recovered")


def versions(watcher: psycopg.Connection[Any]) -> dict[Key, int]:
    """How often each subscription was changed."""
    return {(bucket, id): version for bucket, id, version in watcher.execute(_VERSIONS).fetchall()}


def rows_of(watcher: psycopg.Connection[Any], key: Key) -> Rows:
    """All rows of a subscription, as one statement sees them."""
    found = watcher.execute(_ONE, {"bucket": key[0], "id": key[1]}).fetchone()
    assert found is not None
    return Rows(key, **found[0])


def due_times(watcher: psycopg.Connection[Any]) -> tuple[dict[str, datetime | None], int]:
    """When the next row of each table is due, and how many lines of the bank's statement have been read."""
    found = watcher.execute(_DUE).fetchone()
    assert found is not None
    *times, cursor = found
    return dict(zip(_TABLES, times, strict=True)), int(cursor.rpartition("_")[2]) if cursor else 0


def next_charge_at(watcher: psycopg.Connection[Any]) -> datetime | None:
    """When the next renewal is to be charged that has been announced."""
    found = watcher.execute(_CHARGE_DUE).fetchone()
    return found[0] if found else None
