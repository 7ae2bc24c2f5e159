"""When a term may be cut and when it must be: access follows the money that went back, and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from goodterms.simulation.looking import Broken, Row, Rows, instant

_NO_EFFECT = "money_only"


@dataclass
class _Back:
    """What has gone back of each payment, or is on its way, after the facts that were taken in one by one."""

    by_order: Counter[str] = field(default_factory=Counter)
    parts: dict[str, int] = field(default_factory=dict)  # of each refund and dispute, in minor units
    effects: dict[str, str] = field(default_factory=dict)  # as our own refunds were approved with
    accepted: set[str] = field(default_factory=set)  # refunds, by the gateway; disputes that are lost

    def take(self, fact: Row) -> None:
        """One fact more."""
        kind, _, what = fact["name"].partition(".")
        data = fact["data"]
        if kind not in ("refund", "dispute"):
            return
        of = data[f"{kind}_id"]
        if what in ("initiated", "lost"):
            self.accepted.add(of)
        if what == "intended":
            self.effects[of] = data["effect"]
        moved = self._moved(of, what, data)
        if moved:
            self.parts[of] = self.parts.get(of, 0) + moved
            self.by_order[data["order_id"]] += moved

    def _moved(self, of: str, what: str, data: Row) -> int:
        match what:
            case "intended":
                return int(data["amount_minor"])
            case "external" | "opened":
                return int(data["inside_minor"])
            case "excess_counted":
                return int(data["counted_minor"])
            case "rejected" | "failed" | "won" | "reversed":
                return -self.parts.get(of, 0)
        return 0


def why_cut(rows: Rows) -> Broken:
    """A term ends early as a refund of ours was approved to end it, or when nothing of its payment is left (R41, R48).

    The first once the gateway has accepted that refund; the latter through the dashboard, or by lost disputes.
    """
    back = _Back()
    amounts = {order["id"]: order["amount_minor"] for order in rows.orders}
    for fact in rows.facts:
        back.take(fact)
        if fact["name"] not in ("term.dropped", "term.revoked"):
            continue
        data = fact["data"]
        cause = data.get("refund_id") or data.get("dispute_id")
        if cause not in back.accepted:
            yield "cut while paid", "a term was cut before its money was given back", [fact]
        elif cause in back.effects:
            if back.effects[cause] == _NO_EFFECT:
                yield "cut while paid", "a term was cut by a refund that was not approved to end it", [fact]
        elif back.by_order[data["order_id"]] < amounts[data["order_id"]]:
            yield "cut while paid", "a term was cut although a part of its payment is left", [fact]


def access(rows: Rows) -> Broken:
    """A term stays cut only where its money went back, and is cut where all of it did (R16, R26, R27, R41).

    A refund that failed after it had been accepted leaves the term cut: the money is paid back in another way.
    """
    given_back: Counter[str] = Counter()
    accepted = {refund["order_id"] for refund in rows.refunds if _ends(refund)}
    accepted |= {dispute["order_id"] for dispute in rows.disputes if dispute["state"] == "lost"}
    if rows.bought_anew:  # what is won back later stays ended
        accepted |= {dispute["order_id"] for dispute in rows.disputes if dispute["state"] == "reversed"}
    for refund in rows.refunds:
        if refund["state"] in ("pending", "succeeded"):
            given_back[refund["order_id"]] += refund["amount_minor"] - refund["excess_minor"]
    orders = {order["term_number"]: order for order in rows.orders}
    now = instant(rows.facts[-1]["at"]) if rows.facts else None
    for term in rows.terms:
        order = orders[term["number"]]
        cut = term["dropped_at"] or term["revoked_at"]
        if cut and order["id"] not in accepted and not _decided_too_late(rows, term, order):
            yield "cut while paid", "a term was cut whose money was not given back", [term, order]
        ends = instant(term["ends_at"])
        over = now is None or ends is None or ends <= now
        last = term["number"] == len(rows.terms)
        if not cut and given_back[order["id"]] >= order["amount_minor"] > 0 and last and not over:
            yield "kept for free", "a term goes on whose money was given back", [term, order]
    if rows.subscription["expired_at"] and not _over(rows):
        yield "locked out", "a subscription has expired whose paid term is not over", [rows.subscription]


def stopped_by_refund(rows: Rows) -> Broken:
    """Once a refund that ends a term was accepted, nothing renews by itself, unless somebody goes on later (R41)."""
    last = rows.terms[-1] if rows.terms else None
    if last is None or not (last["dropped_at"] or last["revoked_at"]) or not rows.subscription["auto_renew"]:
        return
    order = next(o for o in rows.orders if o["term_number"] == last["number"])
    ended = {refund["id"] for refund in rows.refunds if refund["order_id"] == order["id"] and _ends(refund)}
    took_effect = [
        fact["seq"] for fact in rows.facts
        if fact["name"] in ("refund.initiated", "refund.excess_counted") and fact["data"]["refund_id"] in ended
    ]  # fmt: skip
    undone = [fact["seq"] for fact in rows.facts if fact["name"] == "subscription.cancellation_undone"]
    if took_effect and max(undone, default=0) < max(took_effect):
        yield "renews after refund", "a subscription renews although its last term was paid back", [last]


def _ends(refund: Row) -> bool:
    """Whether a refund has ended a term: accepted, and meant to."""
    return bool(refund["initiated_at"]) and refund["effect"] != _NO_EFFECT


def _decided_too_late(rows: Rows, term: Row, order: Row) -> bool:
    """Whether a dispute that had ended a term was reversed only when it would have been over."""
    ends = instant(term["ends_at"])
    decided = [instant(d["decided_at"]) for d in rows.disputes if d["order_id"] == order["id"] and d["decided_at"]]
    return any(at is not None and ends is not None and ends <= at for at in decided)


def _over(rows: Rows) -> bool:
    """Whether no paid term reaches beyond the expiry; one that was given back when it was over does not count."""
    expired, now = instant(rows.subscription["expired_at"]), instant(rows.facts[-1]["at"])
    assert expired is not None
    assert now is not None
    ends = [instant(t["ends_at"]) for t in rows.terms if not t["dropped_at"] and not t["revoked_at"]]
    return all(end is None or end <= max(expired, now) for end in ends)
