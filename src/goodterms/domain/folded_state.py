"""The state of a subscription in the shape of its folded facts, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from goodterms.domain.decision import iso
from goodterms.domain.folding import OPEN, SUBSCRIPTION, Part, State, Values
from goodterms.domain.payment import Charge, ChargeState, Dispute, Order, Refund
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.subscription import Cancellation, Subscription
from goodterms.domain.value import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that does not follow from the facts; None where there is no such part, or no value."""

    part: Part
    value: str
    by_facts: object
    in_state: object

    def __str__(self) -> str:
        what = " ".join(filter(None, self.part))
        return f"{what}: {self.value} is {_said(self.by_facts)} by the facts and {_said(self.in_state)} in the state"


def state_of(
    sub: Subscription, cancellations: Iterable[Cancellation] = (), requests: Iterable[RefundRequest] = ()
) -> State:
    """The same shape, read off the state: a subscription with everything that ever hung on it."""
    told, price = sub.announced, sub.price_told
    state: State = {
        SUBSCRIPTION: {
            "auto_renew": sub.auto_renew, "expired_at": _text(sub.expired_at), "end_reason": _word(sub.end_reason),
            "announced_term": told.term_number if told else None,
            "announced_minor": told.amount.minor if told else None,
            "announced_at": _text(told.at if told else None), "again_at": _text(told.again_at if told else None),
            "price_told_minor": price.amount.minor if price else None,
            "price_told_at": _text(price.at if price else None),
        }
    }  # fmt: skip
    for term in sub.terms:
        state["term", str(term.number)] = {
            "starts_at": _text(term.starts_at), "ends_at": _text(term.ends_at),
            "dropped_at": _text(term.dropped_at), "revoked_at": _text(term.revoked_at),
        }  # fmt: skip
    number_of = {order.id: str(order.term_number) for order in sub.orders}
    state.update((("order", str(order.term_number)), _order_values(order)) for order in sub.orders)
    state.update((("charge", f"{one.term_number}/{one.attempt}"), _charge_values(one)) for one in sub.charges)
    state.update((("refund", str(one.id)), _refund_values(one, number_of)) for one in sub.refunds)
    state.update((("dispute", str(one.id)), _dispute_values(one, number_of)) for one in sub.disputes)
    for one in cancellations:
        state["cancellation", str(one.id)] = {
            "number": one.number, "channel": one.channel, "requested_at": _text(one.requested_at), "actor": one.actor,
            "access_until": _text(one.access_until), "last_term": one.last_term,
            "undone_at": _text(one.undone_at), "undone_by": one.undone_by,
        }  # fmt: skip
    state.update((("request", str(one.id)), _request_values(one, number_of)) for one in requests)
    return state


def differences(folded: State, stored: State) -> list[Difference]:
    """Every value in which they differ, in a stable order; what is unknown to the facts is not compared."""
    found = []
    for part in sorted({*folded, *stored}):
        ours, theirs = folded.get(part), stored.get(part)
        if ours is None or theirs is None:
            found.append(
                Difference(part, "it", "there" if ours is not None else None, "there" if theirs is not None else None)
            )
            continue
        for name in sorted({*ours, *theirs}):
            if ours.get(name) != theirs.get(name):
                found.append(Difference(part, name, ours.get(name), theirs.get(name)))
    return found


def _order_values(order: Order) -> Values:
    return {
        "number": order.number, "amount_minor": order.amount.minor, "currency": order.amount.currency,
        "tax_minor": order.tax_minor, "placed_at": _text(order.placed_at),
        "refunded_minor": order.refunded_minor, "excess_minor": order.excess_minor,
        "disputed_minor": order.disputed_minor,
    }  # fmt: skip


def _charge_values(charge: Charge) -> Values:
    return {
        "amount_minor": charge.amount.minor, "currency": charge.amount.currency,
        "state": OPEN if charge.state.open else charge.state.value, "intended_at": _text(charge.intended_at),
        "settled_at": _text(charge.settled_at), "decline_code": charge.decline_code, "retryable": charge.retryable,
        "gateway_ref": charge.gateway_ref if charge.state is ChargeState.SUCCEEDED else None,
    }  # fmt: skip


def _refund_values(refund: Refund, number_of: Mapping[Any, str]) -> Values:
    return {
        "order": number_of.get(refund.order_id), "request": _word(refund.request_id), "way": refund.way.value,
        "effect": refund.effect.value, "access_until_at": _text(refund.access_until_at),
        "inside_minor": refund.inside.minor, "excess_minor": refund.excess_minor, "tax_minor": refund.tax_minor,
        "currency": refund.amount.currency, "state": OPEN if refund.state.open else refund.state.value,
        "intended_at": _text(refund.intended_at), "initiated_at": _text(refund.initiated_at),
        "settled_at": _text(refund.settled_at), "due_on": _text(refund.due_on),
        "bank_reference": refund.bank_reference, "failure": refund.failure, "late_at": _text(refund.late_at),
    }  # fmt: skip


def _dispute_values(dispute: Dispute, number_of: Mapping[Any, str]) -> Values:
    return {
        "order": number_of.get(dispute.order_id), "gateway_ref": dispute.gateway_ref, "reason": dispute.reason,
        "state": dispute.state.value, "inside_minor": dispute.inside.minor, "excess_minor": dispute.excess_minor,
        "tax_minor": dispute.tax_minor, "currency": dispute.amount.currency, "effect": dispute.effect.value,
        "opened_at": _text(dispute.opened_at), "ended_at": _text(dispute.ended_at),
        "decided_at": _text(dispute.decided_at),
    }  # fmt: skip


def _request_values(request: RefundRequest, number_of: Mapping[Any, str]) -> Values:
    return {
        "order": number_of.get(request.order_id), "state": request.state.value, "channel": request.channel,
        "route": request.route, "act": request.act, "received_at": _text(request.received_at),
        "opened_at": _text(request.opened_at), "opened_by": request.opened_by,
        "amount_minor": request.amount.minor if request.amount else None, "goodwill": request.goodwill,
        "decided_at": _text(request.decided_at), "decided_by": request.decided_by,
        "closed_at": _text(request.closed_at), "appeals": request.appeals,
    }  # fmt: skip


def _text(at: datetime | date | None) -> str | None:
    return None if at is None else iso(at) if isinstance(at, datetime) else at.isoformat()


def _word(value: object) -> str | None:
    return None if value is None else str(value)


def _said(value: object) -> str:
    return "not there" if value is None else str(value)
