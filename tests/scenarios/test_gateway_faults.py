"""What goes wrong between us and a gateway, over HTTP: in the end its books and ours say the same, on each of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from goodterms.domain.facts import Actor
from goodterms.gateways.protocol import Movement, Outcome
from goodterms.storage.models import ChargeRow, OrderRow, RefundRow, WebhookIn
from goodterms.usecases import pay_back, review, webhooks_in
from tests.support.books import assert_books_agree
from tests.support.stripe_sandbox import STRIPE_SECRET
from tests.support.worlds import WEBHOOK_SECRET, Sale, Sandbox

SAM = Actor("agent", "sam@desk.example")
FAULTS = ("drop_requests", "drop_answers", "error_500_before", "error_500_after", "too_many_requests")


@pytest.fixture(params=["sandbox", "stripe_sandbox"])
def place(request: pytest.FixtureRequest, transactional_db: None) -> Sandbox:
    """The world of each gateway."""
    made: Sandbox = request.getfixturevalue(request.param)
    return made


def lines(place: Sandbox, kind: str) -> list[Movement]:
    """The gateway's own statement of charges or refunds."""
    found = place.world.gateways[place.gateway].movements(after=None, limit=10_000)
    return [line for line in found if line.kind == kind]


def settle(place: Sandbox, sale: Sale | None = None) -> None:
    """Let hours go by with the worker running."""
    for _ in range(8):
        place.advance(hours=1)
        place.work()
    if sale is not None:
        assert_books_agree(sale)


def charged_there(place: Sandbox) -> set[tuple[str, int]]:
    """What the gateway's statement lists of charges; Stripe's goes back 30 days."""
    return {(line.gateway_ref, line.amount.minor) for line in lines(place, "charge")}


def agreed_on_charges(place: Sandbox, before: set[tuple[str, int]]) -> None:
    """Each charge that succeeded at the gateway is one here, once, and the other way round."""
    there = sorted(before | charged_there(place))
    here = sorted(OrderRow.objects.values_list("gateway_ref", "amount_minor"))
    assert there == here
    open_ = ChargeRow.objects.filter(state__in=("intended", "unknown"))
    assert not open_.exists()


def renew(place: Sandbox, sale: Sale, fault: Callable[[], None]) -> None:
    """Go to the day of the renewal's charge, let it meet a fault, and settle."""
    place.advance(days=335)  # announced
    place.work()
    place.advance(days=20)
    fault()
    place.work()
    settle(place, sale)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_renewal_is_charged_once(place: Sandbox, fault: str) -> None:
    """Whatever happened to the request or its answer."""
    sale = place.sell()
    before = charged_there(place)
    renew(place, sale, lambda: place.control("/test/faults", {fault: 1}))
    assert OrderRow.objects.count() == 2
    agreed_on_charges(place, before)


def test_an_answer_that_comes_too_late(place: Sandbox) -> None:
    """The gateway thinks for longer than we wait, and acts in the end."""
    sale = place.sell()
    before = charged_there(place)
    place.world.gateways[place.gateway] = place.connect(timeout=1)  # type: ignore[index]

    def slow() -> None:
        place.control("/test/faults", {"delay_ms": 2500})

    place.advance(days=335)
    place.work()
    place.advance(days=20)
    slow()
    place.work()
    place.control("/test/faults", {"delay_ms": 0})
    place.world.gateways[place.gateway] = place.connect()  # type: ignore[index]
    settle(place, sale)
    assert OrderRow.objects.count() == 2
    agreed_on_charges(place, before)


@pytest.mark.requirement("R48")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_refund_is_paid_once(place: Sandbox, fault: str) -> None:
    """Whatever happened to the request or its answer; access ends once it is known that the money goes."""
    sale = place.sell()
    request = sale.ask_refund()
    place.control("/test/faults", {fault: 1})
    review.approve(place.world, request.bucket, request.id, actor=SAM)
    settle(place, sale)
    assert {line.gateway_ref for line in lines(place, "refund")} == {sale.refund().gateway_ref}
    for _ in range(20):
        place.advance(days=1)
        place.work()
    refund = sale.refund()
    assert (refund.state, bool(refund.bank_reference)) == ("succeeded", True)
    assert RefundRow.objects.count() == 1
    assert_books_agree(sale)


