"""Requests that reach support, inquiries without an order, and search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from goodterms.domain.facts import Actor
from goodterms.domain.refund_request import Claimed
from goodterms.storage.models import FactRow, Inquiry, RefundRequestRow
from goodterms.usecases import cancel as canceling
from goodterms.usecases.request_refund import submit_claim
from tests.support.worlds import Sale, Sandbox, request_public_id

NEW = "/desk/requests/new/"


def _typed(sale: Sale, sandbox: Sandbox, **changed: str) -> dict[str, str]:
    order = sale.order
    return {
        "route": "phone", "received_at": sandbox.now.strftime("%Y-%m-%dT%H:%M"), "order_number": order.number,
        "email": order.buyer_email, "name": order.buyer_name, "purchase_on": order.placed_at.date().isoformat(),
        **changed,
    }  # fmt: skip


@pytest.mark.requirement("R30")
def test_route_and_time_of_intake_are_kept(sandbox: Sandbox, client: Client) -> None:
    """Every route is recorded with the request and its fact, dated by the first contact; the window counts from it."""
    sale = sandbox.sell()
    sandbox.advance(days=33)
    called = sandbox.now - timedelta(days=4)
    sandbox.sign_in(client)
    client.post(NEW, _typed(sale, sandbox, route="chat", received_at=called.strftime("%Y-%m-%dT%H:%M")))
    row = RefundRequestRow.objects.get(bucket=sale.bucket)
    assert (row.route, row.received_at, row.channel, row.state) == ("chat", called, "support", "received")
    assert row.verdict["outcome"] == "grant"
    fact = FactRow.objects.get(bucket=sale.bucket, name="refund_request.received")
    assert (fact.data["route"], fact.actor) == ("chat", "agent:sam@desk.example")


@pytest.mark.requirement("R30")
def test_a_request_can_not_come_from_the_future(sandbox: Sandbox, client: Client) -> None:
    """A time of contact that has not come is refused and everything typed is kept."""
    sale = sandbox.sell()
    sandbox.sign_in(client)
    later = (sandbox.now + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(NEW, _typed(sale, sandbox, received_at=later, name="Anne O'Lee", route="letter"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{later}"' in page
    assert "Anne O&#x27;Lee" in page
    assert not RefundRequestRow.objects.filter(bucket=sale.bucket).exists()


@pytest.mark.requirement("R35")
def test_a_different_address_is_asked_about_at_the_known_one(sandbox: Sandbox, client: Client) -> None:
    """The case opens, needs information, and the question goes to the address on the order, not to the one told."""
    sale = sandbox.sell()
    sandbox.sign_in(client)
    client.post(NEW, _typed(sale, sandbox, email="thief@example.net"))
    row = RefundRequestRow.objects.get(bucket=sale.bucket)
    assert (row.state, row.contact_email) == ("needs_information", "ann@example.org")


def test_entering_twice_leads_to_the_one_request(sandbox: Sandbox, client: Client) -> None:
    """A double click, or a colleague who was faster, leads to the open request."""
    sale = sandbox.sell()
    sandbox.sign_in(client)
    first = client.post(NEW, _typed(sale, sandbox))
    second = client.post(NEW, _typed(sale, sandbox))
    assert first["Location"] == second["Location"]
    assert RefundRequestRow.objects.filter(bucket=sale.bucket).count() == 1


@pytest.mark.requirement("R35")
def test_an_unknown_order_becomes_an_inquiry_and_then_a_request(sandbox: Sandbox, client: Client) -> None:
    """The intake keeps its date and route; the order is found by address, linked once, judged by the first date."""
    sale = sandbox.sell()
    called = sandbox.now - timedelta(hours=3)
    sandbox.sign_in(client)
    typed = _typed(sale, sandbox, order_number="0000-0000-0000", received_at=called.strftime("%Y-%m-%dT%H:%M"))
    address = client.post(NEW, typed)["Location"]
    assert sale.order.number in client.get(address).content.decode()
    linked = client.post(address, {"act": "link", "order": sale.order.number})
    row = RefundRequestRow.objects.get(bucket=sale.bucket)
    assert (row.received_at, row.route, row.state) == (called, "phone", "needs_information")
    assert Inquiry.objects.get().state == "linked"
    again = client.post(address, {"act": "link", "order": sale.order.number}, follow=True)
    assert "dealt with already" in again.content.decode()
    assert linked["Location"] in again.content.decode()


def test_an_inquiry_is_dismissed_with_a_note(sandbox: Sandbox, client: Client) -> None:
    """Without a note nothing is closed; with one it leaves the queue and keeps who and why."""
    told = Claimed("", "who@example.org", "Who Knows", None)
    submit_claim(sandbox.world, told, actor=Actor("customer", "public form"), channel="public_form")
    row = Inquiry.objects.get()
    sandbox.sign_in(client)
    assert row.number in client.get("/desk/").content.decode()
    assert client.post(f"/desk/inquiries/{row.id}/", {"act": "dismiss", "text": ""}).status_code == 422
    for _ in range(2):
        client.post(f"/desk/inquiries/{row.id}/", {"act": "dismiss", "text": "Not our customer"})
    row.refresh_from_db()
    assert (row.state, row.note, row.closed_by) == ("closed", "Not our customer", "agent:sam@desk.example")
    assert row.number not in client.get("/desk/").content.decode()


@pytest.mark.parametrize(
    "look", [{"email": "ann@example.org"}, {"name": "lee ann"}, {"on": "2026-05-11"}, {"number": "order"}]
)
def test_possible_orders_are_found_by_each_fact(sandbox: Sandbox, client: Client, look: dict[str, str]) -> None:
    """By number, address, the beginnings of a name, or a day near the purchase."""
    sale = sandbox.sell()
    submit_claim(
        sandbox.world, Claimed("", "x@example.org", "", None), actor=Actor("customer", "f"), channel="public_form"
    )
    sandbox.sign_in(client)
    asked = {key: sale.order.number.lower() if value == "order" else value for key, value in look.items()}
    page = client.get(f"/desk/inquiries/{Inquiry.objects.get().id}/", asked).content.decode()
    assert sale.order.number in page


def test_search_leads_to_what_was_named(sandbox: Sandbox, client: Client) -> None:
    """Numbers and ids lead straight there, typed loosely; addresses and names give a list."""
    sale = sandbox.sell()
    request = sale.ask_refund()
    sandbox.sell(sandbox.customer("bea@example.org", "Bea Moss"))
    canceled: Any = canceling.cancel(
        sandbox.world, sale.bucket, sale.subscription_id, actor=Actor("agent", "sam"), channel="support"
    )
    number = canceled.inserts[0].number
    sandbox.sign_in(client)
    subscription = f"/desk/subscriptions/{sale.public_id}/"
    for typed, place in (
        (f" {sale.order.number.lower()} ", subscription),
        (request.number.lower(), f"/desk/requests/{request_public_id(request)}/"),
        (number, subscription),
        (sale.customer_public_id, f"/desk/customers/{sale.customer_public_id}/"),
    ):
        assert client.get("/desk/search/", {"q": typed}).headers.get("Location") == place, typed
    for typed, shown in (("ANN@example.org", "Ann Lee"), ("lee", "Ann Lee"), ("mos be", "Bea Moss")):
        assert shown in client.get("/desk/search/", {"q": typed}).content.decode(), typed
    for typed in ("'; DROP TABLE orders; --", "&|!:*", "R-", "cus_123", "x" * 500, "Ann & | !"):
        assert client.get("/desk/search/", {"q": typed}).status_code == 200, typed
    assert client.get("/desk/search/", {"q": "\x00"}).status_code == 400
