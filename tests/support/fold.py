"""The state of a subscription, folded from its facts alone.

Written from what the facts say and without the domain's code, so that a fact that is missing or says something else
than the state shows as a difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from goodterms.domain.subscription import Subscription

OPEN, ON_ITS_WAY = "open", "pending"


@dataclass
class Folded:
    """What the facts add up to; instants as ISO text, ids as text."""

    auto_renew: bool = True
    expired_at: str | None = None
    announced: int | None = None
    terms: dict[int, list[str | None]] = field(default_factory=dict)  # starts, ends, dropped, revoked
    orders: dict[str, list[int]] = field(default_factory=dict)  # term number, amount, refunded, excess, disputed
    charges: dict[tuple[int, int], list[Any]] = field(
        default_factory=dict
    )  # by term number and attempt: amount, state
    refunds: dict[str, list[Any]] = field(default_factory=dict)  # order, inside, excess, state
    disputes: dict[str, list[Any]] = field(default_factory=dict)  # order, inside, excess, state


def fold(facts: Iterable[Any]) -> Folded:
    """Go through facts in order, of the domain or as rows."""
    state = Folded()
    for fact in facts:
        noun, _, happened = str(fact.name).partition(".")
        handler = _HANDLERS.get(noun)
        if handler is not None:
            handler(state, happened, dict(fact.data), _iso(fact.at))
    return state


def state_of(sub: Subscription) -> Folded:
    """The same shape, read off the state."""
    return Folded(
        auto_renew=sub.auto_renew,
        expired_at=_iso(sub.expired_at),
        announced=sub.announced.term_number if sub.announced else None,
        terms={
            t.number: [_iso(t.starts_at), _iso(t.ends_at), _iso(t.dropped_at), _iso(t.revoked_at)] for t in sub.terms
        },
        orders={
            str(o.id): [o.term_number, o.amount.minor, o.refunded_minor, o.excess_minor, o.disputed_minor]
            for o in sub.orders
        },
        charges={
            (c.term_number, c.attempt): [c.amount.minor, OPEN if c.state.open else c.state.value] for c in sub.charges
        },
        refunds={
            str(r.id): [
                str(r.order_id), r.amount.minor - r.excess_minor, r.excess_minor,
                OPEN if r.state.open else r.state.value,
            ]
            for r in sub.refunds
        },
        disputes={
            str(d.id): [str(d.order_id), d.amount.minor - d.excess_minor, d.excess_minor, d.state.value]
            for d in sub.disputes
        },
    )  # fmt: skip


def _subscription(state: Folded, happened: str, data: dict[str, Any], _at: str | None) -> None:
    match happened:
        case "started" | "renewed":
            state.terms[data["term_number"]] = [data["starts_at"], data["ends_at"], None, None]
            state.orders[data["order_id"]] = [data["term_number"], data["amount_minor"], 0, 0, 0]
            state.expired_at = state.announced = None
            state.auto_renew = state.auto_renew and not data.get("last")
        case "renewal_announced":
            state.announced = data["term_number"]
        case "canceled":
            if "last_term" not in data:
                state.auto_renew, state.announced = False, None
        case "cancellation_undone":
            state.auto_renew, state.announced = True, None
        case "renewal_stopped" | "renewal_resumed":
            state.auto_renew, state.announced = happened == "renewal_resumed", None
        case "revived":
            state.expired_at = None
        case "expired":
            state.auto_renew, state.expired_at = False, data["expired_at"]


def _term(state: Folded, happened: str, data: dict[str, Any], at: str | None) -> None:
    term = state.terms[data["term_number"]]
    if happened == "restored":
        term[2:] = [None, None]
    else:
        term[2 if happened == "dropped" else 3] = data.get("revoked_at", at)


def _charge(state: Folded, happened: str, data: dict[str, Any], _at: str | None) -> None:
    if happened == "intended":
        state.charges[data["term_number"], data["attempt"]] = [data["amount_minor"], OPEN]
    elif happened in ("succeeded", "declined"):
        state.charges[data["term_number"], data["attempt"]][1] = happened


def _refund(state: Folded, happened: str, data: dict[str, Any], _at: str | None) -> None:
    id = data["refund_id"]
    match happened:
        case "intended":
            state.refunds[id] = [data["order_id"], data["amount_minor"], 0, OPEN]
            state.orders[data["order_id"]][2] += data["amount_minor"]
        case "external":
            state.refunds[id] = [data["order_id"], data["inside_minor"], data["excess_minor"], OPEN]
            state.orders[data["order_id"]][2] += data["inside_minor"]
            state.orders[data["order_id"]][3] += data["excess_minor"]
        case "excess_counted":
            order, refund = state.orders[data["order_id"]], state.refunds[id]
            for row, inside, excess in ((refund, 1, 2), (order, 2, 3)):
                row[inside] += data["counted_minor"]
                row[excess] -= data["counted_minor"]
        case "initiated":
            state.refunds[id][3] = ON_ITS_WAY
        case "succeeded":
            state.refunds[id][3] = "succeeded"
        case "rejected" | "failed":
            order_id, inside, excess, _ = state.refunds[id]
            state.refunds[id][3] = "failed"
            state.orders[order_id][2] -= inside
            state.orders[order_id][3] -= excess


def _dispute(state: Folded, happened: str, data: dict[str, Any], _at: str | None) -> None:
    id, order = data["dispute_id"], state.orders[data["order_id"]]
    if happened == "opened":
        state.disputes[id] = [data["order_id"], data["inside_minor"], data["excess_minor"], happened]
        order[3] += data["excess_minor"]
        order[4] += data["inside_minor"]
        return
    dispute = state.disputes[id]
    if happened == "excess_counted":
        for row, inside, excess in ((dispute, 1, 2), (order, 4, 3)):
            row[inside] += data["counted_minor"]
            row[excess] -= data["counted_minor"]
        return
    dispute[3] = happened
    if happened in ("won", "reversed"):
        order[4] -= dispute[1]
        order[3] -= dispute[2]


def _iso(at: Any) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


_HANDLERS = {"subscription": _subscription, "term": _term, "charge": _charge, "refund": _refund, "dispute": _dispute}
