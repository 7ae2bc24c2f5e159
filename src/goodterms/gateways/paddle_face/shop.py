"""The shop as Paddle runs it: refunds wait for approval, and what happens becomes objects and events, not files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from goodterms.gateways.paddle_face import objects
from goodterms.gateways.paddle_face.objects import id_of
from goodterms.gateways.reseller.files import Row, instant_text
from goodterms.gateways.reseller_shop.books import Books
from goodterms.gateways.reseller_shop.shop import Shop, after_business_days

SCHEMA = """
CREATE TABLE IF NOT EXISTS paddle_objects (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS paddle_orders (order_n INTEGER PRIMARY KEY, txn TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS paddle_adjustments (n INTEGER PRIMARY KEY AUTOINCREMENT, refund_n INTEGER);
CREATE TABLE IF NOT EXISTS paddle_subscriptions (
    n INTEGER PRIMARY KEY, custom_data TEXT NOT NULL DEFAULT 'null', updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS paddle_events (
    n INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, sent INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0
);
"""
_ACTIONS = {
    "opened": "chargeback_warning", "won": "chargeback_warning_reverse", "lost": "chargeback",
    "reversed": "chargeback_reverse",
}  # fmt: skip
_CODES = {"insufficient_funds": "not_enough_balance"}


class Told:
    """What the shop says, kept as Paddle's objects and events."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def say(self, feed: str, **row: object) -> None:
        """A sale, a renewal, a refund, a dispute or a subscription has changed."""
        said = {name: str(value) for name, value in row.items()}
        match feed:
            case "orders" | "renewals":
                self._charged(said)
            case "agreements":
                self._renewing(said)
            case "refunds" if said["kind"] == "dispute" and said["state"] in _ACTIONS:
                self._disputed(said)

    def send(self, now: datetime) -> None:
        """Webhooks are sent by the server."""

    def summary(self, now: datetime) -> None:
        """Events need none."""

    def collect(self) -> list[tuple[str, Row]]:
        """It is told over HTTP."""
        return []

    def resend(self, kind: str, number: int) -> None:
        """Events can be listed."""

    def kept(self, id: str) -> dict[str, Any] | None:
        """An object."""
        row = self.books.one("SELECT body FROM paddle_objects WHERE id = ?", id)
        found: dict[str, Any] | None = json.loads(row["body"]) if row else None
        return found

    def all(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind, the latest first."""
        sql = "SELECT body FROM paddle_objects WHERE substr(id, 1, ?) = ? ORDER BY id DESC"
        rows = self.books.rows(sql, len(kind) + 1, f"{kind}_")
        return [json.loads(row["body"]) for row in rows]

    def keep(self, body: Mapping[str, Any], event: str | None, at: str) -> None:
        """Keep an object as it is now, and say so."""
        self.books.run("INSERT OR REPLACE INTO paddle_objects VALUES (?, ?)", body["id"], json.dumps(body))
        if event:
            self.event(event, body, at)

    def event(self, kind: str, body: Mapping[str, Any], at: str) -> None:
        """An event with the object as it is now."""
        n = self.books.add("paddle_events", body="")
        about = {"event_id": id_of("evt", n), "event_type": kind, "occurred_at": at, "data": body}
        self.books.run("UPDATE paddle_events SET body = ? WHERE n = ?", json.dumps(about), n)

    def touch(self, n: int, at: str, custom_data: object = None) -> None:
        """A subscription has changed."""
        self.books.run(
            "INSERT INTO paddle_subscriptions (n, updated_at) VALUES (?, ?)"
            " ON CONFLICT (n) DO UPDATE SET updated_at = excluded.updated_at", n, at,
        )  # fmt: skip
        if custom_data is not None:
            self.books.run("UPDATE paddle_subscriptions SET custom_data = ? WHERE n = ?", json.dumps(custom_data), n)

    def subscription(self, n: int) -> dict[str, Any] | None:
        """A subscription as it stands."""
        agreement = self.books.one("SELECT * FROM agreements WHERE n = ?", n)
        kept = self.books.one("SELECT * FROM paddle_subscriptions WHERE n = ?", n)
        if agreement is None or kept is None:
            return None
        return objects.subscription(agreement, kept, json.loads(kept["custom_data"]), self.books.now)

    def _charged(self, said: dict[str, str]) -> None:
        order = self.books.rows("SELECT * FROM orders WHERE n = ?", _n(said["order"]))[0]
        agreement = self.books.rows("SELECT * FROM agreements WHERE n = ?", order["agreement_n"])[0]
        n, at = agreement["n"], said["at"]
        if "buyer_email" in said:
            self.keep({"id": id_of("ctm", n), "name": said["buyer_name"], "email": said["buyer_email"]}, None, at)
            self.keep({"id": id_of("add", n), "country_code": said["country"] or None}, None, at)
            self.touch(n, at)
        started = self._past_due(n, said["starts_at"])
        id = started["id"] if started else id_of("txn", order["n"])
        self.books.add("paddle_orders", order_n=order["n"], txn=id)
        code = _CODES.get(said.get("code", ""), said.get("code", ""))
        payments = [objects.attempt(order, code, at), *(started["payments"] if started else [])]
        body = objects.transaction(id, order, agreement, said, payments)
        self.keep(body, "transaction.payment_failed" if code else "transaction.completed", at)

    def _past_due(self, n: int, starts_at: str) -> dict[str, Any] | None:
        """The transaction of a term that was tried to be paid before."""
        rows = self.books.rows(
            "SELECT DISTINCT p.txn FROM paddle_orders p JOIN orders o ON o.n = p.order_n WHERE o.agreement_n = ?", n
        )
        found = [self.kept(row["txn"]) for row in rows]
        return next((one for one in found if one and one["billing_period"]["starts_at"] == starts_at), None)

    def _renewing(self, said: dict[str, str]) -> None:
        n = _n(said["agreement"])
        self.touch(n, said["at"])
        body = self.subscription(n)
        assert body is not None
        self.event("subscription.updated", body, said["at"])

    def _disputed(self, said: dict[str, str]) -> None:
        order = self.books.rows("SELECT txn FROM paddle_orders WHERE order_n = ?", _n(said["order"]))[0]
        txn = self.kept(order["txn"])
        assert txn is not None
        id = id_of("adj", self.books.add("paddle_adjustments", refund_n=None))
        body = objects.adjustment(
            id, txn, action=_ACTIONS[said["state"]], status="approved", reason="chargeback", items=[],
            minor=abs(int(said["amount_minor"])), at=said["at"],
        )  # fmt: skip
        self.keep(body, "adjustment.created", said["at"])


class PaddleShop(Shop):
    """The shop behind Paddle's API. Refunds are decided at its next work, for good but for bad cards."""

    def __init__(self, books: Path) -> None:
        super().__init__(books.parent, books, self._make)
        self.books.run("PRAGMA synchronous = OFF")

    def _make(self, books: Books) -> Told:
        for statement in filter(str.strip, SCHEMA.split(";")):
            books.run(statement)
        self.told = Told(books)
        return self.told

    def agreed(self, n: int) -> dict[str, Any]:
        """An agreement by its number."""
        return self._agreement(n)

    def renew(self, n: int, *, renews: bool) -> None:
        """Do as the vendor says. ValueError: the subscription has ended."""
        one = self._agreement(n)
        if renews and one["ends_at"] <= instant_text(self.now):
            raise ValueError("agreement_ended")
        if bool(one["renews"]) != renews:
            self._set_renewing(n, self.now, renews=renews, told=True)

    def adjustments(self, txn: str) -> list[dict[str, Any]]:
        """Those of a transaction."""
        return [one for one in self.told.all("adj") if one["transaction_id"] == txn]

    def ask(self, txn: Mapping[str, Any], minor: int, reason: str, items: list[dict[str, str]]) -> dict[str, Any]:
        """Somebody wants money back: it waits for approval. Raises ValueError: exceeds_charge, no_such_charge."""
        row = self.books.one(
            "SELECT o.n FROM orders o JOIN paddle_orders p ON p.order_n = o.n WHERE p.txn = ? AND o.paid = 1",
            txn["id"],
        )
        order = self._refundable(row["n"] if row else -1, minor)
        self.books.change("orders", order["n"], refunded_minor=order["refunded_minor"] + minor)
        at = instant_text(self.now)
        n = self.books.add(
            "refunds", order_n=order["n"], reference=reason, amount_minor=minor, state="pending_approval",
            settles_at=at, at=at,
        )  # fmt: skip
        id = id_of("adj", self.books.add("paddle_adjustments", refund_n=n))
        made = [
            {**item, "totals": objects.totals(int(item["amount"]), 0, txn["currency_code"])} for item in items
        ]  # fmt: skip
        body = objects.adjustment(
            id, txn, action="refund", status="pending_approval", reason=reason, minor=minor, items=made, at=at
        )
        self.told.keep(body, "adjustment.created", at)
        return body

    def _pay_back(self, order_n: int, amount_minor: int, reference: str, now: datetime) -> str:  # noqa: ARG002
        """In the dashboard."""
        row = self.books.rows("SELECT txn FROM paddle_orders WHERE order_n = ?", order_n)[0]
        txn = self.told.kept(row["txn"])
        assert txn is not None
        items = objects.spread(amount_minor, txn, self.adjustments(txn["id"]))
        return str(self.ask(txn, amount_minor, reference or "requested by customer", items)["id"])

    def _settle(self, refund: Mapping[str, Any], now: datetime) -> None:
        """Decide a refund that waits, or take one back that did not arrive."""
        order = self.books.rows("SELECT * FROM orders WHERE n = ?", refund["order_n"])[0]
        card = self._agreement(order["agreement_n"])["card"]
        waits = refund["state"] == "pending_approval"
        status = ("rejected" if card == "refund_rejected" else "approved") if waits else "reversed"
        settles_at = None
        if status == "approved" and card == "refund_fails":
            settles_at = instant_text(after_business_days(now, 2))
        if status != "approved":
            self.books.change("orders", order["n"], refunded_minor=order["refunded_minor"] - refund["amount_minor"])
        self.books.change("refunds", refund["n"], state=status, settles_at=settles_at)
        row = self.books.rows("SELECT n FROM paddle_adjustments WHERE refund_n = ?", refund["n"])[0]
        body = self.told.kept(id_of("adj", row["n"]))
        assert body is not None
        at = instant_text(now)
        self.told.keep({**body, "status": status, "updated_at": at}, "adjustment.updated", at)


def _n(ref: str) -> int:
    return int(ref.rpartition("-")[2])
