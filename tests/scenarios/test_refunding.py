"""Refunds on a real database with a real bank: who confirms, what happens to access, where the money is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from goodterms.domain.approval import Wish
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.payment import RefundWay
from goodterms.domain.refund_request import Claimed
from goodterms.storage.models import FactRow, MessageRow
from goodterms.usecases import pay_back, request_refund, review
from tests.support.books import assert_books_agree
from tests.support.moves import ANNA, ANNOUNCED, BOB, CHARGED, EXPIRED, Life, at, names, on
from tests.support.worlds import Sale, Sandbox

APPROVED = ("refund_request.approved", "refund.intended", "refund.initiated")
ENDED = ("term.revoked", "subscription.canceled", EXPIRED)


def sold(sandbox: Sandbox, start: str = "2027-03-01T10:00", card: str = "pm_ok", **more: Any) -> Life:
    """A subscription bought at an instant, its purchase already seen."""
    sandbox.set_clock(at(start))
    return Life(sandbox.sell(card=card, **more))


def in_the_dashboard(sale: Sale, minor: int) -> None:
    """Somebody refunds by hand in the gateway's own dashboard."""
    said = {"charge": sale.order.gateway_ref, "amount_minor": minor, "currency": "AUD"}
    httpx.post(f"{sale.sandbox.bank.url}/dashboard/refunds", json=said).raise_for_status()


@pytest.mark.requirement("R22", "R27", "R37", "R38", "R39", "R41", "R42")
def test_a_first_purchase(sandbox: Sandbox) -> None:
    """Nothing moves before a person confirms; then money, cancellation and access change in one moment."""
    one = sold(sandbox)
    one.to("2027-03-10T12:00")
    request = one.sale.ask_refund()
    assert one.news() == on("2027-03-10", "refund_request.received")
    assert (one.access.may_use, one.now.refunds) == (True, ())
    one.to("2027-03-11T09:00")
    one.approve(request.id)
    assert one.news() == on("2027-03-11", *APPROVED, *ENDED)
    assert (one.state, one.access.may_use) == ("expired", False)
    refund = one.sale.refund()
    assert (refund.amount_minor, refund.way, refund.charge_ref) == (5995, "original", one.sale.order.gateway_ref)
    # Th 11 March: F 12 (1), M 15, Tu 16, W 17, Th 18 (5), F 19, M 22 (7)
    assert (refund.credit_from_on, refund.due_on) == (date(2027, 3, 18), date(2027, 3, 22))
    assert names(one.to("2027-03-23T00:00")) == ["refund.succeeded"]
    assert one.to("2029-01-01T00:00") == []
    assert_books_agree(one.sale)


@pytest.mark.requirement("R12", "R28", "R46", "R47")
def test_an_early_renewal(sandbox: Sandbox) -> None:
    """The next term never starts; the running one is worth as much as before, to its own end."""
    one = sold(sandbox)
    assert one.to("2028-02-20T12:00") == [*on("2028-01-31", ANNOUNCED), *on("2028-02-16", *CHARGED)]
    one.approve(one.sale.ask_refund().id)
    assert names(one.news()) == ["refund_request.received", *APPROVED, "term.dropped", "subscription.canceled"]
    assert (one.state, one.access.until) == ("non_renewing", at("2028-03-01T10:00"))
    one.to("2028-03-01T09:59")
    assert one.access.may_use
    assert EXPIRED not in names(one.news())
    assert names(one.to("2028-03-01T10:00")) == [EXPIRED]
    assert not one.access.may_use
    assert one.to("2029-06-01T00:00") == []
    assert len(one.now.orders) == 2
    assert_books_agree(one.sale)


@pytest.mark.requirement("R44", "R45")
@pytest.mark.parametrize(("asked", "kept"), [("2028-03-01T09:59", True), ("2028-03-01T10:00", False)])
def test_the_start_of_the_term_decides(sandbox: Sandbox, asked: str, kept: bool) -> None:
    """A minute before the start the next term is dropped; at the start access ends at once."""
    one = sold(sandbox)
    one.to(asked)
    one.approve(one.sale.ask_refund().id)
    assert ("term.dropped" in names(one.news())) == kept
    assert one.access.may_use == kept


