"""Refunds made in the gateway's dashboard beside ours: every amount is booked once and access follows the money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from unittest.mock import patch

import httpx
from django.db.models import F

from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, RefundWay
from goodterms.domain.public_id import REFUND, encode
from goodterms.domain.refunding import RefundResult
from goodterms.domain.subscription import Subscription
from goodterms.gateways.protocol import Answer, Gateway, Movement, Outcome, RefundIntent
from goodterms.storage.claim import LEASE, claim_charges, claim_refunds
from goodterms.storage.load import load_charges, load_subscription
from goodterms.storage.models import Inquiry, RefundRow
from goodterms.usecases import collect, pay_back, renew, review
from tests.support.books import assert_books_agree, ledger
from tests.support.worlds import Sale, Sandbox

SAM = Actor("agent", "sam@desk.example")


def _in_dashboard(sandbox: Sandbox, sale: Sale, minor: int) -> None:
    body = {"charge": sale.order.gateway_ref, "amount_minor": minor, "currency": "AUD"}
    httpx.post(f"{sandbox.bank.url}/dashboard/refunds", json=body).raise_for_status()


def _lose_next_request(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {sandbox.bank.key}"}
    httpx.post(f"{sandbox.bank.url}/test/faults", json={"drop_requests": 1}, headers=headers).raise_for_status()


def _asked_to_refund(sandbox: Sandbox) -> list[RefundIntent]:
    """What the gateway is asked to pay back from here on."""
    gateway, asked = sandbox.world.gateway("bank"), list[RefundIntent]()

    class Counted:
        def __getattr__(self, name: str) -> Any:
            return getattr(gateway, name)

        def refund(self, intent: RefundIntent) -> Answer:
            asked.append(intent)
            return gateway.refund(intent)

    sandbox.world = replace(sandbox.world, gateways={**sandbox.world.gateways, "bank": cast(Gateway, Counted())})
    return asked


def _approve(sandbox: Sandbox, sale: Sale) -> None:
    request = sale.ask_refund()
    review.approve(sandbox.world, request.bucket, request.id, actor=SAM)


def test_a_dashboard_refund_before_ours_arrives_is_the_refund(sandbox: Sandbox) -> None:
    """Ours is lost on the way, somebody refunds by hand, ours is not sent again: it counts as paid back once."""
    sale = sandbox.sell()
    _lose_next_request(sandbox)
    _approve(sandbox, sale)
    assert sale.refund().state == "unknown"
    _in_dashboard(sandbox, sale, 5995)
    pay_back.read_statement(sandbox.world, "bank")
    assert_books_agree(sale)
    assert sale.order.excess_minor == 5995
    asked = _asked_to_refund(sandbox)
    for _ in range(3):
        sandbox.set_clock(sandbox.now + timedelta(minutes=10))
        sandbox.work()
    assert asked == [], "sent once more"
    assert_books_agree(sale)
    states = RefundRow.objects.filter(bucket=sale.bucket, order_id=sale.order.id).order_by("attempt")
    assert [(r.way, r.state, r.excess_minor) for r in states] == [
        ("original", "failed", 0),
        ("external", "pending", 0),
    ]
    assert (sale.order.refunded_minor, sale.order.excess_minor) == (5995, 0)
    sub = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
    assert sub.expired_at is not None
    assert not sub.auto_renew
    sandbox.live(10)
    assert_books_agree(sale)
    assert ledger(sale) == {}


def test_a_dispute_before_ours_arrives_takes_its_place(sandbox: Sandbox) -> None:
    """The card's bank has taken the money that ours was to pay back: ours is let go, and no other way is offered."""
    sale = sandbox.sell()
    _lose_next_request(sandbox)
    _approve(sandbox, sale)
    assert sale.refund().state == "unknown"
    sandbox.dispute(sale)
    pay_back.read_statement(sandbox.world, "bank")
    asked = _asked_to_refund(sandbox)
    for _ in range(3):
        sandbox.set_clock(sandbox.now + timedelta(minutes=10))
        sandbox.work()
    assert asked == []
    failed = sale.refund()
    assert (failed.state, failed.failure) == ("failed", "charge_disputed")
    assert (sale.order.refunded_minor, sale.order.disputed_minor, sale.order.excess_minor) == (0, 5995, 0)
    other = pay_back.try_another_way(
        sandbox.world, sale.bucket, failed.id, actor=SAM, way=RefundWay.BANK_TRANSFER, reference="T-1"
    )
    assert isinstance(other, Refusal)
    assert other.code == "disputed"
    assert_books_agree(sale)


