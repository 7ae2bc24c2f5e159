"""What goes wrong between us and Paddle, over HTTP: in the end both sides say the same, and money moves once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from goodterms import wiring
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.storage.models import FactRow, InstructionRow, MessageRow, OrderRow, RefundRow, WebhookIn
from goodterms.usecases import cancel, reconcile, review, webhooks_in
from goodterms.usecases.audit.run import audit
from tests.support.books import assert_books_agree
from tests.support.paddle_sandbox import PADDLE_SECRET, PaddleSandbox
from tests.support.worlds import Sale

SAM = Actor("agent", "sam@desk.example")
ANN = Actor("customer", "ann")
FAULTS = ("drop_requests", "drop_answers", "error_500_before", "error_500_after", "too_many_requests")
_STATES = {"pending_approval": "unknown", "approved": "pending", "rejected": "failed", "reversed": "failed"}


def assert_both_sides_agree(place: PaddleSandbox) -> None:
    """What Paddle has is what we have, nothing waits, and finance finds no difference."""
    paid = {
        (one["id"], int(one["details"]["totals"]["grand_total"]))
        for one in place.shop.all("/transactions")
        if one["status"] == "completed"
    }
    assert {(one.gateway_ref, one.amount_minor) for one in OrderRow.objects.all()} == paid
    theirs = {(one["id"], int(one["totals"]["total"]), _STATES[one["status"]]) for one in place.refunds_there()}
    ours = {
        (one.gateway_ref, one.amount_minor, "pending" if one.state == "succeeded" else one.state)
        for one in RefundRow.objects.exclude(gateway_ref=None)
    }
    assert ours == theirs
    assert not InstructionRow.objects.filter(check_at__isnull=False).exists()
    assert list(WebhookIn.objects.exclude(state__in=("done", "foreign")).values_list("kind", "reason")) == []
    report = reconcile.reconcile(
        place.world, place.gateway, place.now - timedelta(days=80), place.now, actor=Actor("agent", "eve")
    )
    assert isinstance(report, reconcile.Report)
    assert report.open == 0
    for row in MessageRow.objects.filter(sent_at=None):  # nobody delivers letters here
        MessageRow.objects.filter(bucket=row.bucket, id=row.id).update(send_at=None, sent_at=row.at)
    assert audit(place.world, wiring.elapsed, journals=None).violations == ()


def facts(sale: Sale) -> list[str]:
    """What happened to a subscription, in order."""
    return list(FactRow.objects.filter(bucket=sale.bucket, stream=sale.subscription_id).values_list("name", flat=True))


def ask_and_approve(place: PaddleSandbox, sale: Sale) -> None:
    """A request for a refund, approved here; Paddle has yet to decide."""
    request = sale.ask_refund()
    assert isinstance(review.approve(place.world, request.bucket, request.id, actor=SAM), Decision)


def test_a_sale_there_becomes_a_subscription(paddle_sandbox: PaddleSandbox) -> None:
    """The buyer, the plan, the term, the tax and the transaction's id come with the event."""
    sold, sale = paddle_sandbox.bought()
    one = paddle_sandbox.loaded(sale)
    assert (one.seller_charges, one.payment_method, one.gateway) == (True, sold.agreement, "paddle")
    assert (one.buyer_name, one.buyer_email, one.plan, one.channel) == (
        "Ann Lee", "ann@example.org", "shield-year", "vendor_store",
    )  # fmt: skip
    assert (sale.order.gateway_ref, sale.order.amount_minor, sale.order.tax_minor) == (sold.order, 5995, 545)
    assert_books_agree(sale)


@pytest.mark.requirement("R48")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_refund_is_asked_for_once(paddle_sandbox: PaddleSandbox, fault: str) -> None:
    """Whatever happened to the request or its answer: without keys, it is looked for before it is sent again."""
    place = paddle_sandbox
    _, sale = place.bought()
    place.shop.let_go_wrong(**{fault: 1})
    ask_and_approve(place, sale)
    assert sale.refund().state == "unknown"
    place.hours(8)
    assert len(place.refunds_there()) == 1
    refund = sale.refund()
    assert (refund.state, refund.gateway_ref) == ("pending", place.refunds_there()[0]["id"])
    assert "subscription.canceled" in facts(sale)
    place.daily(12)
    assert sale.refund().state == "succeeded"
    assert RefundRow.objects.count() == 1
    assert_books_agree(sale)
    assert_both_sides_agree(place)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("which", ["the mark", "the stop"])