@pytest.mark.requirement("R23")
def test_an_older_order_is_denied(sandbox: Sandbox) -> None:
    """With the next term paid, the order before it is not the latest and can not be refunded."""
    one = sold(sandbox, months=1, plan="shield-month")
    first = one.sale.order
    one.to("2027-03-25T12:00")  # charged on 18 March; still inside the first order's 30 days
    claimed = Claimed(first.number, first.buyer_email, first.buyer_name, first.placed_at.date())
    asked = request_refund.request_refund(
        sandbox.world, first.bucket, first.id, claimed, actor=ANNA, channel="support", contact_email=first.buyer_email
    )
    assert isinstance(asked, Decision)
    request: Any = asked.outcome
    refusal = review.approve(sandbox.world, first.bucket, request.id, actor=ANNA)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.values["clause"]) == ("not_granted", "NOT-LATEST-TERM")


@pytest.mark.requirement("R37", "R41")
def test_a_rejected_refund_leaves_access(sandbox: Sandbox) -> None:
    """The gateway refuses: approved, no money moved, nothing canceled; it can go another way."""
    one = sold(sandbox, card="pm_refund_rejected")
    one.to("2027-03-10T12:00")
    one.approve(one.sale.ask_refund().id)
    expected = ["refund_request.received", "refund_request.approved", "refund.intended", "refund.rejected"]
    assert names(one.news()) == expected
    assert (one.state, one.access.until) == ("active", at("2028-03-01T10:00"))
    assert one.sale.order.refunded_minor == 0
    assert_books_agree(one.sale)
    failed = one.sale.refund()
    way = RefundWay.BANK_TRANSFER
    own = pay_back.try_another_way(sandbox.world, failed.bucket, failed.id, actor=ANNA, way=way, reference="TR 1")
    assert isinstance(own, Refusal)
    assert own.code == "same_person"
    done = pay_back.try_another_way(sandbox.world, failed.bucket, failed.id, actor=BOB, way=way, reference="TR 1")
    assert isinstance(done, Decision)
    assert names(one.news()) == ["refund.intended", "refund.initiated", *ENDED, "refund.succeeded"]
    assert (one.state, one.sale.order.refunded_minor) == ("expired", 5995)
    assert_books_agree(one.sale)


@pytest.mark.requirement("R40", "R48")
@pytest.mark.parametrize("card", ["pm_refund_fails", "pm_refund_returned"])
def test_a_refund_that_fails_later_goes_another_way(sandbox: Sandbox, card: str) -> None:
    """Access that ended stays ended, the debt is open again, and a transfer by hand pays it once."""
    one = sold(sandbox, card=card)
    one.to("2027-03-10T12:00")
    one.approve(one.sale.ask_refund().id)
    one.to("2027-04-10T00:00")
    failed = one.sale.refund()
    assert (failed.state, one.state, one.sale.order.refunded_minor) == ("failed", "expired", 0)
    assert_books_agree(one.sale)
    for _ in range(2):  # the second click changes nothing
        pay_back.try_another_way(
            sandbox.world, failed.bucket, failed.id, actor=BOB, way=RefundWay.BANK_TRANSFER, reference="TR 7"
        )
    assert one.sale.order.refunded_minor == 5995
    assert one.sale.refund().bank_reference == "TR 7"
    assert_books_agree(one.sale)


@pytest.mark.requirement("R41", "R48")
def test_a_whole_refund_in_the_dashboard(sandbox: Sandbox) -> None:
    """Made by somebody at the gateway: recorded as external, and decided like ours."""
    one = sold(sandbox)
    one.to("2027-03-10T12:00")
    in_the_dashboard(one.sale, 5995)
    assert names(one.work()) == ["refund.external", "refund.initiated", *ENDED]
    assert (one.sale.refund().way, one.state) == ("external", "expired")
    assert names(one.to("2027-03-30T00:00")) == ["refund.succeeded"]
    assert_books_agree(one.sale)


