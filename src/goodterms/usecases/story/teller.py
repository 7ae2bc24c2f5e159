"""Telling a story: who does what, and what is seen after every step.

A step is a moment in the life of one subscription: the facts that were recorded, the mails that were sent, the money
that moved, and until when the product may be used. All of it is read back from the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from goodterms.domain.cancellation import CancellationOutcome
from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision
from goodterms.domain.entitlement import entitlement
from goodterms.domain.facts import Actor
from goodterms.domain.payment import Order
from goodterms.domain.refund_request import Claimed, RefundRequest
from goodterms.domain.refundability import refund_offer
from goodterms.domain.subscription import Subscription, display_state
from goodterms.storage.load import load_request, load_subscription
from goodterms.storage.models import FactRow
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.story import facts_after, mails_to
from goodterms.usecases import cancel, collect, customers, inquiries, purchase, renew, request_refund, review
from goodterms.usecases.story.world import BUCKET, CURRENCY, PLAN, Stage

#: What happened by itself, in words.
_WORDS = {
    "subscription.renewal_announced": "The coming charge is announced",
    "charge.declined": "The charge does not go through",
    "subscription.renewed": "The next term is charged",
    "subscription.expired": "The subscription has ended",
    "refund.initiated": "The refund is initiated",
    "refund.succeeded": "The refund has reached the account",
    "subscription.stop_confirmed": "The seller confirms that it renews no more",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of a story, as it was seen. `says` holds what people were shown or promised."""

    story: str
    at: datetime
    who: str
    what: str
    facts: tuple[str, ...]
    mails: tuple[str, ...]
    amount_minor: int | None
    access_until: datetime | None
    state: str
    says: dict[str, Any]


@dataclass(slots=True)
class Person:
    """Somebody with a subscription, and how far the story has looked."""

    name: str
    customer: Customer
    subscription_id: UUID | None = None
    seq: int = 0
    mails: set[UUID] = field(default_factory=set)

    @property
    def actor(self) -> Actor:
        """This person, acting."""
        return Actor("customer", self.name.lower())


