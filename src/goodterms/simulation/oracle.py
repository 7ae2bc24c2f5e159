"""What should be true after every commit, said in another way than the domain says it.

The domain decides step by step; the oracle looks at a whole life at once: at the order of its facts, which is the
order of commits, and at the bank's books. It shares no code with the domain but money and public ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from goodterms.domain.public_id import CHARGE, REFUND, decode, encode
from goodterms.gateways.protocol import ChargeIntent, Outcome, RefundIntent
from goodterms.simulation.books import BankBooks, BookedCharge
from goodterms.simulation.charge_rules import new_charges
from goodterms.simulation.looking import Key, Row, Rows, instant, rows_of, versions
from goodterms.simulation.rules import RULES
from goodterms.simulation.stage import BrokenRuleError, Stage

#: At most, those of two processes.
_CLOCKS_DIFFER_BY = timedelta(seconds=5)


class Oracle:
    """Watches one run: every request at the bank before it is booked, every subscription after each commit."""

    def __init__(self, stage: Stage, watcher: psycopg.Connection[Any], books: BankBooks) -> None:
        self.stage = stage
        self.watcher = watcher
        self.books = books
        self.commits = 0
        self._seen: dict[Key, int] = {}
        self._facts: dict[Key, int] = {}
        self._heard: dict[str, datetime] = {}  # since when refunds and disputes of the bank are recorded here
        self._let_go: dict[str, Key] = {}  # charges that nobody had sent when their subscription was canceled

    def forget(self) -> None:
        """The database was put back: its history begins anew."""
        self._seen.clear()
        self._facts.clear()
        self._heard.clear()
        self._let_go.clear()

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

    def charge_arrives(self, intent: ChargeIntent) -> tuple[str, int]:
        """A request to charge: its intent must have been committed, and no other charge of the term have been paid.

        Returns whose and which term it is.
        """
        bucket, id = decode(CHARGE, intent.reference)
        row = self._row("charges", bucket, id)
        if row is None:
            raise BrokenRuleError("no intent", f"the bank is asked for {intent.reference}, which was never committed")
        if (row["amount_minor"], row["currency"]) != (intent.amount.minor, intent.amount.currency):
            raise BrokenRuleError("other amount", "the bank is asked for another amount than was committed", [row])
        self._still_wanted(row)
        term = (str(row["subscription_id"]), int(row["term_number"]))
        for other in self.books.charges.values():
            if other.outcome is not Outcome.DECLINED and other.term == term:
                raise BrokenRuleError("charged twice", f"term {term[1]} would be charged twice", [row, other, intent])
        return term

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
        known = self.books.paid_back(intent.charge_ref) - self._taken_unheard(intent.charge_ref, row)
        if known + intent.amount.minor > charge.amount.minor:
            raise BrokenRuleError("refunded too much", "more would be paid back than was paid", [row, *standing])

    def _still_wanted(self, row: Row) -> None:
        """A charge that nobody had sent is not sent once its subscription was canceled or its term has begun."""
        sent_at, starts_at = instant(row["sent_at"]), instant(row["starts_at"])
        assert starts_at is not None
        intended_at = instant(row["intended_at"])
        late = sent_at is not None and intended_at is not None and intended_at < starts_at <= sent_at
        if late and row["term_number"] > 1:
            raise BrokenRuleError("sent after the end", "a charge was sent whose term had begun without it", [row])
        if row["id"] in self._let_go:
            raise BrokenRuleError("sent after cancel", "a charge was sent first after its cancellation", [row])

    def _taken_unheard(self, charge_ref: str, refund: Row) -> int:
        """What dashboard and disputes took of a charge that nobody here could heed, in minor units.

        It is not recorded here, or only since the refund was claimed to be sent; the bank itself refuses what is not
        there any more.
        """
        booked = self.books
        external = [r for r in booked.refunds_of(charge_ref) if r.reference is None]
        disputes = [d for d in booked.disputes.values() if d.charge_ref == charge_ref and d.holds]
        taken = {r.ref: r.amount.minor for r in external} | {d.ref: d.amount.minor for d in disputes}
        sent_at = instant(refund["sent_at"])
        assert sent_at is not None
        since = sent_at - _CLOCKS_DIFFER_BY
        return sum(minor for ref, minor in taken.items() if self._heard.get(ref, self.stage.now) >= since)

    def _row(self, table: str, bucket: int, id: Any) -> Row | None:
        query = sql.SQL("SELECT row_to_json(t) FROM {} t WHERE bucket = %s AND id = %s").format(sql.Identifier(table))
        found = self.watcher.execute(query, [bucket, id]).fetchone()
        return found[0] if found else None

    # --- in the database -------------------------------------------------------------------------

    def _look(self, rows: Rows) -> None:
        news = rows.facts[self._facts.get(rows.key, 0) :]
        self._facts[rows.key] = len(rows.facts)
        for fact in news:
            self.stage.note(f"fact {fact['name']} {fact['seq']} {rows.key[0]}")
        self._note_unsent(rows)
        for one in (*rows.refunds, *rows.disputes):
            if one["gateway_ref"]:
                self._heard.setdefault(one["gateway_ref"], self.stage.now)
        for rule, said, shown in self._broken(rows, news):
            raise BrokenRuleError(rule, said, [*shown, rows.subscription])

    def _note_unsent(self, rows: Rows) -> None:
        """While a cancellation stands, what nobody has claimed to send is not sent any more (R10)."""
        if any(c["undone_at"] is None and c["last_term"] is None for c in rows.cancellations):
            unsent = [c for c in rows.charges if c["state"] == "intended" and c["sent_at"] is None]
            self._let_go |= {c["id"]: rows.key for c in unsent if c["term_number"] > 1}
        else:
            self._let_go = {id: key for id, key in self._let_go.items() if key != rows.key}

    def _broken(self, rows: Rows, news: list[Row]) -> Iterator[tuple[str, str, list[Any]]]:
        for rule in RULES:
            yield from rule(rows)
        yield from new_charges(rows, news)
        yield from self._money(rows)

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
            elif refund["way"] == "external" and refund["gateway_ref"] not in self.books.refunds:
                yield "not refunded", "somebody is said to have refunded what the bank does not know", [refund]

    def _booked(self, charge: Row) -> BookedCharge | None:
        reference = encode(CHARGE, charge["bucket"], UUID(charge["id"]))
        found = [c for c in self.books.charges_of(reference) if c.amount.minor == charge["amount_minor"]]
        return found[0] if found else None
