"""Taking over a subscription that lived elsewhere: its terms and orders become facts like those of any journey.

The history is checked as strictly as if it had happened here: terms in order without overlap, one order each, refunds
within the payment. What does not fit is refused with a reason; nothing is repaired by guessing.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from goodterms.domain.cancellation import record_cancellation
from goodterms.domain.charging import term_row
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.expiring import expire
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.ledger import owe_refund, pay_refund, sale
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, OrderKind, Refund, RefundEffect, RefundState, RefundWay
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.refundability import effect_of
from goodterms.domain.renewal import settle
from goodterms.domain.subscription import Subscription, access_end
from goodterms.domain.term import Term
from goodterms.domain.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class PastOrder:
    """One order of the history: what was paid when, for which term, and what was paid back of it."""

    number: str
    placed_at: datetime
    starts_at: datetime
    ends_at: datetime
    amount: Money
    tax_minor: int
    gateway_ref: str | None = None
    refunded: Money | None = None
    refunded_at: datetime | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A subscription's past: its orders in any order, and the cancellation that stands, if any."""

    orders: tuple[PastOrder, ...]
    canceled_at: datetime | None = None


def decide_import(
    subscription: Subscription, history: History, policy: Policy, now: datetime, *, actor: Actor
) -> Decision | Refusal:
    """The decision that takes a subscription over; `subscription` is new and has no terms yet.

    Refuses `no_orders`, `not_covered` (a length the policy can not renew), `future_order`, `amount_invalid`,
    `term_empty`, `terms_overlap`, `gap_in_terms`, `over_charge`, `refund_undated`, `currency_differs`,
    `canceled_in_future`.
    """
    if not policy.renewal.covers(subscription.interval):
        return Refusal("not_covered", f"The policy {policy.label} has no renewal schedule for terms this short.")
    refusal = _fault(subscription, history, now)
    if refusal is not None:
        return refusal
    draft = Draft(subscription, now=now, actor=actor, policy_digest=policy.digest, new=True)
    draft.fact(FactName.SUBSCRIPTION_IMPORTED, orders=len(history.orders), auto_renew=subscription.auto_renew)
    ordered = sorted(history.orders, key=lambda order: order.starts_at)
    for past in ordered:
        _take_over(draft, past, policy, latest=past is ordered[-1])
    _end(draft, history, now)
    return settle(draft, policy)


def _fault(subscription: Subscription, history: History, now: datetime) -> Refusal | None:
    ordered = sorted(history.orders, key=lambda order: order.starts_at)
    if not ordered:
        return Refusal("no_orders", "A subscription without a paid order can not be taken over.")
    if history.canceled_at is not None and history.canceled_at > now:
        return Refusal("canceled_in_future", "The cancellation lies in the future.")
    for past in ordered:
        fault = _fault_of(past, subscription.price.currency, now)
        if fault is not None:
            return Refusal(fault[0], fault[1], {"order": past.number})
    for before, after in pairwise(ordered):
        if after.starts_at < before.ends_at:
            return Refusal(
                "terms_overlap", f"The terms of {before.number} and {after.number} overlap.", {"order": after.number}
            )
        if after.starts_at > before.ends_at:
            return Refusal(
                "gap_in_terms",
                f"Between {before.number} and {after.number} nothing was paid: import them as two subscriptions.",
                {"order": after.number},
            )
    return None


def _fault_of(past: PastOrder, currency: str, now: datetime) -> tuple[str, str] | None:
    """What is wrong with one order by itself: a code and a sentence."""
    back = past.refunded
    if past.placed_at > now:
        return "future_order", f"Order {past.number} lies in the future."
    if past.ends_at <= past.starts_at:
        return "term_empty", f"The term of {past.number} ends before it has begun."
    if past.amount.currency != currency or (back is not None and back.currency != currency):
        return "currency_differs", f"Order {past.number} is in another currency."
    if not 0 <= past.tax_minor <= past.amount.minor:
        return "amount_invalid", f"The tax of {past.number} is not a part of what was paid."
    if back is None:
        return None
    if past.refunded_at is None or past.refunded_at > now:
        return "refund_undated", f"The refund of {past.number} needs a past date."
    if past.refunded_at < past.placed_at:
        return "refund_undated", f"The refund of {past.number} lies before the order."
    if past.amount < back or back.minor <= 0:
        return "over_charge", f"More was paid back than {past.number} was charged."
    return None


