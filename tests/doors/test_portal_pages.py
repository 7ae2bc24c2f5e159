"""The customer's pages by HTTP: whose they are, what they refuse, and what repeating a click does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from goodterms.domain.facts import Actor
from goodterms.domain.public_id import ORDER, encode
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_subscription
from goodterms.storage.models import CancellationRow, RefundRequestRow, RefundRow, SubscriptionRow
from goodterms.usecases.links import request_token
from goodterms.usecases.review import decline
from tests.doors.portal_people import person, person_of
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


@pytest.fixture
def as_bob(sandbox: Sandbox) -> Client:
    """A browser in which another customer is signed in."""
    bob = sandbox.sell(sandbox.customer("bob@example.org", "Bob Ray"), minor=7995)
    client = Client()
    client.force_login(person_of(bob.customer))
    return client


def state_of(sale: Sale) -> Subscription:
    """The subscription as it is in the database."""
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False)


def page_of(sale: Sale, tail: str = "") -> str:
    """The address of a subscription's page."""
    return f"/account/subscriptions/{sale.public_id}/{tail}"


def order_page(sale: Sale) -> str:
    """The address that asks for the money back."""
    return f"/account/orders/{encode(ORDER, sale.bucket, sale.order.id)}/refund/"


def facts(sale: Sale, **changed: str) -> dict[str, str]:
    """What the form sends."""
    order = sale.order
    told = {"order_number": order.number, "email": order.buyer_email, "name": order.buyer_name}
    return {**told, "purchase_on": order.placed_at.date().isoformat(), **changed}


def shown(client: Client, sale: Sale) -> str:
    """The fingerprint of the preview that is on the screen."""
    return str(client.get(page_of(sale, "cancel/")).context["outcome"].fingerprint)


def text_of(response: Any) -> str:
    """A page's text."""
    return str(response.content.decode())


def without_token(response: Any) -> str:
    """A page's text without what differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text_of(response))


def test_every_page_of_another_customer_is_missing(ann: Sale, as_ann: Client, as_bob: Client) -> None:
    """Every address with somebody else's id answers like one that does not exist, by GET and by POST."""
    request = ann.ask_refund()
    ref = request_public_id(request)
    pages = [page_of(ann, tail) for tail in ("", "cancel/", "canceled/", "keep/")]
    pages += [order_page(ann), f"/requests/{ref}/"]
    posts = [page_of(ann, tail) for tail in ("cancel/", "keep/", "payment/")]
    posts += [order_page(ann), *(f"/requests/{ref}/{act}/" for act in ("answer", "retract", "appeal"))]
    before = SubscriptionRow.objects.filter(bucket=ann.bucket, id=ann.subscription_id).values().get()
    missing = as_bob.get("/account/subscriptions/sub_" + "0" * 35 + "/")
    assert missing.status_code == 404
    for address in pages:
        assert as_ann.get(address).status_code in (200, 302), address
        refused = as_bob.get(address)
        assert refused.status_code == 404, address
        assert without_token(refused) == without_token(missing), address
        assert Client().get(address).status_code == 302, address
    for address in posts:
        assert as_bob.post(address, {**facts(ann), "reason": "x", "card": "pm_ok"}).status_code == 404, address
    assert SubscriptionRow.objects.filter(bucket=ann.bucket, id=ann.subscription_id).values().get() == before
    assert RefundRequestRow.objects.filter(bucket=ann.bucket).get().state == "received"


def test_no_browser_keeps_what_is_somebodys_own(ann: Sale, as_ann: Client, client: Client) -> None:
    """After sign-out, going back shows nothing of the account; a letter's page is not kept either."""
    as_ann.post(order_page(ann), facts(ann))
    row = RefundRequestRow.objects.get(bucket=ann.bucket)
    for answer in (
        as_ann.get("/account/"), as_ann.get(page_of(ann)), as_ann.get(page_of(ann, "cancel/")),
        client.get(f"/requests/{request_token(row.bucket, row.id)}/"),
    ):  # fmt: skip
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_damaged_id_is_missing(as_ann: Client) -> None:
    """Ids that nobody made lead nowhere, and so does a link that we did not sign."""
    for address in (
        "/account/subscriptions/x/", "/account/subscriptions/ord_1/cancel/", "/account/orders/sub_2/refund/",
        "/requests/req_1/", "/requests/req_1.forged/", "/cancellations-and-refunds/?version=99", "/buy/none/AUD/",
    ):  # fmt: skip
        assert as_ann.get(address).status_code == 404, address


