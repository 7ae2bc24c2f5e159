"""What should be true after every commit, said in another way than the domain says it.

The domain decides step by step; the oracle looks at a whole life at once: at the order of its facts, which is the order
of commits, and at the bank's books. It shares no code with the domain but money and public ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg

from goodterms.domain.public_id import CHARGE, REFUND, PublicIdError, decode, encode
from goodterms.gateways.protocol import ChargeIntent, Outcome, RefundIntent
from goodterms.simulation.books import BankBooks, BookedCharge, BookedRefund
from goodterms.simulation.calendar import is_a_term
from goodterms.simulation.looking import Key, Row, Rows, instant, rows_of, versions
from goodterms.simulation.stage import BrokenRuleError, Stage

LEAD = timedelta(days=14)
NOTICE = timedelta(days=3)
WINDOW = timedelta(days=32)  # 30 days, counted to midnight in a zone that may be half a day off
OPEN = ("intended", "unknown")
BY_HAND = ("bank_transfer", "external")


class Oracle:
    """Watches one run: every request at the bank before it is booked, every subscription after each commit."""

    def __init__(self, stage: Stage, watcher: psycopg.Connection[Any], books: BankBooks) -> None:
        self.stage = stage
        self.watcher = watcher
        self.books = books
        self.commits = 0
        self._seen: dict[Key, int] = {}
        self._facts: dict[Key, int] = {}

    def forget(self) -> None:
        """The database was put back: its history begins anew."""
        self._seen.clear()
        self._facts.clear()

    def after_commit(self) -> None:
        """Look at every subscription that was changed. Raises `BrokenRuleError`."""
        self.commits += 1
        for key, version in versions(self.watcher).items():
            if self._seen.get(key) != version:
                self._seen[key] = version
                self._look(rows_of(self.watcher, key))

    def all_rows(self) -> list[Rows]:
        """Every subscription there is."""
        return [rows_of(self.watcher, key) for key in versions(self.watcher)]

    # --- at the bank -----------------------------------------------------------------------------

    def charge_arrives(self, intent: ChargeIntent) -> None:
        """A request to charge: its intent must have been committed, and no other charge of the term have been paid."""
        bucket, id = decode(CHARGE, intent.reference)
        row = self._row("charges", bucket, id)
        if row is None:
            raise BrokenRuleError("no intent", f"the bank is asked for {intent.reference}, which was never committed")
        if (row["amount_minor"], row["currency"]) != (intent.amount.minor, intent.amount.currency):
            raise BrokenRuleError("other amount", "the bank is asked for another amount than was committed", [row])
        for other in self.books.charges.values():
            if other.outcome is Outcome.DECLINED:
                continue
            same = decode(CHARGE, other.reference)
            theirs = self._row("charges", *same) if same[0] == bucket else None
            if theirs and _term(theirs) == _term(row):
                raise BrokenRuleError(
                    "charged twice", f"term {row['term_number']} would be charged twice", [other, intent, row, theirs]
                )

    def refund_arrives(self, intent: RefundIntent) -> None:
        """A request to pay back: committed before, never twice, never more than was paid."""
        bucket, id = decode(REFUND, intent.reference)
        row = self._row("refunds", bucket, id)
        if row is None:
            raise BrokenRuleError("no intent", f"the bank is asked for {intent.reference}, which was never committed")
        charge = self.books.charges.get(intent.charge_ref)
        if charge is None or charge.outcome is not Outcome.SUCCEEDED:
            raise BrokenRuleError("refund of nothing", "the bank is asked to pay back what was not paid", [row])
        standing = self.books.refunds_of(intent.charge_ref)
        if any(refund.reference == intent.reference for refund in standing):
            raise BrokenRuleError("refunded twice", "the bank is asked for the same refund twice", [row, *standing])
        if any(refund.reference is None for refund in standing):
            return  # the bank itself refuses what is more than was paid
        if self.books.paid_back(intent.charge_ref) + intent.amount.minor > charge.amount.minor:
            raise BrokenRuleError("refunded too much", "more would be paid back than was paid", [row, *standing])

    def _row(self, table: str, bucket: int, id: Any) -> Row | None:
        found = self.watcher.execute(
            f"SELECT row_to_json(t) FROM {table} t WHERE bucket = %s AND id = %s", [bucket, id]
        ).fetchone()
        return found[0] if found else None

    # --- in the database -------------------------------------------------------------------------

    def _look(self, rows: Rows) -> None:
        news = rows.facts[self._facts.get(rows.key, 0) :]
        self._facts[rows.key] = len(rows.facts)
        for fact in news:
            self.stage.note(f"fact {fact['name']} {fact['seq']} {rows.key[0]}")
        for rule, said, shown in self._broken(rows, news):
            raise BrokenRuleError(rule, said, [*shown, rows.subscription])

    def _broken(self, rows: Rows, news: list[Row]) -> Iterator[tuple[str, str, list[Any]]]:
        yield from _facts_in_order(rows)
        yield from _terms(rows)
        yield from _renewals(rows, news)
        yield from _refunds(rows, news)
        yield from self._money(rows)
        yield from _access(rows, self.stage.now)

    def _money(self, rows: Rows) -> Iterator[tuple[str, str, list[Any]]]:
        """Every order was paid at the bank; what we hold for paid or paid back is so there (invariants 15 to 17)."""
        for charge in rows.charges:
            if charge["state"] == "succeeded":
                booked = self._booked(charge)
                if booked is None or booked.outcome is not Outcome.SUCCEEDED:
                    yield "not paid", f"charge of term {charge['term_number']} is held for paid", [charge]
        paid = {c["id"] for c in rows.charges if c["state"] == "succeeded"}
        for order in rows.orders:
            if order["charge_id"] not in paid:
                yield "order unpaid", f"order {order['number']} has no paid charge", [order]
        for refund in rows.refunds:
            if refund["state"] in ("pending", "succeeded") and refund["way"] == "original":
                found = self.books.refunds.get(refund["gateway_ref"] or "")
                if found is None or found.amount.minor != refund["amount_minor"]:
                    yield "not refunded", "a refund is held for accepted that the bank does not know", [refund]

    def _booked(self, charge: Row) -> BookedCharge | None:
        reference = encode(CHARGE, charge["bucket"], _uuid(charge["id"]))
        found = [c for c in self.books.charges_of(reference) if c.amount.minor == charge["amount_minor"]]
        return found[0] if found else None


def reference_of(booked: BookedCharge | BookedRefund) -> tuple[int, Any] | None:
    """Our key of what the bank has booked; None for what was not asked by us."""
    try:
        return decode(REFUND if isinstance(booked, BookedRefund) else CHARGE, booked.reference or "")
    except PublicIdError:
        return None


def _facts_in_order(rows: Rows) -> Iterator[tuple[str, str, list[Any]]]:
    if [fact["seq"] for fact in rows.facts] != list(range(1, len(rows.facts) + 1)):
        yield "fact missing", "the facts of a subscription have a gap", [f["seq"] for f in rows.facts]
    if rows.subscription["last_fact"] != len(rows.facts):
        yield "fact missing", "the subscription counts other facts than there are", []


def _terms(rows: Rows) -> Iterator[tuple[str, str, list[Any]]]:
    """Terms are whole lengths from the anchor, one after the other, and each has an order."""
    sub, before = rows.subscription, None
    ordered = {order["term_number"] for order in rows.orders}
    for term in rows.terms:
        starts, ends = instant(term["starts_at"]), instant(term["ends_at"])
        assert starts and ends
        if not is_a_term(instant(sub["anchor_at"]), sub["interval_months"], sub["interval_days"], starts, ends):
            yield "odd term", "a term does not begin and end on the anchor's days", [term]
        if before and starts < before:
            yield "terms overlap", "a term begins before the one before it closes", [term]
        if term["number"] not in ordered:
            yield "term unpaid", "a term has no order", [term]
        before = starts if term["dropped_at"] else ends


def _renewals(rows: Rows, news: list[Row]) -> Iterator[tuple[str, str, list[Any]]]:
    """No charge after a committed cancellation; none without notice, too early or too late (R2, R3, R10, R14)."""
    stopped = announced = None
    last: Any = None
    fresh = {fact["seq"] for fact in news}
    for fact in rows.facts:
        name, data = fact["name"], fact["data"]
        if name == "subscription.canceled":
            stopped, last = fact, data.get("last_term")
        elif name == "subscription.cancellation_undone":
            stopped = None
        elif name == "subscription.renewal_announced":
            announced = fact
        elif name == "charge.intended" and data["term_number"] > 1 and fact["seq"] in fresh:
            if stopped is not None and (last is None or data["term_number"] > last):
                yield "charged after cancel", "a charge was committed after a cancellation", [stopped, fact]
            yield from _in_time(rows, fact, announced)


def _in_time(rows: Rows, fact: Row, announced: Row | None) -> Iterator[tuple[str, str, list[Any]]]:
    number, at = fact["data"]["term_number"], instant(fact["at"])
    assert at is not None
    charge = next((c for c in rows.charges if c["term_number"] == number), None)
    starts = instant(charge["starts_at"]) if charge else None
    if charge is None or starts is None:
        yield "no charge", "a charge's intent has no row", [fact]
        return
    if at >= starts or at < starts - LEAD - timedelta(hours=1):
        yield "charged at a wrong time", f"the charge of a term that starts {starts} was committed {at}", [fact]
    if announced is None or announced["data"]["term_number"] != number:
        yield "not announced", "a renewal is charged that was not announced", [fact]
        return
    told = instant(announced["at"])
    assert told is not None
    if at - told < NOTICE - timedelta(seconds=10) and charge["attempt"] == 1:
        yield "announced too late", f"charged {at - told} after the announcement", [announced, fact]


def _refunds(rows: Rows, news: list[Row]) -> Iterator[tuple[str, str, list[Any]]]:
    """A refund follows from an approved request that came in time, and counts against its order (R24 to R28)."""
    approved = {q["id"]: q for q in rows.requests if q["state"] == "approved"}
    orders = {order["id"]: order for order in rows.orders}
    for refund in rows.refunds:
        order = orders[refund["order_id"]]
        if refund["way"] == "external":
            continue
        request = approved.get(refund["request_id"])
        if request is None:
            yield "refund without approval", "a refund has no approved request", [refund]
            continue
        received, placed = instant(request["received_at"]), instant(order["placed_at"])
        assert received and placed
        if received - placed > WINDOW and not request["goodwill"]:
            yield "refund out of time", f"asked for {received - placed} after the order", [refund, order]
    for order in rows.orders:
        inside = sum(
            r["amount_minor"] - r["excess_minor"]
            for r in rows.refunds
            if r["order_id"] == order["id"] and r["state"] != "failed"
        )
        if order["refunded_minor"] != inside or inside > order["amount_minor"]:
            yield "wrong sum", f"an order counts {order['refunded_minor']} refunded, its refunds {inside}", [order]


def _access(rows: Rows, now: datetime) -> Iterator[tuple[str, str, list[Any]]]:
    """A term is cut only where its money goes back, and is cut where all of it does (R16, R26, R27, R41).

    A refund that failed after it had been accepted leaves the term cut: the money is paid back in another way.
    """
    given_back: dict[str, int] = {}
    accepted = {refund["order_id"] for refund in rows.refunds if refund["initiated_at"]}
    for refund in rows.refunds:
        if refund["state"] in ("pending", "succeeded"):
            inside = refund["amount_minor"] - refund["excess_minor"]
            given_back[refund["order_id"]] = given_back.get(refund["order_id"], 0) + inside
    orders = {order["term_number"]: order for order in rows.orders}
    for term in rows.terms:
        order = orders[term["number"]]
        cut = term["dropped_at"] or term["revoked_at"]
        returned = given_back.get(order["id"], 0)
        if cut and order["id"] not in accepted:
            yield "cut while paid", "a term was cut whose money was not given back", [term, order]
        over = (instant(term["ends_at"]) or now) <= now
        last = term["number"] == len(rows.terms)
        if not cut and returned >= order["amount_minor"] > 0 and last and not over:
            yield "kept for free", "a term goes on whose money was given back", [term, order]
    if rows.subscription["expired_at"] and not _over(rows):
        yield "locked out", "a subscription has expired whose paid term is not over", [rows.subscription]


def _over(rows: Rows) -> bool:
    expired = instant(rows.subscription["expired_at"])
    assert expired is not None
    ends = [instant(t["ends_at"]) for t in rows.terms if not t["dropped_at"] and not t["revoked_at"]]
    return all(end is None or end <= expired for end in ends)


def _term(row: Row) -> tuple[Any, Any]:
    return row["subscription_id"], row["term_number"]


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)
