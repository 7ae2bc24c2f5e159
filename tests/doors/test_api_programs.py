"""The feed and webhook endpoints by the API, and listening to a server from a developer's machine."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodterms.storage.models import ApiCall, FactRow, WebhookEndpoint
from goodterms.usecases.api_keys import Scope
from tests.support.api import Program, new_key, problem
from tests.support.feeding import feed_all
from tests.support.receiver import receiving
from tests.support.serving import PROGRAMS, serving
from tests.support.worlds import Sandbox


@pytest.fixture
def program(sandbox: Sandbox) -> Program:
    """A program that may do everything."""
    return Program(new_key(sandbox.world, *Scope).key)


def test_the_feed_is_read_from_a_position_on(sandbox: Sandbox, program: Program) -> None:
    """Page by page each fact once; from the last position on, only what is new."""
    sandbox.sell()
    feed_all(sandbox.world)
    seen: list[str] = []
    page = program.read("/v1/facts", limit=2)
    while True:
        seen += [fact["id"] for fact in page["data"]]
        if not page["more"]:
            break
        page = program.read("/v1/facts", limit=2, after=page["position"])
    assert len(seen) == len(set(seen)) == FactRow.objects.filter(bucket__gte=0).count()
    sandbox.sell(sandbox.customer("bob@example.org"))
    feed_all(sandbox.world)
    new = program.read("/v1/facts", after=page["position"])["data"]
    assert new
    assert not {fact["id"] for fact in new} & set(seen)


def test_endpoints_by_the_api(sandbox: Sandbox, program: Program) -> None:
    """Made with a secret that is told once, rotated, turned off and on, sent again."""
    wish = {"url": "https://hooks.shop.com/in", "names": ["charge.succeeded"]}
    first = program.post("/v1/webhook-endpoints", wish, key="k1", expect=201)
    made: dict[str, Any] = first.json()  # type: ignore[attr-defined]
    assert made["secret"].startswith("whsec_")
    assert program.post("/v1/webhook-endpoints", wish, key="k1").content == first.content
    assert WebhookEndpoint.objects.count() == 1
    assert not ApiCall.objects.filter(body__contains="whsec_").exists()
    at = f"/v1/webhook-endpoints/{made['id']}"
    assert "secret" not in program.read(at)
    assert [one["id"] for one in program.read("/v1/webhook-endpoints")["data"]] == [made["id"]]
    rotated = program.post(f"{at}/rotate-secret", expect=200).json()  # type: ignore[attr-defined]
    assert rotated["secret"] not in ("", made["secret"])
    assert program.post(f"{at}/disable", expect=200).json()["disabled_for"] == "it was turned off"  # type: ignore[attr-defined]
    assert program.post(f"{at}/enable", expect=200).json()["disabled_at"] is None  # type: ignore[attr-defined]
    span = {"from_at": "2026-05-01T00:00:00Z", "until_at": "2026-06-01T00:00:00Z"}
    assert program.post(f"{at}/replay", span, expect=200).json() == {"count": 0}  # type: ignore[attr-defined]
    assert program.read(f"{at}/deliveries") == {"data": [], "next": None}
    for url in ("https://127.0.0.1/", "http://hooks.shop.com/", "https://db.internal/"):
        assert problem(program.post("/v1/webhook-endpoints", {"url": url})) == (409, "url_forbidden")
    for name, told in (("nothing.happened", (409, "fact_unknown")), ("*", (422, "invalid_body"))):
        assert problem(program.post("/v1/webhook-endpoints", {**wish, "names": [name]})) == told
    assert problem(program.get("/v1/webhook-endpoints/x")) == (404, "not_found")


def test_listening(sandbox: Sandbox) -> None:
    """`goodterms listen` prints every fact and forwards it, signed, to a program on this machine."""
    sandbox.set_clock(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    key = new_key(sandbox.world, Scope.FACTS_READ).key
    sale = sandbox.sell()
    feed_all(sandbox.world)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    with serving() as url, receiving() as receiver:
        command = [str(PROGRAMS / "goodterms"), "listen", "--once", "--after", "0", "--forward-to", receiver.url]
        env = {**os.environ, "GOODTERMS_URL": url, "GOODTERMS_KEY": key, "GOODTERMS_LISTEN_SECRET": secret}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        came = receiver.facts(secret)
    assert [fact["data"]["subscription"] for fact in came] == [sale.public_id] * len(came)
    assert len(done.stdout.splitlines()) == len(came) == FactRow.objects.filter(bucket__gte=0).count()
    assert all(line.endswith("-> 204") for line in done.stdout.splitlines())


def test_no_page_begins_after_a_null(program: Program) -> None:
    """The database knows no such character: it is told as a wrong parameter."""
    for path in ("/v1/plans", "/v1/policies"):
        assert problem(program.get(f"{path}?after=a%00"))[1] == "invalid_parameter"
