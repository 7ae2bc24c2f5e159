"""Whether an order can be paid back: the case as the policy sees it, and the offer a customer is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from goodterms.domain.clauses import RefundCase, Verdict, evaluate_refund
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, RefundEffect
from goodterms.domain.policy import Policy
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Term, TermState


@dataclass(frozen=True, slots=True)
class RefundOffer:
    """A refund that could be asked for now: of which order, until when (exclusive), and what it would do to access.

    `keeps_until` is the end of the running term when only the next one would be dropped (R47); None when access would
    end at once (R42, R44).
    """

    order_id: UUID
    order_number: str
    amount: Money
    until_at: datetime | None
    last_day_on: date | None
    effect: RefundEffect
    keeps_until: datetime | None


def refund_case(
    subscription: Subscription, order: Order, requested_at: datetime, asked: Money | None = None
) -> RefundCase:
    """An order as a case for the policy, judged at the request's first contact (A4, A7).

    `asked` is the amount asked for when it is not the whole payment.
    """
    latest = subscription.latest_paid_term
    return RefundCase(
        kind=order.kind.value,
        placed_at=order.placed_at,
        term=term_of(subscription, order),
        amount=order.amount,
        requested_at=requested_at,
        sales_channel=order.channel,
        is_latest_paid=latest is None or latest.number <= order.term_number,
        buyer_timezone=order.buyer_timezone,
        already_refunded=Money(min(order.refunded_minor, order.amount.minor), order.amount.currency),
        disputed=order.disputed,
        asked=asked,
    )


def judge(
    subscription: Subscription, order: Order, policy: Policy, requested_at: datetime, asked: Money | None = None
) -> Verdict:
    """The policy's verdict on refunding an order, every clause with its finding (R34)."""
    return evaluate_refund(policy, refund_case(subscription, order, requested_at, asked))


def term_of(subscription: Subscription, order: Order) -> Term:
    """The term an order paid for."""
    return next(term for term in subscription.terms if term.number == order.term_number)


def effect_of(subscription: Subscription, order: Order, requested_at: datetime, *, whole: bool) -> RefundEffect:
    """What paying an order back does to its term (R42-R47).

    Only the payment of the latest paid term changes access, and only when nothing of it is left (`whole`, also in
    parts); whether the term has begun is judged at the request (A7), and at exactly its start it has (A8). A term
    that another has followed was lived through while the request waited: it is not dropped from under its successor.
    """
    term = term_of(subscription, order)
    if not whole or subscription.latest_paid_term != term:
        return RefundEffect.MONEY_ONLY
    state = term.state(requested_at)
    if state is TermState.UPCOMING:
        return RefundEffect.DROP_TERM if term == subscription.terms[-1] else RefundEffect.REVOKE_TERM
    return RefundEffect.REVOKE_TERM if state is TermState.RUNNING else RefundEffect.MONEY_ONLY


def running_end(subscription: Subscription, without: Term) -> datetime | None:
    """The end of access that is left when a term is dropped."""
    return max((t.access_ends_at for t in subscription.terms if t.number != without.number), default=None)


def refund_offer(subscription: Subscription, policy: Policy, now: datetime) -> RefundOffer | None:
    """The latest paid order's way back at `now`; None when the policy would not grant it (R16, R21)."""
    latest = subscription.latest_paid_term
    order = subscription.order_of(latest) if latest else None
    if latest is None or order is None or subscription.open_refund:
        return None
    verdict = judge(subscription, order, policy, now)
    if verdict.outcome != "grant" or not order.refundable:
        return None
    effect = effect_of(subscription, order, now, whole=True)
    return RefundOffer(
        order_id=order.id,
        order_number=order.number,
        amount=verdict.amount,
        until_at=verdict.refundable_until_at,
        last_day_on=verdict.window_last_day_on,
        effect=effect,
        keeps_until=running_end(subscription, latest) if effect is RefundEffect.DROP_TERM else None,
    )
