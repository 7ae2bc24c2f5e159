"""Administration at the desk: colleagues, the company, plans and prices; and the policies to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from goodterms.desk.forms_admin import contrast_with_white
from goodterms.storage import agents
from goodterms.storage.models import AdminAct, Company, MessageRow, Plan, Price, Role, User
from goodterms.storage.prices import prices_in_force
from tests.support.worlds import Sandbox


@pytest.fixture
def admin(sandbox: Sandbox, client: Client) -> User:
    """The one administrator, signed in."""
    return sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)


def _said(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_invited_colleague_gets_a_mail_and_a_role(sandbox: Sandbox, client: Client, admin: User) -> None:
    """The role is given, the address waits for its first code, one mail goes out; twice changes nothing."""
    typed = {"email": "Kim@Desk.example", "name": "Kim", "role": "supervisor"}
    assert "is invited" in _said(client.post("/desk/agents/", typed, follow=True))
    again = client.post("/desk/agents/", typed)
    assert again.status_code == 422
    assert "works at the desk already" in _said(again)
    user = User.objects.get(email="kim@desk.example")
    assert (user.role, user.is_active) == ("supervisor", True)
    assert not EmailAddress.objects.get(user=user).verified
    assert MessageRow.objects.filter(kind="invitation", to_address="kim@desk.example").count() == 1


def test_a_customer_can_become_a_colleague(sandbox: Sandbox, client: Client, admin: User) -> None:
    """An address that signs in as a customer keeps its link to the customer and gains the role."""
    known = User.objects.create_user("ann@example.org", bucket=7)
    client.post("/desk/agents/", {"email": "ann@example.org", "name": "", "role": "specialist"})
    known.refresh_from_db()
    assert (known.role, known.bucket) == ("specialist", 7)


@pytest.mark.parametrize("typed", [{"email": "no address"}, {"role": "owner"}, {"role": "customer"}, {"email": ""}])
def test_a_wrong_invitation_is_refused(sandbox: Sandbox, client: Client, admin: User, typed: dict[str, str]) -> None:
    """A wrong address or role comes back with an error and what was typed; nobody is made."""
    answer = client.post(
        "/desk/agents/", {"email": "kim@desk.example", "name": "Kim O", "role": "specialist", **typed}
    )
    assert answer.status_code == 422
    assert "Kim O" in _said(answer)
    assert User.objects.count() == 1


def test_the_last_administrator_stays(sandbox: Sandbox, client: Client, admin: User) -> None:
    """Neither the last administrator nor oneself can be deactivated or made less; a colleague can."""
    own = f"/desk/agents/{admin.pk}/"
    for typed in ({"act": "deactivate"}, {"act": "role", "role": "specialist"}):
        assert "at least one administrator" in _said(client.post(own, typed, follow=True))
    second = sandbox.agent("bob@desk.example", Role.ADMINISTRATOR)
    assert "another administrator" in _said(client.post(own, {"act": "deactivate"}, follow=True))
    client.post(f"/desk/agents/{second.pk}/", {"act": "role", "role": "specialist"})
    client.post(f"/desk/agents/{second.pk}/", {"act": "deactivate"})
    second.refresh_from_db()
    assert (second.role, second.is_active) == ("specialist", False)
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == ("administrator", True)
    assert client.post(own, {"act": "nonsense"}).status_code == 302


def test_a_customer_is_not_an_agent_to_change(sandbox: Sandbox, admin: User) -> None:
    """Deactivating by number reaches the desk's people only."""
    ann = User.objects.create_user("ann@example.org")
    agents.set_active(ann.pk, False, by=admin)
    ann.refresh_from_db()
    assert ann.is_active


@pytest.mark.parametrize(
    ("color", "accepted"),
    [("#0b5563", True), ("#0B5563", True), ("#767676", True), ("#777777", False), ("#ffee00", False), ("teal", False)],
)
def test_the_accent_color_carries_white_text(
    sandbox: Sandbox, client: Client, admin: User, color: str, accepted: bool
) -> None:
    """A color on which white text has less contrast than 4.5 to 1 is refused, and the form keeps what was typed."""
    answer = client.post("/desk/company/", {"name": "Northwind", "accent_color": color, "support_phone": "+61 2 5550"})
    assert answer.status_code == (302 if accepted else 422)
    if accepted:
        assert Company.objects.get().accent_color == color.lower()
        assert "Northwind" in _said(client.get("/desk/"))
    else:
        assert "+61 2 5550" in _said(answer)
        assert not Company.objects.exists()


def test_contrast_is_counted_as_wcag_does() -> None:
    """Black has 21 to 1, white 1 to 1."""
    assert (contrast_with_white("#000000"), contrast_with_white("#ffffff")) == (2100, 100)


