"""Sandboxes wished for and dropped at the desk and by the API; what carries the wishes out is in `test_sandboxes`."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from goodterms.storage.models import AdminAct, ApiCall, Role, SandboxRow
from goodterms.storage.sandboxes import find_sandbox
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.sandboxes import key_of, note_failed
from tests.support.api import Program, new_key, problem
from tests.support.worlds import Sandbox


@pytest.fixture
def program(sandbox: Sandbox) -> Program:
    """A program that looks after sandboxes."""
    return Program(new_key(sandbox.world, Scope.SANDBOXES_MANAGE).key)


def test_by_the_api(sandbox: Sandbox, program: Program) -> None:
    """Made once however often it is asked, told with its key, listed without it, dropped."""
    first = program.post("/v1/sandboxes", {"name": "shop"}, key="k1", expect=201)
    made: dict[str, Any] = first.json()  # type: ignore[attr-defined]
    assert (made["state"], made["url"]) == ("wanted", None)
    assert made["key"].startswith("gtk_test_")
    assert program.post("/v1/sandboxes", {"name": "shop"}, key="k1").content == first.content
    assert SandboxRow.objects.count() == 1
    assert not ApiCall.objects.filter(body__contains="gtk_test_").exists()
    assert problem(program.post("/v1/sandboxes", {"name": "shop"})) == (409, "name_taken")
    assert problem(program.post("/v1/sandboxes", {"name": "Shop"})) == (422, "invalid_body")
    told = program.read("/v1/sandboxes/shop")
    assert "key" not in told
    assert program.read("/v1/sandboxes")["data"] == [told]
    assert program.post("/v1/sandboxes/shop/drop", expect=200).json()["state"] == "dropping"  # type: ignore[attr-defined]
    assert program.read("/v1/sandboxes/shop")["state"] == "dropping"
    assert problem(program.get("/v1/sandboxes/nothing")) == (404, "not_found")
    assert [act.act for act in AdminAct.objects.filter(subject="shop")] == ["sandbox.created", "sandbox.dropped"]


def test_other_keys_may_not(sandbox: Sandbox) -> None:
    """It takes a scope of its own."""
    other = Program(new_key(sandbox.world, *(set(Scope) - {Scope.SANDBOXES_MANAGE})).key)
    assert problem(other.get("/v1/sandboxes")) == (403, "missing_scope")
    assert problem(other.post("/v1/sandboxes", {"name": "shop"})) == (403, "missing_scope")


def test_a_test_world_has_none(sandbox: Sandbox, program: Program, client: Client, settings: Any) -> None:
    """Neither a sandbox nor a demo has sandboxes of its own."""
    settings.TEST_WORLD = True
    for answer in (program.get("/v1/sandboxes"), program.post("/v1/sandboxes", {"name": "shop"})):
        assert problem(answer) == (404, "not_found")
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)
    assert client.get("/desk/sandboxes/").status_code == 404
    assert not SandboxRow.objects.exists()


def test_at_the_desk(sandbox: Sandbox, client: Client) -> None:
    """An administrator makes one, sees how it stands and by which key it is opened, and drops it."""
    sandbox.sign_in(client)
    assert client.get("/desk/sandboxes/").status_code == 403
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)
    at = "/desk/sandboxes/"
    assert "There is no sandbox" in client.get(at).content.decode()
    refused = client.post(at, {"act": "create", "name": "Not This"})
    assert refused.status_code == 422
    assert "A name has small letters" in refused.content.decode()
    page = client.post(at, {"act": "create", "name": "shop"}, follow=True).content.decode()
    assert "Being made" in page
    row = find_sandbox("shop")
    assert row is not None
    assert key_of(row) in page
    note_failed(row, "it does not answer")
    page = client.get(at).content.decode()
    assert "Failed" in page
    assert "it does not answer" in page
    assert client.post(at, {"act": "drop", "name": "nothing"}).status_code == 404
    page = client.post(at, {"act": "drop", "name": "shop"}, follow=True).content.decode()
    assert "Being dropped" in page
    assert str(AdminAct.objects.get(act="sandbox.dropped").actor) == "agent:ada@desk.example"
