"""The end of a subscription: recorded with its reason, once access is over."""

from __future__ import annotations

from datetime import datetime

from goodterms.domain.decision import Draft
from goodterms.domain.facts import FactName
from goodterms.domain.subscription import EndReason, Subscription, next_term_given_back
from goodterms.domain.term import Term
from goodterms.domain.value import replace


def expire(draft: Draft, at: datetime, *, tell: bool = True, because: EndReason | None = None) -> None:
    """Record that access ended at `at` and why; auto-renew is off from here on (R13, R14).

    Nobody is told of an end that was imported (`tell` False).
    """
    sub = draft.subscription
    last = sub.terms[-1]
    if because is not None or _given_back(sub, last):
        reason = because or EndReason.REFUNDED
    elif not sub.auto_renew:
        disputed = sub.cancellation is None and any(d.stopped_renewal and d.state.holds for d in sub.disputes)
        reason = EndReason.DISPUTED if disputed else EndReason.CANCELED
    elif sub.declined_attempts(sub.next_number):
        reason = EndReason.PAYMENT_FAILED
    else:
        reason = EndReason.NOT_CHARGED
    draft.subscription = replace(sub, expired_at=at, end_reason=reason, auto_renew=False)
    draft.fact(FactName.SUBSCRIPTION_EXPIRED, reason=reason, expired_at=at)
    if tell:
        draft.message(
            "subscription_expired", f"{last.number}", expired_at=at, reason=reason,
            next_term_refunded=reason is EndReason.REFUNDED and next_term_given_back(sub.terms),
        )  # fmt: skip


def _given_back(sub: Subscription, last: Term) -> bool:
    """Whether it ends because money went back, not because a cancellation shortened or paid back its last term."""
    canceled, order = sub.cancellation, sub.order_of(last)
    if canceled is not None and order is not None and not last.standing:
        refunds = [r for r in sub.refunds if r.order_id == order.id and r.state.initiated]
        by_itself = {canceled.refund_id} if canceled.refund_id else set()
        if all(r.id in by_itself or (r.request_id or canceled.id) == canceled.request_id for r in refunds):
            return False
    return sub.latest_paid_term is None or bool(last.revoked_at or (last.dropped_at and not sub.auto_renew))
