"""When a renewal may be charged: announced in time, wanted, undisputed, and on a card that may still be tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from goodterms.simulation.bank import HARD
from goodterms.simulation.looking import Broken, Row, Rows, instant, of_this_history

# What the reference policy says, said again on purpose: who checks must not read it from where it is used.
LEAD = timedelta(days=14)
NOTICE = timedelta(days=3)


@dataclass
class _Standing:
    """What stands in the way of a charge, or allows it, after the facts that were taken in one by one."""

    renews: bool = True
    stopped: Row | None = None  # the cancellation that stands
    last_term: Any = None  # which that cancellation lets be charged once more
    announced: Row | None = None  # the announcement that holds
    refused: Row | None = None  # the card has said no for good
    disputed: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def take(self, fact: Row, rows: Rows) -> None:
        """One fact more."""
        kind, _, what = fact["name"].partition(".")
        if kind == "subscription":
            self._of_subscription(what, fact)
        elif kind == "dispute":
            self._of_dispute(what, fact["data"]["dispute_id"])
        elif kind == "charge":
            lost_card = what == "intended" and not of_this_history(fact["data"])
            if what == "declined" and _said_for_good(rows, fact["data"]):
                self.refused = fact
            elif lost_card:  # a history that is lost had another card
                self.refused = None

    def _of_subscription(self, what: str, fact: Row) -> None:
        data = fact["data"]
        match what:
            case "canceled":
                self.stopped, self.last_term = fact, data.get("last_term")
                if self.last_term is None:
                    self._turned(on=False)
            case "cancellation_undone":
                self.stopped = None
                self.disputed -= self.lost  # what has been decided does not keep a customer who wants to go on
                if not self.renews:
                    self._turned(on=True)
            case "renewal_announced":
                # Saying it once more for the same term binds nothing anew: the notice counts from the first time.
                if self.announced is None or self.announced["data"]["term_number"] != data["term_number"]:
                    self.announced = fact
            case "announcement_withdrawn":
                self.announced = None
            case "renewal_stopped" | "renewal_resumed":
                self._turned(on=what == "renewal_resumed")
            case "started" | "renewed":
                self.announced = None
                self.renews = self.renews and not data.get("last")
            case "expired":
                self.renews = False
            case "payment_method_changed":
                self.refused = None

    def _turned(self, *, on: bool) -> None:
        """The renewal goes on or off: what was announced of it before does not hold any more."""
        self.renews, self.announced = on, None

    def _of_dispute(self, what: str, dispute: str) -> None:
        if what == "opened":
            self.disputed.add(dispute)
        elif what == "lost":
            self.lost.add(dispute)
        elif what in ("won", "reversed"):
            self.disputed.discard(dispute)


def new_charges(rows: Rows, news: list[Row]) -> Broken:
    """No charge after a committed cancellation; none without notice, too early or too late (R2, R3, R10, R14)."""
    standing = _Standing()
    fresh = {fact["seq"] for fact in news}
    for fact in rows.facts:
        data = fact["data"]
        renewal = fact["name"] == "charge.intended" and data["term_number"] > 1
        if renewal and fact["seq"] in fresh and of_this_history(data):
            yield from _allowed(rows, fact, standing)
        standing.take(fact, rows)


def _allowed(rows: Rows, fact: Row, standing: _Standing) -> Broken:
    stopped, last = standing.stopped, standing.last_term
    if stopped is not None and (last is None or fact["data"]["term_number"] > last):
        yield "charged after cancel", "a charge was committed after a cancellation", [stopped, fact]
    if standing.disputed:
        yield "charged while disputed", "a renewal is charged while a payment is disputed", [fact]
    if standing.refused is not None:
        yield "tried in vain", "a card is charged that has said no for good", [standing.refused, fact]
    yield from _in_time(rows, fact, standing.announced)


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
    notice = NOTICE if starts - told > NOTICE else (starts - told) / 2  # who goes on so late sees the date
    if at - told < notice - timedelta(seconds=10):
        yield "announced too late", f"charged {at - told} after the announcement", [announced, fact]


def _said_for_good(rows: Rows, data: Row) -> bool:
    return any(
        charge["term_number"] == data["term_number"]
        and charge["attempt"] == data["attempt"]
        and charge["decline_code"] in HARD
        for charge in rows.charges
    )
