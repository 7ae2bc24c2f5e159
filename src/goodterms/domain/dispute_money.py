"""The rows of a dispute and its order while a decision is being made."""

from __future__ import annotations

from goodterms.domain import ledger
from goodterms.domain.decision import Draft
from goodterms.domain.facts import FactName
from goodterms.domain.payment import Dispute, DisputeState, Order
from goodterms.domain.value import replace


def put_dispute(draft: Draft, dispute: Dispute) -> Dispute:
    """A dispute in its new state."""
    draft.update(dispute)
    sub = draft.subscription
    draft.subscription = replace(sub, disputes=tuple(dispute if d.id == dispute.id else d for d in sub.disputes))
    return dispute


def put_order(draft: Draft, order: Order) -> Order:
    """An order in its new state."""
    draft.update(order)
    sub = draft.subscription
    draft.subscription = replace(sub, orders=tuple(order if o.id == order.id else o for o in sub.orders))
    return order


def count_disputed_excess(draft: Draft, order: Order) -> Order:
    """What disputes took beyond the charge is within it, as far as a refund that failed has made room for it."""
    for dispute in [d for d in draft.subscription.disputes if d.order_id == order.id and d.state.holds]:
        counted = min(dispute.excess, order.refundable)
        if not counted:
            continue
        lost = dispute.state is DisputeState.LOST
        tax_minor = order.tax_in(counted, draft.subscription.refunds, draft.subscription.disputes) if lost else 0
        order = put_order(
            draft,
            replace(
                order,
                disputed_minor=order.disputed_minor + counted.minor,
                excess_minor=order.excess_minor - counted.minor,
            ),
        )
        put_dispute(
            draft,
            replace(
                dispute, excess_minor=dispute.excess_minor - counted.minor, tax_minor=dispute.tax_minor + tax_minor
            ),
        )
        draft.fact(
            FactName.DISPUTE_EXCESS_COUNTED, dispute_id=dispute.id, order_id=order.id, counted=counted,
            tax_minor=tax_minor,
        )  # fmt: skip
        draft.post(ledger.count_disputed_excess(counted), order)
        if lost:
            draft.post(ledger.lose_dispute(counted, tax_minor), order)
    return order