def _take_over(draft: Draft, past: PastOrder, policy: Policy, *, latest: bool) -> None:
    sub = draft.subscription
    number = len(sub.terms) + 1
    order_id = sub.derived_id(f"order/{number}")
    order = Order(
        bucket=sub.bucket,
        id=order_id,
        customer_id=sub.customer_id,
        subscription_id=sub.id,
        term_number=number,
        number=past.number or human_number(sub.bucket, order_id),
        kind=OrderKind.INITIAL if number == 1 else OrderKind.RENEWAL,
        placed_at=past.placed_at,
        buyer_name=sub.buyer_name,
        buyer_email=sub.buyer_email,
        buyer_timezone=sub.buyer_timezone,
        channel=sub.channel,
        merchant_of_record=sub.merchant_of_record,
        amount=past.amount,
        tax_minor=past.tax_minor,
        policy_digest=policy.digest,
        charge_id=None,
        gateway=sub.gateway,
        gateway_ref=past.gateway_ref,
        origin=past.origin,
    )
    term = Term(number, past.starts_at, past.ends_at)
    draft.insert(order)
    draft.insert(term_row(sub, term))
    draft.subscription = replace(sub, terms=(*sub.terms, term), orders=(*sub.orders, order))
    draft.fact(
        FactName.SUBSCRIPTION_STARTED if number == 1 else FactName.SUBSCRIPTION_RENEWED,
        at=past.placed_at,
        order_id=order.id,
        order_number=order.number,
        term_number=number,
        placed_at=past.placed_at,
        starts_at=term.starts_at,
        ends_at=term.ends_at,
        amount=order.amount,
        tax_minor=order.tax_minor,
        imported=True,
    )
    draft.post(sale(order.amount, order.tax_minor), order)
    if past.refunded is not None and past.refunded_at is not None:
        _paid_back(draft, order, past.refunded, past.refunded_at, latest=latest)


def _paid_back(draft: Draft, order: Order, amount: Money, at: datetime, *, latest: bool) -> None:
    sub = draft.subscription
    # Terms that were followed by another have run their course, whatever was paid back for them.
    effect = effect_of(sub, order, at, whole=latest and amount == order.amount)
    refund = _past_refund(sub, order, amount, at, effect)
    booked = replace(order, refunded_minor=amount.minor)
    draft.insert(refund)
    draft.update(booked)
    draft.subscription = replace(
        sub, orders=tuple(booked if o.id == order.id else o for o in sub.orders), refunds=(*sub.refunds, refund)
    )
    draft.fact(
        FactName.REFUND_INTENDED,
        at=at,
        refund_id=refund.id,
        order_id=order.id,
        amount=amount,
        way=refund.way,
        effect=effect,
        tax_minor=refund.tax_minor,
        imported=True,
    )
    draft.post(owe_refund(amount, refund.tax_minor), order)
    draft.fact(FactName.REFUND_INITIATED, at=at, refund_id=refund.id, order_id=order.id, amount=amount, imported=True)
    draft.fact(FactName.REFUND_SUCCEEDED, at=at, refund_id=refund.id, amount=amount, imported=True)
    draft.post(pay_refund(amount), order)
    if effect is RefundEffect.MONEY_ONLY:
        return
    term = next(t for t in draft.subscription.terms if t.number == order.term_number)
    dropped = effect is RefundEffect.DROP_TERM
    changed = replace(term, dropped_at=at) if dropped else replace(term, revoked_at=at)
    sub = draft.subscription
    before = replace(sub, terms=tuple(t for t in sub.terms if t.number < term.number))
    draft.update(term_row(before, changed))
    draft.subscription = replace(sub, terms=(*before.terms, changed), auto_renew=False)
    name = FactName.TERM_DROPPED if dropped else FactName.TERM_REVOKED
    draft.fact(name, at=at, term_number=term.number, order_id=order.id, refund_id=refund.id, imported=True)


def _past_refund(sub: Subscription, order: Order, amount: Money, at: datetime, effect: RefundEffect) -> Refund:
    return Refund(
        bucket=order.bucket,
        id=sub.derived_id(f"refund/{order.term_number}/1"),
        customer_id=order.customer_id,
        subscription_id=order.subscription_id,
        order_id=order.id,
        request_id=None,
        attempt=1,
        way=RefundWay.ORIGINAL,
        key=f"gt-refund-{order.id.hex}-1",
        amount=amount,
        tax_minor=order.tax_of(amount),
        gateway=order.gateway,
        charge_ref=order.gateway_ref,
        state=RefundState.SUCCEEDED,
        intended_at=at,
        effect=effect,
        initiated_at=at,
        settled_at=at,
    )


def _end(draft: Draft, history: History, now: datetime) -> None:
    """The cancellation that stands, and an expiry that has passed."""
    sub = draft.subscription
    end = access_end(sub.terms)
    if history.canceled_at is not None:
        id = sub.derived_id("cancellation/imported")
        record_cancellation(draft, id, "import", end or now, at=history.canceled_at)
    if end is not None and end <= now:
        expire(draft, end, tell=False)
