"""A refund that a gateway was still deciding about when the history that asked for it was lost.

The statement names it only when it is decided, so resuming can not find it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundWay
from goodterms.domain.public_id import REFUND, encode
from goodterms.gateways.protocol import Answer, Movement, Outcome
from goodterms.storage.load import load_subscription
from goodterms.storage.models import RefundRow
from goodterms.usecases import pay_back, resume
from goodterms.usecases.lost_tries import find_other_refund
from goodterms.usecases.pay_back import take_in
from tests.support.deciding import Deciding
from tests.support.restoring import SAM, Backup, all_agree, approve, live, restore
from tests.support.worlds import Sale, Sandbox


def test_a_later_refund_of_a_lost_history_is_followed(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """The first refund was rejected, the second is under way: approved anew, it is that one, and paid once."""
    sale = sandbox.sell()
    live(sandbox, 1)
    backup = Backup()
    gateway.rejecting = True
    approve(sandbox, sale)
    gateway.rejecting, gateway.slow = False, True
    pay_back.try_another_way(sandbox.world, sale.bucket, sale.refund().id, actor=SAM, way=RefundWay.ORIGINAL)
    live(sandbox, 2)  # long enough for the gateway to forget the keys
    first, lost = RefundRow.objects.order_by("attempt")
    assert (first.state, lost.state) == ("failed", "pending")
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    gateway.asked.clear()
    approve(sandbox, sale)
    live(sandbox, 1)
    first, found = RefundRow.objects.order_by("attempt")
    assert (first.state, found.state) == ("failed", "pending")
    assert (found.id, found.gateway_ref, found.request_id) == (lost.id, lost.gateway_ref, first.request_id)
    gateway.slow = False
    live(sandbox, 9)
    assert gateway.asked == []
    assert RefundRow.objects.get(attempt=2).state == "succeeded"
    all_agree(sandbox, sale)


def test_no_transfer_is_made_for_what_a_lost_history_tried_again(
    sandbox: Sandbox, file: Path, gateway: Deciding
) -> None:
    """The backup has a refund that failed; asked for again after it, it is under way: no money leaves by hand."""
    sale = sandbox.sell()
    live(sandbox, 1)
    gateway.rejecting = True
    approve(sandbox, sale)
    backup = Backup()
    gateway.rejecting, gateway.slow = False, True
    pay_back.try_another_way(sandbox.world, sale.bucket, sale.refund().id, actor=SAM, way=RefundWay.ORIGINAL)
    live(sandbox, 2)
    lost = RefundRow.objects.get(attempt=2)
    restore(sandbox, backup)
    assert _transfer(sandbox) == "tried_already"  # nothing is sent yet, but money could leave by hand
    assert resume.resume(sandbox.world, file).lifted
    gateway.silent = True
    assert _transfer(sandbox) == "gateway_silent"
    gateway.silent = False
    assert _transfer(sandbox) == "tried_already"
    gateway.asked.clear()
    pay_back.try_another_way(sandbox.world, sale.bucket, sale.refund().id, actor=SAM, way=RefundWay.ORIGINAL)
    assert gateway.asked == []
    found = RefundRow.objects.get(attempt=2)
    assert (found.id, found.way, found.state, found.gateway_ref) == (lost.id, "original", "pending", lost.gateway_ref)
    gateway.slow = False
    live(sandbox, 9)
    assert RefundRow.objects.get(attempt=2).state == "succeeded"
    all_agree(sandbox, sale)


def test_a_gap_in_the_numbers_hides_nothing(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """The second try was refused outright, which leaves nothing at a gateway; the third is under way."""
    sale = sandbox.sell()
    live(sandbox, 1)
    backup = Backup()
    gateway.rejecting = True
    approve(sandbox, sale)
    gateway.rejecting, gateway.refusing = False, True
    _ask_again(sandbox)
    gateway.refusing, gateway.slow = False, True
    _ask_again(sandbox)
    live(sandbox, 2)
    lost = RefundRow.objects.get(attempt=3)
    assert lost.state == "pending"
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    gateway.asked.clear()
    approve(sandbox, sale)
    assert _transfer(sandbox) == "tried_already"
    _ask_again(sandbox)
    live(sandbox, 1)
    states = list(RefundRow.objects.order_by("attempt").values_list("attempt", "state"))
    assert states == [(1, "failed"), (2, "failed"), (3, "pending")]
    assert RefundRow.objects.get(attempt=3).gateway_ref == lost.gateway_ref
    gateway.slow = False
    live(sandbox, 9)
    assert gateway.asked == []
    all_agree(sandbox, sale)


def test_a_lower_number_hides_nothing(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """A refund made at the gateway since has the number of the lost one, which is found by its name."""
    sale, lost = _lost_under_way(sandbox, file, gateway)
    assert lost is not None
    part = Money(500, lost.currency)
    made_there = Movement("refund", "re_1", lost.charge_ref, None, part, Outcome.SUCCEEDED, sandbox.now, "", None, "")
    assert take_in(sandbox.world, "bank", made_there)
    subscription = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
    (ours,), (order,) = subscription.refunds, subscription.orders
    assert (ours.attempt, ours.id == lost.id) == (lost.attempt, False)
    found = find_other_refund(sandbox.world.gateway("bank"), subscription, ours, order)
    assert found is not None
    assert (found[0].id, found[0].key, found[1].gateway_ref) == (lost.id, lost.key, lost.gateway_ref)


def test_a_transfer_is_recorded_where_nothing_else_was_tried(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """Also soon after a restore, once the gateway has said so."""
    sale = sandbox.sell()
    live(sandbox, 1)
    gateway.rejecting = True
    approve(sandbox, sale)
    backup = Backup()
    live(sandbox, 1)
    restore(sandbox, backup)
    assert resume.resume(sandbox.world, file).lifted
    assert _transfer(sandbox) == ""
    assert RefundRow.objects.get(attempt=2).state == "succeeded"


def test_a_refund_is_not_begun_when_the_look_ups_took_too_long(
    sandbox: Sandbox, file: Path, gateway: Deciding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease is over by then: somebody else may have looked it up, and it may be let go."""
    sale, _ = _lost_under_way(sandbox, file, gateway, asked=False)
    real = gateway.find_refund

    def slowly(**named: Any) -> Answer:
        sandbox.advance(hours=1)
        return real(**named)

    monkeypatch.setattr(gateway, "find_refund", slowly)
    approve(sandbox, sale)
    assert gateway.asked == []
    monkeypatch.undo()
    live(sandbox, 1)
    assert len(gateway.asked) == 1


