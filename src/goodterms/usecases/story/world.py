"""The stage of a story: a database and a bank of its own, one clock for both, and time that is stepped through.

Time never jumps over something that is due: the clock goes to each due instant in turn and whatever is due there is
done, so that renewals, retries and settlements happen on their own dates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import httpx

from goodterms.domain.decision import Refusal, iso
from goodterms.domain.money import Money
from goodterms.domain.term import Interval
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.bank.process import BankProcess
from goodterms.gateways.protocol import Gateway
from goodterms.gateways.stripe_face.control import MODULE as FACE_OF_STRIPE
from goodterms.gateways.stripe_face.control import save_card
from goodterms.storage import policies
from goodterms.storage.plans import add_price, create_plan
from goodterms.storage.queries.story import next_due
from goodterms.usecases.run_due import run_until_idle
from goodterms.usecases.world import World

#: Stories need no spreading: all their customers live in one bucket.
BUCKET = 2026
PLAN, CURRENCY = "guard-year", "AUD"


#: The gateways a story can be played through, and what runs their far side.
FACES = {"bank": "goodterms.gateways.bank", "stripe": FACE_OF_STRIPE}


def adapter_of(gateway: str, bank: BankProcess) -> Gateway:
    """Our side of a gateway whose far side is the built-in bank, behind its own API or another."""
    if gateway == "stripe":
        from goodterms.gateways.stripe.adapter import Stripe  # its SDK is large: only where it is used

        return Stripe(bank.key, base_url=bank.url)
    return Bank(bank.url, bank.key)


@dataclass(slots=True)
class Stage:
    """The one clock of a story, moved only forward, and the world that reads it."""

    bank: BankProcess
    new_id: Callable[[], UUID]
    now: datetime
    gateway: str = "bank"
    on_step: Callable[[], None] = lambda: None

    @property
    def world(self) -> World:
        """What journeys are given."""
        plugged = {self.gateway: adapter_of(self.gateway, self.bank)}
        return World(lambda: self.now, self.new_id, lambda: BUCKET, plugged, "http://story.test")

    def card(self, name: str) -> str:
        """One of the bank's cards as this gateway keeps it."""
        if self.gateway == "bank":
            return name
        return save_card(self.bank.url, self.bank.key, name)

    def open(self, price_minor: int, tax_minor: int) -> None:
        """Publish the reference policy and put one yearly plan on sale."""
        self.set_clock(self.now)
        policies.publish(policies.shipped_policy(), at=self.now, by="story")
        year = Interval(months=12)
        made = create_plan(PLAN, "guard", "Guard, 1 year", year, policy_name="reference", now=self.now)
        amount = Money(price_minor, CURRENCY)
        priced = add_price(PLAN, amount, tax_minor, self.now, now=self.now, by="story")
        if isinstance(made, Refusal) or isinstance(priced, Refusal):
            raise RuntimeError(f"the stage can not be set: {made}, {priced}")

    def set_clock(self, at: datetime) -> None:
        """Put our clock and the bank's at an instant. ValueError: time does not go back."""
        if at < self.now:
            raise ValueError(f"a story's time does not go back from {self.now} to {at}")
        self.now = at
        headers = {"Authorization": f"Bearer {self.bank.key}"}
        httpx.post(f"{self.bank.url}/test/clock", json={"now": iso(at)}, headers=headers).raise_for_status()

    def go(self, to: datetime) -> None:
        """Let time pass up to an instant, doing what is due at each due instant on the way."""
        while (due := self.next_due()) is not None and due <= to:
            self.set_clock(max(due, self.now))
            self.work()
            self.on_step()
            left = next_due(BUCKET)
            if left is not None and left <= self.now:
                raise RuntimeError(f"work was due at {iso(left)} and still is at {iso(self.now)}")
        self.set_clock(to)
        self.work()
        self.on_step()

    def next_due(self) -> datetime | None:
        """When something happens next by itself."""
        return next_due(BUCKET)

    def work(self) -> None:
        """Do everything that is due now, as the worker does, until nothing is left."""
        run_until_idle(self.world)