class Teller:
    """Plays one story and keeps its steps."""

    def __init__(self, stage: Stage, story: str) -> None:
        self.stage, self.story = stage, story
        self.steps: list[Step] = []
        self._people: list[Person] = []
        stage.on_step = self._look_around

    # --- time ---------------------------------------------------------------------------------

    def go(self, to: str) -> None:
        """Let time pass; what happens by itself on the way becomes steps."""
        self.stage.go(datetime.fromisoformat(to))

    def _look_around(self) -> None:
        for person in self._people:
            self.see(person, None)

    def see(self, person: Person, what: str | None, **says: Any) -> None:
        """A step, if something is new or `what` says what was done."""
        if person.subscription_id is None:
            return
        facts = facts_after(BUCKET, person.subscription_id, person.seq)
        address = person.customer.email
        mails = [m for m in mails_to(BUCKET, person.customer.id, address) if m.id not in person.mails]
        if what is None and not facts and not mails:
            return
        person.seq = facts[-1].seq if facts else person.seq
        person.mails.update(mail.id for mail in mails)
        subscription, now = self._subscription(person), self.stage.now
        held = entitlement(subscription.terms, now)
        names = tuple(fact.name for fact in facts)
        itself = "; ".join(_WORDS[name] for name in names if name in _WORDS)
        self.steps.append(
            Step(
                self.story, now, person.name, what or itself or ", ".join(names), names,
                tuple(mail.kind for mail in mails), _moved(facts), held.until if held.may_use else None,
                display_state(subscription, now).value, _told({**_promised(facts), **says}),
            )
        )  # fmt: skip

    # --- buying and cancelling ------------------------------------------------------------------

    def buys(self, name: str, at: str) -> Person:
        """Somebody buys the yearly plan."""
        self.go(at)
        world = self.stage.world
        email = f"{name.lower()}.{self.story}@story.example"
        person = Person(name, customers.find_or_create_customer(world, email=email, name=f"{name} Example"))
        card = self.stage.card(f"pm_ok.{self.story}.{name.lower()}")
        wish = purchase.Purchase(PLAN, CURRENCY, card, gateway=self.stage.gateway)
        bought = purchase.purchase(world, person.customer, wish, actor=person.actor)
        assert isinstance(bought, purchase.Bought), bought
        person.subscription_id = bought.subscription_id
        self._people.append(person)
        self.see(person, "Buys a year")
        return person

    def changes_card(self, person: Person, card: str) -> None:
        """Another payment method from now on."""
        method = self.stage.card(f"{card}.{self.story}")
        cancel.change_payment_method(self.stage.world, BUCKET, _id(person), method, actor=person.actor)
        self.see(person, "Gives another card")

    def cancels(self, person: Person) -> None:
        """Look at what canceling means, then confirm exactly that."""
        world = self.stage.world
        shown = cancel.preview_cancellation(world, BUCKET, _id(person))
        assert isinstance(shown, CancellationOutcome), shown
        done = cancel.cancel(
            world, BUCKET, _id(person), actor=person.actor, channel="account", shown=shown.fingerprint
        )
        assert isinstance(done, Decision), done
        says: dict[str, Any] = {"access_until": shown.access_until, "charge_under_way": shown.charge_under_way}
        if shown.dropped_charge_at:
            says["no_charge_at"] = shown.dropped_charge_at
        if shown.access_until_if_charged:
            says["access_until_if_charged"] = shown.access_until_if_charged
        if shown.refund:
            says["refund_minor"] = shown.refund.amount.minor
            says["refund_asked_by"] = shown.refund.last_day_on
            says["refund_keeps_until"] = shown.refund.keeps_until
        self.see(person, "Cancels, after seeing what it does", **says)

    def sees_the_offer(self, person: Person) -> None:
        """What the account offers beside a payment that went through."""
        subscription = self._subscription(person)
        latest = self._latest_order(subscription)
        offer = refund_offer(subscription, policy_by_digest(latest.policy_digest), self.stage.now)
        assert offer is not None
        says = {"refund_minor": offer.amount.minor, "refund_asked_by": offer.last_day_on}
        self.see(person, "Is offered the refund", **says, refund_keeps_until=offer.keeps_until)

    # --- refunds ----------------------------------------------------------------------------------

    def asks(self, person: Person) -> RefundRequest:
        """A request from the account with the right four facts."""
        order = self._latest_order(self._subscription(person))
        decision = request_refund.request_refund(
            self.stage.world, BUCKET, order.id, _facts_of(order), actor=person.actor, channel="account",
            contact_email=order.buyer_email,
        )  # fmt: skip
        assert isinstance(decision, Decision), decision
        return self._asked(person, "Asks for the money back", decision)

    def asks_with_wrong_number(self, person: Person) -> UUID:
        """A request by the public form whose order number nobody knows: kept with its date, and answered."""
        order = self._latest_order(self._subscription(person))
        claimed = Claimed("1234-ABCD-0000", order.buyer_email, order.buyer_name, order.placed_at.date())
        kept = request_refund.submit_claim(
            self.stage.world, claimed, actor=Actor("customer", "public form"), channel="public_form"
        )
        assert isinstance(kept, UUID), kept
        self.see(person, "Asks by the public form, with a wrong order number")
        return kept

    def completes(self, person: Person, inquiry: UUID) -> RefundRequest:
        """The right order number, later."""
        order = self._latest_order(self._subscription(person))
        later = Claimed(order_number=order.number)
        decision = inquiries.complete_inquiry(self.stage.world, inquiry, later, actor=person.actor)
        assert isinstance(decision, Decision), decision
        return self._asked(person, "Sends the right order number", decision)

    def is_approved(self, person: Person, request: RefundRequest, by: str = "anna") -> None:
        """A named person confirms, and the refund is initiated."""
        done = review.approve(self.stage.world, BUCKET, request.id, actor=Actor("agent", by))
        assert isinstance(done, Decision), done
        self.see(person, f"{by.title()} of support confirms; the refund is initiated")

    def is_declined(self, person: Person, request: RefundRequest, by: str = "anna") -> None:
        """A named person declines, with the rule that stands against it."""
        done = review.decline(self.stage.world, BUCKET, request.id, actor=Actor("agent", by))
        assert isinstance(done, Decision), done
        stored = load_request(BUCKET, request.id)
        self.see(person, f"{by.title()} of support declines, with the rule and the dates", clause=stored.declined_for)

    # --- the race -----------------------------------------------------------------------------------

    def worker_intends(self, person: Person) -> None:
        """The worker commits the intent of a charge and is then slow to send it."""
        renew.renew_due(self.stage.world)
        self.see(person, "The worker commits the intent of the charge")

    def worker_sends(self, person: Person) -> None:
        """The charge is sent; the bank takes the money, and its answer is lost."""
        collect.collect_due(self.stage.world)
        self.see(person, "The charge is sent, and no answer comes back")

    # --- reading -------------------------------------------------------------------------------------

    def _asked(self, person: Person, what: str, decision: Decision) -> RefundRequest:
        request = decision.outcome
        assert isinstance(request, RefundRequest)
        verdict = request.verdict or {}
        self.see(
            person, what,
            clause=verdict["clause"], outcome=verdict["outcome"], last_day=verdict["last_day_on"],
            received_at=request.received_at,
        )  # fmt: skip
        return request

    def _subscription(self, person: Person) -> Subscription:
        return load_subscription(BUCKET, _id(person), at=self.stage.now, lock=False)

    @staticmethod
    def _latest_order(subscription: Subscription) -> Order:
        latest = subscription.latest_paid_term
        order = subscription.order_of(latest) if latest else None
        assert order is not None
        return order


def _id(person: Person) -> UUID:
    assert person.subscription_id is not None
    return person.subscription_id


def _facts_of(order: Order) -> Claimed:
    return Claimed(order.number, order.buyer_email, order.buyer_name, order.placed_at.date())


def _told(says: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in says.items() if value is not None}


def _moved(facts: list[FactRow]) -> int | None:
    """The money of these facts: what was charged, less what was paid back; None when none moved."""
    sign = {"subscription.started": 1, "subscription.renewed": 1, "refund.initiated": -1}
    moved = [sign[fact.name] * fact.data["amount_minor"] for fact in facts if fact.name in sign]
    return sum(moved) if moved else None


def _promised(facts: list[FactRow]) -> dict[str, Any]:
    """The dates a customer is promised, as the facts hold them."""
    found: dict[str, Any] = {}
    for fact in facts:
        if fact.name == "refund.initiated":
            found |= {"credit_from": fact.data["credit_from_on"], "credit_by": fact.data["due_on"]}
        if fact.name == "subscription.renewal_announced":
            found |= {"charge_at": fact.data["charge_at"], "announced_minor": fact.data["amount_minor"]}
        if fact.name == "subscription.renewed":
            found |= {"term": [fact.data["starts_at"], fact.data["ends_at"]]}
    return found