@pytest.mark.requirement("R7", "R8")
def test_canceling_twice_shows_the_result(ann: Sale, as_ann: Client) -> None:
    """A double click makes one cancellation and shows it both times."""
    sent = {"shown": shown(as_ann, ann), "outcome": "keep"}
    for _ in range(2):
        response = as_ann.post(page_of(ann, "cancel/"), sent, follow=True)
        assert CancellationRow.objects.filter(bucket=ann.bucket).get().number in text_of(response)
    assert as_ann.get(page_of(ann, "cancel/")).status_code == 302


@pytest.mark.requirement("R7", "R11")
def test_a_stale_preview_asks_again(ann: Sale, as_ann: Client, sandbox: Sandbox) -> None:
    """What has changed since it was shown is shown again, and nothing is done."""
    old = shown(as_ann, ann)
    sandbox.advance(days=40)  # the refund that was offered beside is over
    response = as_ann.post(page_of(ann, "cancel/"), {"shown": old, "outcome": "keep"})
    assert response.status_code == 409
    assert "Something has changed since" in text_of(response)
    assert state_of(ann).auto_renew
    assert as_ann.post(page_of(ann, "cancel/"), {}).status_code == 409
    assert as_ann.post(page_of(ann, "cancel/"), {"shown": shown(as_ann, ann)}).status_code == 302
    assert not state_of(ann).auto_renew


def test_keeping_twice_is_no_error(ann: Sale, as_ann: Client) -> None:
    """Taking a cancellation back again changes nothing."""
    as_ann.post(page_of(ann, "cancel/"), {"shown": shown(as_ann, ann)})
    for _ in range(2):
        assert "goes on" in text_of(as_ann.post(page_of(ann, "keep/"), follow=True))
    assert state_of(ann).auto_renew


@pytest.mark.requirement("R16")
def test_the_cancel_page_links_the_refund_while_it_is_open(ann: Sale, as_ann: Client, sandbox: Sandbox) -> None:
    """Canceling returns nothing, says the page, and links the request only as long as it would be granted."""
    said = text_of(as_ann.get(page_of(ann, "cancel/")))
    assert "Canceling pays nothing back" in said
    assert order_page(ann) in said
    sandbox.advance(days=40)
    late = text_of(as_ann.get(page_of(ann, "cancel/")))
    assert "not returned by canceling" in late
    assert order_page(ann) not in late


@pytest.mark.requirement("R15", "R22")
def test_canceling_makes_no_refund(ann: Sale, as_ann: Client) -> None:
    """Neither a refund nor a request follows from canceling."""
    as_ann.post(page_of(ann, "cancel/"), {"shown": shown(as_ann, ann)})
    assert not RefundRow.objects.filter(bucket=ann.bucket).exists()
    assert not RefundRequestRow.objects.filter(bucket=ann.bucket).exists()


@pytest.mark.requirement("R4", "R6")
def test_a_failing_card_is_explained_and_canceling_is_offered(sandbox: Sandbox) -> None:
    """While the renewal's payment fails the page says so, when it is tried again, and lets the customer cancel."""
    sale = sandbox.sell(sandbox.customer(), minor=7995)
    client = Client()
    client.force_login(person_of(sale.customer))
    from goodterms.usecases.cancel import change_payment_method

    change_payment_method(
        sandbox.world, sale.bucket, sale.subscription_id, "pm_declined.ann", actor=Actor("customer", "x")
    )
    sandbox.advance(days=330)
    sandbox.live(days=22)
    said = text_of(client.get("/account/"))
    assert "the bank declined the card" in said
    assert "We try again on" in said
    client.post(page_of(sale, "cancel/"), {"shown": shown(client, sale)})
    assert not state_of(sale).auto_renew


