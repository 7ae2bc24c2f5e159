"""Who may open which page of the desk: every address with every role."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from goodterms.desk import urls
from goodterms.desk.access import ADMINISTRATORS, ANYBODY, ROLES, SENIORS
from goodterms.domain.facts import Actor
from goodterms.storage import agents
from goodterms.storage.models import Inquiry, PolicyProposal, Role, User
from goodterms.storage.policies import shipped_policy
from goodterms.storage.queries.desk_customer import messages_of, policy_versions
from goodterms.usecases.publish_policy import propose_policy
from goodterms.usecases.request_refund import submit_claim
from goodterms.usecases.review import approve
from goodterms.usecases.webhooks import endpoints
from goodterms.usecases.webhooks.endpoints import NewSecret
from goodterms.usecases.webhooks.reach import Reach
from tests.support.api import OPERATOR
from tests.support.worlds import Sandbox, refund_public_id, request_public_id

#: Pages that only accept a posted form.
POSTED = {"request_take", "webhook_again", "difference_settle"}


@pytest.fixture
def addresses(sandbox: Sandbox) -> dict[str, str]:
    """One existing object behind every address of the desk."""
    from goodterms.domain.refund_request import Claimed

    sale, other = sandbox.sell(), sandbox.sell(sandbox.customer("bea@example.org", "Bea Moss"))
    request = sale.ask_refund()
    paid = other.ask_refund()
    approve(sandbox.world, paid.bucket, paid.id, actor=Actor("agent", "eve@desk.example"))
    submit_claim(
        sandbox.world,
        Claimed("9999-AAAA-AAAA", "who@example.org", "Who", None),
        actor=Actor("customer", "public form"),
        channel="public_form",
    )
    mail = messages_of(sale.bucket, sale.customer.id)[0]
    colleague = sandbox.agent("kim@desk.example")
    told = endpoints.add_endpoint(
        replace(sandbox.world, reach=Reach(private=True)), "http://127.0.0.1:9/told", [], actor=OPERATOR
    )
    assert isinstance(told, NewSecret)
    given: dict[str, dict[str, Any]] = {
        "refund": {"ref": refund_public_id(other.refund())},
        "inquiry": {"inq": Inquiry.objects.get().id},
        "customer": {"cus": sale.customer_public_id},
        "mail": {"cus": sale.customer_public_id, "mail": mail.id},
        "policy": {"digest": policy_versions()[0].digest},
        "policy_whatif": {"digest": policy_versions()[0].digest},
        "policy_proposed": {"proposal": _proposal(sandbox).pk},
        "agent": {"agent": colleague.pk},
        "webhook": {"endpoint": told.id},
        "webhook_again": {"id": 1},
        "difference_settle": {"id": 1},
        "plan": {"plan": "shield-year"},
    }
    for name in ROLES:
        if name.startswith("request") and name != "request_new":
            given[name] = {"req": request_public_id(request)}
        if name.startswith("subscription"):
            given[name] = {"sub": sale.public_id}
    return {name: reverse(f"desk:{name}", kwargs=given.get(name, {})) for name in ROLES}


def _proposal(sandbox: Sandbox) -> PolicyProposal:
    """A second version that waits for another person."""
    author = sandbox.agent("author@desk.example", Role.ADMINISTRATOR)
    text = shipped_policy().replace("version = 1 ", "version = 2 ")
    made = propose_policy(sandbox.world, text, "second", by=author, actor=Actor("agent", author.email))
    assert isinstance(made, PolicyProposal)
    return made


def test_every_address_has_its_roles() -> None:
    """A view that is in the addresses and not in the table of roles is open to nobody, so both must agree."""
    assert {pattern.name for pattern in urls.urlpatterns} == set(ROLES)
    assert all(roles in (ANYBODY, SENIORS, ADMINISTRATORS) for roles in ROLES.values())


@pytest.mark.requirement("R33")
def test_every_page_with_every_role(sandbox: Sandbox, addresses: dict[str, str], client: Client) -> None:
    """Colleagues see what their role allows, customers see nothing, strangers are asked to sign in."""
    people = {role: sandbox.agent(f"{role}@desk.example", role) for role in Role}
    found: dict[tuple[str, str], int] = {}
    for name, address in addresses.items():
        send = client.post if name in POSTED else client.get
        client.logout()
        asked = send(address)
        assert asked.status_code == 302, name
        assert "/auth/login/" in asked["Location"], name
        for role in (Role.CUSTOMER, Role.SPECIALIST, Role.SUPERVISOR, Role.ADMINISTRATOR):
            client.force_login(people[role])
            found[name, role] = send(address).status_code
    for (name, role), status in found.items():
        wanted = {404} if role == Role.CUSTOMER else {200, 302} if role in ROLES[name] else {403}
        assert status in wanted, (name, role, status)


def test_an_unknown_object_is_a_page_not_found(sandbox: Sandbox, client: Client) -> None:
    """Addresses with an id that is malformed or names nothing answer 404, never an error."""
    sandbox.sign_in(client, role=Role.ADMINISTRATOR)
    nothing = f"{'0' * 3}{uuid4().hex}"
    for address in (
        "/desk/requests/nonsense/", f"/desk/requests/req_{nothing}/", f"/desk/requests/req_{nothing}/approve/",
        f"/desk/refunds/ref_{nothing}/", f"/desk/customers/cus_{nothing}/", f"/desk/subscriptions/sub_{nothing}/",
        f"/desk/subscriptions/sub_{nothing}/cancel/", f"/desk/inquiries/{uuid4()}/", "/desk/policies/abc/",
        "/desk/agents/999999/", "/desk/plans/no-such-plan/", f"/desk/customers/cus_{nothing}/mails/{uuid4()}/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address


def test_deactivation_ends_sessions_at_once(sandbox: Sandbox, client: Client) -> None:
    """A deactivated colleague's open session is gone with the next click, and does not come back with the account."""
    kim = sandbox.sign_in(client, "kim@desk.example")
    boss = sandbox.agent("boss@desk.example", Role.ADMINISTRATOR)
    assert client.get("/desk/").status_code == 200
    assert agents.set_active(kim.pk, False, by=boss) is None
    assert client.get("/desk/").status_code == 302
    agents.set_active(kim.pk, True, by=boss)
    assert client.get("/desk/").status_code == 302


def test_a_changed_role_counts_at_once(sandbox: Sandbox, client: Client) -> None:
    """An administrator made specialist can not open administration with the session of before."""
    kim = sandbox.sign_in(client, "kim@desk.example", Role.ADMINISTRATOR)
    boss = sandbox.agent("boss@desk.example", Role.ADMINISTRATOR)
    assert client.get("/desk/company/").status_code == 200
    agents.change_role(kim.pk, Role.SPECIALIST, by=boss)
    assert client.get("/desk/company/").status_code == 403


def test_pages_are_not_kept_by_browsers(sandbox: Sandbox, client: Client) -> None:
    """Customers' data does not stay in a shared computer's cache."""
    sandbox.sign_in(client)
    assert "no-store" in client.get("/desk/")["Cache-Control"]


def test_a_deactivated_user_is_nobody(sandbox: Sandbox, client: Client) -> None:
    """Deactivation alone, without touching sessions, keeps a person out."""
    kim = sandbox.sign_in(client, "kim@desk.example")
    User.objects.filter(pk=kim.pk).update(is_active=False)
    assert client.get("/desk/").status_code == 302