def test_a_stop_is_told_until_it_holds(paddle_sandbox: PaddleSandbox, fault: str, which: str) -> None:
    """Stopping takes two requests; whichever goes wrong, the subscription is canceled there and nothing is charged."""
    place = paddle_sandbox
    sold, sale = place.bought()
    place.live(30)
    if which == "the mark":
        place.shop.let_go_wrong(**{fault: 1})
    canceled = cancel.cancel(place.world, sale.bucket, sale.subscription_id, actor=ANN, channel="account")
    assert isinstance(canceled, Decision)
    if which == "the stop":
        place.shop.let_go_wrong(**{fault: 2})
    place.hours(6)
    there = place.subscription_there(sold.agreement)
    assert there["scheduled_change"]["action"] == "cancel"
    assert there["custom_data"]["goodterms"]["wish"] == "stop"
    assert list(InstructionRow.objects.values_list("wish", "state")) == [("stop", "succeeded")]
    place.live(400)
    assert OrderRow.objects.count() == 1
    assert_books_agree(sale)
    assert_both_sides_agree(place)


def test_taken_back_it_goes_on(paddle_sandbox: PaddleSandbox) -> None:
    """A cancellation that is taken back: the scheduled change is removed there, and it renews."""
    place = paddle_sandbox
    sold, sale = place.bought()
    cancel.cancel(place.world, sale.bucket, sale.subscription_id, actor=ANN, channel="account")
    place.hours(1)
    cancel.undo(place.world, sale.bucket, sale.subscription_id, actor=ANN)
    place.hours(1)
    assert place.subscription_there(sold.agreement)["scheduled_change"] is None
    place.live(355)
    assert OrderRow.objects.count() == 2
    assert_both_sides_agree(place)


def test_an_answer_that_comes_too_late(paddle_sandbox: PaddleSandbox) -> None:
    """Paddle thinks for longer than we wait, and acts in the end."""
    place = paddle_sandbox
    _, sale = place.bought()
    place.world.gateways["paddle"] = place.connect(timeout=1)  # type: ignore[index]
    place.shop.let_go_wrong(delay_ms=2500)
    ask_and_approve(place, sale)
    assert sale.refund().state == "unknown"
    place.shop.let_go_wrong(delay_ms=0)
    place.world.gateways["paddle"] = place.connect()  # type: ignore[index]
    wait_for(lambda: len(place.refunds_there()) == 1)
    place.hours(8)
    assert len(place.refunds_there()) == 1
    assert sale.refund().state == "pending"
    assert_books_agree(sale)
    assert_both_sides_agree(place)


def test_paddle_says_no(paddle_sandbox: PaddleSandbox) -> None:
    """A refund that waits for approval changes nothing; rejected it has failed, and access stays as it was."""
    place = paddle_sandbox
    _, sale = place.bought(card="refund_rejected")
    ask_and_approve(place, sale)
    place.work()
    assert sale.refund().state == "unknown"
    assert "subscription.canceled" not in facts(sale)
    place.hours(6)
    assert (sale.refund().state, sale.refund().failure) == ("failed", "refund_rejected")
    assert place.loaded(sale).auto_renew
    assert_books_agree(sale)


def test_a_card_that_failed_is_paid_once(paddle_sandbox: PaddleSandbox) -> None:
    """Two attempts of one transaction: the first is shown as declined, the second is the order."""
    place = paddle_sandbox
    sold, sale = place.bought()
    place.shop.let_fail(sold.agreement, 1)
    place.live(365)
    one = place.loaded(sale)
    assert [term.number for term in one.terms] == [1, 2]
    assert one.terms[1].starts_at == one.terms[0].ends_at
    assert facts(sale).count("charge.declined") == 1
    assert_books_agree(sale)
    assert_both_sides_agree(place)


def test_a_gap_is_caught_up_with(paddle_sandbox: PaddleSandbox) -> None:
    """Three weeks without worker and webhooks: events tell of a dashboard refund, a chargeback, its reversal."""
    place = paddle_sandbox
    first, ann = place.bought()
    second, bo = place.bought("bo@example.org", "Bo")
    place.shop.refund(first.order, 1500)
    dispute = place.shop.dispute(second.order, 5995)
    place.advance(days=20)
    place.shop.decide(dispute, "lost")
    place.work()
    assert [(r.way, r.amount_minor) for r in RefundRow.objects.all()] == [("external", 1500)]
    assert bo.order.disputed_minor == 5995
    place.shop.decide(dispute, "reversed")
    place.talk()
    assert bo.order.disputed_minor == 0
    place.daily(12)
    assert RefundRow.objects.get().state == "succeeded"
    for sale in (ann, bo):
        assert_books_agree(sale)
    assert_both_sides_agree(place)


