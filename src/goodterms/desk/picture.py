"""A subscription as the picture of terms shows it: bars, marks, windows. The drawing is the design system's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from goodterms.domain.policy import Policy
from goodterms.domain.renewal import renewal_plan
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Term
from goodterms.storage.models import RefundRequestRow

#: More terms than this make the picture a comb; the latest ones are what is decided on.
MOST_TERMS = 6


def picture(
    subscription: Subscription, in_force: Policy, now: datetime, requests: Iterable[RefundRequestRow] = (),
    window: tuple[datetime, datetime, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What `{% timeline %}` takes: `terms`, `marks` and `windows` (start, end and label of the time to ask)."""
    terms = subscription.terms[-MOST_TERMS:]
    since = terms[0].starts_at if terms else now
    first = terms[0].number if terms else 1
    marks = [m for m in _marks(subscription, first) if m["at"] is not None]
    marks += [{"at": r.received_at, "kind": "request", "label": "Refund asked"} for r in requests]
    plan = renewal_plan(subscription, in_force)
    if plan and plan.charge_at and now < plan.charge_at and subscription.open_charge is None:
        marks.append({"at": plan.charge_at, "kind": "planned", "label": f"Next charge {plan.amount}"})
    spans = [{"starts_at": window[0], "ends_at": window[1], "label": window[2]}] if window else []
    return {
        "terms": [_bar(term, now) for term in terms],
        "marks": [m for m in marks if since <= m["at"] or m["kind"] == "charge"],
        "windows": spans,
    }


def _bar(term: Term, now: datetime) -> dict[str, Any]:
    state = "revoked" if term.revoked_at and term.access_ends_at <= now else term.state(now).value
    return {
        "label": f"Term {term.number}",
        "starts_at": term.starts_at,
        "ends_at": term.ends_at,
        "state": state,
        "cut_at": term.access_ends_at if term.revoked_at else None,
    }


def _marks(subscription: Subscription, first: int) -> list[dict[str, Any]]:
    orders = [o for o in subscription.orders if o.term_number >= first]
    shown = [{"at": o.placed_at, "kind": "charge", "label": f"Paid {o.amount}"} for o in orders]
    shown += [
        {"at": c.settled_at or c.intended_at, "kind": "declined", "label": "Declined"}
        for c in subscription.charges
        if c.state.value == "declined" and c.term_number >= first
    ]
    shown += [
        {"at": r.initiated_at, "kind": "refund", "label": f"Refund {r.amount}"}
        for r in subscription.refunds
        if r.initiated_at and any(o.id == r.order_id for o in orders)
    ]
    if subscription.cancellation:
        shown.append({"at": subscription.cancellation.requested_at, "kind": "cancellation", "label": "Canceled"})
    return shown
