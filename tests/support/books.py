"""The books of one subscription, recomputed from its rows: what the ledger must agree with after every journey."""

from __future__ import annotations

from collections import Counter

from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_subscription
from goodterms.storage.models import PostingRow
from tests.support.worlds import Sale


def ledger(sale: Sale) -> dict[str, int]:
    """The balance of every book in minor units, debits positive; books at zero are left out."""
    balance: Counter[str] = Counter()
    orders = [o.id for o in _loaded(sale).orders]
    for posting in PostingRow.objects.filter(bucket=sale.bucket, order_id__in=orders):
        balance[posting.debit] += posting.amount_minor
        balance[posting.credit] -= posting.amount_minor
    return {book: minor for book, minor in balance.items() if minor}


def assert_books_agree(sale: Sale) -> None:
    """Cash is what was charged less what arrived back, debts are the refunds on their way, orders count both."""
    sub = _loaded(sale)
    found = ledger(sale)
    came = sum(o.amount.minor for o in sub.orders)
    left = sum(r.amount.minor for r in sub.refunds if r.state == "succeeded")
    on_the_way = [r for r in sub.refunds if r.state in ("intended", "unknown", "pending")]
    away = [d for d in sub.disputes if d.state in ("opened", "under_review", "lost")]
    assert found.get("cash", 0) == came - left - sum(d.amount.minor for d in away)
    assert found.get("disputed", 0) == sum(d.inside.minor for d in away if d.state != "lost")
    assert -found.get("refunds_payable", 0) == sum(r.amount.minor - r.excess_minor for r in on_the_way)
    for order in sub.orders:
        standing = [r for r in sub.refunds if r.order_id == order.id and r.state != "failed"]
        taken = [d for d in away if d.order_id == order.id]
        assert order.refunded_minor == sum(r.inside.minor for r in standing)
        assert order.disputed_minor == sum(d.inside.minor for d in taken)
        assert order.excess_minor == sum(r.excess_minor for r in standing) + sum(d.excess_minor for d in taken)
        assert order.refunded_minor + order.disputed_minor <= order.amount.minor
        assert order.disputed == any(d.state != "lost" for d in taken)
    lost = sum(d.inside.minor for d in away if d.state == "lost")
    kept = sum(o.amount.minor - o.refunded_minor for o in sub.orders) - lost
    assert -found.get("sales", 0) - found.get("tax", 0) == kept


def _loaded(sale: Sale) -> Subscription:
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False)
