"""Where the demo's weeks are lived: its clock, its bank, and the journeys in short words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.payment import Order
from goodterms.domain.public_id import CUSTOMER, encode
from goodterms.domain.refund_request import Claimed, RefundRequest
from goodterms.domain.subscription import Subscription
from goodterms.gateways.bank.control import BankControl
from goodterms.storage.load import load_subscription, subscription_keys_of
from goodterms.usecases import cancel, customers, pay_back, purchase, request_refund, review
from goodterms.usecases.demo.people import Person
from goodterms.usecases.demo.shop import Colleague
from goodterms.usecases.world import World

Case = tuple[int, UUID]


class Stage:
    """One world whose clock is set by hand, and its bank's with it."""

    def __init__(self, world: World, bank: BankControl, at: datetime) -> None:
        self.at = at
        self.bank = bank
        self.world = replace(world, now=lambda: self.at)

    def move(self, at: datetime) -> None:
        """Put both clocks at an instant."""
        self.at = at
        self.bank.freeze(at)

    def buy(self, person: Person, plan: str, card: str) -> None:
        """Somebody buys a plan, in the currency of the land."""
        land = person.land
        customer = customers.find_or_create_customer(
            self.world, email=person.email, name=person.name, timezone=land.timezone, country=land.country,
            state=land.state, consumer=True,
        )  # fmt: skip
        wish = purchase.Purchase(plan, land.currency, card)
        bought = purchase.purchase(self.world, customer, wish, actor=_customer(customer.bucket, customer.id))
        if isinstance(bought, Refusal):
            raise RuntimeError(f"{person.email}: {bought.reason}")

    def subscription(self, email: str) -> Subscription:
        """The customer's newest subscription."""
        customer = customers.customer_by_email(email)
        if customer is None:
            raise LookupError(f"no customer {email}")
        key = subscription_keys_of(customer.bucket, customer.id)[0]
        return load_subscription(*key, at=self.at, lock=False)

    def order(self, email: str) -> Order:
        """The newest order of that subscription."""
        return self.subscription(email).orders[-1]

    def cancel(self, email: str) -> None:
        """The customer cancels in the account."""
        sub = self.subscription(email)
        _done(cancel.cancel(self.world, sub.bucket, sub.id, actor=_of(sub), channel="account"))

    def ask(self, email: str, *, days_off: int = 0) -> Case:
        """The customer asks for the newest payment back; `days_off` gives a purchase date that is wrong."""
        order = self.order(email)
        on = order.placed_at.date() - timedelta(days=days_off)
        decision = request_refund.request_refund(
            self.world, order.bucket, order.id, Claimed(order.number, email, order.buyer_name, on),
            actor=_customer(order.bucket, order.customer_id), channel="account", contact_email=email,
        )  # fmt: skip
        request = _done(decision).outcome
        assert isinstance(request, RefundRequest)
        return request.bucket, request.id

    def take(self, case: Case, by: Colleague) -> None:
        """A specialist begins to review."""
        _done(review.take(self.world, *case, actor=_agent(by)))

    def approve(self, case: Case, by: Colleague) -> None:
        """A specialist confirms; the refund is sent once everybody needed has."""
        _done(review.approve(self.world, *case, actor=_agent(by)))

    def decline(self, case: Case, by: Colleague) -> None:
        """A specialist declines, for the policy's reason."""
        _done(review.decline(self.world, *case, actor=_agent(by)))

    def retract(self, email: str, case: Case) -> None:
        """The customer takes the request back."""
        _done(request_refund.retract(self.world, *case, actor=_of(self.subscription(email))))

    def inquire(self, claimed: Claimed) -> None:
        """Somebody fills in the public form with an order number nobody knows."""
        request_refund.submit_claim(self.world, claimed, actor=Actor("customer", "public form"), channel="public_form")

    def refund_at_bank(self, email: str) -> None:
        """Somebody refunds the newest payment in the bank's dashboard, past us; the statement tells."""
        order = self.order(email)
        self.bank.refund(order.gateway_ref or "", order.amount)
        pay_back.read_statement(self.world, "bank")


def _done(decision: Decision | Refusal) -> Decision:
    if isinstance(decision, Refusal):
        raise RuntimeError(f"{decision.code}: {decision.reason}")
    return decision


def _customer(bucket: int, id: UUID) -> Actor:
    return Actor("customer", encode(CUSTOMER, bucket, id))


def _of(subscription: Subscription) -> Actor:
    return _customer(subscription.bucket, subscription.customer_id)


def _agent(colleague: Colleague) -> Actor:
    return Actor("agent", colleague.email)
