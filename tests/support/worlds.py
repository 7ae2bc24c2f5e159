"""A world for tests: a clock that is set by hand, a real bank process, and state built by the real journeys.

Tests that use it ask for `transactional_db` too (the `sandbox` fixture does it for them): money is never moved inside
an open database transaction. The world is put in place for every thread, so that a live server shares it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from goodterms import wiring
from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import (
    CUSTOMER,
    REFUND,
    REQUEST,
    SUBSCRIPTION,
    encode,
)
from goodterms.domain.refund_request import Claimed, RefundRequest
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.bank.process import BankProcess
from goodterms.gateways.protocol import Gateway
from goodterms.storage import policies
from goodterms.storage.models import OrderRow, Plan, Price, RefundRow, User
from goodterms.usecases import collect, customers, disputes, pay_back, purchase, renew, request_refund, webhooks_in
from goodterms.usecases.world import World

#: A Sunday, so that the days after it are business days.
START = datetime(2026, 5, 10, 9, 0, tzinfo=UTC)


WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"made up for tests of webhooks").decode()


class Sandbox:
    """The world of one test; `now` moves only when the test says so."""

    gateway = "bank"

    def __init__(self, bank: BankProcess) -> None:
        self.bank = bank
        self.now = START
        self.world = World(
            lambda: self.now, wiring.new_id, wiring.draw_bucket,
            {self.gateway: self.connect()}, "http://shop.test",
        )  # fmt: skip
        self.set_clock(START)
        policies.publish(policies.shipped_policy(), at=self.now, by="test")

    def connect(self, timeout: int = 30) -> Gateway:
        """Our side of the gateway."""
        return Bank(self.bank.url, self.bank.key, timeout=timeout, webhook_secrets=(WEBHOOK_SECRET,))

    def card(self, name: str) -> str:
        """One of the bank's test cards that nobody else uses, as the gateway keeps it."""
        return f"{name}.{wiring.new_id().hex}"

    def set_clock(self, at: datetime) -> None:
        """Put our clock and the bank's at an instant."""
        self.now = at
        said = {"now": at.isoformat().replace("+00:00", "Z")}
        headers = {"Authorization": f"Bearer {self.bank.key}"}
        httpx.post(f"{self.bank.url}/test/clock", json=said, headers=headers).raise_for_status()

    def advance(self, days: int = 0, hours: int = 0) -> None:
        """Let time pass without any worker running."""
        self.set_clock(self.now + timedelta(days=days, hours=hours))

    def work(self) -> None:
        """Do everything that is due now, as the worker does."""
        for _ in range(5):
            done = (
                renew.renew_and_charge(self.world)
                + collect.collect_due(self.world)
                + pay_back.pay_back_due(self.world)
                + disputes.ask_about_disputes(self.world, self.gateway)
                + webhooks_in.work_on_inbox(self.world)
            )
            if not done:
                break
        while pay_back.read_statement(self.world, self.gateway) >= 500:
            pass

    def live(self, days: int) -> None:
        """Let days pass with the worker running every day."""
        for _ in range(days):
            self.advance(days=1)
            self.work()

    def plan(
        self, code: str = "shield-year", minor: int = 5995, currency: str = "AUD", months: int = 12, product: str = ""
    ) -> Plan:
        """A plan on sale with one price, made once."""
        made, new = Plan.objects.get_or_create(
            code=code,
            defaults={
                "product": product or code.split("-")[0], "name": code.replace("-", " ").title(),
                "interval_months": months, "created_at": self.now,
            },
        )  # fmt: skip
        if new or not made.prices.filter(currency=currency).exists():
            Price.objects.create(
                plan=made, currency=currency, amount_minor=minor, tax_minor=minor // 11, effective_at=self.now,
                created_at=self.now, created_by="test",
            )  # fmt: skip
        return made

    def customer(self, email: str = "ann@example.org", name: str = "Ann Lee", timezone: str | None = None) -> Customer:
        """A customer, found or made."""
        return customers.find_or_create_customer(self.world, email=email, name=name, timezone=timezone)

    def sell(
        self, customer: Customer | None = None, plan: str = "shield-year", card: str = "pm_ok", minor: int = 5995,
        currency: str = "AUD", channel: str = "vendor_store", months: int = 12,
    ) -> Sale:  # fmt: skip
        """A paid subscription, bought through the journey; the card is one of the bank's test cards."""
        self.plan(plan, minor, currency, months)
        buyer = customer or self.customer()
        bought = purchase.purchase(
            self.world, buyer,
            purchase.Purchase(plan, currency, self.card(card), gateway=self.gateway, channel=channel),
            actor=Actor("customer", encode(CUSTOMER, buyer.bucket, buyer.id)),
        )  # fmt: skip
        assert isinstance(bought, purchase.Bought), bought
        return Sale(self, buyer, bought.bucket, bought.subscription_id)

    def control(self, path: str, body: dict[str, Any]) -> Any:
        """Ask a control of the bank, or its dashboard; what it answers."""
        answer = httpx.post(f"{self.bank.url}{path}", json=body, headers={"Authorization": f"Bearer {self.bank.key}"})
        answer.raise_for_status()
        return answer.json()

    def dispute(self, sale: Sale, reason: str = "general", **more: Any) -> str:
        """The cardholder disputes the newest payment; the bank's id of the dispute."""
        body = {"charge": self.charge_of(sale), "reason": reason, **more}
        return str(self.control("/dashboard/disputes", body)["id"])

    def charge_of(self, sale: Sale) -> str:
        """What the bank itself calls the newest payment."""
        return str(sale.order.gateway_ref)

    def decide(self, dispute: str, status: str) -> None:
        """The card's bank decides a dispute."""
        self.control("/dashboard/disputes", {"dispute": dispute, "status": status})

    def agent(self, email: str = "sam@desk.example", role: str = User.Role.SPECIALIST, **fields: Any) -> User:
        """Somebody of the support team."""
        return User.objects.create_user(email, role=role, date_joined=self.now, **fields)

    def sign_in(self, client: Any, email: str = "sam@desk.example", role: str = User.Role.SPECIALIST) -> User:
        """Sign a Django client in as a colleague, made when there is none."""
        user = User.objects.filter(email=email).first() or self.agent(email, role)
        client.force_login(user)
        return user


