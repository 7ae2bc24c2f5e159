"""Webhooks at the desk: every attempt is seen; sent again, turned off and on; administrators only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from django.test import Client

from goodterms.storage.models import Role
from goodterms.usecases.webhooks import endpoints
from goodterms.usecases.webhooks.deliver import deliver_due
from goodterms.usecases.webhooks.endpoints import NewSecret
from goodterms.usecases.webhooks.reach import Reach
from tests.support.api import OPERATOR
from tests.support.feeding import feed_all
from tests.support.receiver import receiving
from tests.support.worlds import Sandbox


def test_what_became_of_every_delivery(sandbox: Sandbox, client: Client) -> None:
    """Attempts with their answers and times; sending a day again; off and on."""
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)
    world = replace(sandbox.world, reach=Reach(private=True), wall=lambda: datetime.now(UTC))
    with receiving() as receiver:
        made = endpoints.add_endpoint(world, receiver.url, [], actor=OPERATOR)
        assert isinstance(made, NewSecret)
        feed_all(world)
        sandbox.sell()
        receiver.answers = [500]
        feed_all(world)
        deliver_due(world)
        at = f"/desk/webhooks/{made.id}/"
        assert receiver.url in client.get("/desk/webhooks/").content.decode()
        page = client.get(at).content.decode()
        assert "subscription.started" in page
        assert ": 500, " in page
        assert "It takes nothing" in page
        assert made.secret not in page
        sandbox.advance(hours=1)
        deliver_due(world)
        count = len(receiver.came)
        span = {"act": "replay", "start": "2026-05-09T00:00", "until": "2026-05-12T00:00"}
        said = client.post(at, span, follow=True).content.decode()
        assert f"{count - 1} facts are sent again." in said
        deliver_due(world)
        assert len(receiver.came) == 2 * count - 1
        assert client.post(at, {**span, "until": "x"}).status_code == 422
        assert "Nothing is sent there" in client.post(at, {"act": "disable"}, follow=True).content.decode()
        assert "Nothing is sent there" not in client.post(at, {"act": "enable"}, follow=True).content.decode()
        assert "None." in client.get(f"{at}?state=failed").content.decode()


def test_for_administrators(sandbox: Sandbox, client: Client) -> None:
    """A specialist is told that this is not for him; an endpoint that is none is no page."""
    sandbox.sign_in(client)
    assert client.get("/desk/webhooks/").status_code == 403
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)
    assert client.get("/desk/webhooks/01a228b0-b01c-741e-84f6-da6b084f808e/").status_code == 404
