"""A charge or refund that a gateway was still deciding about when the history that asked for it was lost.

The statement names neither before it is decided, so resuming can not find it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.public_id import REFUND, encode
from goodterms.gateways.protocol import Answer, ChargeIntent, Movement, Outcome, RefundIntent
from goodterms.storage.models import ChargeRow, MessageRow, SubscriptionRow
from goodterms.usecases import cancel, pay_back, renew, resume
from goodterms.usecases.fence import LOST_CHARGES_SHOW_WITHIN
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.usecases.pay_back import take_in
from tests.support.restoring import Backup, all_agree, approve, live, restore
from tests.support.worlds import Sandbox


class Deciding:
    """A gateway that takes charges and refunds which, while it is `slow`, are not in its statement.

    While it is `silent`, it answers no question about a charge. While it `remembers`, it repeats what it has said.
    """

    def __init__(self, bank: Any) -> None:
        self._bank = bank
        self.slow = False
        self.silent = False
        self.remembers = False
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bank, name)

    def charge_many(self, intents: Sequence[ChargeIntent], *, within: timedelta | None = None) -> list[Answer]:
        self.asked += [intent.reference for intent in intents]
        if self.remembers:
            return [self._bank.find_charge(key=intent.key, reference=intent.reference) for intent in intents]
        return [self._so_far(answer) for answer in self._bank.charge_many(intents, within=within)]

    def find_charge(self, **named: Any) -> Answer:
        if self.silent:
            return Answer(Outcome.UNKNOWN, None, "no_answer", None, None)
        return self._so_far(self._bank.find_charge(**named))

    def refund(self, intent: RefundIntent) -> Answer:
        self.asked.append(intent.reference)
        answer: Answer = self._bank.refund(intent)
        return answer

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        lines = self._bank.movements(after=after, limit=limit)
        return [] if self.slow else list(lines)

    def _so_far(self, answer: Answer) -> Answer:
        if not self.slow or answer.outcome is not Outcome.SUCCEEDED:
            return answer
        return Answer(Outcome.UNKNOWN, answer.gateway_ref, "processing", None, answer.at)


@pytest.fixture
def file(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Where this host remembers the database."""
    place = tmp_path / "fence.json"
    sandbox.world.fence.file = place
    assert sandbox.world.held() is None
    return place


@pytest.fixture
def gateway(sandbox: Sandbox, settings: Any) -> Deciding:
    """The sandbox's gateway, which can be slow, silent or forgetful; mails stay in memory."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    made = Deciding(sandbox.world.gateways["bank"])
    sandbox.world = replace(sandbox.world, gateways={"bank": made})
    return made


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


def test_a_refund_is_looked_for_before_it_is_made_again(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """Approved anew after its approval was lost, it has the name it had: the gateway has it, its statement not yet."""
    sale = sandbox.sell()
    live(sandbox, 1)
    backup = Backup()
    gateway.slow = True
    approve(sandbox, sale)
    live(sandbox, 2)  # long enough for the gateway to forget the key
    lost = sale.refund()
    assert lost.state == "pending"
    restore(sandbox, backup)
    report = resume.resume(sandbox.world, file)
    assert (report.lifted, report.refunds, report.cases) == (True, 0, [])
    gateway.asked.clear()
    approve(sandbox, sale)
    assert (sale.refund().id, sale.refund().gateway_ref, sale.refund().state) == (lost.id, lost.gateway_ref, "pending")
    assert gateway.asked == []
    gateway.slow = False
    live(sandbox, 9)
    assert sale.refund().state == "succeeded"
    all_agree(sandbox, sale)


def test_a_refund_in_the_dashboard_does_not_take_a_lost_ones_name(
    sandbox: Sandbox, file: Path, gateway: Deciding
) -> None:
    """What the statement tells of the lost one later is not taken for news of the other: a person looks at both."""
    sale = sandbox.sell()
    live(sandbox, 1)
    backup = Backup()
    gateway.slow = True
    approve(sandbox, sale)
    live(sandbox, 2)
    lost = sale.refund()
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    part = Money(1000, lost.currency)
    made_there = Movement(
        "refund", "re_by_hand", lost.charge_ref, None, part, Outcome.SUCCEEDED, sandbox.now, "", None, "arn"
    )
    assert take_in(sandbox.world, "bank", made_there)
    other = sale.refund()
    gateway.slow = False
    live(sandbox, 1)
    held = sandbox.world.held()
    assert held is not None
    assert held.reason == "unknown_at_gateway"
    report = resume.resume(sandbox.world, file)
    reference = encode(REFUND, lost.bucket, lost.id)
    assert [reference for reference, why in report.cases if "can still be refunded" in why] == [reference]
    assert sale.refund().id == other.id != lost.id
    assert (sale.refund().state, sale.refund().gateway_ref) == ("succeeded", "re_by_hand")


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


def test_what_comes_to_light_late_keeps_no_letters_back(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """The lost history had ended before the first resume: what waits is ours, and it had not heard of this payment."""
    sale = sandbox.sell()
    live(sandbox, 330)
    deliver_mail(sandbox.world)
    backup = Backup()
    gateway.slow = True
    live(sandbox, 30)
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
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