@pytest.mark.requirement("R31")
def test_asking_twice_leads_to_the_same_request(ann: Sale, as_ann: Client) -> None:
    """A double click opens one request; the address of the form then leads to it."""
    where = {as_ann.post(order_page(ann), facts(ann))["Location"] for _ in range(2)}
    where.add(as_ann.get(order_page(ann))["Location"])
    assert len(where) == 1
    assert RefundRequestRow.objects.filter(bucket=ann.bucket).count() == 1


def test_letters_go_to_the_proven_address(ann: Sale, as_ann: Client) -> None:
    """A mistyped address on the form leads to a question, and the question does not go to a stranger."""
    as_ann.post(order_page(ann), facts(ann, email="stranger@example.org"))
    row = RefundRequestRow.objects.get(bucket=ann.bucket)
    assert (row.state, row.contact_email) == ("needs_information", "ann@example.org")


def test_what_was_typed_is_kept(ann: Sale, as_ann: Client) -> None:
    """A mistake is named next to its field and nothing has to be typed again."""
    response = as_ann.post(order_page(ann), facts(ann, name="Ann L.", purchase_on="2031-02-30"))
    assert response.status_code == 422
    assert "Ann L." in text_of(response)
    assert "This is not a date" in text_of(response)


@pytest.mark.requirement("R23", "R36")
def test_an_older_order_says_why_not(ann: Sale, as_ann: Client, sandbox: Sandbox) -> None:
    """An order before the latest paid term is not refundable, with that reason; it may be asked all the same."""
    address = order_page(ann)
    first = facts(ann)
    sandbox.advance(days=330)
    sandbox.live(days=23)
    assert len(state_of(ann).orders) == 2
    said = text_of(as_ann.get(address))
    assert "Our policy does not grant this refund" in said
    assert "not for the latest paid term" in said
    assert as_ann.post(address, first).status_code == 302


def test_retracting_and_appealing_twice_are_no_errors(ann: Sale, as_ann: Client, sandbox: Sandbox) -> None:
    """Repeating either shows where the request stands."""
    ref = request_public_id(ann.ask_refund())
    for _ in range(2):
        assert "Taken back by you" in text_of(as_ann.post(f"/requests/{ref}/retract/", follow=True))
    again = ann.ask_refund()
    decline(sandbox.world, again.bucket, again.id, actor=Actor("agent", "eve"), note="Not this time.")
    token = request_token(again.bucket, again.id)
    anybody = Client()
    assert anybody.post(f"/requests/{token}/appeal/", {"reason": " "}).status_code == 422
    for _ in range(2):
        said = text_of(anybody.post(f"/requests/{token}/appeal/", {"reason": "Please."}, follow=True))
        assert "Being checked" in said
    assert anybody.get(f"/requests/{token}/retract/").status_code == 405


@pytest.mark.requirement("R11")
def test_a_charge_under_way_is_explained(sandbox: Sandbox) -> None:
    """Canceled after the charge's intent was committed, the page tells of the payment and of both ends."""
    sale = sandbox.sell(sandbox.customer(), minor=7995)
    sandbox.advance(days=330)
    from goodterms.usecases import renew

    for _ in range(30):
        renew.renew_due(sandbox.world)  # commits intents; nobody sends them
        if state_of(sale).open_charge:
            break
        sandbox.advance(days=1)
    client = Client()
    client.force_login(person_of(sale.customer))
    said = text_of(client.get(page_of(sale, "cancel/")))
    assert "A payment is under way" in said
    assert "10 May 2027" in said
    assert "10 May 2028" in said


def test_somebody_who_bought_nothing_and_somebody_unproven(ann: Sale) -> None:
    """A verified address links to its customer; an unproven one with the same letters does not."""
    client = Client()
    client.force_login(person("ann@example.org", verified=False))
    assert "No subscription yet" in text_of(client.get("/account/"))
    assert client.get(page_of(ann)).status_code == 404


def test_an_early_paid_term_shows_both_terms(ann: Sale, as_ann: Client, sandbox: Sandbox) -> None:
    """The Subscription page names the running term, the one that is paid ahead and the end of both."""
    sandbox.advance(days=330)
    sandbox.live(days=23)
    said = text_of(as_ann.get("/account/"))
    assert "Next term, paid already" in said
    end = state_of(ann).paid_through
    assert end is not None
    assert end - sandbox.now > timedelta(days=370)
