"""The stage and the teller of stories in which a reseller sells and renews, and is spoken to through files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from goodterms.gateways.protocol import Gateway
from goodterms.gateways.reseller.adapter import FileReseller
from goodterms.gateways.reseller_shop.shop import Shop
from goodterms.storage.directory import AGREEMENT, agreement_key, look_up
from goodterms.usecases import customers
from goodterms.usecases.story import tales
from goodterms.usecases.story.teller import Person, Teller
from goodterms.usecases.story.world import BUCKET, CURRENCY, PLAN, Stage
from goodterms.usecases.world import World


@dataclass(slots=True)
class ResellerStage(Stage):
    """One clock for us and for the reseller's shop, which works whenever the clock moves."""

    shop: Shop = field(init=False)
    adapter: Gateway = field(init=False)

    def furnish(self, directory: Path) -> None:
        """Open the shop and the folder between it and us."""
        folder = directory / "exchange"
        folder.mkdir(parents=True)
        self.shop = Shop(folder, directory / "shop.sqlite")
        self.adapter = FileReseller(folder, clock=lambda: self.now)

    @property
    def world(self) -> World:
        """What journeys are given."""
        return World(lambda: self.now, self.new_id, lambda: BUCKET, {"reseller": self.adapter}, "http://story.test")

    def set_clock(self, at: datetime) -> None:
        """Put our clock and the shop's at an instant; the shop does what is due. ValueError: time does not go back."""
        if at < self.now:
            raise ValueError(f"a story's time does not go back from {self.now} to {at}")
        self.now = at
        self.shop.work(at)

    def next_due(self) -> datetime | None:
        """When something happens next by itself, here or at the shop."""
        ours = super(ResellerStage, self).next_due()
        return min([at for at in (ours, self.shop.next_due()) if at is not None], default=None)


class ResellerTeller(Teller):
    """Tells what happens when people buy at the reseller's shop."""

    stage: ResellerStage

    def __init__(self, stage: ResellerStage, story: str) -> None:
        super().__init__(stage, story)
        self.agreements: dict[str, str] = {}  # what the shop calls each person's subscription

    def buys(self, name: str, at: str) -> Person:
        """Somebody buys the yearly plan at the shop, which reports it."""
        self.go(at)
        email = f"{name.lower()}.{self.story}@story.example"
        sold = self.stage.shop.sell(
            PLAN, amount_minor=7995, tax_minor=727, currency=CURRENCY, name=f"{name} Example", email=email
        )
        self.stage.shop.work(self.stage.now)
        self.stage.work()
        found = look_up(AGREEMENT, agreement_key("reseller", sold.agreement))
        assert found is not None
        person = Person(name, customers.find_or_create_customer(self.stage.world, email=email, name=name), found[1])
        self.agreements[name] = sold.agreement
        self._people.append(person)
        self.see(person, "Buys a year at the shop")
        return person

    def changes_card(self, person: Person, card: str) -> None:
        """At the shop, which does not tell us; a card without funds fails twice."""
        self.stage.shop.let_fail(self.agreements[person.name], 2 if card == "pm_insufficient_funds_2" else 0)


def stopped_in_time(t: ResellerTeller) -> None:
    """Canceled a day before the shop would charge: it is told to stop, confirms it, and charges nothing."""
    joe = t.buys("Joe", at="2033-01-10T10:00:00Z")
    t.go("2033-12-26T10:00:00Z")
    t.cancels(joe)
    t.go("2034-01-11T00:00:00Z")


def stopped_too_late(t: ResellerTeller) -> None:
    """The shop has charged and its report is lost: the customer is told it may be so, and the refund is offered."""
    kim = t.buys("Kim", at="2034-01-16T10:00:00Z")
    t.stage.shop.faults.files.append(("renewals", "drop"))
    t.go("2035-01-02T11:00:00Z")
    t.cancels(kim)
    t.go("2035-01-04T10:05:00Z")
    t.sees_the_offer(kim)
    t.go("2035-01-05T12:00:00Z")
    request = t.asks(kim)
    t.is_approved(kim, request)
    t.go("2035-01-20T00:00:00Z")


def a_stop_that_was_lost(t: ResellerTeller) -> None:
    """The instruction never arrives: after a day it is put out again under its key, and then confirmed."""
    lea = t.buys("Lea", at="2036-02-29T10:00:00Z")
    t.go("2036-06-01T10:00:00Z")
    t.stage.shop.faults.lose_instructions = 1
    t.cancels(lea)
    t.go("2037-03-01T00:00:00Z")


def files_that_go_wrong(t: ResellerTeller) -> None:
    """The report of a renewal comes cut off and is asked for again; the next one comes twice. Each counts once."""
    max_ = t.buys("Max", at="2037-04-01T10:00:00Z")
    t.stage.shop.faults.files += [("renewals", "truncate"), ("renewals", "duplicate")]
    for at in ("10:05", "11:05", "11:06"):
        t.go(f"2038-03-18T{at}:00Z")
    t.go("2039-03-20T00:00:00Z")
    t.cancels(max_)
    t.go("2039-03-21T00:00:00Z")


#: The stories that are told of a reseller: those of the policy page as far as the shop does not change them.
RESELLER_TALES: Mapping[str, Callable[[ResellerTeller], None]] = {
    tale.__name__: tale
    for tale in (
        tales.cancel_in_mid_term,
        tales.one_year_and_two_weeks,
        tales.refund_before_the_term_begins,
        tales.refund_of_a_first_purchase,
        tales.refund_after_the_term_has_begun,
        tales.day_thirty_and_day_thirty_one,
        tales.wrong_order_number,
        tales.declined_card,
        stopped_in_time,
        stopped_too_late,
        a_stop_that_was_lost,
        files_that_go_wrong,
    )
}


def begin(directory: Path, new_id: Callable[[], UUID], at: datetime) -> ResellerStage:
    """A furnished stage."""
    stage = ResellerStage(None, new_id, at, "reseller")  # type: ignore[arg-type]  # there is no bank in it
    stage.furnish(directory)
    return stage
