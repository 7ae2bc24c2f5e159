"""What strangers can reach: the public form that tells nothing, signing in, buying, the brand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from goodterms.portal.brand import accent_color, ink_on, luminance
from goodterms.storage.models import Company, Inquiry, RefundRequestRow, User
from goodterms.wiring import elapsed
from tests.doors.portal_people import person
from tests.support.worlds import Sale, Sandbox


@pytest.fixture(autouse=True)
def fresh_rates() -> None:
    """Rates of other tests do not count."""
    cache.clear()


@pytest.fixture
def ann(sandbox: Sandbox) -> Sale:
    """Ann's yearly subscription."""
    return sandbox.sell(sandbox.customer("ann@example.org"), minor=7995)


def facts(sale: Sale, **changed: str) -> dict[str, str]:
    """What the public form sends."""
    told = {"order_number": sale.order.number, "email": "ann@example.org", "name": "Ann Lee"}
    return {**told, "purchase_on": "2026-05-10", **changed}


@pytest.mark.requirement("R31")
def test_the_form_asks_for_exactly_four_facts(ann: Sale, client: Client) -> None:
    """Date of purchase, name, e-mail, order number; nothing else is asked."""
    assert set(client.get("/refund/").context["form"].fields) == {"order_number", "purchase_on", "name", "email"}


def test_the_answer_is_the_same_whatever_exists(ann: Sale, client: Client) -> None:
    """A real order, a wrong address, an unknown number and a repeated request get one answer after one time."""
    cases = [
        facts(ann), facts(ann), facts(ann, email="eve@example.org"), facts(ann, order_number="0001-AAAA-BBBB"),
        facts(ann, name="Somebody Else", order_number="nonsense"),
    ]  # fmt: skip
    answers = set()
    for case in cases:
        began = elapsed()
        response = client.post("/refund/", case)
        assert elapsed() - began >= 0.4
        answers.add((response.status_code, response["Location"], response.content))
    assert len(answers) == 1
    assert RefundRequestRow.objects.filter(bucket=ann.bucket).count() == 1
    assert Inquiry.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"order_number": ""}, "Enter the order number"),
        ({"purchase_on": "2026-02-31"}, "This is not a date"),
        ({"purchase_on": "2027-01-01"}, "This date lies in the future"),
        ({"purchase_on": "1999-12-31"}, "too long ago"),
        ({"email": "ann"}, "not an e-mail address"),
        ({"name": " "}, "Enter the name"),
    ],
)
def test_only_what_can_not_be_true_is_complained_about(
    ann: Sale, client: Client, wrong: dict[str, str], said: str
) -> None:
    """Each malformed fact is named, what was typed is kept, and nothing is stored."""
    response = client.post("/refund/", facts(ann, **wrong))
    assert response.status_code == 422
    text = response.content.decode()
    assert said in text
    for value in facts(ann, **wrong).values():
        assert f'value="{value}"' in text or not value.strip()
    assert not RefundRequestRow.objects.filter(bucket=ann.bucket).exists()


def test_the_form_is_rate_limited(ann: Sale, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """One network can send ten requests in an hour; the eleventh is told to wait and keeps what was typed."""
    monkeypatch.setattr("goodterms.portal.claims.ANSWERS_AFTER", 0)
    statuses = [client.post("/refund/", facts(ann, order_number=f"x{n}")).status_code for n in range(11)]
    assert statuses == [302] * 10 + [429]
    assert Inquiry.objects.count() == 10


def test_a_customer_who_never_signed_in_gets_a_code(ann: Sale, client: Client) -> None:
    """The address of a purchase is enough: code by mail, then the account with the subscription."""
    assert not User.objects.exists()
    client.post("/auth/login/code/", {"email": "Ann@Example.org"})
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[0].body), re.MULTILINE)
    assert code
    response = client.post("/auth/login/code/confirm/", {"code": code.group(1)})
    assert response["Location"] == "/account/"
    assert "Shield Year" in client.get("/account/").content.decode()
    user = User.objects.get()
    assert (user.bucket, user.customer_id) == (ann.bucket, ann.customer.id)


def test_a_stranger_is_answered_like_a_customer(ann: Sale, client: Client) -> None:
    """Asking for a code tells nobody who is a customer here, and makes no user for a stranger."""
    known = client.post("/auth/login/code/", {"email": "ann@example.org"})
    unknown = Client().post("/auth/login/code/", {"email": "stranger@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert list(User.objects.values_list("email", flat=True)) == ["ann@example.org"]


def test_agents_arrive_at_the_desk(sandbox: Sandbox, client: Client) -> None:
    """After signing in a colleague lands at the desk, not in an account."""
    agent = person("sam@desk.example")
    User.objects.filter(pk=agent.pk).update(role=User.Role.SPECIALIST)
    client.post("/auth/login/code/", {"email": "sam@desk.example"})
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[0].body), re.MULTILINE)
    assert code
    assert str(client.post("/auth/login/code/confirm/", {"code": code.group(1)})["Location"]).startswith("/desk/")


