"""A restored database takes up again what the gateway knows, with its state, before anything leaves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from goodterms.domain.facts import Actor
from goodterms.storage.models import (
    CancellationRow,
    ChargeRow,
    FactRow,
    FenceRow,
    Inquiry,
    MessageRow,
    RefundRow,
    SubscriptionRow,
)
from goodterms.usecases import cancel, fence, pay_back, resume
from goodterms.usecases.audit.run import audit
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.wiring import elapsed
from tests.support.crew import statement
from tests.support.restoring import SAM, Backup, all_agree, approve, live, restore
from tests.support.worlds import Sandbox


@pytest.fixture(autouse=True)
def _mail_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_nothing_is_charged_again_after_a_restore(sandbox: Sandbox, file: Path) -> None:
    """Terms that look unpaid were paid: their charges, orders and terms are made anew under their own ids."""
    sales = [sandbox.sell(sandbox.customer(f"c{n}@example.org", f"C {n}")) for n in range(3)]
    live(sandbox, 300)
    backup = Backup()
    live(sandbox, 70)
    told = set(ChargeRow.objects.filter(term_number=2).values_list("id", "gateway_ref"))
    assert len(told) == 3
    restore(sandbox, backup)
    assert not ChargeRow.objects.filter(term_number=2).exists()
    report = resume.resume(sandbox.world, file)
    assert report.lifted
    assert (report.charges, report.refunds, report.cases) == (3, 0, [])
    assert set(ChargeRow.objects.filter(term_number=2).values_list("id", "gateway_ref")) == told
    all_agree(sandbox, *sales)
    assert sandbox.world.held() is None
    live(sandbox, 30)
    all_agree(sandbox, *sales)
    live(sandbox, 340)
    assert ChargeRow.objects.filter(state="succeeded", term_number=3).count() == 3
    all_agree(sandbox, *sales)


def test_several_terms_and_attempts_are_found_again(sandbox: Sandbox, file: Path) -> None:
    """Months of renewals are lost, the first attempts at which were declined: all of them are recovered in order."""
    sale = sandbox.sell(plan="box-month", months=1, card="pm_insufficient_funds_2")
    assert ChargeRow.objects.get().state == "declined"
    sale = sandbox.sell(sandbox.customer("bob@example.org", "Bob Roe"), plan="box-month", months=1)
    backup = Backup()
    live(sandbox, 130)
    assert ChargeRow.objects.filter(state="succeeded").count() >= 4
    restore(sandbox, backup)
    report = resume.resume(sandbox.world, file)
    assert report.lifted
    assert report.charges >= 3
    all_agree(sandbox, sale)


def test_a_refund_is_taken_in_with_its_state(sandbox: Sandbox, file: Path) -> None:
    """One that the backup does not know, and that failed since: it is there, failed, and the money is owed."""
    sale = sandbox.sell(card="pm_refund_fails")
    settled = sandbox.sell(sandbox.customer("bob@example.org", "Bob Roe"))
    live(sandbox, 1)
    backup = Backup()
    approve(sandbox, sale)
    approve(sandbox, settled)
    keys = set(RefundRow.objects.values_list("id", "key"))
    live(sandbox, 12)
    assert (sale.refund().state, settled.refund().state) == ("failed", "succeeded")
    restore(sandbox, backup)
    report = resume.resume(sandbox.world, file)
    assert (report.lifted, report.refunds, report.cases) == (True, 2, [])
    assert (sale.refund().state, settled.refund().state) == ("failed", "succeeded")
    assert set(RefundRow.objects.values_list("id", "key")) == keys
    all_agree(sandbox, sale, settled)
    gone = SubscriptionRow.objects.get(bucket=settled.bucket, id=settled.subscription_id)
    assert not gone.auto_renew, "what was paid back renews no more"


def test_a_refund_that_failed_after_the_backup_saw_it_arrive(sandbox: Sandbox, file: Path) -> None:
    """The backup holds it for credited and has read that line already: the state counts, not that it is known (G2)."""
    sale = sandbox.sell(card="pm_refund_returned")
    approve(sandbox, sale)
    live(sandbox, 8)
    assert sale.refund().state == "succeeded"
    backup = Backup()
    live(sandbox, 30)
    assert sale.refund().state == "failed"
    restore(sandbox, backup)
    assert sale.refund().state == "succeeded"
    report = resume.resume(sandbox.world, file)
    assert report.brought_up >= 1
    assert sale.refund().state == "failed"
    all_agree(sandbox, sale)


def test_an_open_charge_is_looked_up_and_not_sent(sandbox: Sandbox, file: Path) -> None:
    """The backup was taken between an intent and its answer."""
    from goodterms.usecases import renew

    sale = sandbox.sell()
    live(sandbox, 340)
    sandbox.advance(days=15)
    renew.renew_due(sandbox.world)
    renew.renew_due(sandbox.world)
    charge = ChargeRow.objects.filter(term_number=2).first()
    if charge is None:
        sandbox.advance(days=8)
        renew.renew_due(sandbox.world)
    assert ChargeRow.objects.get(term_number=2).state == "intended"
    backup = Backup()
    live(sandbox, 2)
    assert ChargeRow.objects.get(term_number=2).state == "succeeded"
    restore(sandbox, backup)
    report = resume.resume(sandbox.world, file)
    assert report.brought_up >= 1
    assert ChargeRow.objects.get(term_number=2).state == "succeeded"
    live(sandbox, 3)
    all_agree(sandbox, sale)


def test_what_was_bought_after_the_backup_becomes_a_case(sandbox: Sandbox, file: Path) -> None:
    """Its subscription is gone; the money is not dropped in silence, also when this runs twice."""
    backup = Backup()
    sandbox.sell()
    live(sandbox, 1)
    restore(sandbox, backup)
    report = resume.resume(sandbox.world, file)
    assert report.lifted
    assert len(report.cases) == 1
    inquiry = Inquiry.objects.get()
    assert inquiry.claimed["order_number"] == statement(sandbox.bank)[0].gateway_ref
    assert "59.95" in inquiry.claimed["name"]
    assert MessageRow.objects.count() == 0


def test_a_case_is_shown_at_the_desk(sandbox: Sandbox, file: Path, client: Any) -> None:
    """The inquiry can be opened by a person."""
    backup = Backup()
    sandbox.sell()
    live(sandbox, 1)
    restore(sandbox, backup)
    resume.resume(sandbox.world, file)
    sandbox.sign_in(client)
    page = client.get(f"/desk/inquiries/{Inquiry.objects.get().id}/")
    assert page.status_code == 200
    assert b"bought after the backup" in page.content


def test_mails_go_out_once(sandbox: Sandbox, file: Path) -> None:
    """What was told before the loss is not told again; a coming charge is announced anew, before it is made."""
    sale = sandbox.sell()
    live(sandbox, 335)
    backup = Backup()
    for _ in range(8):
        live(sandbox, 1)
        deliver_mail(sandbox.world)
    seen = Counter(letter.subject for letter in mail.outbox)
    restore(sandbox, backup)
    resumed_at = sandbox.now
    report = resume.resume(sandbox.world, file)
    assert report.lifted
    assert report.announced_anew == 1
    while deliver_mail(sandbox.world):
        pass
    again = Counter(letter.subject for letter in mail.outbox) - seen
    assert not again, again
    kept_back = MessageRow.objects.filter(send_at=None, sent_at=None)
    assert kept_back.exists()
    assert not [one for one in audit(sandbox.world, elapsed).violations if "given up" in one.detail], "not given up"
    for _ in range(6):
        live(sandbox, 5)
        deliver_mail(sandbox.world)
    renewed = ChargeRow.objects.get(term_number=2)
    told = FactRow.objects.filter(name="subscription.renewal_announced").order_by("seq").last()
    assert renewed.state == "succeeded"
    assert told is not None
    assert resumed_at <= told.at < renewed.intended_at
    all_agree(sandbox, sale)


def test_a_proof_of_cancellation_is_rather_sent_twice(sandbox: Sandbox, file: Path) -> None:
    """It waited at the backup; the law wants it to arrive."""
    sale = sandbox.sell()
    actor = Actor("customer", sale.customer_public_id)
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=actor, channel="account")
    backup = Backup()
    live(sandbox, 1)
    restore(sandbox, backup)
    resume.resume(sandbox.world, file)
    assert deliver_mail(sandbox.world) == 1, MessageRow.objects.values()
    assert [m.kind for m in MessageRow.objects.filter(sent_at__isnull=False)] == ["cancellation_confirmed"]


def test_cancelling_works_while_nothing_is_sent(sandbox: Sandbox, file: Path) -> None:
    """An operator enters what the sent letters show; the subscription is not charged afterwards."""
    sale = sandbox.sell()
    live(sandbox, 300)
    backup = Backup()
    live(sandbox, 1)
    restore(sandbox, backup)
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=SAM, channel="support")
    resume.resume(sandbox.world, file)
    assert CancellationRow.objects.count() == 1
    live(sandbox, 80)
    assert ChargeRow.objects.count() == 1


def test_a_dry_run_changes_nothing(sandbox: Sandbox, file: Path) -> None:
    """It counts the same and takes everything back."""
    sale = sandbox.sell()
    live(sandbox, 1)
    backup = Backup()
    approve(sandbox, sale)
    sandbox.sell(sandbox.customer("bob@example.org", "Bob Roe"))
    live(sandbox, 10)
    restore(sandbox, backup)
    facts = FactRow.objects.count()
    shown = resume.resume(sandbox.world, file, dry_run=True)
    assert not shown.lifted
    assert (FactRow.objects.count(), Inquiry.objects.count()) == (facts, 0)
    assert sandbox.world.held() is not None
    done = resume.resume(sandbox.world, file)
    assert (done.charges, done.refunds, done.cases) == (shown.charges, shown.refunds, shown.cases)


def test_a_gateway_that_does_not_answer_keeps_the_fence_up(sandbox: Sandbox, file: Path) -> None:
    """Nothing is lifted on half an import."""
    sandbox.sell()
    backup = Backup()
    live(sandbox, 1)
    restore(sandbox, backup)
    sandbox.bank.stop()
    report = resume.resume(sandbox.world, file)
    assert not report.lifted
    assert report.problem
    assert FenceRow.objects.get().fenced_at is not None


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [1, 2, 3, 4, 6])
def test_a_run_that_is_killed_is_run_again(
    sandbox: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Whatever it has saved counts; the second run does the rest, and it is as if there had been one."""
    sales = [sandbox.sell(sandbox.customer(f"c{n}@example.org", f"C {n}")) for n in range(2)]
    live(sandbox, 300)
    backup = Backup()
    live(sandbox, 62)
    approve(sandbox, sales[0])
    live(sandbox, 6)
    restore(sandbox, backup)
    left = after
    take_in = resume.take_in

    def dies(*arguments: Any) -> bool:
        nonlocal left
        left -= 1
        if not left:
            raise Killed
        return take_in(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(resume, "take_in", dies)
        try:
            resume.resume(sandbox.world, file)
        except Killed:
            assert sandbox.world.held() is not None
    if sandbox.world.held():
        assert resume.resume(sandbox.world, file).lifted
    all_agree(sandbox, *sales)
    live(sandbox, 20)
    all_agree(sandbox, *sales)


def test_the_first_host_to_come_back_does_not_stop_the_others(sandbox: Sandbox, file: Path, tmp_path: Path) -> None:
    """After one host resumed, another's file is of an earlier history, which is no reason to stop."""
    other = tmp_path / "other" / "fence.json"
    assert fence.check(sandbox.world, other) is None
    sandbox.sell()
    backup = Backup()
    live(sandbox, 1)
    assert fence.check(sandbox.world, other) is None
    restore(sandbox, backup)
    assert fence.check(sandbox.world, other) is not None
    assert resume.resume(sandbox.world, file).lifted
    assert fence.check(sandbox.world, other) is None
    assert fence.check(sandbox.world, file) is None


def test_resuming_twice_says_that_nothing_is_held_back(sandbox: Sandbox, file: Path) -> None:
    """Without a fence there is nothing to do."""
    report = resume.resume(sandbox.world, file)
    assert report.fence is None
    assert not report.lifted


def test_the_statement_is_read_on_afterwards(sandbox: Sandbox, file: Path) -> None:
    """The cursor stands where the import ended; what comes later is read as ever."""
    sale = sandbox.sell()
    live(sandbox, 1)
    backup = Backup()
    approve(sandbox, sale)
    live(sandbox, 1)
    restore(sandbox, backup)
    resume.resume(sandbox.world, file)
    assert pay_back.read_statement(sandbox.world, "bank") == 0
    sandbox.advance(days=9)
    assert pay_back.read_statement(sandbox.world, "bank") == 1
    assert sale.refund().state == "succeeded"
