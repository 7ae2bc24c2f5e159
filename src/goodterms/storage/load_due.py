"""Claiming due subscriptions and reading what their next step needs: a batch in five statements, whatever their past.

`load.load_subscriptions` reads whole histories. The next step of a renewal needs only their end: the last standing
term and all after it with their orders, the charges after it, refunds, disputes of what is or was disputed and the
standing cancellation (see `Subscription`). So the cost of a renewal does not grow with
the years that a customer has been there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from goodterms.domain.payment import Charge, Dispute, Order, Refund
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Term
from goodterms.storage.load import (
    Key,
    column_list,
    key_arrays,
    read_cancellation,
    read_charge,
    read_dispute,
    read_order,
    read_refund,
    subscription_reader,
    tuples,
)
from goodterms.storage.notices import notices_at
from goodterms.storage.prices import prices_in_force
from goodterms.storage.tables import CANCELLATIONS, CHARGES, ORDERS, REFUNDS, SUBSCRIPTIONS
from goodterms.storage.tables_disputes import DISPUTES

_KEYS = "unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)"
#: The number of the last standing term; 0 where there is none.
_STANDING = """CROSS JOIN LATERAL (
        SELECT coalesce(max(x.number), 0) AS number FROM terms x
        WHERE x.bucket = k.bucket AND x.subscription_id = k.id AND x.dropped_at IS NULL AND x.revoked_at IS NULL
    ) AS standing"""
_DUE = f"""
    SELECT {column_list(SUBSCRIPTIONS, "s")} FROM subscriptions s
    WHERE s.bucket >= 0 AND s.next_step_at <= %s
    ORDER BY s.next_step_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
_TERMS = f"""
    SELECT t.number, t.starts_at, t.ends_at, t.dropped_at, t.revoked_at, {column_list(ORDERS, "o")}
    FROM {_KEYS} {_STANDING}
    JOIN terms t ON t.bucket = k.bucket AND t.subscription_id = k.id AND t.number >= standing.number
    JOIN orders o ON o.bucket = t.bucket AND o.subscription_id = t.subscription_id AND o.term_number = t.number
    ORDER BY t.number
"""
_CHARGES = f"""
    SELECT {column_list(CHARGES, "c")} FROM {_KEYS} {_STANDING}
    JOIN charges c ON c.bucket = k.bucket AND c.subscription_id = k.id AND c.term_number > standing.number
    ORDER BY c.term_number, c.attempt
"""
_REFUNDS = f"""
    SELECT {column_list(REFUNDS, "r")} FROM {_KEYS}
    JOIN refunds r ON r.bucket = k.bucket AND r.subscription_id = k.id ORDER BY r.intended_at, r.attempt
"""
_DISPUTES = f"""
    SELECT {column_list(DISPUTES, "d")} FROM {_KEYS}
    JOIN disputes d ON d.bucket = k.bucket AND d.subscription_id = k.id ORDER BY d.opened_at, d.gateway_ref
"""
_CANCELLATIONS = f"""
    SELECT {column_list(CANCELLATIONS, "x")} FROM {_KEYS}
    JOIN cancellations x ON x.bucket = k.bucket AND x.subscription_id = k.id AND x.undone_at IS NULL
"""
_TERM_COLUMNS = 5


def claim_due(now: datetime, limit: int) -> list[Subscription]:
    """Lock up to `limit` subscriptions whose next step is due, oldest first, and read the end of their histories.

    The caller is in the transaction that decides them; what other workers hold is passed over.
    """
    rows = tuples(_DUE, [now, limit])
    if not rows:
        return []
    names = [column.name for column in SUBSCRIPTIONS.columns]
    bucket, id = names.index("bucket"), names.index("id")
    return _with_ends(rows, [(row[bucket], row[id]) for row in rows], now)


def _with_ends(rows: Sequence[Sequence[Any]], keys: Sequence[Key], at: datetime) -> list[Subscription]:
    arrays = key_arrays(keys)
    terms: dict[UUID, tuple[Term, ...]] = defaultdict(tuple)
    orders: dict[UUID, tuple[Order, ...]] = defaultdict(tuple)
    charges: dict[UUID, tuple[Charge, ...]] = defaultdict(tuple)
    for row in tuples(_TERMS, arrays):
        order = read_order(row[_TERM_COLUMNS:])
        terms[order.subscription_id] += (Term(*row[:_TERM_COLUMNS]),)
        orders[order.subscription_id] += (order,)
    for charge in map(read_charge, tuples(_CHARGES, arrays)):
        charges[charge.subscription_id] += (charge,)
    refunds: dict[UUID, tuple[Refund, ...]] = defaultdict(tuple)
    for refund in map(read_refund, tuples(_REFUNDS, arrays)):
        refunds[refund.subscription_id] += (refund,)
    disputes: dict[UUID, tuple[Dispute, ...]] = defaultdict(tuple)
    disputed = [
        (o.bucket, o.subscription_id) for of_one in orders.values() for o in of_one if o.disputed or o.disputed_minor
    ]
    for dispute in map(read_dispute, tuples(_DISPUTES, key_arrays(disputed))) if disputed else ():
        disputes[dispute.subscription_id] += (dispute,)
    cancellations = {one.subscription_id: one for one in map(read_cancellation, tuples(_CANCELLATIONS, arrays))}
    read = subscription_reader(
        prices_in_force(at),
        notices=("interval_months interval_days buyer_country buyer_state anchor_at", notices_at(at)),
        terms=("id", terms.__getitem__),
        orders=("id", orders.__getitem__),
        charges=("id", charges.__getitem__),
        refunds=("id", refunds.__getitem__),
        disputes=("id", disputes.__getitem__),
        cancellation=("id", cancellations.get),
    )
    return [read(row) for row in rows]
