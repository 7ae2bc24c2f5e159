"""The desk's queue and what it follows. These ask every bucket, by indexes that hold only what is open."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from goodterms.domain.money import Money

OPEN = ("received", "in_review", "needs_information")
CLOSED = ("approved", "declined", "retracted")
#: How long a refund may stay unanswered before a person is told.
UNKNOWN_TOO_LONG = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue shows: `state` open, one state, or inquiry; `handler` an actor, or "-" for nobody."""

    state: str = "open"
    handler: str = ""
    channel: str = ""
    second: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue: a refund request, or an inquiry that leads to no order yet."""

    kind: str
    bucket: int | None
    id: UUID
    number: str
    state: str
    channel: str
    route: str | None
    received_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    handled_by: str | None
    name: str
    email: str
    order_number: str
    amount: Money | None
    outcome: str | None
    clause: str | None
    approvals: int
    unclear: int


_REQUESTS = """
    SELECT 'request' AS kind, r.bucket AS bucket, r.id AS id, r.number AS number, r.state AS state,
        r.channel AS channel, r.route AS route, r.received_at AS received_at, r.due_at AS due_at,
        coalesce(r.decided_at, r.closed_at) AS decided_at, r.handled_by AS handled_by,
        o.buyer_name AS name, r.contact_email AS email, o.number AS order_number,
        coalesce(r.amount_minor, o.amount_minor) AS minor, o.currency AS currency, r.verdict->>'outcome' AS outcome,
        r.verdict->>'clause' AS clause, jsonb_array_length(r.approvals) AS approvals,
        (SELECT count(*) FROM jsonb_array_elements(r.checks) c WHERE c->>'result' <> 'match') AS unclear,
        coalesce(r.due_at, r.decided_at, r.closed_at) AS sorted_at
    FROM refund_requests r JOIN orders o ON o.bucket = r.bucket AND o.id = r.order_id
"""
_INQUIRIES = """
    SELECT 'inquiry', NULL, i.id, i.number, 'needs_information', i.channel, i.route, i.received_at, i.due_at,
        NULL::timestamptz, NULL,
        i.claimed->>'name', i.contact_email, i.claimed->>'order_number', NULL, NULL, NULL, NULL, 0, 0, i.due_at
    FROM inquiries i
