"""The audit after a restore: what was made anew from a gateway's statement is not asked for what the loss took."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from goodterms import wiring
from goodterms.gateways.protocol import Movement
from goodterms.storage.models import ChargeRow, FactRow, MessageRow
from goodterms.usecases import cancel, resume
from goodterms.usecases.audit.run import audit
from tests.support.restoring import SAM, Backup, approve, live, restore
from tests.support.worlds import Sandbox
from tests.usecases.doctored_statements import Doctored


def _found(sandbox: Sandbox) -> list[tuple[int, str]]:
    """What the audit finds, with no letter waiting: nobody delivers them here."""
    for row in MessageRow.objects.filter(sent_at=None):
        MessageRow.objects.filter(bucket=row.bucket, id=row.id).update(send_at=None, sent_at=row.at)
    return [(one.invariant, one.detail) for one in audit(sandbox.world, wiring.elapsed).violations]


def _recovered() -> int:
    return FactRow.objects.filter(name__in=("charge.intended", "refund.intended"), data__recovered=True).count()


def test_what_was_announced_and_charged_in_the_lost_time(sandbox: Sandbox, file: Path) -> None:
    """The announcement is lost, the charge is not; nor is what was paid back."""
    sandbox.sell()
    other = sandbox.sell(sandbox.customer("bob@example.org", "Bob Roe"))
    live(sandbox, 300)
    backup = Backup()
    live(sandbox, 70)
    approve(sandbox, other)
    live(sandbox, 10)
    assert _found(sandbox) == []
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    assert _recovered() == 3
    sandbox.work()
    assert _found(sandbox) == []


def test_what_is_made_anew_under_a_clock_that_was_put_back(sandbox: Sandbox, file: Path) -> None:
    """A demo's clock is in its database: what was charged later than its now counts as charged now."""
    sandbox.sell()
    live(sandbox, 336)
    assert FactRow.objects.filter(name="subscription.renewal_announced").exists()
    backup, then = Backup(), sandbox.now
    live(sandbox, 40)
    assert ChargeRow.objects.filter(term_number=2, state="succeeded").exists()
    restore(sandbox, backup)
    sandbox.now = then + timedelta(hours=1)
    assert resume.resume(sandbox.world, file).lifted
    assert ChargeRow.objects.get(term_number=2).intended_at == sandbox.now
    assert _found(sandbox) == []


def test_a_cancellation_that_was_entered_before_the_charge_was_made_anew(sandbox: Sandbox, file: Path) -> None:
    """It stands in the journal before the charge, which was made before it."""
    sale = sandbox.sell()
    live(sandbox, 300)
    backup = Backup()
    live(sandbox, 62)
    restore(sandbox, backup)
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=SAM, channel="support")
    assert resume.resume(sandbox.world, file).lifted
    assert _recovered() == 1
    sandbox.work()
    assert _found(sandbox) == []


def test_a_charge_of_which_the_gateway_told_late(sandbox: Sandbox, file: Path) -> None:
    """When it was intended, only the lost history knew; its line may be of days after."""
    sandbox.sell()
    live(sandbox, 300)
    backup = Backup()
    live(sandbox, 70)
    restore(sandbox, backup)
    charged_at = max(line.at for line in sandbox.world.gateways["bank"].movements(after=None))

    def late(lines: list[Movement]) -> list[Movement]:
        return [replace(one, at=sandbox.now) if one.at == charged_at else one for one in lines]

    world = replace(sandbox.world, gateways={"bank": Doctored(sandbox.world.gateways["bank"], late)})
    assert resume.resume(world, file).lifted
    charge = ChargeRow.objects.get(term_number=2)
    assert charge.intended_at > charge.starts_at + timedelta(days=1)
    sandbox.work()
    assert _found(sandbox) == []
