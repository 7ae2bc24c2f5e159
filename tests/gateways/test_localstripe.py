"""Stripe's adapter against `localstripe`, a far side that protects nobody: it knows no keys and refunds too much.

It is a program of its own, started as a process; what it does not have (disputes, refund states, lists of events by
several types) is covered by the bank behind Stripe's API.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from goodterms.domain.facts import Actor
from goodterms.gateways.protocol import Outcome
from goodterms.gateways.stripe.adapter import Stripe
from goodterms.gateways.stripe.calls import Client, Unanswered
from goodterms.storage.models import OrderRow
from goodterms.usecases import collect, pay_back, purchase, review
from tests.gateways.contract_world import PRICE, charge_intent, refund_intent
from tests.support.books import assert_books_agree
from tests.support.worlds import Sandbox

KEY = "sk_test_made_up_for_tests"
GOOD, BAD = "4242424242424242", "4000000000000341"


class Far:
    """A running localstripe."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.gateway = Stripe(KEY, base_url=url, timeout=10)

    def ask(self, method: str, path: str, **fields: Any) -> dict[str, Any]:
        """Plain HTTP; it must work."""
        answer = httpx.request(method, self.url + path, headers={"Authorization": f"Bearer {KEY}"}, data=fields)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def card(self, number: str = GOOD) -> str:
        """A saved card."""
        customer = self.ask("POST", "/v1/customers", email="ann@example.org")["id"]
        fields = {"card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2040", "card[cvc]": "123"}
        method = self.ask("POST", "/v1/payment_methods", type="card", **fields)["id"]
        self.ask("POST", f"/v1/payment_methods/{method}/attach", customer=customer)
        return f"{customer}:{method}"

    def count(self, what: str) -> int:
        """How many there are."""
        return len(self.ask("GET", f"/v1/{what}?limit=100")["data"])


@pytest.fixture(scope="module")
def far() -> Iterator[Far]:
    """The program, with nothing in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        with open(os.path.join(place, "log"), "wb") as log:
            process = subprocess.Popen(command, cwd=place, stdout=log, stderr=log, env=environment)
        try:
            far = Far(f"http://127.0.0.1:{port}")
            for _ in range(200):
                try:
                    far.count("customers")
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield far
        finally:
            process.kill()
            process.wait()


def lost(monkeypatch: pytest.MonkeyPatch, times: int = 1) -> None:
    """The next answers are lost after the far side has acted."""
    call, left = Client.call, [times]

    async def losing(self: Client, *args: Any, **more: Any) -> Any:
        answer = await call(self, *args, **more)
        if left[0]:
            left[0] -= 1
            raise Unanswered("connection_broken", "made up")
        return answer

    monkeypatch.setattr(Client, "call", losing)


def test_charges_and_declines(far: Far) -> None:
    """A good card pays; a bad one is found to have been declined."""
    paid = far.gateway.charge(charge_intent(far.card()))
    assert (paid.outcome, paid.amount) == (Outcome.SUCCEEDED, PRICE)
    intent = charge_intent(far.card(BAD))
    answer = far.gateway.charge(intent)
    if answer.outcome is Outcome.UNKNOWN:  # its error names no payment intent
        answer = far.gateway.find_charge(
            key=intent.key, reference=intent.reference, payment_method=intent.payment_method
        )
    assert (answer.outcome, answer.code) == (Outcome.DECLINED, "card_declined")


def test_it_does_not_protect_us(far: Far) -> None:
    """The same key charges twice there, and more is refunded than was paid: that is what makes it worth testing."""
    intent = charge_intent(far.card())
    first, second = far.gateway.charge(intent), far.gateway.charge(intent)
    assert first.gateway_ref != second.gateway_ref
    for _ in range(2):
        assert far.gateway.refund(refund_intent(first.gateway_ref)).outcome is Outcome.SUCCEEDED


@pytest.fixture
def shop(sandbox: Sandbox, far: Far) -> Sandbox:
    """A world that sells through it."""
    sandbox.world.gateways["stripe"] = far.gateway  # type: ignore[index]
    sandbox.gateway = "stripe"
    sandbox.card = lambda _name: far.card()  # type: ignore[method-assign]
    return sandbox


def test_a_lost_answer_charges_once(shop: Sandbox, far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unknown is looked up and never sent again, so nobody has to protect us."""
    before = far.count("payment_intents")
    sale_of = shop.customer()
    lost(monkeypatch)
    shop.plan()
    bought = purchase.purchase(
        shop.world, sale_of, purchase.Purchase("shield-year", "AUD", far.card(), gateway="stripe"),
        actor=Actor("customer", "ann"),
    )  # fmt: skip
    assert isinstance(bought, purchase.Bought)
    assert bought.charge_state == "unknown"
    for _ in range(4):
        shop.now += timedelta(minutes=20)
        collect.collect_due(shop.world)
    assert OrderRow.objects.count() == 1
    assert far.count("payment_intents") == before + 1


def test_a_lost_answer_refunds_once(shop: Sandbox, far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with money that goes back, and never more than was paid."""
    sale = shop.sell()
    request = sale.ask_refund()
    before = far.count("refunds")
    lost(monkeypatch)
    review.approve(shop.world, request.bucket, request.id, actor=Actor("agent", "sam@desk.example"))
    assert sale.refund().state == "unknown"
    for _ in range(4):
        shop.now += timedelta(minutes=20)
        pay_back.pay_back_due(shop.world)
    assert sale.refund().state == "succeeded"
    assert far.count("refunds") == before + 1
    assert sale.order.refunded_minor == sale.order.amount_minor
    assert_books_agree(sale)
