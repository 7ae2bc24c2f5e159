"""A charge that a gateway was still deciding about when the history that asked for it was lost.

The statement names it only when it is decided, so resuming can not find it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from goodterms.domain.facts import Actor
from goodterms.storage.models import ChargeRow, MessageRow, SubscriptionRow
from goodterms.usecases import cancel, pay_back, renew, resume
from goodterms.usecases.fence import LOST_CHARGES_SHOW_WITHIN
from goodterms.usecases.mail.deliver import deliver_mail
from tests.support.deciding import Deciding
from tests.support.restoring import Backup, all_agree, live, restore
from tests.support.worlds import Sandbox


def test_it_is_looked_for_before_the_term_is_charged_again(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """Found by its reference, which follows from the term, whatever the gateway has forgotten of its key (A8, E3)."""
    sale = sandbox.sell()
    live(sandbox, 330)
    backup = Backup()
    gateway.slow = True
    live(sandbox, 30)
    lost = ChargeRow.objects.get(term_number=2)
    assert lost.state == "unknown"
    restore(sandbox, backup)
    report = resume.resume(sandbox.world, file)
    assert (report.lifted, report.charges, report.cases) == (True, 0, [])
    gateway.asked.clear()
    live(sandbox, 6)
    found = ChargeRow.objects.get(term_number=2)
    assert (found.id, found.state) == (lost.id, "unknown")
    assert gateway.asked == []
    gateway.slow = False
    live(sandbox, 8)
    assert ChargeRow.objects.get(term_number=2).state == "succeeded"
    all_agree(sandbox, sale)


def test_the_next_try_is_recovered_while_the_one_before_it_is_open(
    sandbox: Sandbox, file: Path, gateway: Deciding
) -> None:
    """The backup holds a try whose answer is out. It was declined, which nobody tells now; the next one was paid."""
    sale = sandbox.sell()
    SubscriptionRow.objects.update(payment_method="pm_insufficient_funds_1.ann")
    while not ChargeRow.objects.filter(term_number=2).exists():
        sandbox.advance(days=1)
        renew.renew_due(sandbox.world)
    assert ChargeRow.objects.get(term_number=2).state == "intended"
    backup = Backup()
    for _ in range(14):
        live(sandbox, 1)
        if ChargeRow.objects.filter(term_number=2, state="succeeded").exists():
            break
    assert list(ChargeRow.objects.filter(term_number=2).order_by("attempt").values_list("state", flat=True)) == [
        "declined", "succeeded",
    ]  # fmt: skip
    restore(sandbox, backup)
    gateway.silent = True
    report = resume.resume(sandbox.world, file)
    gateway.silent = False
    assert (report.lifted, report.charges, report.cases) == (True, 1, [])
    assert list(ChargeRow.objects.filter(term_number=2).order_by("attempt").values_list("state", flat=True)) == [
        "declined", "succeeded",
    ]  # fmt: skip
    live(sandbox, 3)
    all_agree(sandbox, sale)


def test_a_later_try_of_a_lost_history_is_waited_for(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """The first try was declined, the second is under way: the first is not sent again, though nothing came of it."""
    sale = sandbox.sell()
    live(sandbox, 330)
    SubscriptionRow.objects.update(payment_method="pm_insufficient_funds_1.ann")
    backup = Backup()
    while not (second := ChargeRow.objects.filter(term_number=2, attempt=2)):
        gateway.slow = ChargeRow.objects.filter(term_number=2, state="declined").exists()
        live(sandbox, 1)
    lost = second.get()
    assert lost.state == "unknown"
    restore(sandbox, backup)
    report = resume.resume(sandbox.world, file)
    assert (report.lifted, report.charges, report.cases) == (True, 0, [])
    gateway.asked.clear()
    while not ChargeRow.objects.filter(term_number=2, attempt=2).exists():
        live(sandbox, 1)
    first, found = ChargeRow.objects.filter(term_number=2).order_by("attempt")
    assert (first.state, first.decline_code, first.retryable) == ("declined", "card_declined", True)
    assert (found.id, found.state, found.gateway_ref) == (lost.id, "unknown", lost.gateway_ref)
    gateway.slow = False
    live(sandbox, 8)
    assert gateway.asked == []
    assert ChargeRow.objects.get(term_number=2, attempt=2).state == "succeeded"
    all_agree(sandbox, sale)


def test_what_the_gateway_never_saw_is_sent_once(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """Renewals go on after a restore; long after it they are sent without a question first."""
    sale = sandbox.sell(plan="box-month", months=1)
    backup = Backup()
    live(sandbox, 1)
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    assert sandbox.world.held() is None
    assert sandbox.world.fence.lately_resumed
    live(sandbox, 60)
    assert ChargeRow.objects.filter(state="succeeded").count() == 3
    sandbox.advance(days=LOST_CHARGES_SHOW_WITHIN.days - 60)
    assert sandbox.world.held() is None
    assert not sandbox.world.fence.lately_resumed
    live(sandbox, 30)
    assert len(gateway.asked) == len(set(gateway.asked)) == ChargeRow.objects.count()
    all_agree(sandbox, sale)


def test_a_card_that_a_lost_history_tried_says_nothing_of_the_next(
    sandbox: Sandbox, file: Path, gateway: Deciding
) -> None:
    """The lost try was declined for good; the customer has read so and given another card, which is really asked."""
    sale = sandbox.sell()
    live(sandbox, 330)
    SubscriptionRow.objects.update(payment_method="pm_lost.ann")
    backup = Backup()
    live(sandbox, 30)
    assert ChargeRow.objects.get(term_number=2).decline_code == "lost_card"
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    cancel.change_payment_method(
        sandbox.world, sale.bucket, sale.subscription_id, "pm_ok.ann", actor=Actor("customer", "ann")
    )
    gateway.asked.clear()
    live(sandbox, 6)
    charge = ChargeRow.objects.get(term_number=2)
    assert (charge.attempt, charge.state, charge.payment_method) == (1, "succeeded", "pm_ok.ann")
    assert len(gateway.asked) == 1
    all_agree(sandbox, sale)


def test_a_look_up_without_an_answer_makes_no_decline_final(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """Looked up once more, it is found declined for good: the lost history's card, not that of today."""
    sale = sandbox.sell()
    live(sandbox, 330)
    SubscriptionRow.objects.update(payment_method="pm_lost.ann")
    backup = Backup()
    live(sandbox, 22)
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    cancel.change_payment_method(
        sandbox.world, sale.bucket, sale.subscription_id, "pm_ok.ann", actor=Actor("customer", "ann")
    )
    gateway.silent = True
    while not ChargeRow.objects.filter(term_number=2, state="unknown").exists():
        live(sandbox, 1)
    gateway.silent = False
    live(sandbox, 8)
    first, second = ChargeRow.objects.filter(term_number=2).order_by("attempt")
    assert (first.state, first.decline_code, first.retryable) == ("declined", "card_declined", True)
    assert (second.state, second.payment_method) == ("succeeded", "pm_ok.ann")
    all_agree(sandbox, sale)


