"""The shop itself: it sells, renews ahead of the end, tries failed cards again, pays back, and does as it is told."""

from __future__ import annotations

import calendar
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from goodterms.gateways.reseller.files import Row, instant, instant_text
from goodterms.gateways.reseller_shop.books import Books
from goodterms.gateways.reseller_shop.post import Faults, Post

LEAD = timedelta(days=14)
TRIES_AFTER = (timedelta(days=3), timedelta(days=6), timedelta(days=10))
_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sold:
    """What the shop calls a subscription and its first order."""

    agreement: str
    order: str


class Tells(Protocol):
    """How a shop tells the vendor what has happened, and is told. `Post` does it by files."""

    def say(self, feed: str, **row: object) -> None:
        """One thing that has happened."""

    def send(self, now: datetime) -> None:
        """Whatever was said is on its way."""

    def summary(self, now: datetime) -> None:
        """Say how much has been told."""

    def collect(self) -> list[tuple[str, Row]]:
        """Take what we were told."""

    def resend(self, kind: str, number: int) -> None:
        """Tell it again."""


class Shop:
    """A reseller over a folder. `card` says how a buyer's card behaves: ok, refund_fails or refund_rejected.

    `tells` makes another way than files to tell the vendor.
    """

    def __init__(self, folder: Path, books: Path, tells: Callable[[Books], Tells] | None = None) -> None:
        self.books = Books(books)
        self.faults = Faults()
        self._post: Tells = tells(self.books) if tells else Post(folder, self.books, self.faults)

    @property
    def now(self) -> datetime:
        """The shop's clock."""
        return self.books.now

    # --- people at the shop ---------------------------------------------------------------------

    def sell(
        self, plan: str, *, amount_minor: int, tax_minor: int, currency: str, name: str, email: str, months: int = 12,
        channel: str = "vendor_store", country: str = "", timezone: str = "", card: str = "ok",
    ) -> Sold:  # fmt: skip
        """Somebody buys."""
        now = self.now
        n = self.books.add(
            "agreements", plan=plan, amount_minor=amount_minor, tax_minor=tax_minor, currency=currency, months=months,
            anchor_at=instant_text(now), terms=0, ends_at=instant_text(now), renews=1, card=card,
        )  # fmt: skip
        buyer = {"plan": plan, "channel": channel, "buyer_name": name, "buyer_email": email}
        buyer |= {"country": country, "timezone": timezone}
        order = self._charge(n, now, "orders", **buyer)
        return Sold(_agreement(n), order)

    def let_fail(self, agreement: str, times: int) -> None:
        """The card of an agreement is declined so many times."""
        self.books.change("agreements", _n(agreement), fails=times)

    def stop(self, agreement: str, *, renews: bool = False) -> None:
        """Somebody turns the renewal off (or on again) at the shop."""
        self._set_renewing(_n(agreement), self.now, renews=renews, told=False)

    def refund(self, order: str, amount_minor: int) -> str:
        """Somebody at the shop pays back, without being told. Raises ValueError where that is too much."""
        return self._pay_back(_n(order), amount_minor, "", self.now)

    def dispute(self, order: str, amount_minor: int) -> str:
        """The buyer's bank takes money back."""
        n = self.books.add(
            "disputes", order_n=_n(order), amount_minor=amount_minor, state="opened", at=instant_text(self.now)
        )
        self._tell_dispute(n, "opened", self.now)
        return f"DP-{n:06d}"

    def decide(self, dispute: str, state: str) -> None:
        """The bank decides: under_review, won, lost or reversed."""
        self._tell_dispute(_n(dispute), state, self.now)

    # --- time -----------------------------------------------------------------------------------

    def next_due(self) -> datetime | None:
        """When something happens by itself; None when nothing is planned."""
        row = self.books.one(
            "SELECT min(at) AS at FROM (SELECT min(charge_at) AS at FROM agreements WHERE renews = 1 "
            "UNION ALL SELECT min(settles_at) FROM refunds UNION ALL SELECT min(deliver_at) FROM files)"
        )
        return instant(row["at"]) if row and row["at"] else None

    def work(self, to: datetime | None = None) -> None:
        """Let time pass: do what is due on the way, then what we were told, and send files. Time does not go back."""
        until = max(to or self.now, self.now)
        while (due := self._next_act()) is not None and due <= until:
            self.books.now = max(due, self.now)
            self._act(self.now)
            self._post.send(self.now)
        self.books.now = until
        for kind, row in self._post.collect():
            if kind == "resend":
                self._post.resend(row["kind"], int(row["number"]))
            else:
                self._obey(row, until)
        self._summarize(until)
        self._post.send(until)

    def _next_act(self) -> datetime | None:
        row = self.books.one(
            "SELECT min(at) AS at FROM (SELECT min(charge_at) AS at FROM agreements WHERE renews = 1 "
            "UNION ALL SELECT min(settles_at) FROM refunds)"
        )
        return instant(row["at"]) if row and row["at"] else None

    def _act(self, now: datetime) -> None:
        text = instant_text(now)
        for one in self.books.rows("SELECT n FROM agreements WHERE renews = 1 AND charge_at <= ? ORDER BY n", text):
            self._charge(one["n"], now, "renewals")
        for one in self.books.rows("SELECT * FROM refunds WHERE settles_at <= ? ORDER BY n", text):
            self._settle(one, now)

    def _summarize(self, now: datetime) -> None:
        last = self.books.one("SELECT value FROM settings WHERE name = 'summary'")
        if last is None or instant(last["value"]) + _EVERY <= now:
            self._post.send(now)
            self._post.summary(now)
            self.books.run("INSERT OR REPLACE INTO settings VALUES ('summary', ?)", instant_text(now))

    # --- money ----------------------------------------------------------------------------------

    def _charge(self, n: int, now: datetime, feed: str, **more: str) -> str:
        one = self._agreement(n)
        starts_at = instant(one["ends_at"])
        ends_at = _months_after(instant(one["anchor_at"]), one["months"] * (one["terms"] + 1))
        paid = not one["fails"] or feed == "orders"
        order = self.books.add(
            "orders", agreement_n=n, amount_minor=one["amount_minor"], currency=one["currency"], paid=int(paid),
            at=instant_text(now),
        )  # fmt: skip
        if paid:
            charge_at: datetime | None = ends_at - LEAD
            changed: dict[str, Any] = {"terms": one["terms"] + 1, "ends_at": instant_text(ends_at), "tries": 0}
        else:
            first = instant(one["first_try_at"]) if one["tries"] else now
            charge_at = next((first + wait for wait in TRIES_AFTER if first + wait > now), None)
            charge_at = charge_at if charge_at and charge_at < starts_at else None
            changed = {"tries": one["tries"] + 1, "first_try_at": instant_text(first), "fails": one["fails"] - 1}
        self.books.change("agreements", n, **changed, charge_at=charge_at and instant_text(charge_at))
        if feed == "renewals":
            more = {
                "outcome": "paid" if paid else "failed", "code": "" if paid else "insufficient_funds",
                "tries_again": "yes" if charge_at and not paid else "no",
            }  # fmt: skip
        self._post.say(
            feed, at=instant_text(now), order=_order(order), agreement=_agreement(n), amount_minor=one["amount_minor"],
            tax_minor=one["tax_minor"], currency=one["currency"], starts_at=instant_text(starts_at),
            ends_at=instant_text(ends_at), **more,
        )  # fmt: skip
        return _order(order)

    def _pay_back(self, order_n: int, amount_minor: int, reference: str, now: datetime) -> str:
        order = self._refundable(order_n, amount_minor)
        card = self._agreement(order["agreement_n"])["card"]
        if card == "refund_rejected":
            raise ValueError("refund_rejected")
        self.books.change("orders", order_n, refunded_minor=order["refunded_minor"] + amount_minor)
        settles_at = after_business_days(now, 2 if card == "refund_fails" else 3)
        n = self.books.add(
            "refunds", order_n=order_n, reference=reference, amount_minor=amount_minor, state="accepted",
            settles_at=instant_text(settles_at), at=instant_text(now),
        )  # fmt: skip
        self._tell_refund(n, now)
        return _refund(n)

    def _refundable(self, order_n: int, amount_minor: int) -> dict[str, Any]:
        """An order of which so much can go back. Raises ValueError."""
        order = self.books.one("SELECT * FROM orders WHERE n = ? AND paid = 1", order_n)
        if order is None:
            raise ValueError("no_such_charge")
        if not 0 < amount_minor <= order["amount_minor"] - order["refunded_minor"]:
            raise ValueError("exceeds_charge")
        return order

    def _settle(self, refund: Mapping[str, Any], now: datetime) -> None:
        order = self.books.rows("SELECT * FROM orders WHERE n = ?", refund["order_n"])[0]
        fails = self._agreement(order["agreement_n"])["card"] == "refund_fails"
        if fails:
            self.books.change("orders", order["n"], refunded_minor=order["refunded_minor"] - refund["amount_minor"])
        self.books.change("refunds", refund["n"], state="failed" if fails else "paid", settles_at=None)
        self._tell_refund(refund["n"], now)

    def _tell_refund(self, n: int, now: datetime) -> None:
        one = self.books.rows(
            "SELECT r.*, o.currency FROM refunds r JOIN orders o ON o.n = r.order_n WHERE r.n = ?", n
        )[0]
        failed = one["state"] == "failed"
        self._post.say(
            "refunds", at=instant_text(now), kind="refund", ref=_refund(n), order=_order(one["order_n"]),
            state=one["state"], amount_minor=one["amount_minor"] * (1 if failed else -1), currency=one["currency"],
            reference=one["reference"], code="card_closed" if failed else "",
            bank_reference=f"BR{n:010d}" if one["state"] == "paid" else "",
        )  # fmt: skip

    def _tell_dispute(self, n: int, state: str, now: datetime) -> None:
        self.books.change("disputes", n, state=state)
        one = self.books.rows(
            "SELECT d.*, o.currency FROM disputes d JOIN orders o ON o.n = d.order_n WHERE d.n = ?", n
        )[0]
        self._post.say(
            "refunds", at=instant_text(now), kind="dispute", ref=f"DP-{n:06d}", order=_order(one["order_n"]),
            state=state, amount_minor=one["amount_minor"] * (1 if state in ("won", "reversed") else -1),
            currency=one["currency"], code="",
        )  # fmt: skip

    # --- instructions ---------------------------------------------------------------------------

    def _obey(self, row: Row, now: datetime) -> None:
        """Carry an instruction out once; told again, say again what came of it."""
        key = row["instruction"]
        known = self.books.one("SELECT * FROM instructions WHERE key = ?", key)
        if known is not None:
            self.books.run("UPDATE instructions SET times = times + 1 WHERE key = ?", key)
            self._tell_status(known, now)
            return
        outcome, ref, code = "accepted", "", ""
        try:
            if self.faults.refuse:
                raise ValueError(self.faults.refuse.pop(0))
            ref = self._carry_out(row, now)
        except ValueError as refused:
            outcome, code = "refused", str(refused)
        said = {"key": key, "reference": row["reference"], "outcome": outcome, "ref": ref, "code": code}
        self.books.add("instructions", **said, row=json.dumps(row))
        self._tell_status(said, now)

    def _carry_out(self, row: Row, now: datetime) -> str:
        if row["what"] == "refund":
            order = row["order"].rpartition("-")[2]
            if not order.isdecimal():
                raise ValueError("no_such_charge")
            return self._pay_back(int(order), -int(row["amount_minor"]), row["reference"], now)
        n, number = _n(row["agreement"]), int(row["number"])
        one = self.books.one("SELECT * FROM agreements WHERE n = ?", n)
        if one is None:
            raise ValueError("no_such_agreement")
        if number > one["told"]:
            if row["what"] == "go_on" and instant(one["ends_at"]) <= now:
                raise ValueError("agreement_ended")
            self.books.change("agreements", n, told=number)
            self._set_renewing(n, now, renews=row["what"] == "go_on", told=True)
        return ""

    def _set_renewing(self, n: int, now: datetime, *, renews: bool, told: bool) -> None:
        ends_at = instant(self._agreement(n)["ends_at"])
        charge_at = max(ends_at - LEAD, now) if renews else ends_at - LEAD
        self.books.change("agreements", n, renews=int(renews), charge_at=instant_text(charge_at))
        self._post.say(
            "agreements", at=instant_text(now), agreement=_agreement(n), state="renewing" if renews else "stopped",
            told="yes" if told else "no",
        )  # fmt: skip

    def _tell_status(self, said: Mapping[str, Any], now: datetime) -> None:
        self._post.say(
            "status", at=instant_text(now), instruction=said["key"], reference=said["reference"],
            outcome=said["outcome"], ref=said["ref"], code=said["code"],
        )  # fmt: skip

    def _agreement(self, n: int) -> dict[str, Any]:
        return self.books.rows("SELECT * FROM agreements WHERE n = ?", n)[0]


def _agreement(n: int) -> str:
    return f"AG-{n:06d}"


def _order(n: int) -> str:
    return f"RS-{n:06d}"


def _refund(n: int) -> str:
    return f"RF-{n:06d}"


def _n(ref: str) -> int:
    return int(ref.rpartition("-")[2])


def _months_after(at: datetime, months: int) -> datetime:
    """So many months later, on the same day or on the last of the month."""
    year, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + year, month + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def after_business_days(at: datetime, days: int) -> datetime:
    """So many days from Monday to Friday later."""
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return at
