"""Following a refund to the account: asked about twice a day, and an alert when the promised day has passed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodterms.domain.facts import Actor
from goodterms.gateways.protocol import Outcome
from goodterms.storage.models import FactRow
from goodterms.usecases import pay_back, review
from tests.support.crew import statement
from tests.support.worlds import Sale, Sandbox

SAM = Actor("agent", "sam@desk.example")


def _refunded(sandbox: Sandbox, card: str = "pm_ok") -> Sale:
    sale = sandbox.sell(card=card)
    request = sale.ask_refund()
    review.approve(sandbox.world, request.bucket, request.id, actor=SAM)
    assert sale.refund().state == "pending"
    return sale


def test_a_pending_refund_is_asked_about_twice_a_day(sandbox: Sandbox) -> None:
    """A look-up that finds the refund still on its way puts the next one half a day off, not one lease."""
    sale = _refunded(sandbox)
    sandbox.advance(hours=12)
    pay_back.pay_back_due(sandbox.world)
    refund = sale.refund()
    assert refund.state == "pending"
    assert refund.check_at == sandbox.now + timedelta(hours=12)
    assert pay_back.pay_back_due(sandbox.world) == 0


@pytest.mark.requirement("R40")
def test_a_refund_that_misses_its_day_raises_one_alert(sandbox: Sandbox) -> None:
    """After the promised day a refund that is still pending is marked late once, at the first look-up."""
    sale = _refunded(sandbox)
    due_at = sale.refund().due_at
    assert due_at is not None
    sandbox.now = due_at - timedelta(minutes=1)  # the bank's own clock stands still: it never settles
    pay_back.pay_back_due(sandbox.world)
    assert sale.refund().late_at is None
    for _ in range(3):
        sandbox.now += timedelta(hours=12)
        pay_back.pay_back_due(sandbox.world)
    refund = sale.refund()
    assert refund.late_at == due_at - timedelta(minutes=1) + timedelta(hours=12)
    late = FactRow.objects.filter(bucket=sale.bucket, stream=sale.subscription_id, name="refund.late")
    assert late.count() == 1


def test_the_arrival_of_what_has_come_back_since_is_no_alarm(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The statement is read again, or read late: its line about the arrival is older than what we know."""
    sale = _refunded(sandbox, card="pm_refund_returned")
    sandbox.live(30)
    assert sale.refund().state == "failed"
    lines = [line for line in statement(sandbox.bank) if line.kind == "refund"]
    assert [line.outcome for line in lines][1:] == [Outcome.SUCCEEDED, Outcome.DECLINED]
    with caplog.at_level("ERROR"):
        for line in lines:
            assert pay_back.take_in(sandbox.world, "bank", line)
    assert sale.refund().state == "failed"
    assert "refund_settled" not in caplog.text
