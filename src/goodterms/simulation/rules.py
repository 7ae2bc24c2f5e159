"""What is true of every subscription, looked at as a whole: its facts in the order of commits, and its rows.

Each rule yields what breaks it: its name, what is wrong, and the rows that show it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from goodterms.simulation.access_rules import access, stopped_by_refund, why_cut
from goodterms.simulation.calendar import is_a_term
from goodterms.simulation.looking import Broken, Row, Rows, instant, of_this_history

WINDOW = timedelta(days=32)  # 30 days, counted to midnight in a zone that may be half a day off
HOLDING = ("opened", "under_review", "lost")  # the card's bank has the money


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


def _refunds(rows: Rows) -> Broken:
    """A refund follows from an approved request that came in time, and counts against its order (R24 to R28).

    Where a restore has lost the request, what the gateway paid is taken in without; failing, it is paid again so too.
    """
    approved = {q["id"]: q for q in rows.requests if q["state"] == "approved"}
    orders = {order["id"]: order for order in rows.orders}
    intended = [fact["data"] for fact in rows.facts if fact["name"] == "refund.intended"]
    recovered = {data["refund_id"] for data in intended if not of_this_history(data)}
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


def _mails(rows: Rows) -> Broken:
    """Every order, cancellation and announcement has its letter, written with it (R3, R9, R29)."""
    prefix = rows.key[1].hex
    written = {(m["kind"], m["subject"]) for m in rows.messages if m["subject"].startswith(prefix)}
    for order in rows.orders:
        if ("receipt", f"{prefix}/{order['term_number']}") not in written:
            yield "no receipt", "an order has no receipt", [order]
    kinds = Counter(kind for kind, _ in written)
    by_people = [fact for fact in rows.facts if fact["name"] == "subscription.canceled" and not _by_refund(fact)]
    if len(by_people) > kinds["cancellation_confirmed"]:
        yield "no confirmation", "a cancellation was not confirmed by mail", by_people
    told = Counter(subject.split("/")[1] for kind, subject in written if kind == "renewal_coming")
    announced = [fact for fact in rows.facts if fact["name"] == "subscription.renewal_announced"]
    for number, times in Counter(str(fact["data"]["term_number"]) for fact in announced).items():
        if times > told[number]:
            yield "no announcement", f"the renewal for term {number} was not announced by mail each time", announced


def _by_refund(fact: Row) -> bool:
    """A refund's own letter tells of it: also where a specialist paid it by hand."""
    return fact["data"].get("channel") == "refund" or str(fact["actor"]).startswith(("gateway", "system"))


RULES: tuple[Callable[[Rows], Broken], ...] = (
    _facts_in_order, _terms, _refunds, why_cut, access, _ledger, stopped_by_refund, _mails,
)  # fmt: skip