def test_a_refund_that_was_never_sent_makes_way(sandbox: Sandbox) -> None:
    """The process ends between the approval and the request; by then the money has gone back by hand."""
    sale = sandbox.sell()
    with patch.object(review, "pay_back_now"):
        _approve(sandbox, sale)
    assert (sale.refund().state, sale.refund().sent_at) == ("intended", None)
    _in_dashboard(sandbox, sale, 5995)
    pay_back.read_statement(sandbox.world, "bank")
    asked = _asked_to_refund(sandbox)
    sandbox.work()
    assert asked == []
    assert RefundRow.objects.get(way="original").failure == "exceeds_charge"
    assert (sale.order.refunded_minor, sale.order.excess_minor) == (5995, 0)
    assert_books_agree(sale)


def test_a_statement_read_before_our_answer_is_committed(sandbox: Sandbox) -> None:
    """The gateway accepted and its answer was lost: the statement initiates the refund, the look-up adds nothing."""
    sale = sandbox.sell(card="pm_refund_answer_lost")
    _approve(sandbox, sale)
    assert sale.refund().state == "unknown"
    pay_back.read_statement(sandbox.world, "bank")
    assert sale.refund().state == "pending"
    version = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False).last_fact
    sandbox.set_clock(sandbox.now + timedelta(minutes=10))
    sandbox.work()
    assert load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False).last_fact == version
    assert_books_agree(sale)
    sandbox.live(10)
    assert sale.refund().state == "succeeded"
    assert_books_agree(sale)


def test_a_returned_refund_is_found_in_the_statement(sandbox: Sandbox) -> None:
    """A refund that had arrived and came back is owed again; access stays ended and the books agree all the way."""
    sale = sandbox.sell(card="pm_refund_returned")
    _approve(sandbox, sale)
    seen = set()
    for _ in range(20):
        sandbox.live(1)
        assert_books_agree(sale)
        seen.add(sale.refund().state)
    assert seen == {"pending", "succeeded", "failed"}
    assert sale.order.refunded_minor == 0


def test_a_part_refunded_in_the_dashboard_leaves_access(sandbox: Sandbox) -> None:
    """A part only moves money; the rest, refunded there too, ends access."""
    sale = sandbox.sell()
    _in_dashboard(sandbox, sale, 1000)
    sandbox.work()
    sub = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
    assert (sub.expired_at, sub.auto_renew) == (None, True)
    assert_books_agree(sale)
    _in_dashboard(sandbox, sale, 4995)
    sandbox.work()
    sub = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
    assert (sub.expired_at, sub.auto_renew) == (sandbox.now, False)
    assert_books_agree(sale)


def test_a_dashboard_refund_of_a_charge_that_is_just_being_recorded_is_heard(sandbox: Sandbox) -> None:
    """The bank has the money, somebody gives it back, the statement is read; only then is the charge recorded."""
    sale = sandbox.sell()
    sandbox.advance(days=365 - 30)
    sandbox.work()
    sandbox.advance(days=16)
    assert renew.renew_due(sandbox.world) == 1
    claimed = claim_charges(sandbox.now, 10, "bank")
    charges = load_charges([(one.bucket, one.id) for one in claimed])
    results = collect.charge_all(sandbox.world.gateway("bank"), charges, sandbox.now)
    (result,) = results.values()
    body = {"charge": result.gateway_ref, "amount_minor": 1000, "currency": "AUD"}
    httpx.post(f"{sandbox.bank.url}/dashboard/refunds", json=body).raise_for_status()
    pay_back.read_statement(sandbox.world, "bank")
    collect.record_charge_results(sandbox.world, charges, results)
    assert pay_back.read_statement(sandbox.world, "bank") >= 2
    assert [order.refunded_minor for order in _orders(sale)] == [0, 1000]
    assert_books_agree(sale)
    assert pay_back.read_statement(sandbox.world, "bank") == 0


def _orders(sale: Sale) -> tuple[Order, ...]:
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False).orders


