"""Signing in: who proves an address owns the account, and nobody who came before."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from goodterms.storage.models import Company, User
from tests.doors.portal_people import person
from tests.house.test_settings import _settings_with
from tests.support.worlds import Sandbox

PASSWORD = "a stranger's pass phrase"


@pytest.fixture(autouse=True)
def fresh_rates() -> None:
    """Rates of other tests do not count."""
    cache.clear()


def _code(letter: int = -1) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[letter].body), re.MULTILINE)
    assert found
    return found.group(1)


def test_a_stranger_sets_no_password_for_an_address_that_is_not_proven(sandbox: Sandbox, client: Client) -> None:
    """What was typed at somebody else's sign-up never opens the account that its owner proves later."""
    sandbox.sell(sandbox.customer("ann@example.org"), minor=7995)
    Client().post("/auth/signup/", {"email": "ann@example.org", "password1": PASSWORD, "password2": PASSWORD})
    client.post("/auth/login/code/", {"email": "ann@example.org"})
    assert client.post("/auth/login/code/confirm/", {"code": _code()})["Location"] == "/account/"
    assert not User.objects.get().has_usable_password()
    stranger = Client()
    stranger.post("/auth/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert stranger.get("/account/").status_code == 302


def test_a_new_person_signs_up_by_code_and_adds_a_password(sandbox: Sandbox, client: Client) -> None:
    """An address and its code make an account; a password set there signs in."""
    client.post("/auth/signup/", {"email": "new@example.org"})
    client.post("/auth/confirm-email/", {"code": _code()})
    assert client.get("/account/").status_code == 200
    client.post("/auth/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    again = Client()
    again.post("/auth/login/", {"login": "new@example.org", "password": PASSWORD})
    assert again.get("/account/").status_code == 200


def test_mails_of_the_sign_in_come_from_the_company(sandbox: Sandbox, client: Client) -> None:
    """Sender and name are those of the profile, not of the machine."""
    Company.objects.create(name="Harbor", sender_name="Harbor billing", sender_email="billing@harbor.example")
    person("ann@example.org")
    client.post("/auth/login/code/", {"email": "ann@example.org"})
    letter = mail.outbox[-1]
    assert letter.from_email == "Harbor billing <billing@harbor.example>"
    assert letter.subject == "Harbor: Your sign-in code"
    assert str(letter.body).endswith("\nHarbor")
    assert "testserver" not in str(letter.body)


@pytest.mark.parametrize(
    ("path", "email", "subject", "says"),
    [
        ("/auth/password/reset/", "ann@example.org", "Choose a new password", "/auth/password/reset/key/"),
        ("/auth/password/reset/", "who@example.org", "No account with this address", "/auth/signup/"),
        ("/auth/signup/", "ann@example.org", "You have an account already", "/auth/password/reset/"),
        ("/auth/signup/", "new@example.org", "Confirm your e-mail address", "It shows that this e-mail address"),
    ],
)
def test_every_mail_of_the_sign_in_speaks_for_the_company(
    sandbox: Sandbox, client: Client, path: str, email: str, subject: str, says: str
) -> None:
    """Subject and text name the company in plain words; nothing in them is the library's or the machine's."""
    Company.objects.create(name="Harbor", support_email="help@harbor.example")
    person("ann@example.org")
    client.post(path, {"email": email})
    [letter] = mail.outbox
    assert letter.subject == f"Harbor: {subject}"
    text = str(letter.body)
    assert says in text
    assert text.startswith("Hello,\n")
    assert text.endswith("Harbor\nhelp@harbor.example")
    assert "Thank you for using" not in text
    assert "Hello from" not in text


def test_a_notice_speaks_for_the_company(sandbox: Sandbox, client: Client) -> None:
    """Who has set a password is told so by the company."""
    Company.objects.create(name="Harbor")
    client.force_login(person("ann@example.org"))
    client.post("/auth/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert mail.outbox[-1].subject == "Harbor: A password was set"
    assert str(mail.outbox[-1].body).endswith("\nHarbor")


def test_a_colleague_keeps_the_address(sandbox: Sandbox, client: Client) -> None:
    """Nobody approves under one address and confirms under another; customers may have several."""
    agent = person("sam@desk.example")
    EmailAddress.objects.create(user=agent, email="other@desk.example", verified=True)
    client.force_login(agent)
    assert client.get("/auth/email/").status_code == 200
    User.objects.filter(pk=agent.pk).update(role=User.Role.SPECIALIST)
    for typed in (
        {"action_primary": "", "email": "other@desk.example"},
        {"action_add": "", "email": "x@desk.example"},
    ):
        assert client.post("/auth/email/", typed)["Location"] == "/auth/2fa/"
    assert User.objects.get().email == "sam@desk.example"
    assert EmailAddress.objects.count() == 2
    assert "/auth/email/" not in client.get("/auth/2fa/").content.decode().split("<main")[1]


@pytest.mark.parametrize(("hours", "address"), [(11, "/desk/"), (12, "/auth/login/"), (300, "/auth/login/")])
def test_a_colleagues_session_ends_by_itself(sandbox: Sandbox, client: Client, hours: int, address: str) -> None:
    """Twelve hours after signing in the desk asks for it again, whatever was done meanwhile."""
    User.objects.filter(pk=person("sam@desk.example").pk).update(role=User.Role.SPECIALIST)
    client.post("/auth/login/code/", {"email": "sam@desk.example"})
    client.post("/auth/login/code/confirm/", {"code": _code()})
    assert client.get("/desk/").status_code == 200
    session = client.session
    records = session["account_authentication_methods"]
    assert records
    session["account_authentication_methods"] = [{**one, "at": one["at"] - hours * 3600} for one in records]
    session.save()
    answer = client.get("/desk/", follow=True)
    assert (answer.redirect_chain or [("/desk/", 200)])[-1][0].startswith(address)
    assert (client.get("/desk/").status_code == 200) == (hours < 12)


def test_rates_count_visitors_behind_a_proxy() -> None:
    """Behind a proxy that is trusted the visitor's address counts; without one, nobody can make up an address."""
    assert _settings_with(["ALLAUTH_TRUSTED_PROXY_COUNT"], GOODTERMS_BEHIND_PROXY="1") == {
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1
    }
    with pytest.raises(RuntimeError, match="ALLAUTH_TRUSTED_PROXY_COUNT"):
        _settings_with(["ALLAUTH_TRUSTED_PROXY_COUNT"], GOODTERMS_BEHIND_PROXY="")
