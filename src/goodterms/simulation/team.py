"""The support team of a simulation, and whoever sits at the bank's dashboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, connections

from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor as By
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundWay
from goodterms.gateways.protocol import DisputeWord, Outcome
from goodterms.simulation.bank import SimulatedBank
from goodterms.simulation.people import ERROR_PAGE, PLANS
from goodterms.simulation.stage import Actor, Stage
from goodterms.storage.models import RefundRequestRow, RefundRow
from goodterms.usecases import administration, pay_back, request_refund, review
from goodterms.usecases.world import World

OPEN = ("received", "in_review", "needs_information")
#: How disputes go on: after so many days, what the card's bank says.
ENDS: tuple[tuple[tuple[int, DisputeWord], ...], ...] = (
    ((5, "under_review"), (20, "won")),
    ((12, "lost"),),
    ((9, "under_review"), (10, "lost"), (15, "reversed")),
    ((3, "won"),),
)


class Specialist:
    """One of two who work on the same queue, from nine o'clock, often on the same case in the same second."""

    def __init__(self, name: str, stage: Stage, world: Callable[[], World]) -> None:
        self.name = name
        self.stage = stage
        self.world = world
        self.by = By("agent", f"{name}@desk.example")
        self._choose = stage.choices

    def enter(self, at: datetime | None = None) -> None:
        """Come on stage."""
        self.stage.enter(self.name, f"web-{self.name}", self._work, at=at)

    def _work(self, _actor: Actor) -> None:
        try:
            while True:
                days = 1 + self._choose.below(f"{self.name} days", 4)
                nine = self.stage.now.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=days)
                self.stage.sleep_until(nine)
                self._queue()
        finally:
            connections.close_all()

    def _queue(self) -> None:
        try:
            for row in list(RefundRequestRow.objects.filter(state__in=OPEN).order_by("due_at", "bucket", "id")[:5]):
                self._once(lambda row=row: self._decide(row))  # type: ignore[misc]
            failed = RefundRow.objects.filter(state="failed", way="original").order_by("-intended_at", "id")[:20]
            latest = [r for r in failed if not RefundRow.objects.filter(order_id=r.order_id, attempt__gt=r.attempt)]
            for refund in latest[:3]:
                self._once(lambda refund=refund: self._another_way(refund))  # type: ignore[misc]
        except ERROR_PAGE:
            connection.close()

    def _once(self, act: Callable[[], object]) -> None:
        try:
            act()
        except ERROR_PAGE:
            self.stage.counted["error pages"] += 1
            connection.close()

    def _decide(self, row: RefundRequestRow) -> object:
        world = self.world()
        what = self._choose.below(f"{self.name} decides", 10)
        if what < 1:
            return review.take(world, row.bucket, row.id, actor=self.by)
        if what < 2:
            return review.ask(world, row.bucket, row.id, "When did you buy it?", actor=self.by)
        if what < 3:
            return review.decline(world, row.bucket, row.id, actor=self.by, note="outside")
        if what < 4:
            return request_refund.retract(world, row.bucket, row.id, actor=self.by)
        review.take(world, row.bucket, row.id, actor=self.by)
        done = review.approve(world, row.bucket, row.id, actor=self.by)
        if isinstance(done, Refusal) and done.code == "not_granted":
            return review.decline(world, row.bucket, row.id, actor=self.by, note="outside")
        return done

    def _another_way(self, row: RefundRow) -> object:
        by_hand = self._choose.chance(f"{self.name} by hand", 0.3)
        way = RefundWay.BANK_TRANSFER if by_hand else RefundWay.ORIGINAL
        reference = "transfer" if by_hand else ""
        return pay_back.try_another_way(self.world(), row.bucket, row.id, actor=self.by, way=way, reference=reference)


class Finance:
    """Somebody who refunds in the bank's dashboard without telling us, and changes prices."""

    def __init__(self, stage: Stage, bank: SimulatedBank, world: Callable[[], World]) -> None:
        self.stage = stage
        self.bank = bank
        self.world = world
        self._choose = stage.choices

    def enter(self, at: datetime | None = None) -> None:
        """Come on stage."""
        self.stage.enter("finance", "web-finance", self._work, at=at)

    def _work(self, _actor: Actor) -> None:
        try:
            while True:
                self.stage.sleep(timedelta(hours=1 + self._choose.below("finance", 24 * 60)))
                what = self._choose.below("finance does", 10)
                if what < 3:
                    self._raise_price()
                elif what < 7:
                    self._refund_in_dashboard()
                elif self.stage.odds["disputes"]:
                    self._dispute()
        finally:
            connections.close_all()

    def _refund_in_dashboard(self) -> None:
        books = self.bank.books
        paid = [
            c for c in books.charges.values()
            if c.outcome is Outcome.SUCCEEDED and books.paid_back(c.ref) < c.amount.minor
        ]  # fmt: skip
        if not paid:
            return
        charge = self._choose.one_of("dashboard", paid[-6:])
        left = charge.amount.minor - books.paid_back(charge.ref)
        part = left if self._choose.chance("dashboard all", 0.7) else max(1, left // 3)
        self.bank.refund(charge.ref, Money(part, charge.amount.currency), None, None)
        self.stage.counted["refunds in the dashboard"] += 1

    def _dispute(self) -> None:
        """A cardholder somewhere goes to his bank."""
        books = self.bank.books
        paid = [
            c for c in books.charges.values()
            if c.outcome is Outcome.SUCCEEDED and books.paid_back(c.ref) < c.amount.minor
        ]  # fmt: skip
        if not paid:
            return
        charge = self._choose.one_of("disputed", paid[-8:])
        ends: tuple[tuple[int, DisputeWord], ...] = self._choose.one_of("dispute's end", ENDS)
        self.bank.tell(books.dispute(charge, self.stage.now, ends))
        self.stage.counted["disputes"] += 1

    def _raise_price(self) -> None:
        plan = self._choose.one_of("price of", PLANS)
        amount = Money(1000 + self._choose.below("price", 9000), "AUD")
        at = self.stage.now + timedelta(days=self._choose.below("price from", 40))
        try:
            administration.add_price(
                self.world(), plan, amount, amount.minor // 11, at, actor=By("agent", "finance@desk.example")
            )
        except ERROR_PAGE:
            connection.close()
