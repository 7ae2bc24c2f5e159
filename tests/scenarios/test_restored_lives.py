"""Random lives with a backup at some instant, a restore, and more life: no money moves twice, all books agree."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from goodterms.domain.facts import Actor
from goodterms.storage.models import OrderRow
from goodterms.usecases import cancel, resume
from goodterms.usecases.mail.deliver import deliver_mail
from tests.support.crew import statement
from tests.support.restoring import SAM, Backup, all_agree, approve, live, restore
from tests.support.worlds import Sale, Sandbox

CARDS = ("pm_ok", "pm_ok", "pm_refund_fails", "pm_refund_returned", "pm_refund_instant", "pm_answer_lost")


@pytest.fixture(autouse=True)
def _mail_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def _act(dice: random.Random, sandbox: Sandbox, sales: list[Sale]) -> None:
    sale = dice.choice(sales)
    what = dice.randrange(10)
    if what == 0:
        _cancel(sandbox, sale)
    elif what == 1:
        _in_dashboard(sandbox, sale, dice.choice([100, 2000]))
    elif what == 2 and not sale.order.refunded_minor and sandbox.now - sale.order.placed_at < timedelta(days=20):
        approve(sandbox, sale)
    else:
        live(sandbox, dice.choice([1, 3, 8, 15, 30]))
    if dice.random() < 0.5:
        deliver_mail(sandbox.world)


def _cancel(sandbox: Sandbox, sale: Sale) -> None:
    actor = Actor("customer", sale.customer_public_id)
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=actor, channel="account")


def _in_dashboard(sandbox: Sandbox, sale: Sale, minor: int) -> None:
    body = {"charge": sale.order.gateway_ref, "amount_minor": minor, "currency": "AUD"}
    httpx.post(f"{sandbox.bank.url}/dashboard/refunds", json=body)  # refused where nothing is left


def _no_more_back_than_paid(sandbox: Sandbox) -> None:
    """By the bank's own books, whatever ours say."""
    paid: Counter[str] = Counter()
    last: dict[str, tuple[str | None, int]] = {}
    for line in statement(sandbox.bank):
        if line.kind == "charge":
            paid[line.gateway_ref] += line.amount.minor
        elif line.kind == "refund":
            last[line.gateway_ref] = (line.charge_ref, 0 if line.outcome == "declined" else line.amount.minor)
    back: Counter[str | None] = Counter()
    for charge_ref, minor in last.values():
        back[charge_ref] += minor
    assert all(back[ref] <= minor for ref, minor in paid.items())


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happened_a_restore_moves_no_money_twice(sandbox: Sandbox, tmp_path: Path, seed: int) -> None:
    """Life, a backup, life that is lost, a restore, an import, and life again."""
    dice = random.Random(seed)
    file = tmp_path / "fence.json"
    sandbox.world.fence.file = file
    sales = [
        sandbox.sell(
            sandbox.customer(f"c{n}@example.org", f"C {n}"), plan="box-month", months=1, card=dice.choice(CARDS)
        )
        for n in range(3)
    ]
    sandbox.work()
    for _ in range(dice.randrange(1, 8)):
        _act(dice, sandbox, sales)
    backup = Backup()
    live(sandbox, 1)
    for _ in range(dice.randrange(1, 10)):
        _act(dice, sandbox, sales)
    restore(sandbox, backup)
    shown = resume.resume(sandbox.world, file, dry_run=True)
    report = resume.resume(sandbox.world, file)
    assert report.lifted, report
    assert report.cases == []
    assert (report.charges, report.refunds) == (shown.charges, shown.refunds)
    all_agree(sandbox, *sales)
    _no_more_back_than_paid(sandbox)
    for _ in range(6):
        _act(dice, sandbox, sales)
    live(sandbox, 40)
    all_agree(sandbox, *sales)
    _no_more_back_than_paid(sandbox)
    assert all(order.refunded_minor <= order.amount_minor for order in OrderRow.objects.all())


def test_a_customer_who_had_canceled_hears_of_the_charge_before_it_is_made(sandbox: Sandbox, tmp_path: Path) -> None:
    """The cancellation is lost with the database; nothing is charged at once, and canceling again stops the charge."""
    file = tmp_path / "fence.json"
    sandbox.world.fence.file = file
    sale = sandbox.sell(plan="box-month", months=1)
    live(sandbox, 15)
    backup = Backup()
    live(sandbox, 1)
    _cancel(sandbox, sale)
    restore(sandbox, backup)
    resume.resume(sandbox.world, file)
    charges = len(statement(sandbox.bank))
    sandbox.advance(hours=1)
    sandbox.work()
    assert len(statement(sandbox.bank)) == charges
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=SAM, channel="support")
    live(sandbox, 40)
    assert len(statement(sandbox.bank)) == charges