def test_a_plan_and_its_dated_prices(sandbox: Sandbox, client: Client, admin: User) -> None:
    """A new price follows the old one from its day on; the old one stays as it was."""
    typed = {
        "name": "Vault, monthly", "code": "vault-month", "product": "vault", "length": "1", "unit": "months",
        "policy_name": "reference", "product_class": "digital_content",
    }  # fmt: skip
    assert client.post("/desk/plans/new/", typed)["Location"] == "/desk/plans/vault-month/"
    taken = client.post("/desk/plans/new/", typed)
    assert taken.status_code == 422
    assert "Vault, monthly" in _said(taken)
    address = "/desk/plans/vault-month/"
    client.post(address, {"currency": "aud", "amount": "9.95", "tax": "0.90"})
    first = Price.objects.get()
    later = sandbox.now + timedelta(days=30)
    client.post(
        address,
        {"currency": "AUD", "amount": "11,95", "tax": "1.09", "effective_at": later.strftime("%Y-%m-%dT%H:%M")},
    )
    assert prices_in_force(sandbox.now)["vault-month", "AUD"] == (995, 90)
    assert prices_in_force(later)["vault-month", "AUD"] == (1195, 109)
    first.refresh_from_db()
    assert (first.amount_minor, first.created_by) == (995, "agent:ada@desk.example")
    page = _said(client.get(address))
    assert ">In force<" in page
    assert ">To come<" in page


@pytest.mark.parametrize(
    "typed",
    [
        {"effective_at": "2020-01-01T00:00"},
        {"amount": "-1"},
        {"amount": "1.234"},
        {"amount": "0"},
        {"amount": "x"},
        {"tax": "60.00"},
        {"currency": "A1"},
        {"currency": "JPY"},
        {"currency": "XQX"},
    ],
)
def test_a_wrong_price_is_refused(sandbox: Sandbox, client: Client, admin: User, typed: dict[str, str]) -> None:
    """The past, a tax above the price and digits the currency does not have come back with what was typed."""
    plan = sandbox.plan()
    sent = {"currency": "AUD", "amount": "59.95", "tax": "5.45", "effective_at": "2026-08-01T00:00", **typed}
    answer = client.post(f"/desk/plans/{plan.code}/", sent)
    assert answer.status_code == 422
    assert all(f'value="{value}"' in _said(answer) for value in sent.values())
    assert Price.objects.count() == 1


def test_a_price_from_now_on_while_time_goes_on(
    sandbox: Sandbox, client: Client, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a date the price begins at once, on a clock that does not stand still between two looks either."""
    sandbox.plan("vault-month", 999, months=1)
    looks = iter(range(1, 1000))
    moving = replace(sandbox.world, now=lambda: sandbox.now + timedelta(milliseconds=next(looks)))
    monkeypatch.setattr("goodterms.desk.views_admin.world_of", lambda _request: moving)
    answer = client.post("/desk/plans/vault-month/", {"currency": "EUR", "amount": "6.49", "tax": "1.04"}, follow=True)
    assert "The price is added." in _said(answer)


def test_a_price_is_entered_once(sandbox: Sandbox, client: Client, admin: User) -> None:
    """A second price for the same currency and instant is refused, so a double click adds one."""
    plan = sandbox.plan()
    sent = {"currency": "AUD", "amount": "69.95", "tax": "6.36", "effective_at": "2026-08-01T00:00"}
    client.post(f"/desk/plans/{plan.code}/", sent)
    again = client.post(f"/desk/plans/{plan.code}/", {**sent, "amount": "1.00", "tax": "0"})
    assert "stays as it is" in _said(again)
    assert list(plan.prices.order_by("effective_at").values_list("amount_minor", flat=True)) == [5995, 6995]


def test_a_plan_too_short_for_the_policy_is_refused(sandbox: Sandbox, client: Client, admin: User) -> None:
    """A week can not be renewed under a policy whose schedules begin at a month."""
    typed = {
        "name": "Weekly", "code": "week", "product": "vault", "length": "7", "unit": "days",
        "policy_name": "reference", "product_class": "digital_content",
    }  # fmt: skip
    answer = client.post("/desk/plans/new/", typed)
    assert answer.status_code == 422
    assert "no renewal schedule" in _said(answer)
    assert not Plan.objects.exists()


@pytest.mark.requirement("R26")
def test_policies_are_read_as_sentences(sandbox: Sandbox, client: Client) -> None:
    """Every published version shows its label, dates, digest, seller and sentences to every colleague."""
    sandbox.sign_in(client)
    page = _said(client.get("/desk/policies/"))
    assert "reference@1" in page
    address = page.split('href="/desk/policies/')[2].split('"')[0]
    text = _said(client.get(f"/desk/policies/{address}"))
    assert "Nexway" in text
    assert "A first purchase is refunded in full within 30 days of the order" in text


@pytest.mark.requirement("R52")
def test_every_administrative_act_is_on_record(sandbox: Sandbox, client: Client, admin: User) -> None:
    """Who invited, deactivated, renamed the company or took a plan off sale can be read, with the time."""
    sandbox.plan("shield-year")
    client.post("/desk/agents/", {"email": "kim@desk.example", "name": "Kim", "role": "specialist"})
    kim = User.objects.get(email="kim@desk.example")
    client.post(f"/desk/agents/{kim.pk}/", {"act": "deactivate"})
    client.post(f"/desk/agents/{admin.pk}/", {"act": "deactivate"})  # refused: nobody shuts himself out
    client.post("/desk/plans/shield-year/", {"act": "withdraw"})

    kept = list(AdminAct.objects.order_by("id").values_list("act", "subject", "actor", "at"))

    assert kept == [
        ("agent.invited", "kim@desk.example", "agent:ada@desk.example", sandbox.now),
        ("agent.deactivated", "kim@desk.example", "agent:ada@desk.example", sandbox.now),
        ("plan.taken_off_sale", "shield-year", "agent:ada@desk.example", sandbox.now),
    ]
    assert "Agent deactivated: kim@desk.example" in _said(client.get("/desk/agents/"))
