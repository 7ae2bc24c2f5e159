"""What money that goes back does to access: cancel, and drop, revoke or shorten the term it had paid for (R41-R47)."""

from __future__ import annotations

from goodterms.domain.cancellation import record_cancellation
from goodterms.domain.decision import Draft, TermRow
from goodterms.domain.facts import FactName
from goodterms.domain.payment import Order, Refund, RefundEffect
from goodterms.domain.refundability import term_of
from goodterms.domain.renewal import expire
from goodterms.domain.subscription import access_end
from goodterms.domain.term import Term
from goodterms.domain.value import replace


def change_access(draft: Draft, refund: Refund, order: Order) -> None:
    """Apply the effect frozen on a refund, at its initiation; nothing with `MONEY_ONLY`.

    Auto-renew goes off. With `END_LATER` access runs on to the instant on the refund and ends at once where that is
    past; a term that ends by itself before it, or has been ended before, is left as it is.
    """
    if refund.effect is RefundEffect.MONEY_ONLY:
        return
    term = term_of(draft.subscription, order)
    ends_at = max(refund.access_until_at or draft.now, draft.now)
    if refund.effect is RefundEffect.DROP_TERM and term == draft.subscription.terms[-1]:
        _change_term(draft, refund, replace(term, dropped_at=draft.now), FactName.TERM_DROPPED, order)
    elif ends_at < term.access_ends_at or (refund.access_until_at is None and term.standing):
        _change_term(draft, refund, replace(term, revoked_at=ends_at), FactName.TERM_REVOKED, order)
    sub = draft.subscription
    end = access_end(sub.terms)
    if sub.auto_renew:
        record_cancellation(draft, sub.derived_id(f"cancellation/{refund.id.hex}"), "refund", end or draft.now)
    if draft.subscription.expired_at is None and end is not None and end <= draft.now:
        expire(draft, end)


def _change_term(draft: Draft, refund: Refund, term: Term, name: FactName, order: Order) -> None:
    sub = draft.subscription
    draft.update(TermRow(sub.bucket, sub.id, term, None))
    draft.subscription = replace(sub, terms=tuple(term if t.number == term.number else t for t in sub.terms))
    later = {"revoked_at": term.revoked_at} if refund.access_until_at else {}
    draft.fact(name, term_number=term.number, order_id=order.id, refund_id=refund.id, **later)