@pytest.fixture
def told(place: Sandbox, live_server: Any) -> Sandbox:
    """A world whose gateway tells a real server."""
    secret = STRIPE_SECRET if place.gateway == "stripe" else WEBHOOK_SECRET
    place.control("/test/webhooks", {"url": f"{live_server.url}/webhooks/{place.gateway}", "secret": secret})
    return place


def wait_for(told: Sandbox, true: Callable[[], bool]) -> None:
    """Look until it is true, at most twenty seconds, while time passes.

    A webhook that is on its way when the clock is set is refused as too old; it is sent again a little later.
    """
    for look in range(400):
        if true():
            return
        time.sleep(0.05)
        if look % 20 == 19:
            told.set_clock(told.now + timedelta(seconds=10))
    raise AssertionError("it did not become true")


@pytest.mark.parametrize("fault", [None, "duplicate_webhooks", "reorder_webhooks"])
def test_webhooks_alone(told: Sandbox, fault: str | None) -> None:
    """A refund that fails later and a dispute are taken in from webhooks, without reading a statement."""
    sale = told.sell(card="pm_refund_fails")
    wait_for(told, lambda: WebhookIn.objects.count() == 1)
    if fault:
        told.control("/test/faults", {fault: 5})
    request = sale.ask_refund()
    review.approve(told.world, request.bucket, request.id, actor=SAM)
    told.advance(days=10)
    httpx.get(f"{told.bank.url}/dashboard").raise_for_status()  # whatever is asked, what is due is booked first
    wait_for(told, lambda: WebhookIn.objects.count() == 3)
    while webhooks_in.work_on_inbox(told.world):
        pass
    assert (sale.refund().state, sale.refund().failure) == ("failed", "card_closed")
    told.dispute(sale)
    wait_for(told, lambda: WebhookIn.objects.count() == 4)
    webhooks_in.work_on_inbox(told.world)
    assert sale.order.disputed
    assert set(WebhookIn.objects.values_list("state", flat=True)) == {"done"}
    assert_books_agree(sale)


def test_a_webhook_before_the_answer(told: Sandbox) -> None:
    """The refund's answer is lost; its webhook tells that it was accepted, and the look-up adds nothing."""
    sale = told.sell()
    request = sale.ask_refund()
    told.control("/test/faults", {"drop_answers": 1})
    review.approve(told.world, request.bucket, request.id, actor=SAM)
    assert sale.refund().state == "unknown"
    wait_for(told, lambda: WebhookIn.objects.count() == 2)
    webhooks_in.work_on_inbox(told.world)
    assert sale.refund().state == "pending"
    settle(told, sale)
    assert len({line.gateway_ref for line in lines(told, "refund")}) == 1


def test_a_gap_is_caught_up_with(place: Sandbox) -> None:
    """Three weeks without worker and webhooks: the statement tells of a dashboard refund, a dispute and its end."""
    first, second = place.sell(), place.sell(place.customer("bo@example.org", "Bo"))
    refund = {"charge": place.charge_of(first), "amount_minor": 1500, "currency": "AUD"}
    httpx.post(f"{place.bank.url}/dashboard/refunds", json=refund).raise_for_status()
    dispute = place.dispute(second)
    place.advance(days=20)
    place.decide(dispute, "lost")
    place.work()
    assert [(r.way, r.state, r.amount_minor) for r in RefundRow.objects.all()] == [("external", "succeeded", 1500)]
    assert (second.order.disputed_minor, second.order.disputed) == (5995, False)
    assert_books_agree(first)
    assert_books_agree(second)
    before = RefundRow.objects.count()
    pay_back.read_statement(place.world, place.gateway)
    assert RefundRow.objects.count() == before
    there = [line for line in lines(place, "refund") if line.outcome is Outcome.SUCCEEDED]
    assert len(there) == 1


def test_clocks_that_differ(place: Sandbox) -> None:
    """The gateway's clock is ahead of ours: what it dates in our future is recorded as of now."""
    sale = place.sell()
    ahead = (place.now + timedelta(hours=3)).isoformat().replace("+00:00", "Z")
    headers = {"Authorization": f"Bearer {place.bank.key}"}
    httpx.post(f"{place.bank.url}/test/clock", json={"now": ahead}, headers=headers).raise_for_status()
    place.dispute(sale)
    place.work()
    assert sale.order.disputed
    assert_books_agree(sale)
