"""Reading rows into domain values, under lock where they will be decided on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.pq import Format

from goodterms.domain.customer import Customer
from goodterms.domain.money import Money
from goodterms.domain.payment import (
    Charge,
    ChargeState,
    Dispute,
    DisputeState,
    Order,
    OrderKind,
    Refund,
    RefundEffect,
    RefundState,
    RefundWay,
)
from goodterms.domain.refund_request import Approval, Claimed, RefundRequest, RequestState
from goodterms.domain.subscription import Announcement, Cancellation, EndReason, PriceTold, Subscription
from goodterms.domain.term import Interval, Term
from goodterms.storage.columns import Made, Table, Value, reader
from goodterms.storage.notices import notices_at
from goodterms.storage.policy_numbers import policy_digest
from goodterms.storage.prices import Prices, prices_in_force
from goodterms.storage.stated_facts import facts_from
from goodterms.storage.tables import (
    CANCELLATIONS,
    CHARGES,
    CUSTOMERS,
    ORDERS,
    REFUND_REQUESTS,
    REFUNDS,
    SUBSCRIPTIONS,
)
from goodterms.storage.tables_disputes import DISPUTES

Key = tuple[int, UUID]
Record = dict[str, Any]

# The columns of a term that a value is made of, in the order of `Term`, after its keys.
_TERMS_SQL = """
    SELECT t.subscription_id, t.number, t.starts_at, t.ends_at, t.dropped_at, t.revoked_at
    FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)
    JOIN terms t ON t.bucket = k.bucket AND t.subscription_id = k.id
    ORDER BY t.subscription_id, t.number
"""
_ONE_TERMS_SQL = """
    SELECT t.number, t.starts_at, t.ends_at, t.dropped_at, t.revoked_at
    FROM terms t WHERE t.bucket = %s AND t.subscription_id = %s ORDER BY t.number
"""


class NotFound(LookupError):
    """No such row."""


def load_subscription(bucket: int, id: UUID, *, at: datetime, lock: bool) -> Subscription:
    """One subscription with all that hangs on it; `lock` takes its row FOR NO KEY UPDATE. Raises `NotFound`."""
    found = load_subscriptions([(bucket, id)], at=at, lock=lock)
    if not found:
        raise NotFound(f"no subscription {id}")
    return found[0]


def load_subscriptions(keys: Sequence[Key], *, at: datetime, lock: bool) -> list[Subscription]:
    """Subscriptions by key, in one statement a table; the prices of their plans as in force at `at`."""
    if not keys:
        return []
    arrays = key_arrays(sorted(set(keys)))
    rows = tuples(
        f"""SELECT {column_list(SUBSCRIPTIONS, "s")}
        FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)
        JOIN subscriptions s ON s.bucket = k.bucket AND s.id = k.id
        ORDER BY s.bucket, s.id{" FOR NO KEY UPDATE OF s" if lock else ""}""",
        arrays,
    )
    terms: dict[UUID, list[Term]] = defaultdict(list)
    for subscription_id, *values in tuples(_TERMS_SQL, arrays):
        terms[subscription_id].append(Term(*values))
    orders = _children(ORDERS, read_order, arrays, "term_number")
    charges = _children(CHARGES, read_charge, arrays, "term_number, x.attempt")
    refunds = _children(REFUNDS, read_refund, arrays, "intended_at, x.attempt")
    disputes = _children(DISPUTES, read_dispute, arrays, "opened_at, x.gateway_ref")
    cancellations = _children(CANCELLATIONS, read_cancellation, arrays, "requested_at", "AND x.undone_at IS NULL")
    read = subscription_reader(
        prices_in_force(at),
        notices=("interval_months interval_days buyer_country buyer_state anchor_at", notices_at(at)),
        terms=("id", lambda key: tuple(terms[key])),
        orders=("id", lambda key: tuple(orders[key])),
        charges=("id", lambda key: tuple(charges[key])),
        refunds=("id", lambda key: tuple(refunds[key])),
        disputes=("id", lambda key: tuple(disputes[key])),
        cancellation=("id", lambda key: cancellations[key][-1] if key in cancellations else None),
    )
    return [read(row) for row in rows]


def load_charges(keys: Sequence[Key]) -> list[Charge]:
    """Charges by key, without a lock: what a gateway is asked about."""
    return [
        read_charge(row)
        for row in tuples(
            f"""SELECT {column_list(CHARGES, "c")} FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)
            JOIN charges c ON c.bucket = k.bucket AND c.id = k.id""",
            key_arrays(keys),
        )
    ]


def canceled_among(keys: Sequence[Key]) -> set[UUID]:
    """Those of these subscriptions that renew no more."""
    sql = """SELECT s.id FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)
        JOIN subscriptions s ON s.bucket = k.bucket AND s.id = k.id WHERE NOT s.auto_renew"""
    return {id for (id,) in tuples(sql, key_arrays(keys))} if keys else set()


def load_terms(bucket: int, id: UUID) -> tuple[Term, ...]:
    """The terms of one subscription, all that `entitlement` needs, in one statement; empty when it is unknown."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_TERMS_SQL, [bucket, id])
        return tuple(Term(*values) for values in cursor.fetchall())