def test_while_nobody_answers(paddle_sandbox: PaddleSandbox) -> None:
    """While it can not be reached nothing is concluded; nothing that was asked for is lost or doubled."""
    place = paddle_sandbox
    _, sale = place.bought()
    place.world.gateways["paddle"] = place.nowhere()  # type: ignore[index]
    ask_and_approve(place, sale)
    place.work()
    assert sale.refund().state == "unknown"
    assert place.refunds_there() == []
    place.world.gateways["paddle"] = place.connect()  # type: ignore[index]
    place.hours(8)
    assert len(place.refunds_there()) == 1
    assert sale.refund().state == "pending"
    assert_both_sides_agree(place)


# --- webhooks ---------------------------------------------------------------------------------


@pytest.fixture
def told(paddle_sandbox: PaddleSandbox, live_server: Any) -> PaddleSandbox:
    """A world whose shop tells a real server."""
    paddle_sandbox.shop.tell(f"{live_server.url}/webhooks/paddle", PADDLE_SECRET)
    return paddle_sandbox


def wait_for(true: Callable[[], bool]) -> None:
    """Look until it is true; at most twenty seconds."""
    for _ in range(400):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not become true")


def heard(place: PaddleSandbox) -> None:
    """Everything that has happened there was told, and is worked on."""
    wait_for(lambda: WebhookIn.objects.count() >= len(place.shop.all("/events")))
    while webhooks_in.work_on_inbox(place.world):
        pass


@pytest.mark.parametrize("fault", [None, "duplicate_webhooks", "reorder_webhooks"])
def test_webhooks_alone(told: PaddleSandbox, fault: str | None) -> None:
    """A sale, a refund that is reversed and a dispute are taken in from webhooks, without reading the events."""
    if fault:
        told.shop.let_go_wrong(**{fault: 10})
    sold = told.sold(card="refund_fails")
    heard(told)
    sale = told.sale_of(sold)
    ask_and_approve(told, sale)
    told.shop.work()
    heard(told)
    assert sale.refund().state == "pending"
    told.set_clock(told.now + timedelta(days=10))
    heard(told)
    assert (sale.refund().state, sale.refund().failure) == ("failed", "refund_failed")
    told.shop.dispute(sold.order, 5995)
    heard(told)
    assert sale.order.disputed
    assert set(WebhookIn.objects.values_list("state", flat=True)) <= {"done", "foreign"}
    assert_books_agree(sale)


def test_a_webhook_before_the_answer(told: PaddleSandbox) -> None:
    """The refund's answer is lost; its webhook tells that it was approved, and the look-up adds nothing."""
    sold = told.sold()
    heard(told)
    sale = told.sale_of(sold)
    told.shop.let_go_wrong(drop_answers=1)
    ask_and_approve(told, sale)
    assert sale.refund().state == "unknown"
    told.shop.work()
    heard(told)
    assert sale.refund().state == "pending"
    told.hours(4)
    assert len(told.refunds_there()) == 1
    assert_both_sides_agree(told)


def test_canceled_there_is_canceled_here(told: PaddleSandbox) -> None:
    """What the customer does in Paddle's own portal is a cancellation here, and so is its undoing."""
    sold = told.sold()
    heard(told)
    sale = told.sale_of(sold)
    told.advance(days=1)
    told.shop.stop(sold.agreement)
    heard(told)
    assert not told.loaded(sale).auto_renew
    told.advance(days=1)
    told.shop.stop(sold.agreement, renews=True)
    heard(told)
    assert told.loaded(sale).auto_renew
    assert_books_agree(sale)


def test_changed_there_after_we_said_something(told: PaddleSandbox) -> None:
    """What we said last is still written at the subscription; a change back to it, made there, is news."""
    sold = told.sold()
    heard(told)
    sale = told.sale_of(sold)
    cancel.cancel(told.world, sale.bucket, sale.subscription_id, actor=ANN, channel="account")
    told.hours(1)
    cancel.undo(told.world, sale.bucket, sale.subscription_id, actor=ANN)
    told.hours(1)
    heard(told)
    assert told.loaded(sale).auto_renew
    for renews in (False, True, False):
        told.advance(days=1)
        told.shop.stop(sold.agreement, renews=renews)
        heard(told)
        assert told.loaded(sale).auto_renew is renews
    assert_books_agree(sale)