def test_buying_in_a_demo(sandbox: Sandbox, client: Client, settings: Any) -> None:
    """A proven address buys with a test card; a declined card leaves nothing, ordering twice buys once."""
    settings.TEST_WORLD = True
    sandbox.plan("shield-year", 7995)
    client.force_login(person("new@example.org"))
    address, wish = "/buy/shield-year/AUD/", {"name": "New Person", "card": "pm_declined"}
    assert client.post(address, {"card": "pm_ok"}).status_code == 422
    assert client.post(address, wish)["Location"] == address
    assert "No subscription yet" in client.get("/account/").content.decode()
    assert client.post(address, {"card": "pm_ok"})["Location"].startswith("/account/subscriptions/sub_")
    assert client.post(address, {"card": "pm_ok"})["Location"] == "/account/"
    assert client.get("/account/").content.decode().count("Manage subscription") == 1


def test_buying_needs_a_proven_address_and_a_demo(sandbox: Sandbox, client: Client, settings: Any) -> None:
    """Where real money moves nothing is sold with test cards; an unproven address buys nothing."""
    sandbox.plan("shield-year", 7995)
    client.force_login(person("new@example.org", verified=False))
    assert client.get("/buy/shield-year/AUD/").status_code == 404
    assert client.get("/buy/").status_code == 200
    settings.TEST_WORLD = True
    response = client.post("/buy/shield-year/AUD/", {"name": "New", "card": "pm_ok"})
    assert response["Location"].startswith("/auth/email")


def test_the_card_can_be_changed_in_a_demo_only(ann: Sale, client: Client, settings: Any) -> None:
    """A test card from the list replaces the old one; anything else is refused."""
    client.force_login(person("ann@example.org"))
    address = f"/account/subscriptions/{ann.public_id}/payment/"
    assert client.post(address, {"card": "pm_ok"}).status_code == 404
    settings.TEST_WORLD = True
    assert client.post(address, {"card": "4111111111111111"}).status_code == 422
    said = client.post(address, {"card": "pm_expired"}, follow=True).content.decode()
    assert "Test card 0069, expired" in said


def test_the_brand_is_the_vendors_color_and_readable(sandbox: Sandbox, client: Client) -> None:
    """The accent color is printed only when it is one; the ink on it is the one that contrasts more."""
    Company.objects.create(name="Acme", accent_color="#FFD400")
    response = client.get("/brand.css")
    assert response["Content-Type"].startswith("text/css")
    assert "max-age" in response["Cache-Control"]
    assert "--brand: #ffd400;" in response.content.decode()
    assert "--brand-ink: #081a1d;" in response.content.decode()
    Company.objects.update(accent_color="}body{")
    assert "--brand: #0b5563;" in client.get("/brand.css").content.decode()


@pytest.mark.parametrize(
    ("color", "ink"), [("#000000", "#ffffff"), ("#ffffff", "#081a1d"), ("#0b5563", "#ffffff"), ("#c5283c", "#ffffff")]
)
def test_ink_on_a_color(color: str, ink: str) -> None:
    """Dark colors take white, light ones near black."""
    assert ink_on(color) == ink


def test_luminance_in_integers() -> None:
    """Black is 0, white 10000, mid gray as in the WCAG formula, to a thousandth."""
    assert [luminance("#000000"), luminance("#ffffff")] == [0, 10_000]
    assert abs(luminance("#777777") - 1845) <= 10
    assert accent_color("red") == "#0b5563"


@pytest.mark.requirement("R50", "R51")
def test_policy_page_and_its_versions(ann: Sale, client: Client) -> None:
    """The page names version and date, can be asked for by version, and its links lead somewhere."""
    response = client.get("/cancellations-and-refunds/")
    said = response.content.decode()
    assert "version 1, in force since 1 January 2026" in said
    assert client.get("/cancellations-and-refunds/?version=1").status_code == 200
    main = said[said.index("<main") : said.index("</main>")]
    for href in set(re.findall(r'href="([^"]+)"', main)):
        if href.startswith("/"):
            assert client.get(href).status_code in (200, 302), href
        elif href.startswith("#"):
            assert f'id="{href[1:]}"' in main, href
