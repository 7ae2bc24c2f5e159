"""Buying and changing a card where cards are entered on the gateway's page; no card data passes through here."""

from __future__ import annotations

import re
from html import unescape

import httpx
from django.test import Client

from goodterms.domain.facts import Actor
from goodterms.storage.models import CustomerRow, OrderRow, SubscriptionRow, User
from goodterms.usecases.cancel import change_payment_method
from tests.doors.portal_people import person_of
from tests.support.worlds import Sandbox


def save_there(page: str, card: str) -> str:
    """Do on the gateway's page what a customer does; where it leads, without the host."""
    address = re.search(r'href="(http://127[^"]+/checkout/[^"]+)"', page)
    assert address, page
    answer = httpx.post(unescape(address[1]), data={"card": card}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["Location"].removeprefix("http://shop.test")


def test_buying(stripe_sandbox: Sandbox) -> None:
    """A card is saved there, then the order is placed here with the amount in sight."""
    stripe_sandbox.plan()
    client = Client()
    user = User.objects.create_user("new@example.org", date_joined=stripe_sandbox.now)
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email="new@example.org", verified=True, primary=True)
    client.force_login(user)
    assert "Choose" in client.get("/buy/").content.decode()
    address = "/buy/shield-year/AUD/"
    assert "nothing is charged before you come back" in client.get(address).content.decode()
    page = client.post(address, {"name": "Nora New"}).content.decode()
    assert "We never see the card" in page
    back = save_there(page, "pm_ok")
    assert OrderRow.objects.count() == 0
    shown = client.get(back).content.decode()
    assert "Your card is saved" in shown
    assert "Buy now for" in shown
    ref = re.search(r'name="page" value="([^"]+)"', shown)
    assert ref
    done = client.post(address, {"page": ref[1]}, follow=True)
    assert "is paid and ready to use" in done.content.decode()
    assert OrderRow.objects.get().gateway == "stripe"
    assert CustomerRow.objects.get().name == "Nora New"


def test_somebody_elses_page_is_worth_nothing(stripe_sandbox: Sandbox) -> None:
    """A page that was opened for another customer, or never, saves no card."""
    sale = stripe_sandbox.sell()
    other = stripe_sandbox.sell(stripe_sandbox.customer("bo@example.org", "Bo"))
    mine, theirs = Client(), Client()
    mine.force_login(person_of(sale.customer))
    theirs.force_login(person_of(other.customer))
    page = theirs.post(f"/account/subscriptions/{other.public_id}/card/").content.decode()
    back = save_there(page, "pm_ok").replace(other.public_id, sale.public_id)
    before = SubscriptionRow.objects.get(bucket=sale.bucket, id=sale.subscription_id).payment_method
    shown = mine.get(back, follow=True).content.decode()
    assert "No card was saved" in shown
    assert SubscriptionRow.objects.get(bucket=sale.bucket, id=sale.subscription_id).payment_method == before
    nothing = f"/account/subscriptions/{sale.public_id}/card/saved/?page=cs_test_nothing"
    assert "does not answer" in mine.get(nothing, follow=True).content.decode()


def test_a_card_that_has_to_be_confirmed(stripe_sandbox: Sandbox) -> None:
    """The renewal asks for the customer: told by letter, saved anew there, and charged at once, inside the lead."""
    sale = stripe_sandbox.sell()
    hard = stripe_sandbox.card("pm_authentication_required")
    change_payment_method(
        stripe_sandbox.world, sale.bucket, sale.subscription_id, hard, actor=Actor("customer", "ann")
    )
    stripe_sandbox.advance(days=335)
    stripe_sandbox.live(20)
    client = Client()
    client.force_login(person_of(sale.customer))
    page = client.get(f"/account/subscriptions/{sale.public_id}/").content.decode()
    assert "your bank wants you to confirm it" in page
    back = save_there(client.post(f"/account/subscriptions/{sale.public_id}/card/").content.decode(), "pm_ok")
    assert "Your payment method was changed" in client.get(back, follow=True).content.decode()
    client.get(back)  # coming back twice changes nothing more
    stripe_sandbox.work()
    assert OrderRow.objects.filter(bucket=sale.bucket).count() == 2