def test_a_part_in_the_dashboard_only_moves_money(sandbox: Sandbox) -> None:
    """A part paid back by hand leaves subscription and access as they were."""
    one = sold(sandbox)
    one.to("2027-03-10T12:00")
    in_the_dashboard(one.sale, 1000)
    assert names(one.work()) == ["refund.external", "refund.initiated"]
    assert (one.state, one.sale.order.refunded_minor) == ("active", 1000)
    assert_books_agree(one.sale)


@pytest.mark.requirement("R48")
def test_a_dashboard_refund_over_the_charge(sandbox: Sandbox) -> None:
    """After a transfer by hand somebody refunds at the gateway too: the excess is kept apart, never hidden."""
    one = sold(sandbox, card="pm_refund_fails")
    one.to("2027-03-10T12:00")
    one.approve(one.sale.ask_refund().id)
    one.to("2027-03-20T12:00")  # it has failed at the bank
    failed = one.sale.refund()
    way = RefundWay.BANK_TRANSFER
    pay_back.try_another_way(sandbox.world, failed.bucket, failed.id, actor=BOB, way=way, reference="TR 9")
    one.news()
    in_the_dashboard(one.sale, 5995)
    assert names(one.work()) == ["refund.external", "refund.initiated"]
    order = one.sale.order
    assert (order.refunded_minor, order.excess_minor) == (5995, 5995)
    assert_books_agree(one.sale)
    one.to("2027-04-10T00:00")  # that one fails as well: nothing was lost after all
    order = one.sale.order
    assert (order.refunded_minor, order.excess_minor) == (5995, 0)
    assert_books_agree(one.sale)


@pytest.mark.requirement("R40")
def test_a_late_refund_raises_one_alert(sandbox: Sandbox) -> None:
    """The bank stands still past the promised day: one alert, and the refund is still followed."""
    one = sold(sandbox)
    one.to("2027-03-10T12:00")
    one.approve(one.sale.ask_refund().id)
    one.news()
    due_at = one.sale.refund().due_at
    assert due_at is not None
    sandbox.now = due_at + timedelta(days=2)  # ours alone; the bank's clock stays where it is
    pay_back.pay_back_due(sandbox.world)
    sandbox.now += timedelta(days=1)
    pay_back.pay_back_due(sandbox.world)
    assert names(one.news()) == ["refund.late"]
    assert one.sale.refund().late_at is not None
    assert names(one.to("2027-03-30T00:00")) == ["refund.succeeded"]


@pytest.mark.requirement("R33")
def test_a_large_refund_needs_two_people(sandbox: Sandbox) -> None:
    """Above 300.00 AUD one person is not enough, nor the same one twice."""
    one = sold(sandbox, minor=30001)
    one.to("2027-03-10T12:00")
    request = one.sale.ask_refund()
    one.approve(request.id)
    assert (one.state, one.now.refunds) == ("active", ())
    again = review.approve(sandbox.world, request.bucket, request.id, actor=ANNA)
    assert isinstance(again, Refusal)
    assert again.code == "same_person"
    one.approve(request.id, (BOB,))
    assert names(one.news())[1:] == ["refund_request.first_approved", *APPROVED, *ENDED]


