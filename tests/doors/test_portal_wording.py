"""What the customer's pages say where it is easy to say too much: outcomes, dates and zones that hold."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from goodterms.domain.facts import Actor
from goodterms.storage.load import load_subscription
from goodterms.usecases import renew
from goodterms.usecases.review import approve
from tests.doors.portal_people import person_of
from tests.support.worlds import Sale, Sandbox, request_public_id


@pytest.fixture
def ann(sandbox: Sandbox) -> Sale:
    """Ann's yearly subscription, one day old."""
    sale = sandbox.sell(sandbox.customer("ann@example.org"), minor=7995)
    sandbox.live(days=1)
    return sale


@pytest.fixture
def as_ann(ann: Sale) -> Client:
    """A browser in which Ann is signed in."""
    client = Client()
    client.force_login(person_of(ann.customer))
    return client


def page_of(sale: Sale, tail: str = "") -> str:
    """The address of a subscription's page."""
    return f"/account/subscriptions/{sale.public_id}/{tail}"


def said_at(client: Client, address: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", "", client.get(address).content.decode()).split())


def shown(client: Client, sale: Sale) -> str:
    """The fingerprint of the preview that is on the screen."""
    return str(client.get(page_of(sale, "cancel/")).context["outcome"].fingerprint)


def test_an_open_charge_at_the_end_is_not_called_the_end(sandbox: Sandbox) -> None:
    """Over with a charge whose outcome nobody knows: neither "nothing more" nor "buy again" before it is known."""
    sale = sandbox.sell(sandbox.customer(), minor=7995)
    sandbox.advance(days=330)
    while not load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False).open_charge:
        sandbox.advance(days=1)
        renew.renew_due(sandbox.world)
    sandbox.advance(days=30)
    client = Client()
    client.force_login(person_of(sale.customer))
    for address in ("/account/", page_of(sale)):
        said = said_at(client, address)
        assert "is not known yet" in said
        assert "Payment being checked" in said
        assert "you can ask for the money back" in said
        for wrong in ("othing more is charged", "Next charge", "Buy again", "Ended"):
            assert wrong not in said, wrong
    client.post(page_of(sale, "cancel/"), {"shown": shown(client, sale)})
    said = said_at(client, page_of(sale, "canceled/"))
    assert "Your cancellation is recorded" in said
    assert "Nothing more will be charged" not in said
    sandbox.work()
    said = said_at(client, "/account/")
    assert "Nothing more is charged" in said
    assert "Buy again" in said


def test_a_term_that_was_refunded_ahead_is_told_in_the_right_tense(
    ann: Sale, as_ann: Client, sandbox: Sandbox
) -> None:
    """The next term refunded, the running one runs on until its end; after that day it ran until then."""
    sandbox.advance(days=330)
    sandbox.live(days=23)
    request = ann.ask_refund()
    approve(sandbox.world, request.bucket, request.id, actor=Actor("agent", "eve"))
    address = f"/requests/{request_public_id(request)}/"
    assert "Runs on until" in said_at(as_ann, address)
    sandbox.advance(days=30)
    for _ in range(2):  # before and after the worker has written it down
        said = said_at(as_ann, address)
        assert "Ran until" in said
        assert "Runs on" not in said
        said = said_at(as_ann, "/account/")
        assert "The next term was refunded and did not start." in said
        assert "It ended with the refund" not in said
        sandbox.work()


def test_the_account_tells_the_charge_from_the_start(ann: Sale, as_ann: Client) -> None:
    """The day of the charge and the day the next term begins are two, and each is called what it is."""
    said = said_at(as_ann, "/account/")
    assert "is charged on 26 April 2027" in said
    assert "the next term begins on 10 May 2027" in said


def test_the_proof_names_the_zone_of_its_time(ann: Sale, as_ann: Client) -> None:
    """When it was canceled is told with its zone, as in the letter."""
    as_ann.post(page_of(ann, "cancel/"), {"shown": shown(as_ann, ann)})
    said = said_at(as_ann, page_of(ann, "canceled/"))
    assert re.search(r"11 May 2026, \d\d:\d\d [A-Z]{3,4}\b", said)
