"""What is on record of a customer when a case is judged: earlier orders and refunds, and when a renewal was announced.

Asked only where a policy or a law has a rule about it; every function is given the customer's bucket.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from goodterms.domain.facts import FactName
from goodterms.domain.judging.known_facts import History
from goodterms.domain.payment import Order
from goodterms.storage.models import FactRow

_HISTORY = """
    SELECT bool_or(o.placed_at < %s),
        count(DISTINCT o.id) FILTER (WHERE s.product = %s AND r.intended_at <= %s),
        count(DISTINCT o.id) FILTER (WHERE r.intended_at <= %s)
    FROM orders o
    JOIN subscriptions s ON s.bucket = o.bucket AND s.id = o.subscription_id
    LEFT JOIN refunds r ON r.bucket = o.bucket AND r.order_id = o.id AND r.state <> 'failed'
    WHERE o.bucket = %s AND o.customer_id = %s AND o.id <> %s
"""


def history_of(order: Order, product: str, at: datetime) -> History:
    """The customer's other orders as they stood at an instant: whether one came before, of how many a refund had been
    committed that has not failed."""
    with connection.cursor() as cursor:
        cursor.execute(
            _HISTORY, [order.placed_at, product, at, at, order.bucket, order.customer_id, order.id]
        )  # fmt: skip
        before, of_product, all_of_them = cursor.fetchone()
    return History(bool(before), of_product, all_of_them)


def renewal_announced_at(bucket: int, subscription_id: UUID, term_number: int) -> datetime | None:
    """When the renewal of a term was announced: the mail that met a law's window, else the first; None: never."""
    facts = FactRow.objects.filter(
        bucket=bucket, stream=subscription_id, name=FactName.SUBSCRIPTION_RENEWAL_ANNOUNCED,
        data__term_number=term_number,
    ).order_by("seq")  # fmt: skip
    found = list(facts.values_list("at", "data__notices"))
    return next((at for at, notices in found if notices), found[0][0] if found else None)