def test_a_decline_that_is_only_repeated_is_tried_again(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """Within the life of the key the bank says what it has said of the lost card; the next try is for the new one."""
    sale = sandbox.sell()
    live(sandbox, 330)
    SubscriptionRow.objects.update(payment_method="pm_lost.ann")
    backup = Backup()
    live(sandbox, 22)
    assert ChargeRow.objects.get(term_number=2).decline_code == "lost_card"
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    cancel.change_payment_method(
        sandbox.world, sale.bucket, sale.subscription_id, "pm_ok.ann", actor=Actor("customer", "ann")
    )
    gateway.remembers = True
    while not ChargeRow.objects.filter(term_number=2, state="declined").exists():
        live(sandbox, 1)
    gateway.remembers = False
    live(sandbox, 8)
    first, second = ChargeRow.objects.filter(term_number=2).order_by("attempt")
    assert (first.state, first.decline_code, first.retryable) == ("declined", "card_declined", True)
    assert (second.state, second.payment_method) == ("succeeded", "pm_ok.ann")
    all_agree(sandbox, sale)


@pytest.mark.parametrize("decided_late", [False, True])
def test_what_comes_to_light_late_keeps_no_letters_back(
    sandbox: Sandbox, file: Path, gateway: Deciding, decided_late: bool
) -> None:
    """The lost history had ended before the first resume: what waits is ours, and it had not heard of this payment.

    Nor had it, of course, of one that is decided only afterwards.
    """
    sale = sandbox.sell()
    live(sandbox, 330)
    deliver_mail(sandbox.world)
    backup = Backup()
    gateway.slow = True
    live(sandbox, 30)
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    gateway.decides_at = sandbox.now + timedelta(hours=1) if decided_late else None
    sandbox.advance(hours=2)
    bob = sandbox.sell(sandbox.customer("bob@example.org", "Bob Roe"))
    gateway.slow = False
    pay_back.read_statement(sandbox.world, "bank")
    assert sandbox.world.held() is not None
    report = resume.resume(sandbox.world, file)
    assert (report.lifted, report.charges, report.kept_back) == (True, 1, 0)
    while deliver_mail(sandbox.world):
        pass
    receipts = MessageRow.objects.filter(kind="receipt", sent_at__isnull=False)
    assert receipts.filter(bucket=bob.bucket, subject=f"{bob.subscription_id.hex}/1").exists()
    assert receipts.filter(bucket=sale.bucket, subject=f"{sale.subscription_id.hex}/2").exists()


def test_what_was_under_way_at_the_backup_is_told(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """Made before the loss and decided after it, which a look-up does not tell apart: the receipt goes out."""
    sale = sandbox.sell()
    live(sandbox, 330)
    gateway.slow = True
    live(sandbox, 30)
    while deliver_mail(sandbox.world):
        pass
    backup = Backup()
    live(sandbox, 1)
    restore(sandbox, backup)
    gateway.slow = False
    report = resume.resume(sandbox.world, file)
    assert (report.lifted, report.brought_up, report.kept_back) == (True, 1, 0)
    while deliver_mail(sandbox.world):
        pass
    receipt = MessageRow.objects.get(kind="receipt", subject=f"{sale.subscription_id.hex}/2")
    assert receipt.sent_at is not None
    all_agree(sandbox, sale)


def test_a_charge_that_is_just_being_recorded_is_waited_for(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """What the statement has after it may be about its order, which does not exist yet."""
    sandbox.sell()
    live(sandbox, 1)
    backup = Backup()
    live(sandbox, 2)
    restore(sandbox, backup)
    with patch.object(pay_back, "record_paid_charge", return_value=None):
        report = resume.resume(sandbox.world, file)
    assert not report.lifted
    assert "five minutes" in report.problem
    assert sandbox.world.held() is not None
