"""One row or one step in trouble does not hold up the others."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import httpx
import pytest
from django.db import OperationalError, connection

from goodterms.domain.facts import Actor
from goodterms.gateways.protocol import Movement
from goodterms.storage.models import ChargeRow, MessageRow, RefundRow, SubscriptionRow
from goodterms.storage.statement import cursor_of
from goodterms.usecases import review, run_due
from goodterms.usecases.run_due import run_until_idle
from goodterms.usecases.set_aside import SET_ASIDE_FOR
from tests.support.worlds import Sale, Sandbox


@pytest.fixture(autouse=True)
def _mail_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def sold(sandbox: Sandbox, count: int = 3) -> list[Sale]:
    return [sandbox.sell(sandbox.customer(f"buyer{number}@example.org")) for number in range(count)]


def test_a_round_does_everything(sandbox: Sandbox) -> None:
    """Rounds until idle renew, charge, pay back, read the statement and send the letters of all of it."""
    sale, other = sold(sandbox, 2)
    request = sale.ask_refund()
    review.approve(sandbox.world, request.bucket, request.id, actor=Actor("agent", "sam@desk.example"))
    run_until_idle(sandbox.world)
    sandbox.advance(days=335)
    run_until_idle(sandbox.world)
    sandbox.advance(days=16)
    counts = run_until_idle(sandbox.world)
    assert counts["renewals"] >= 1
    assert [row.state for row in ChargeRow.objects.filter(kind="renewal")] == ["succeeded"]
    assert sale.refund().state == "succeeded"
    assert other.order.term_number == 2
    assert not MessageRow.objects.filter(sent_at=None).exists()
    assert not any(run_until_idle(sandbox.world).values())


def test_a_poisoned_subscription_is_set_aside(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """A subscription that can not be decided is moved an hour ahead, logged without its data, and nobody waits."""
    poisoned, *healthy = sold(sandbox)
    sandbox.advance(days=335)
    with connection.cursor() as cursor:  # a term so long that no calendar has its end
        cursor.execute(
            "UPDATE subscriptions SET interval_months = 0, interval_days = 2000000000 WHERE bucket = %s AND id = %s",
            [poisoned.bucket, poisoned.subscription_id],
        )
    with caplog.at_level(logging.ERROR, logger="goodterms"):
        run_until_idle(sandbox.world)
    told = {m.customer_id for m in MessageRow.objects.filter(kind="renewal_coming")}
    assert told == {sale.customer.id for sale in healthy}
    row = SubscriptionRow.objects.get(bucket=poisoned.bucket, id=poisoned.subscription_id)
    assert row.next_step_at == sandbox.now + SET_ASIDE_FOR
    assert "row set aside" in caplog.text
    assert str(poisoned.subscription_id) in caplog.text
    assert "example.org" not in caplog.text


def test_a_poisoned_charge_is_set_aside(sandbox: Sandbox) -> None:
    """A charge whose gateway is not there any more waits an hour; its batch is charged, each once."""
    poisoned, *healthy = sold(sandbox)
    sandbox.advance(days=335)
    run_until_idle(sandbox.world)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE subscriptions SET gateway = 'elsewhere' WHERE bucket = %s AND id = %s",
            [poisoned.bucket, poisoned.subscription_id],
        )
    sandbox.advance(days=16)
    run_until_idle(sandbox.world)
    assert all(sale.order.term_number == 2 for sale in healthy)
    charge = ChargeRow.objects.get(bucket=poisoned.bucket, subscription_id=poisoned.subscription_id, term_number=2)
    assert charge.state == "intended"
    assert charge.check_at == sandbox.now + SET_ASIDE_FOR
    lines = sandbox.world.gateway("bank").movements(after=None)
    assert len(lines) == len({line.reference for line in lines}) == 3 + 2


def test_a_poisoned_refund_is_set_aside(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refund that can not be worked on waits an hour while the others go out."""
    agent = Actor("agent", "sam@desk.example")
    requests = [sale.ask_refund() for sale in sold(sandbox)]
    with monkeypatch.context() as patched:  # the processes died right after the approvals were committed
        patched.setattr(review, "pay_back_now", lambda *_: None)
        for request in requests:
            review.approve(sandbox.world, request.bucket, request.id, actor=agent)
    poisoned = RefundRow.objects.order_by("check_at", "bucket", "id")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE refunds SET gateway = 'elsewhere' WHERE bucket = %s AND id = %s", [poisoned.bucket, poisoned.id]
        )
    run_until_idle(sandbox.world)
    states = dict(RefundRow.objects.values_list("id", "state"))
    assert states.pop(poisoned.id) == "intended"
    assert set(states.values()) == {"pending"}
    assert RefundRow.objects.get(bucket=poisoned.bucket, id=poisoned.id).check_at == sandbox.now + SET_ASIDE_FOR


