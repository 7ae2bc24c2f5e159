"""What money that goes back does to access: cancel, and drop, revoke or shorten the term it had paid for (R41-R47).

And the way back, where the money did not go after all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goodterms.domain.cancellation import put_term, record_cancellation
from goodterms.domain.decision import Draft
from goodterms.domain.expiring import expire
from goodterms.domain.facts import FactName
from goodterms.domain.payment import Order, Refund, RefundEffect
from goodterms.domain.refundability import term_of
from goodterms.domain.subscription import EndReason, access_end
from goodterms.domain.term import Term
from goodterms.domain.value import replace


def change_access(draft: Draft, refund: Refund, order: Order) -> None:
    """Apply the effect frozen on a refund, at its initiation; nothing with `MONEY_ONLY`.

    Auto-renew goes off. With `END_LATER` access runs on to the instant on the refund and ends at once where that is
    past; a term that ends by itself before it, or has been ended before, is left as it is.
    """
    if refund.effect is RefundEffect.MONEY_ONLY:
        return
    end_term(draft, order, refund.effect, refund.access_until_at, refund_id=refund.id)
    sub = draft.subscription
    end = access_end(sub.terms)
    if sub.auto_renew:
        record_cancellation(draft, sub.derived_id(f"cancellation/{refund.id.hex}"), "refund", end or draft.now)
    expire_if_over(draft)


def end_term(draft: Draft, order: Order, effect: RefundEffect, until_at: datetime | None, **cause: Any) -> None:
    """Drop, revoke or shorten the term of an order; `cause` is named in the fact."""
    term = term_of(draft.subscription, order)
    ends_at = max(until_at or draft.now, draft.now)
    later = {"revoked_at": ends_at} if until_at else {}
    if effect is RefundEffect.DROP_TERM and term == draft.subscription.terms[-1]:
        put_term(draft, replace(term, dropped_at=draft.now))
        draft.fact(FactName.TERM_DROPPED, term_number=term.number, order_id=order.id, **cause)
    elif ends_at < term.access_ends_at or (until_at is None and term.standing):
        put_term(draft, replace(term, revoked_at=ends_at))
        draft.fact(FactName.TERM_REVOKED, term_number=term.number, order_id=order.id, **cause, **later)


def expire_if_over(draft: Draft, because: EndReason | None = None) -> None:
    """Record the end of the subscription, where access has ended and that is not recorded."""
    end = access_end(draft.subscription.terms)
    if draft.subscription.expired_at is None and end is not None and end <= draft.now:
        expire(draft, end, because=because)


def give_term_back(draft: Draft, order: Order, ended_at: datetime) -> Term | None:
    """Make the term of an order whole again, as it was before it was ended at an instant; None where it was not.

    A term that another has followed meanwhile stays ended: what it covered has been paid for again.
    """
    sub = draft.subscription
    term = term_of(sub, order)
    if ended_at not in (term.dropped_at, term.revoked_at) or term != sub.terms[-1]:
        return None
    whole = replace(term, dropped_at=None, revoked_at=None)
    put_term(draft, whole)
    draft.fact(FactName.TERM_RESTORED, term_number=term.number, order_id=order.id)
    return whole


def revive(draft: Draft) -> None:
    """Let a subscription live again whose end was recorded, where its access runs on."""
    sub = draft.subscription
    end = access_end(sub.terms)
    if sub.expired_at is not None and end is not None and draft.now < end:
        draft.subscription = replace(sub, expired_at=None, end_reason=None)
        draft.fact(FactName.SUBSCRIPTION_REVIVED, access_until=end)