class Sale:
    """A subscription that was sold, with what tests ask of it."""

    def __init__(self, sandbox: Sandbox, customer: Customer, bucket: int, subscription_id: UUID) -> None:
        self.sandbox = sandbox
        self.customer = customer
        self.bucket = bucket
        self.subscription_id = subscription_id

    @property
    def order(self) -> OrderRow:
        """The newest order."""
        found = OrderRow.objects.filter(bucket=self.bucket, subscription_id=self.subscription_id)
        return found.order_by("-term_number")[0]

    @property
    def public_id(self) -> str:
        """`sub_...`."""
        return encode(SUBSCRIPTION, self.bucket, self.subscription_id)

    @property
    def customer_public_id(self) -> str:
        """`cus_...`."""
        return encode(CUSTOMER, self.bucket, self.customer.id)

    def facts_told(self, **changed: Any) -> Claimed:
        """The four facts as on the newest order, some told otherwise."""
        order = self.order
        told: dict[str, Any] = {
            "order_number": order.number, "email": order.buyer_email, "name": order.buyer_name,
            "purchase_on": order.placed_at.date(),
        }  # fmt: skip
        return Claimed(**{**told, **changed})

    def ask_refund(
        self, received_at: datetime | None = None, channel: str = "account", **changed: Any
    ) -> RefundRequest:
        """A refund request for the newest order; keywords change single facts."""
        actor = Actor("customer", self.customer_public_id)
        decision = request_refund.request_refund(
            self.sandbox.world, self.bucket, self.order.id, self.facts_told(**changed), actor=actor, channel=channel,
            contact_email=self.order.buyer_email, received_at=received_at,
        )  # fmt: skip
        assert isinstance(decision, Decision), decision
        assert isinstance(decision.outcome, RefundRequest)
        return decision.outcome

    def refund(self) -> RefundRow:
        """The newest refund."""
        found = RefundRow.objects.filter(bucket=self.bucket, subscription_id=self.subscription_id)
        return found.order_by("-intended_at", "-attempt")[0]


def request_public_id(request: RefundRequest) -> str:
    """`req_...`."""
    return encode(REQUEST, request.bucket, request.id)


def refund_public_id(refund: RefundRow) -> str:
    """`ref_...`."""
    return encode(REFUND, refund.bucket, refund.id)


def day(text: str) -> date:
    """A local date from ISO 8601."""
    return date.fromisoformat(text)


class _Everywhere:
    """Stands in for the context variable that holds the world, so that every thread sees the same one."""

    def __init__(self, world: World) -> None:
        self._world = world

    def get(self) -> World:
        return self._world

    def set(self, _world: World | None) -> None:
        raise AssertionError("the sandbox is the world of this test")


@contextmanager
def in_place(sandbox: Sandbox) -> Iterator[None]:
    """Make every door of this process use the sandbox's world."""
    before = wiring._world
    wiring._world = _Everywhere(sandbox.world)  # type: ignore[assignment]
    try:
        yield
    finally:
        wiring._world = before