def _lost_under_way(
    sandbox: Sandbox, file: Path, gateway: Deciding, *, asked: bool = True
) -> tuple[Sale, RefundRow | None]:
    """A sale whose refund the lost history had asked for, if it had, and the gateway is at it; after resuming."""
    sale = sandbox.sell()
    live(sandbox, 1)
    backup = Backup()
    gateway.slow = asked
    if asked:
        approve(sandbox, sale)
    live(sandbox, 2)  # long enough for the gateway to forget the key
    lost = RefundRow.objects.first()
    assert lost is None or lost.state == "pending"
    restore(sandbox, backup)
    report = resume.resume(sandbox.world, file)
    assert (report.lifted, report.refunds, report.cases) == (True, 0, [])
    gateway.asked.clear()
    return sale, lost


def _ask_again(sandbox: Sandbox) -> None:
    """Try the latest refund once more, the original way."""
    row = RefundRow.objects.order_by("attempt").last()
    assert row is not None
    pay_back.try_another_way(sandbox.world, row.bucket, row.id, actor=SAM, way=RefundWay.ORIGINAL)


def _transfer(sandbox: Sandbox) -> str:
    """Record a transfer by hand; the code of its refusal, if any."""
    row = RefundRow.objects.get(attempt=1)
    done = pay_back.try_another_way(
        sandbox.world, row.bucket, row.id, actor=Actor("agent", "kim@desk.example"), way=RefundWay.BANK_TRANSFER,
        reference="TR-1",
    )  # fmt: skip
    return done.code if isinstance(done, Refusal) else ""


def test_a_refund_is_looked_for_before_it_is_made_again(sandbox: Sandbox, file: Path, gateway: Deciding) -> None:
    """Approved anew after its approval was lost, it has the name it had: the gateway has it, its statement not yet."""
    sale, lost = _lost_under_way(sandbox, file, gateway)
    assert lost is not None
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
    sale, lost = _lost_under_way(sandbox, file, gateway)
    assert lost is not None
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
