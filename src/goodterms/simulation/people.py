"""Customers and the support team of a simulation: they act at bad moments, twice, and beside each other.

Nearly half of what customers do falls on the very instant at which something of theirs is due, or on midnight: with
times drawn evenly, races would almost never happen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import InterfaceError, OperationalError, connection, connections

from goodterms.domain.cancellation import CancellationOutcome
from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor as By
from goodterms.domain.public_id import CUSTOMER, encode
from goodterms.domain.refund_request import Claimed
from goodterms.simulation.access import check_access
from goodterms.simulation.stage import Actor, Stage
from goodterms.storage.load import NotFound
from goodterms.storage.models import OrderRow, RefundRequestRow, SubscriptionRow
from goodterms.usecases import cancel, customers, purchase, request_refund
from goodterms.usecases.world import World

PLANS = ("shield-year", "guard-month", "care-quarter")
CARDS = ("good", "good", "good", "poor", "slow", "lost")
DAY = timedelta(days=1)
#: What a lost connection looks like to the person at the browser: an error page; try again later.
ERROR_PAGE = (OperationalError, InterfaceError, NotFound)


@dataclass(frozen=True, slots=True)
class Holding:
    """A subscription as its customer sees it in the account."""

    bucket: int
    id: UUID
    living: bool
    renews: bool
    moments: tuple[datetime, ...]  # when something of it is due
    paid_at: datetime | None  # its latest order

    def charged_about(self, now: datetime) -> bool:
        """Whether something of it is or was to happen in these days: its letter tells of a charge."""
        return any(abs(at - now) <= 2 * DAY for at in self.moments)


class Customer:
    """One person with one e-mail address, through all the years. `world` gives a web process of the hour."""

    def __init__(
        self, number: int, stage: Stage, world: Callable[[], World], watcher: psycopg.Connection[Any]
    ) -> None:
        self.watcher = watcher
        self.name = f"c{number}"
        self.email = f"{self.name}@example.org"
        self.zone = ("UTC", "Australia/Sydney", "America/New_York", "Pacific/Kiritimati")[number % 4]
        self.stage = stage
        self.world = world
        self._choose = stage.choices
        self._tabs = 0

    def enter(self, at: datetime | None = None) -> None:
        """Come on stage, again after the web process at the other end was killed."""
        self.stage.enter(self.name, f"web-{self.name}", self._live, at=at)

    def _live(self, _actor: Actor) -> None:
        try:
            while True:
                self.stage.sleep_until(self._next_moment())
                self._at_browser(self._act())
        finally:
            connections.close_all()

    def _at_browser(self, act: Callable[[World], object] | None) -> None:
        """Do it; sometimes with a second click beside the first."""
        if act is None:
            return
        if self._choose.chance(f"{self.name} twice", 0.25):
            self._beside(act)
        self._once(act)

    def _beside(self, act: Callable[[World], object], at: datetime | None = None) -> None:
        """Do it in a window of its own."""
        self._tabs += 1
        name = f"{self.name}+{self._tabs}"
        self.stage.enter(name, f"tab-{self.name}-{self._tabs}", lambda _actor: self._tab(act), at=at)

    def hear_of_outage(self, until: datetime) -> None:
        """The bank can not be reached until an instant: come before, and cancel what renews."""
        now = self.stage.now
        seconds = self._choose.below(f"{self.name} hears", int((until - now).total_seconds()))
        self._beside(self._cancel_all, now + timedelta(seconds=seconds))

    def _once(self, act: Callable[[World], object]) -> None:
        try:
            act(self.world())
        except ERROR_PAGE:
            self.stage.counted["error pages"] += 1
            connection.close()

    def _tab(self, act: Callable[[World], object]) -> None:
        try:
            self._once(act)
        finally:
            connections.close_all()

    def _next_moment(self) -> datetime:
        now, choose = self.stage.now, self._choose
        days = choose.one_of(f"{self.name} is back in", (5, 25, 75))
        soon = now + timedelta(seconds=1 + choose.below(f"{self.name} waits", days * 86_400))
        held = self._held()
        moments = [at for one in held for at in one.moments if at > now]
        kind = choose.below(f"{self.name} when", 20)
        if kind < 9 and moments:
            moment: datetime = choose.one_of(f"{self.name} moment", sorted(moments))
            if choose.chance(f"{self.name} a little later", 0.3):
                moment += timedelta(seconds=choose.below(f"{self.name} later", 2 * 86_400))
            return moment
        if kind < 11:
            return soon.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        return soon

    def _held(self) -> list[Holding]:
        """What the account shows; nothing while the site is down."""
        try:
            customer = customers.customer_by_email(self.email)
            if customer is None:
                return []
            rows = SubscriptionRow.objects.filter(bucket=customer.bucket, customer_id=customer.id)
            orders = OrderRow.objects.filter(bucket=customer.bucket, customer_id=customer.id).order_by("placed_at")
            paid = dict(orders.values_list("subscription_id", "placed_at"))
            return [
                Holding(
                    row.bucket, row.id, row.expired_at is None, row.auto_renew,
                    tuple(at for at in (row.next_step_at, row.paid_through) if at is not None), paid.get(row.id),
                )
                for row in rows.order_by("created_at", "id")
            ]  # fmt: skip
        except ERROR_PAGE:
            connection.close()
            return []

    def _act(self) -> Callable[[World], object] | None:
        """What this person wants now."""
        held, choose = self._held(), self._choose
        try:
            for one in held:
                check_access(self.watcher, one.bucket, one.id, self.stage.now)
        except ERROR_PAGE:
            connection.close()
        if not held or (not held[-1].living and choose.chance(f"{self.name} again", 0.8)):
            return self._buy
        one = held[-1] if choose.chance(f"{self.name} newest", 0.8) else choose.one_of(f"{self.name} which", held)
        if one.renews and one.charged_about(self.stage.now) and choose.chance(f"{self.name} saw the letter", 0.4):
            return lambda world: self._cancel(world, one)
        lately = one.paid_at is not None and one.paid_at > self.stage.now - 28 * DAY
        if lately and choose.chance(f"{self.name} regrets it", 0.4):
            return lambda world: self._ask_money_back(world, one)
        wish = choose.below(f"{self.name} act", 10)
        if wish < 3:
            return (lambda world: self._cancel(world, one)) if one.renews else (lambda world: self._undo(world, one))
        if wish < 6:
            return lambda world: self._ask_money_back(world, one)
        if wish < 7:
            return lambda world: self._change_card(world, one)
        if wish < 8:
            return lambda world: self._answer_or_retract(world, one)
        return self._buy if wish < 9 else None

    # --- the journeys ----------------------------------------------------------------------------

    def _buy(self, world: World) -> object:
        customer = customers.find_or_create_customer(world, email=self.email, name=self.name, timezone=self.zone)
        plan = self._choose.one_of(f"{self.name} plan", PLANS)
        return purchase.purchase(
            world, customer, purchase.Purchase(plan, "AUD", self._card()), actor=self._by(customer)
        )

    def _cancel(self, world: World, one: Holding) -> object:
        shown = cancel.preview_cancellation(world, one.bucket, one.id)
        if not isinstance(shown, CancellationOutcome):
            return shown
        if self._choose.chance(f"{self.name} reads", 0.3):
            self.stage.sleep(timedelta(seconds=self._choose.below(f"{self.name} reading", 600)))
        by = By("customer", self.name)
        done = cancel.cancel(world, one.bucket, one.id, actor=by, channel="account", shown=shown.fingerprint)
        if isinstance(done, Refusal) and done.code == "preview_changed":
            return cancel.cancel(world, one.bucket, one.id, actor=by, channel="account")  # having seen the new one
        return done

    def _cancel_all(self, world: World) -> object:
        return [self._cancel(world, one) for one in self._held() if one.renews]

    def _undo(self, world: World, one: Holding) -> object:
        return cancel.undo(world, one.bucket, one.id, actor=By("customer", self.name))

    def _change_card(self, world: World, one: Holding) -> object:
        by = By("customer", self.name)
        return cancel.change_payment_method(world, one.bucket, one.id, self._card(), actor=by)

    def _ask_money_back(self, world: World, one: Holding) -> object:
        order = OrderRow.objects.filter(bucket=one.bucket, subscription_id=one.id).order_by("-term_number").first()
        if order is None:
            return None
        number = "" if self._choose.chance(f"{self.name} forgets", 0.1) else order.number
        claimed = Claimed(number, self.email, self.name, order.placed_at.date())
        channel = self._choose.one_of(f"{self.name} by", ("account", "public_form"))
        by = By("customer", self.name)
        if channel == "public_form":
            return request_refund.submit_claim(world, claimed, actor=by, channel=channel)
        return request_refund.request_refund(
            world, one.bucket, order.id, claimed, actor=by, channel=channel, contact_email=self.email
        )

    def _answer_or_retract(self, world: World, one: Holding) -> object:
        row = (
            RefundRequestRow.objects.filter(bucket=one.bucket, subscription_id=one.id, decided_at=None)
            .order_by("received_at", "id")
            .last()
        )
        by = By("customer", self.name)
        if row is None:
            return None
        if self._choose.chance(f"{self.name} retracts", 0.5):
            return request_refund.retract(world, row.bucket, row.id, actor=by)
        told = Claimed(name=self.name)
        return request_refund.give_information(world, row.bucket, row.id, told, actor=by, answer="as I said")

    def _card(self) -> str:
        kind = self._choose.one_of(f"{self.name} card", CARDS)
        return f"{kind}.{self.name}"

    @staticmethod
    def _by(customer: object) -> By:
        return By("customer", encode(CUSTOMER, customer.bucket, customer.id))  # type: ignore[attr-defined]