@pytest.mark.requirement("R33", "R36", "R52")
def test_goodwill_after_the_window(sandbox: Sandbox) -> None:
    """Denied on day 31, two people may pay back all the same, with a reason that is kept; after day 60 nobody may."""
    one = sold(sandbox)
    one.to("2027-04-15T12:00")  # day 45
    request = one.sale.ask_refund()
    wish = Wish(one.now.orders[0].amount, "Was ill for the whole month.")
    for actor in (ANNA, BOB):
        done = review.approve(sandbox.world, request.bucket, request.id, actor=actor, wish=wish)
        assert isinstance(done, Decision), done
    assert one.state == "expired"
    fact = FactRow.objects.get(bucket=request.bucket, name="refund_request.approved")
    assert (fact.data["goodwill"], fact.data["reason"]) == (True, wish.reason)
    late = sold(sandbox, "2027-06-01T10:00", customer=sandbox.customer("other@example.org"))
    late.to("2027-08-01T12:00")  # day 61
    asked = late.sale.ask_refund()
    refusal = review.approve(sandbox.world, asked.bucket, asked.id, actor=ANNA, wish=wish)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "over_goodwill_limit"


@pytest.mark.requirement("R43")
def test_a_term_that_is_over_only_moves_money(sandbox: Sandbox) -> None:
    """A canceled month that has run out is paid back inside the window; nothing else changes."""
    from goodterms.usecases import cancel

    one = sold(sandbox, "2027-02-01T10:00", months=1, plan="shield-month")
    sale = one.sale
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=Actor("customer", "ann"), channel="account")
    one.to("2027-03-02T12:00")  # ended on 1 March; day 29
    one.approve(sale.ask_refund().id)
    assert names(one.news())[-4:] == ["refund_request.received", *APPROVED]
    assert one.now.terms[0].revoked_at is None
    assert one.now.end_reason == "canceled"


@pytest.mark.requirement("R29", "R36")
def test_another_channel_is_referred(sandbox: Sandbox) -> None:
    """Bought in an app store: declined with the place to ask."""
    one = sold(sandbox, channel="apple_app_store")
    request = one.sale.ask_refund()
    done = review.decline(sandbox.world, request.bucket, request.id, actor=ANNA)
    assert isinstance(done, Decision)
    mail = MessageRow.objects.get(bucket=request.bucket, kind="request_declined")
    assert (mail.data["clause"], mail.data["refer_to"]) == ("OTHER-CHANNEL", "apple_app_store")


@pytest.mark.requirement("R26")
def test_an_order_is_judged_by_the_policy_it_was_sold_under(sandbox: Sandbox) -> None:
    """A stricter version published later changes nothing for an order made before it."""
    from goodterms.storage import policies

    one = sold(sandbox)
    text = policies.shipped_policy().replace('length = "30 days"', 'length = "5 days"')
    text = text.replace("version = 1  ", "version = 2  ").replace("2026-01-01", "2027-03-05")
    policies.publish(text, at=at("2027-03-05"), by="test")
    other = sandbox.customer("new@example.org")
    sandbox.set_clock(at("2027-03-05T10:00"))
    newer = Life(sandbox.sell(other))
    one.to("2027-03-15T12:00")  # day 14 and day 10
    old_request, new_request = one.sale.ask_refund(), newer.sale.ask_refund()
    assert (old_request.verdict or {})["outcome"] == "grant"
    assert (new_request.verdict or {})["clause"] == "OUTSIDE-WINDOW"


@pytest.mark.requirement("R41", "R48")
def test_a_request_that_waited_for_months(sandbox: Sandbox) -> None:
    """Asked before its term began, decided after that term and with the next one paid back: initiated and recorded."""
    one = sold(sandbox, "2027-05-10T09:00", months=1, plan="shield-month")
    one.to("2027-05-30T14:00")  # the second term was charged on 27 May and begins on 10 June
    waiting = one.sale.ask_refund()
    one.to("2027-07-11T12:00")  # the third was charged on 26 June and has begun
    one.approve(one.sale.ask_refund().id)
    assert one.state == "expired"
    one.to("2027-07-25T09:00")
    one.news()
    one.approve(waiting.id)
    assert names(one.news()) == [*APPROVED, "term.revoked"]
    assert [refund.state.initiated for refund in one.now.refunds] == [True, True]
    assert [t.dropped_at for t in one.now.terms] == [None, None, None]
    assert_books_agree(one.sale)
