"""Whatever is sent to whatever address, the answer is a page or a clear error, and never a failure of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from allauth.core import ratelimit
from django.conf import settings as settings_of
from django.test import Client

from goodterms.domain.facts import Actor
from goodterms.domain.public_id import ORDER, encode
from goodterms.domain.refund_request import Claimed
from goodterms.storage.models import Inquiry, MessageRow, PolicyVersion, Role
from goodterms.usecases.links import inquiry_token, request_token
from goodterms.usecases.request_refund import submit_claim
from goodterms.usecases.review import approve, ask, decline
from tests.doors.hostile import PARAMETERS, TELLING, VALUES, PostForm, browser, filled, forms_on, names_in, routes
from tests.doors.portal_people import person_of
from tests.support.worlds import Sandbox, refund_public_id, request_public_id

EVE = Actor("agent", "eve@desk.example")
#: Words for fields that must not be empty, so that an odd value in another one gets as far as it can.
PLAUSIBLE = {
    "name": "Ann Lee", "email": "new@example.org", "login": "ann@example.org", "password": "correct horse battery",
    "password1": "correct horse battery", "password2": "correct horse battery", "code": "ABC123", "answer": "Visa.",
    "reason": "Because.", "text": "Because.", "reference": "TR-17", "purchase_on": "2026-05-10", "on": "2026-05-10",
    "received_at": "2026-05-10T08:00", "order_number": "0001-AAAA-BBBB", "amount": "5.00", "tax": "0.45",
    "currency": "AUD", "length": "12", "product": "vault", "effective_at": "2027-05-10T08:00",
}  # fmt: skip


class Scene:
    """One of everything, with a browser for everybody who may come."""

    def __init__(self, sandbox: Sandbox) -> None:
        world = sandbox.world
        self.asked = sandbox.sell(sandbox.customer("ann@example.org"), minor=7995)
        self.plain = sandbox.sell(self.asked.customer, plan="vault-year", minor=7995)
        declined = sandbox.sell(self.asked.customer, plan="suite-year").ask_refund()
        failing = sandbox.sell(self.asked.customer, plan="cloud-year", card="pm_refund_fails")
        decline(world, declined.bucket, declined.id, actor=EVE, note="Not this time.")
        request = self.asked.ask_refund(name="Somebody Else")
        ask(world, request.bucket, request.id, "Which card?", actor=EVE)
        failed = failing.ask_refund()
        approve(world, failed.bucket, failed.id, actor=EVE)
        sandbox.live(4)
        told = Claimed("0000-0000-0000", "ann@example.org", "Ann Lee", None)
        submit_claim(world, told, actor=Actor("customer", "public form"), channel="public_form")
        inquiry = Inquiry.objects.get()
        self.tokens = [request_token(r.bucket, r.id) for r in (request, declined)] + [inquiry_token(inquiry.id)]
        self.requests = [request_public_id(r) for r in (request, declined)]
        self.anybody, self.customer, self.agent = browser(), browser(), browser()
        colleague = sandbox.sign_in(self.agent, "boss@desk.example", Role.ADMINISTRATOR)
        self._people = {id(self.customer): person_of(self.asked.customer), id(self.agent): colleague}
        self.sign_in(self.customer)
        self.known = {
            "sub": self.plain.public_id, "order": encode(ORDER, self.plain.bucket, self.plain.order.id),
            "req": self.requests[0], "ref": self.tokens[0], "refund": refund_public_id(failing.refund()),
            "cus": self.asked.customer_public_id, "inq": str(inquiry.id), "plan": "shield-year", "currency": "AUD",
            "digest": PolicyVersion.objects.values_list("digest", flat=True)[0], "agent": str(colleague.pk), "pk": "1",
            "proposal": "1", "id": "1", "gateway": "bank", "endpoint": str(uuid4()), "name": "nothing",
            "mail": str(MessageRow.objects.filter(bucket=self.asked.bucket).values_list("id", flat=True)[0]),
        }  # fmt: skip

    def sign_in(self, client: Client) -> None:
        """Have a browser signed in as it was, or not, whatever has happened in it."""
        person, signed_in = self._people.get(id(client)), "_auth_user_id" in client.session
        if person is None and signed_in:
            client.logout()
        elif person is not None and not signed_in:
            client.force_login(person)

    def known_on(self, route: str) -> dict[str, str]:
        """The parts of an address; a refund and a request are both called `ref`."""
        return {**self.known, "ref": self.known["refund"]} if route.startswith("/desk/refunds/") else self.known

    def browser_for(self, route: str) -> Client:
        """Who comes there."""
        return self.agent if route.startswith("/desk/") else self.customer

    def pages(self) -> Iterator[tuple[Client, str]]:
        """Every address of the site with somebody who may see it."""
        for route in routes():
            yield self.browser_for(route), filled(route, self.known_on(route))
        for token in self.tokens:
            yield self.anybody, f"/requests/{token}/"
        yield self.agent, f"/desk/requests/{self.requests[1]}/reopen/"
        for path in ("/refund/", "/auth/login/", "/auth/login/code/", "/auth/signup/", "/auth/password/reset/"):
            yield self.anybody, path


@pytest.fixture
def scene(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Scene:
    """One of everything; no rates, no waiting."""
    monkeypatch.setattr("goodterms.portal.claims.ANSWERS_AFTER", 0)
    monkeypatch.setattr(ratelimit, "consume", lambda *_args, **_more: True)
    settings.TEST_WORLD = True
    return Scene(sandbox)


def failures(answers: Iterator[tuple[str, Any]]) -> list[str]:
    """Which answers were failures of ours."""
    return [what for what, response in answers if response.status_code >= 500]


ALL_LONG = [pytest.param(TELLING, id="telling"), pytest.param(tuple(VALUES), id="all", marks=pytest.mark.long)]
EACH_LONG = [what if what in TELLING else pytest.param(what, marks=pytest.mark.long) for what in VALUES]


@pytest.mark.parametrize("values", ALL_LONG)
def test_odd_parts_of_addresses(scene: Scene, values: tuple[str, ...]) -> None:
    """An address with an odd part is no page of ours; nothing fails on it."""

    def answers() -> Iterator[tuple[str, Any]]:
        for route in routes():
            for at in names_in(route):
                for what in values:
                    address = filled(route, scene.known_on(route), VALUES[what], at)
                    for client in {scene.browser_for(route), scene.anybody}:
                        yield f"GET {route} with {what} as {at}", client.get(address)

    assert not failures(answers())


@pytest.mark.parametrize("values", ALL_LONG)
def test_odd_parameters(scene: Scene, values: tuple[str, ...]) -> None:
    """Every page with every parameter that any page reads, each odd."""

    def answers() -> Iterator[tuple[str, Any]]:
        for client, address in scene.pages():
            for what in values:
                yield f"GET {address} with {what}", client.get(address, dict.fromkeys(PARAMETERS, VALUES[what]))

    assert not failures(answers())


#: Acts after which there is nothing left to do: they are tried last.
ENDINGS = ("decline", "retract", "dismiss", "link", "cancel", "withdraw", "deactivate")


def _posts(scene: Scene) -> list[tuple[Client, PostForm]]:
    """Every form that posts, filled in plausibly; signing out is left out."""
    found: list[tuple[Client, PostForm]] = []
    for client, address in scene.pages():
        response = client.get(address)
        if response.status_code == 200 and "text/html" in response["Content-Type"]:
            for form in forms_on(address, response):
                form.fields = {name: value.strip() or PLAUSIBLE.get(name, "") for name, value in form.fields.items()}
                found.append((client, form))
    seen = {(id(client), form.action, *form.fields): (client, form) for client, form in found}
    some = [(client, form) for client, form in seen.values() if form.action != "/auth/logout/"]
    return sorted(some, key=lambda one: any(end in f"{one[1].action} {one[1].fields.get('act')}" for end in ENDINGS))


@pytest.mark.parametrize("what", EACH_LONG)
def test_odd_fields(scene: Scene, what: str) -> None:
    """Every field of every form, alone odd among plausible ones; afterwards every page still opens."""

    def answers() -> Iterator[tuple[str, Any]]:
        for client, form in _posts(scene):
            for name in form.typed:
                scene.sign_in(client)
                sent = {**form.fields, name: VALUES[what]}
                yield f"POST {form.action} with {what} as {name}", client.post(form.action, sent)
        for client, address in scene.pages():
            scene.sign_in(client)
            yield f"GET {address} after {what}", client.get(address)

    assert not failures(answers())


def test_a_null_character_is_named_where_it_was_typed(scene: Scene) -> None:
    """A form keeps what was typed and says what is wrong, next to the field; nothing is stored."""
    before = Inquiry.objects.count()
    told = {name: PLAUSIBLE[name] for name in ("order_number", "purchase_on", "name", "email")}
    for field in ("order_number", "name", "email"):
        response = scene.anybody.post("/refund/", {**told, field: f"{told[field]}\x00"})
        said = response.content.decode()
        assert response.status_code == 422
        assert f'id="id_{field}-error"' in said
        assert 'value="2026-05-10"' in said
    assert "Null characters are not allowed." in said
    assert Inquiry.objects.count() == before


@pytest.mark.parametrize("address", ["/desk/search/?q=a%00b", "/desk/policies/a%00b/", "/refund/?a%00b=c"])
def test_a_null_character_elsewhere_is_a_bad_request(scene: Scene, address: str) -> None:
    """In an address or a parameter it is answered with a page that says so, under the content policy."""
    response = scene.agent.get(address)
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()
    assert "default-src" in response["Content-Security-Policy"]


def test_odd_cookies(scene: Scene) -> None:
    """A cookie that nobody set here signs nobody in and fails nothing."""
    for odd in ("\x00" * 32, "x" * 4000, "\U0001f600".encode().decode("latin-1")):
        for name in (settings_of.SESSION_COOKIE_NAME, settings_of.CSRF_COOKIE_NAME, "messages"):
            client = browser()
            client.cookies[name] = odd
            for address in ("/", "/account/", "/desk/", "/refund/"):
                assert client.get(address).status_code in (200, 302, 400), (name, odd[:5], address)
            assert client.post("/refund/", {}).status_code in (400, 422)


def test_a_body_that_is_too_large_is_refused(scene: Scene) -> None:
    """Megabytes of text, or thousands of fields, are a bad request."""
    assert scene.anybody.post("/refund/", {"name": "x" * 3_000_000}).status_code in (400, 413)
    assert scene.anybody.post("/refund/", {f"f{n}": "" for n in range(1500)}).status_code == 400
    said = scene.anybody.post("/refund/", {"name": "x" * 1_000_000}).content.decode()
    assert "at most 200 characters" in said
