"""A higher price for a renewal: told in time it holds, told too late it holds one term later (X38 in the axes)."""

from __future__ import annotations

from datetime import datetime, timedelta

from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Term


def price_of_renewal(
    subscription: Subscription, policy: Policy, last: Term, *, told_at: datetime, charge_at: datetime
) -> Money:
    """What the renewal after `last` costs, if it is announced at `told_at` and charged at `charge_at`.

    A policy without a rule on price changes charges the price in force. Under one, a price above what `last` cost has
    to have been told its notice before the charge; else the old price is charged once more. Where the policy needs the
    customer's consent, the old price stays: consent can not be recorded yet, and nobody pays more than he agreed to. A
    term that cost nothing has no old price.
    """
    price, rule = subscription.price, policy.price_change
    order = subscription.order_of(last)
    if rule is None or order is None or not order.amount or order.amount.currency != price.currency:
        return price
    if price <= order.amount:
        return price
    if rule.consent == "needed":
        return order.amount
    told = subscription.price_told
    if told is not None and told.amount.currency == price.currency and price <= told.amount:
        told_at = min(told.at, told_at)
    return price if told_at + timedelta(days=rule.notice_days) <= charge_at else order.amount


def told_too_late(policy: Policy, price: Money, amount: Money) -> bool:
    """Whether a renewal is announced at the old price, and the higher one from the term after."""
    rule = policy.price_change
    return rule is not None and rule.consent == "not_needed" and price.currency == amount.currency and amount < price