def test_a_failing_step_does_not_stop_the_others(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one step broken, letters still go out."""
    sold(sandbox, 1)

    def broken(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(run_due, "claim_charges", broken)
    run_until_idle(sandbox.world)
    assert not MessageRow.objects.filter(sent_at=None).exists()


def test_trouble_of_the_database_blames_no_row(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database fails, nothing is set aside: the next round finds everything due as before."""
    sold(sandbox)
    sandbox.advance(days=335)

    def lost(*_: object) -> int:
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr(run_due, "renew_and_charge", lost)
        run_until_idle(sandbox.world)
        assert SubscriptionRow.objects.filter(next_step_at__lte=sandbox.now).count() == 3
    run_until_idle(sandbox.world)
    assert MessageRow.objects.filter(kind="renewal_coming").count() == 3


class _Statement:
    """The bank, with one line of its statement damaged."""

    def __init__(self, bank: Any, damaged: str) -> None:
        self._bank = bank
        self.damaged = damaged

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bank, name)

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        lines: list[Movement] = self._bank.movements(after=after, limit=limit)
        return [replace(line, amount=None) if line.gateway_ref == self.damaged else line for line in lines]  # type: ignore[arg-type]


def test_a_damaged_line_of_the_statement_is_not_lost(sandbox: Sandbox) -> None:
    """Lines after a damaged one are taken in, and the damaged one is read again until it is whole."""
    sales = sold(sandbox)
    for sale in sales:
        _refund_at_the_bank(sandbox, str(sale.order.gateway_ref))
    lines = [line for line in sandbox.world.gateway("bank").movements(after=None) if line.kind == "refund"]
    assert len(lines) == 3
    damaged = _Statement(sandbox.world.gateways["bank"], lines[0].gateway_ref)
    world = replace(sandbox.world, gateways={"bank": damaged})  # type: ignore[dict-item]
    run_until_idle(world)
    assert RefundRow.objects.filter(way="external").count() == 2
    assert cursor_of("bank") != lines[-1].cursor
    run_until_idle(sandbox.world)
    assert RefundRow.objects.filter(way="external").count() == 3
    assert cursor_of("bank") == lines[-1].cursor


def _refund_at_the_bank(sandbox: Sandbox, charge: str) -> None:
    body = {"charge": charge, "amount_minor": 100, "currency": "AUD", "reference": "by hand"}
    headers = {"Authorization": f"Bearer {sandbox.bank.key}", "Idempotency-Key": f"by hand {charge}"}
    answer = httpx.post(f"{sandbox.bank.url}/v1/refunds", json=body, headers=headers)
    assert answer.status_code < 300, answer.text


def test_a_stopped_worker_does_no_more(sandbox: Sandbox) -> None:
    """Asked to stop before it began, a round does nothing."""
    sold(sandbox, 1)
    assert run_due.run_due(sandbox.world, stop=lambda: True) == {}
    assert MessageRow.objects.filter(sent_at=None).count() == 1