def test_another_amount_under_the_name_of_ours_is_not_believed(sandbox: Sandbox) -> None:
    """The statement has a refund of this name and of less: ours stays unknown, and a person looks at it."""
    sale = sandbox.sell()
    _lose_next_request(sandbox)
    _approve(sandbox, sale)
    refund = sale.refund()
    part = Money(1000, "AUD")
    reference = encode(REFUND, refund.bucket, refund.id)
    line = Movement(
        "refund", "re_x", sale.order.gateway_ref, reference, part, Outcome.SUCCEEDED, sandbox.now, "c", None
    )  # fmt: skip
    for _ in range(2):
        assert pay_back.take_in(sandbox.world, "bank", line)
    assert sale.refund().state == "unknown"
    assert "Refund of 10.00 AUD: we know one of 59.95 AUD" in Inquiry.objects.get().claimed["name"]
    assert_books_agree(sale)


def test_what_another_refund_of_the_same_name_came_to_is_not_news_of_ours(sandbox: Sandbox) -> None:
    """One of a lost history failed, which changes nothing; one that was paid as well is for a person."""
    sale = sandbox.sell()
    _approve(sandbox, sale)
    refund = sale.refund()
    reference, amount = encode(REFUND, refund.bucket, refund.id), Money(refund.amount_minor, refund.currency)
    line = Movement(
        "refund", "re_other", refund.charge_ref, reference, amount, Outcome.DECLINED, sandbox.now, "c", "card_closed"
    )
    assert pay_back.take_in(sandbox.world, "bank", line)
    assert sale.refund().state == "pending"
    assert not Inquiry.objects.exists()
    assert pay_back.take_in(sandbox.world, "bank", replace(line, outcome=Outcome.SUCCEEDED, failure=None))
    assert sale.refund().state == "pending"
    assert Inquiry.objects.get().claimed["order_number"] == "re_other"


def test_a_refund_without_a_reference_of_the_gateway_yet_is_found_by_ours(sandbox: Sandbox) -> None:
    """A seller that accepts by file names it later: until then our key stands in, and its line is news of ours."""
    sale = sandbox.sell()
    _approve(sandbox, sale)
    RefundRow.objects.update(gateway_ref=F("key"))
    refund = sale.refund()
    reference, amount = encode(REFUND, refund.bucket, refund.id), Money(refund.amount_minor, refund.currency)
    line = Movement(
        "refund", "re_of_theirs", refund.charge_ref, reference, amount, Outcome.SUCCEEDED, sandbox.now, "c", None
    )
    assert pay_back.take_in(sandbox.world, "bank", line)
    assert sale.refund().state == "succeeded"
    assert not Inquiry.objects.exists()


def test_an_answer_from_before_it_was_sent_again_is_not_believed(sandbox: Sandbox) -> None:
    """A worker that stood still comes back with "never seen" after another has sent the refund."""
    sale = sandbox.sell()
    _lose_next_request(sandbox)
    _approve(sandbox, sale)
    refund = next(r for r in _loaded(sandbox, sale).refunds)
    earlier = replace(refund, sent_at=sandbox.now - timedelta(hours=1))
    result = RefundResult("not_found")
    refused = pay_back.record_refund_result(sandbox.world, refund.bucket, refund.id, result, asked=earlier)
    assert isinstance(refused, Refusal)
    assert (refused.code, sale.refund().state) == ("sent_again", "unknown")
    pay_back.record_refund_result(sandbox.world, refund.bucket, refund.id, result, asked=refund)
    assert (sale.refund().state, sale.refund().sent_at) == ("intended", None)


def test_a_refund_is_not_sent_at_the_end_of_its_lease(sandbox: Sandbox) -> None:
    """Its process stood still after the claim: by the time its call would end, another may look the refund up."""
    sale = sandbox.sell()
    with patch.object(review, "pay_back_now"):
        _approve(sandbox, sale)
    (claimed,) = claim_refunds(sandbox.now, 5, "bank")
    sandbox.set_clock(sandbox.now + LEASE - timedelta(seconds=30))
    asked = _asked_to_refund(sandbox)
    pay_back.work_on_refund(sandbox.world, claimed)
    assert asked == []
    for _ in range(2):
        sandbox.set_clock(sandbox.now + timedelta(minutes=10))
        sandbox.work()
    assert len(asked) == 1
    assert sale.refund().state == "pending"


def _loaded(sandbox: Sandbox, sale: Sale) -> Subscription:
    return load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
