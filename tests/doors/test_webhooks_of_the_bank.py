"""The bank tells of what happens, over HTTP to a real server, with everything that goes wrong on such a way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from goodterms.storage.models import FactRow, WebhookIn
from goodterms.usecases import webhooks_in
from tests.support.books import assert_books_agree
from tests.support.worlds import WEBHOOK_SECRET, Sandbox


@pytest.fixture
def told(sandbox: Sandbox, live_server: Any) -> Sandbox:
    """A sandbox whose bank tells a real server."""
    sandbox.control("/test/webhooks", {"url": f"{live_server.url}/webhooks/bank", "secret": WEBHOOK_SECRET})
    return sandbox


def wait_for(true: Callable[[], bool]) -> None:
    """Look until it is true; at most ten seconds."""
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not become true")


def events() -> int:
    """How many events have arrived."""
    return WebhookIn.objects.count()


def test_a_dispute_is_told_and_taken_in(told: Sandbox) -> None:
    """Without reading any statement."""
    sale = told.sell()
    dispute = told.dispute(sale)
    wait_for(lambda: events() == 2)  # the charge and the dispute
    webhooks_in.work_on_inbox(told.world)
    told.decide(dispute, "lost")
    wait_for(lambda: events() == 3)
    webhooks_in.work_on_inbox(told.world)
    assert set(WebhookIn.objects.values_list("state", flat=True)) == {"done"}
    assert FactRow.objects.filter(name="dispute.lost").count() == 1
    assert_books_agree(sale)


@pytest.mark.parametrize("fault", ["duplicate_webhooks", "delay_webhooks", "drop_webhooks", "reorder_webhooks"])
def test_whatever_goes_wrong_on_the_way(told: Sandbox, fault: str) -> None:
    """Sent twice, an hour late, never, or last first: in the end both books say the same."""
    sale = told.sell()
    wait_for(lambda: events() == 1)
    told.control("/test/faults", {fault: 2})
    dispute = told.dispute(sale)
    told.decide(dispute, "won")
    late, lost = fault == "delay_webhooks", fault == "drop_webhooks"
    left = lambda: told.control("/test/faults", {})[fault]  # noqa: E731
    wait_for(lambda: left() == 0 if late or lost else events() == 3)
    assert events() == (1 if late or lost else 3)
    webhooks_in.work_on_inbox(told.world)
    told.advance(hours=2)
    wait_for(lambda: events() == (1 if lost else 3))
    told.work()  # reads the statement too
    assert FactRow.objects.filter(name="dispute.won").count() == 1
    assert_books_agree(sale)


def test_a_door_that_is_shut_for_a_while(told: Sandbox, live_server: Any) -> None:
    """The bank sends again what was not answered with 2xx."""
    told.control("/test/webhooks", {"url": f"{live_server.url}/nobody/home", "secret": WEBHOOK_SECRET})
    told.dispute(told.sell())
    time.sleep(0.6)
    assert events() == 0
    told.control("/test/webhooks", {"url": f"{live_server.url}/webhooks/bank", "secret": WEBHOOK_SECRET})
    told.advance(hours=1)
    wait_for(lambda: events() == 2)


def test_the_dashboard_shows_disputes(told: Sandbox) -> None:
    """A person can open and decide one there."""
    sale = told.sell()
    told.dispute(sale)
    page = httpx.get(f"{told.bank.url}/dashboard").text
    assert "Dispute opened, money taken" in page
    assert "Cardholder wins" in page
    form = {"dispute": "dp_00000001", "status": "lost"}
    answer = httpx.post(f"{told.bank.url}/dashboard/disputes", data=form, follow_redirects=True)
    assert "Lost to a dispute" in answer.text