def load_customer(bucket: int, id: UUID) -> Customer:
    """One customer. Raises `NotFound`."""
    rows = records(
        f"SELECT {column_list(CUSTOMERS, 'c')} FROM customers c WHERE c.bucket = %s AND c.id = %s", [bucket, id]
    )
    if not rows:
        raise NotFound(f"no customer {id}")
    return Customer(**rows[0])


def load_request(bucket: int, id: UUID) -> RefundRequest:
    """One refund request; its subscription's row is its lock, so load that first. Raises `NotFound`."""
    rows = records(
        f"SELECT {column_list(REFUND_REQUESTS, 'r')} FROM refund_requests r WHERE r.bucket = %s AND r.id = %s",
        [bucket, id],
    )
    if not rows:
        raise NotFound(f"no refund request {id}")
    return read_request(rows[0])


def subscription_of(table: str, bucket: int, id: UUID) -> UUID:
    """The subscription that a charge, order, refund, dispute or refund request belongs to. Raises `NotFound`."""
    if table not in ("charges", "orders", "refunds", "disputes", "refund_requests"):
        raise ValueError(table)
    rows = records(f"SELECT x.subscription_id FROM {table} x WHERE x.bucket = %s AND x.id = %s", [bucket, id])
    if not rows:
        raise NotFound(f"nothing in {table} with id {id}")
    found: UUID = rows[0]["subscription_id"]
    return found


def living_subscription(bucket: int, customer_id: UUID, product: str) -> Key | None:
    """The customer's subscription to a product whose end is not recorded, if there is one."""
    rows = records(
        "SELECT s.bucket, s.id FROM subscriptions s "
        "WHERE s.bucket = %s AND s.customer_id = %s AND s.product = %s AND s.expired_at IS NULL",
        [bucket, customer_id, product],
    )
    return (rows[0]["bucket"], rows[0]["id"]) if rows else None


def subscription_keys_of(customer_bucket: int, customer_id: UUID) -> list[Key]:
    """The subscriptions of a customer, newest first."""
    rows = records(
        "SELECT s.bucket, s.id FROM subscriptions s WHERE s.bucket = %s AND s.customer_id = %s "
        "ORDER BY s.created_at DESC, s.id",
        [customer_bucket, customer_id],
    )
    return [(row["bucket"], row["id"]) for row in rows]


def column_list(table: Table, alias: str) -> str:
    """The columns of a table in their order, for a statement."""
    return ", ".join(f"{alias}.{column.name}" for column in table.columns)


def records(sql: str, params: Sequence[Any]) -> list[Record]:
    """Rows by the names of their columns; JSON is left as text."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def key_arrays(keys: Sequence[Key]) -> list[str]:
    """Keys as two arrays in PostgreSQL's own notation, which costs a tenth of what the driver takes for lists."""
    buckets, ids = ",".join([str(bucket) for bucket, _ in keys]), ",".join([id.hex for _, id in keys])
    return [f"{{{buckets}}}", f"{{{ids}}}"]