"""


class Queue(Sequence[Waiting]):
    """The lines that fit the filters, read page by page; the promise most at risk comes first."""

    def __init__(self, filters: Filters) -> None:
        self._sql, self._params = _queue_sql(filters)
        newest_first = filters.state in CLOSED
        self._order = "sorted_at DESC NULLS LAST, id" if newest_first else "sorted_at NULLS LAST, received_at, id"

    def __len__(self) -> int:
        return int(_rows(f"SELECT count(*) AS n FROM ({self._sql}) AS q", self._params)[0]["n"])

    def __getitem__(self, item: Any) -> Any:
        start, stop = (item.start or 0, item.stop) if isinstance(item, slice) else (item, item + 1)
        rows = _rows(
            f"SELECT * FROM ({self._sql}) AS q ORDER BY {self._order} LIMIT %s OFFSET %s",
            [*self._params, max(stop - start, 0), start],
        )
        found = [_waiting(row) for row in rows]
        return found if isinstance(item, slice) else found[0]


def counts(now: datetime) -> dict[str, int]:
    """Numbers for the rail and the head of the queue: open, overdue, due within a day, second, inquiries, follow."""
    row = _rows(
        """SELECT count(*) AS open, count(*) FILTER (WHERE due_at <= %s) AS overdue,
            count(*) FILTER (WHERE due_at > %s AND due_at <= %s) AS soon,
            count(*) FILTER (WHERE jsonb_array_length(approvals) > 0) AS second
        FROM refund_requests WHERE state IN ('received', 'in_review', 'needs_information')""",
        [now, now, now + timedelta(days=1)],
    )[0]
    asked = _rows(
        """SELECT count(*) AS inquiries, count(*) FILTER (WHERE due_at <= %s) AS overdue,
            count(*) FILTER (WHERE due_at > %s AND due_at <= %s) AS soon
        FROM inquiries WHERE state = 'open'""",
        [now, now, now + timedelta(days=1)],
    )[0]
    follow = _rows(f"SELECT count(*) AS n FROM refunds f WHERE {_FOLLOW}", _follow_params(now))[0]["n"]
    return {
        "requests": row["open"] + asked["inquiries"],
        "approvals": row["second"],
        "inquiries": asked["inquiries"],
        "overdue": row["overdue"] + asked["overdue"],
        "soon": row["soon"] + asked["soon"],
        "refunds": int(follow),
    }


def handlers() -> list[str]:
    """Who handles open requests, as actors."""
    rows = _rows(
        "SELECT DISTINCT handled_by AS by FROM refund_requests "
        "WHERE state IN ('received', 'in_review', 'needs_information') AND handled_by IS NOT NULL ORDER BY 1",
        [],
    )
    return [row["by"] for row in rows]


@dataclass(frozen=True, slots=True)
class Followed:
    """A refund that a person has to look after, and why: late (R40), failed, or unknown for too long."""

    why: str
    bucket: int
    id: UUID
    order_number: str
    name: str
    amount: Money
    way: str
    state: str
    intended_at: datetime
    initiated_at: datetime | None
    due_on: date | None
    failure: str | None
    request_id: UUID | None


# Failed and not followed by another attempt; promised and not credited; asked for and without an answer.
_FOLLOW = """(
    (f.state = 'failed' AND NOT EXISTS (SELECT 1 FROM refunds n WHERE n.bucket = f.bucket AND n.order_id = f.order_id
        AND n.attempt > f.attempt))
    OR (f.state = 'pending' AND f.due_at <= %s)
    OR (f.state IN ('intended', 'unknown') AND f.intended_at <= %s))"""


def _follow_params(now: datetime) -> list[Any]:
    return [now, now - UNKNOWN_TOO_LONG]


def refunds_to_follow(now: datetime, limit: int = 200) -> list[Followed]:
    """Late ones first (the promise is broken), then failed, then unknown; the oldest first in each."""
    rows = _rows(
        f"""SELECT f.*, o.number AS order_number, o.buyer_name AS buyer_name,
            CASE f.state WHEN 'pending' THEN 'late' WHEN 'failed' THEN 'failed' ELSE 'unknown' END AS why
        FROM refunds f JOIN orders o ON o.bucket = f.bucket AND o.id = f.order_id
        WHERE {_FOLLOW}
        ORDER BY array_position(ARRAY['late', 'failed', 'unknown'],
            CASE f.state WHEN 'pending' THEN 'late' WHEN 'failed' THEN 'failed' ELSE 'unknown' END),
            coalesce(f.due_at, f.intended_at), f.id
        LIMIT %s""",
        [*_follow_params(now), limit],
    )
    return [_followed(row) for row in rows]


def refunds_under_way(now: datetime, limit: int = 100) -> list[Followed]:
    """Refunds that are on their way and in time, the earliest promise first."""
    rows = _rows(
        """SELECT f.*, o.number AS order_number, o.buyer_name AS buyer_name, 'on its way' AS why
        FROM refunds f JOIN orders o ON o.bucket = f.bucket AND o.id = f.order_id
        WHERE f.state = 'pending' AND f.due_at > %s ORDER BY f.due_at, f.id LIMIT %s""",
        [now, limit],
    )
    return [_followed(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Excess:
    """An order from which more left than was paid, to be settled by a person."""

    bucket: int
    subscription_id: UUID
    order_number: str
    name: str
    paid: Money
    excess: Money


def orders_with_excess(limit: int = 100) -> list[Excess]:
    """What refunds made in a gateway's dashboard paid out beyond the charge."""
    rows = _rows(
        "SELECT bucket, subscription_id, number, buyer_name, amount_minor, excess_minor, currency FROM orders "
        "WHERE excess_minor > 0 ORDER BY placed_at DESC, id LIMIT %s",
        [limit],
    )
    return [
        Excess(
            r["bucket"], r["subscription_id"], r["number"], r["buyer_name"], Money(r["amount_minor"], r["currency"]),
            Money(r["excess_minor"], r["currency"]),
        )
        for r in rows
    ]  # fmt: skip


def _queue_sql(filters: Filters) -> tuple[str, list[Any]]:
    states = OPEN if filters.state in ("open", "inquiry") else (filters.state,)
    conditions, params = ["r.state = ANY(%s)"], [list(states)]
    inquiries = filters.state in ("open", "inquiry", "needs_information")
    if filters.handler:
        conditions.append("coalesce(r.handled_by, '-') = %s")
        params.append(filters.handler)  # type: ignore[arg-type]
        inquiries = inquiries and filters.handler == "-"
    if filters.channel:
        conditions.append("r.channel = %s")
        params.append(filters.channel)  # type: ignore[arg-type]
    if filters.second:
        conditions.append("jsonb_array_length(r.approvals) > 0")
        inquiries = False
    if filters.state == "inquiry":
        conditions.append("false")
    sql = f"{_REQUESTS} WHERE {' AND '.join(conditions)}"
    if inquiries:
        sql += f" UNION ALL {_INQUIRIES} WHERE i.state = 'open'"
        if filters.channel:
            sql += " AND i.channel = %s"
            params.append(filters.channel)  # type: ignore[arg-type]
    return sql, list(params)


def _waiting(row: dict[str, Any]) -> Waiting:
    row = dict(row)
    row.pop("sorted_at")
    minor, currency = row.pop("minor"), row.pop("currency")
    amount = Money(minor, currency) if minor is not None else None
    return Waiting(**{**row, "name": row["name"] or "", "order_number": row["order_number"] or "", "amount": amount})


def _followed(row: dict[str, Any]) -> Followed:
    return Followed(
        row["why"], row["bucket"], row["id"], row["order_number"], row["buyer_name"],
        Money(row["amount_minor"], row["currency"]), row["way"], row["state"], row["intended_at"],
        row["initiated_at"], row["due_on"], row["failure"], row["request_id"],
    )  # fmt: skip


def _rows(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def json_of(value: Any) -> Any:
    """A JSON column read by a raw cursor, which Django leaves as text."""
    return json.loads(value) if isinstance(value, str) else value
