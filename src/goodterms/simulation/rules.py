"""What is true of every subscription, looked at as a whole: its facts in the order of commits, and its rows.

Each rule yields what breaks it: its name, what is wrong, and the rows that show it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from goodterms.simulation.bank import HARD
from goodterms.simulation.calendar import is_a_term
from goodterms.simulation.looking import Row, Rows, instant

# What the reference policy says, said again on purpose: who checks must not read it from where it is used.
LEAD = timedelta(days=14)
NOTICE = timedelta(days=3)
WINDOW = timedelta(days=32)  # 30 days, counted to midnight in a zone that may be half a day off
HOLDING = ("opened", "under_review", "lost")  # the card's bank has the money
Broken = Iterator[tuple[str, str, list[Any]]]


def _facts_in_order(rows: Rows) -> Broken:
    if [fact["seq"] for fact in rows.facts] != list(range(1, len(rows.facts) + 1)):
        yield "fact missing", "the facts of a subscription have a gap", [f["seq"] for f in rows.facts]
    if rows.subscription["last_fact"] != len(rows.facts):
        yield "fact missing", "the subscription counts other facts than there are", []


def _terms(rows: Rows) -> Broken:
    """Terms are whole lengths from the anchor, one after the other, and each has an order."""
    sub, before = rows.subscription, None
    ordered = {order["term_number"] for order in rows.orders}
    for term in rows.terms:
        starts, ends = instant(term["starts_at"]), instant(term["ends_at"])
        assert starts is not None
        assert ends is not None
        if not is_a_term(instant(sub["anchor_at"]), sub["interval_months"], sub["interval_days"], starts, ends):
            yield "odd term", "a term does not begin and end on the anchor's days", [term]
        if before and starts < before:
            yield "terms overlap", "a term begins before the one before it closes", [term]
        if term["number"] not in ordered:
            yield "term unpaid", "a term has no order", [term]
        before = starts if term["dropped_at"] else ends


def new_charges(rows: Rows, news: list[Row]) -> Broken:
    """No charge after a committed cancellation; none without notice, too early or too late (R2, R3, R10, R14)."""
    stopped = announced = refused = None
    disputed: set[str] = set()
    lost: set[str] = set()
    last: Any = None
    fresh = {fact["seq"] for fact in news}
    for fact in rows.facts:
        name, data = fact["name"], fact["data"]
        if name == "subscription.canceled":
            stopped, last = fact, data.get("last_term")
        elif name == "subscription.cancellation_undone":
            stopped = None
            disputed -= lost  # what has been decided does not keep a customer who wants to go on
        elif name == "subscription.renewal_announced":
            announced = fact
        elif name == "subscription.payment_method_changed":
            refused = None
        elif name == "dispute.opened":
            disputed.add(data["dispute_id"])
        elif name == "dispute.lost":
            lost.add(data["dispute_id"])
        elif name in ("dispute.won", "dispute.reversed"):
            disputed.discard(data["dispute_id"])
        elif name == "charge.declined" and _said_for_good(rows, data):
            refused = fact
        elif name == "charge.intended" and not _ours(data):
            refused = None  # a history that is lost had another card
        elif name == "charge.intended" and data["term_number"] > 1 and fact["seq"] in fresh and _ours(data):
            if stopped is not None and (last is None or data["term_number"] > last):
                yield "charged after cancel", "a charge was committed after a cancellation", [stopped, fact]
            if disputed:
                yield "charged while disputed", "a renewal is charged while a payment is disputed", [fact]
            if refused is not None:
                yield "tried in vain", "a card is charged that has said no for good", [refused, fact]
            yield from _in_time(rows, fact, announced)


def _in_time(rows: Rows, fact: Row, announced: Row | None) -> Broken:
    number, attempt, at = fact["data"]["term_number"], fact["data"]["attempt"], instant(fact["at"])
    assert at is not None
    charge = next((c for c in rows.charges if (c["term_number"], c["attempt"]) == (number, attempt)), None)
    starts = instant(charge["starts_at"]) if charge else None
    if charge is None or starts is None:
        yield "no charge", "a charge's intent has no row", [fact]
        return
    if at >= starts or at < starts - LEAD - timedelta(hours=1):
        yield "charged at a wrong time", f"the charge of a term that starts {starts} was committed {at}", [fact]
    if announced is None or announced["data"]["term_number"] != number:
        yield "not announced", "a renewal is charged that was not announced", [fact]
        return
    if charge["amount_minor"] > announced["data"]["amount_minor"]:
        yield "more than announced", "a renewal is charged higher than announced", [announced, charge]
    told = instant(announced["at"])
    assert told is not None
    begins = instant(charge["starts_at"])
    assert begins is not None
    notice = NOTICE if begins - told > NOTICE else (begins - told) / 2  # who goes on so late sees the date
    if at - told < notice - timedelta(seconds=10) and charge["attempt"] == 1:
        yield "announced too late", f"charged {at - told} after the announcement", [announced, fact]


def _refunds(rows: Rows) -> Broken:
    """A refund follows from an approved request that came in time, and counts against its order (R24 to R28).

    Where a restore has lost the request, what the gateway paid is taken in without; failing, it is paid again so too.
    """
    approved = {q["id"]: q for q in rows.requests if q["state"] == "approved"}
    orders = {order["id"]: order for order in rows.orders}
    recovered = {f["data"]["refund_id"] for f in rows.facts if f["name"] == "refund.intended" and not _ours(f["data"])}
    lost = {refund["order_id"] for refund in rows.refunds if refund["id"] in recovered and refund["state"] == "failed"}
    for refund in rows.refunds:
        order = orders[refund["order_id"]]
        if refund["way"] == "external" or refund["id"] in recovered:
            continue
        if refund["attempt"] > 1 and refund["request_id"] is None and refund["order_id"] in lost:
            continue
        request = approved.get(refund["request_id"])
        if request is None:
            yield "refund without approval", "a refund has no approved request", [refund]
            continue
        received, placed = instant(request["received_at"]), instant(order["placed_at"])
        assert received is not None
        assert placed is not None
        if received - placed > WINDOW and not request["goodwill"]:
            yield "refund out of time", f"asked for {received - placed} after the order", [refund, order]
    for order in rows.orders:
        inside = sum(
            r["amount_minor"] - r["excess_minor"]
            for r in rows.refunds
            if r["order_id"] == order["id"] and r["state"] != "failed"
        )
        taken = sum(
            d["amount_minor"] - d["excess_minor"]
            for d in rows.disputes
            if d["order_id"] == order["id"] and d["state"] in HOLDING
        )
        if order["disputed_minor"] != taken:
            yield "wrong sum", f"an order counts {order['disputed_minor']} disputed, its disputes {taken}", [order]
        if order["refunded_minor"] != inside or inside + taken > order["amount_minor"]:
            yield "wrong sum", f"an order counts {order['refunded_minor']} refunded, its refunds {inside}", [order]


def _access(rows: Rows) -> Broken:
    """A term is cut only where its money goes back, and is cut where all of it does (R16, R26, R27, R41).

    A refund that failed after it had been accepted leaves the term cut: the money is paid back in another way.
    """
    given_back: dict[str, int] = {}
    accepted = {refund["order_id"] for refund in rows.refunds if refund["initiated_at"]}
    accepted |= {dispute["order_id"] for dispute in rows.disputes if dispute["state"] == "lost"}
    if rows.bought_anew:  # what is won back later stays ended
        accepted |= {dispute["order_id"] for dispute in rows.disputes if dispute["state"] == "reversed"}
    for refund in rows.refunds:
        if refund["state"] in ("pending", "succeeded"):
            inside = refund["amount_minor"] - refund["excess_minor"]
            given_back[refund["order_id"]] = given_back.get(refund["order_id"], 0) + inside
    orders = {order["term_number"]: order for order in rows.orders}
    now = instant(rows.facts[-1]["at"]) if rows.facts else None
    for term in rows.terms:
        order = orders[term["number"]]
        cut = term["dropped_at"] or term["revoked_at"]
        returned = given_back.get(order["id"], 0)
        if cut and order["id"] not in accepted and not _decided_too_late(rows, term, order):
            yield "cut while paid", "a term was cut whose money was not given back", [term, order]
        ends = instant(term["ends_at"])
        over = now is None or ends is None or ends <= now
        last = term["number"] == len(rows.terms)
        if not cut and returned >= order["amount_minor"] > 0 and last and not over:
            yield "kept for free", "a term goes on whose money was given back", [term, order]
    if rows.subscription["expired_at"] and not _over(rows):
        yield "locked out", "a subscription has expired whose paid term is not over", [rows.subscription]


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


def _ours(data: Row) -> bool:
    """Whether it was decided in this history of the database, and not recovered from one that is lost."""
    return not data.get("recovered")


def _said_for_good(rows: Rows, data: Row) -> bool:
    return any(
        charge["term_number"] == data["term_number"]
        and charge["attempt"] == data["attempt"]
        and charge["decline_code"] in HARD
        for charge in rows.charges
    )


def _ledger(rows: Rows) -> Broken:
    """Cash is what was paid less what was paid back; what we owe are refunds on their way (invariants 29 to 31)."""
    books: Counter[str] = Counter()
    for posting in rows.postings:
        books[posting["debit"]] += posting["amount_minor"]
        books[posting["credit"]] -= posting["amount_minor"]
    held = [d for d in rows.disputes if d["state"] in HOLDING]
    lost = sum(d["amount_minor"] - d["excess_minor"] for d in held if d["state"] == "lost")
    arrived = [r for r in rows.refunds if r["state"] == "succeeded"]
    under_way = [r for r in rows.refunds if r["state"] in ("intended", "unknown", "pending")]
    cash = sum(o["amount_minor"] for o in rows.orders) - sum(r["amount_minor"] for r in [*arrived, *held])
    owed = sum(r["amount_minor"] - r["excess_minor"] for r in under_way)
    kept = sum(o["amount_minor"] - o["refunded_minor"] for o in rows.orders) - lost
    said = {"cash": books["cash"], "owed": -books["refunds_payable"], "kept": -books["sales"] - books["tax"]}
    if said != {"cash": cash, "owed": owed, "kept": kept}:
        yield "ledger", f"the ledger says {said}, the rows cash {cash}, owed {owed}, kept {kept}", rows.orders


def _stopped_by_refund(rows: Rows) -> Broken:
    """Once a refund that ends a term was accepted, nothing renews by itself (R41)."""
    ended = {refund["order_id"] for refund in rows.refunds if refund["initiated_at"]}
    orders = {order["term_number"]: order for order in rows.orders}
    last = rows.terms[-1] if rows.terms else None
    if last and (last["dropped_at"] or last["revoked_at"]) and rows.subscription["auto_renew"]:
        undone = any(fact["name"] == "subscription.cancellation_undone" for fact in rows.facts)
        if orders[last["number"]]["id"] in ended and not undone:
            yield "renews after refund", "a subscription renews although its last term was paid back", [last]


def _mails(rows: Rows) -> Broken:
    """A receipt for every order and a confirmation for every cancellation, written with them (R9, R29)."""
    prefix = rows.key[1].hex
    written = {(m["kind"], m["subject"]) for m in rows.messages if m["subject"].startswith(prefix)}
    for order in rows.orders:
        if ("receipt", f"{prefix}/{order['term_number']}") not in written:
            yield "no receipt", "an order has no receipt", [order]
    confirmed = sum(1 for kind, _ in written if kind == "cancellation_confirmed")
    by_people = [fact for fact in rows.facts if fact["name"] == "subscription.canceled" and not _by_refund(fact)]
    if len(by_people) > confirmed:
        yield "no confirmation", "a cancellation was not confirmed by mail", by_people


def _by_refund(fact: Row) -> bool:
    """A refund's own letter tells of it: also where a specialist paid it by hand."""
    return fact["data"].get("channel") == "refund" or str(fact["actor"]).startswith(("gateway", "system"))


RULES: tuple[Callable[[Rows], Broken], ...] = (
    _facts_in_order, _terms, _refunds, _access, _ledger, _stopped_by_refund, _mails,
)  # fmt: skip