def tuples(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows as the driver makes them from PostgreSQL's binary form: instants and ids need no parsing. Not for JSON."""
    with connection.cursor() as cursor:
        cursor.cursor.format = Format.BINARY
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _children(
    table: Table,
    read: Callable[[Sequence[Any]], Value],
    arrays: Sequence[Sequence[Any]],
    order: str,
    condition: str = "",
) -> Mapping[UUID, list[Value]]:
    found: dict[UUID, list[Value]] = defaultdict(list)
    rows = tuples(
        f"""SELECT {column_list(table, "x")} FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)
        JOIN {table.name} x ON x.bucket = k.bucket AND x.subscription_id = k.id {condition}
        ORDER BY x.{order}""",
        arrays,
    )
    subscription_id = [column.name for column in table.columns].index("subscription_id")
    for row in rows:
        found[row[subscription_id]].append(read(row))
    return found


_AMOUNT = ("amount_minor currency", Money)
_POLICY = ("policy", policy_digest)
read_charge = reader(
    Charge, CHARGES, amount=_AMOUNT, policy_digest=_POLICY, kind=("kind", OrderKind), state=("state", ChargeState)
)
read_order = reader(Order, ORDERS, amount=_AMOUNT, policy_digest=_POLICY, kind=("kind", OrderKind))
read_refund = reader(
    Refund,
    REFUNDS,
    amount=_AMOUNT,
    way=("way", RefundWay),
    state=("state", RefundState),
    effect=("effect", RefundEffect),
)
read_dispute = reader(
    Dispute, DISPUTES, amount=_AMOUNT, state=("state", DisputeState), effect=("effect", RefundEffect)
)
read_cancellation = reader(Cancellation, CANCELLATIONS)


def subscription_reader(prices: Prices, **children: Made) -> Callable[[Sequence[Any]], Subscription]:
    """Reads subscriptions; the price of each is the one in force, or the stored one where there is none."""

    def price(plan: str, currency: str, minor: int) -> Money:
        now = prices.get((plan, currency))
        return Money(now[0] if now else minor, currency)

    def tax(plan: str, currency: str, minor: int) -> int:
        now = prices.get((plan, currency))
        return now[1] if now else minor

    def announced(
        term: int | None, minor: int, at: datetime, again_at: datetime | None, currency: str
    ) -> Announcement | None:
        return None if term is None else Announcement(term, Money(minor, currency), at, again_at)

    def price_told(minor: int | None, at: datetime, currency: str) -> PriceTold | None:
        return None if minor is None else PriceTold(Money(minor, currency), at)

    return reader(
        Subscription,
        SUBSCRIPTIONS,
        interval=("interval_months interval_days", Interval),
        price=("plan currency price_minor", price),
        tax_minor=("plan currency tax_minor", tax),
        announced=("announced_term announced_minor announced_at announced_again_at currency", announced),
        price_told=("price_told_minor price_told_at currency", price_told),
        end_reason=("end_reason", lambda reason: EndReason(reason) if reason else None),
        **children,
    )


def read_request(row: Record) -> RefundRequest:
    """A refund request from its row."""
    row = dict(row)
    minor, currency = row.pop("amount_minor"), row.pop("currency")
    # Django leaves JSON as text on raw cursors.
    claimed, checks, approvals = (json.loads(row[name]) for name in ("claimed", "checks", "approvals"))
    facts = facts_from(json.loads(row["facts"]))
    return RefundRequest(
        **{
            **row,
            "state": RequestState(row["state"]),
            "claimed": Claimed(
                claimed["order_number"],
                claimed["email"],
                claimed["name"],
                date.fromisoformat(claimed["purchase_on"]) if claimed["purchase_on"] else None,
            ),
            "checks": tuple(checks),
            "facts": facts,
            "approvals": tuple(Approval(a["by"], datetime.fromisoformat(a["at"])) for a in approvals),
            "amount": Money(minor, currency) if minor is not None else None,
            "verdict": json.loads(row["verdict"]) if row["verdict"] else None,
        }
    )
