"""A reseller that charges by itself: what it reports becomes terms and orders, and it does as it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.subscription import DisplayState, display_state
from goodterms.storage.models import ChargeRow, FactRow, InstructionRow, OrderRow, WebhookIn
from goodterms.usecases import cancel, purchase, reconcile, review
from tests.support.books import assert_books_agree
from tests.support.reseller_sandbox import ResellerSandbox
from tests.support.worlds import Sale

ANN = Actor("customer", "ann")


def facts(sale: Sale) -> list[str]:
    """What happened to a subscription, in order."""
    return list(FactRow.objects.filter(bucket=sale.bucket, stream=sale.subscription_id).values_list("name", flat=True))


def told(sale: Sale) -> list[tuple[str, str]]:
    """What the seller was told, and what came of it."""
    rows = InstructionRow.objects.filter(bucket=sale.bucket, subscription_id=sale.subscription_id)
    return list(rows.order_by("number").values_list("wish", "state"))


def cancels(place: ResellerSandbox, sale: Sale) -> cancel.CancellationOutcome:
    """Canceled in the account."""
    done = cancel.cancel(place.world, sale.bucket, sale.subscription_id, actor=ANN, channel="account")
    assert isinstance(done, Decision), done
    assert isinstance(done.outcome, cancel.CancellationOutcome)
    return done.outcome


def test_a_sale_at_the_shop_becomes_a_subscription(reseller_sandbox: ResellerSandbox) -> None:
    """The buyer, the plan, the term, the tax and the shop's own number come with the report."""
    sold, sale = reseller_sandbox.bought()
    one = reseller_sandbox.loaded(sale)
    assert facts(sale) == ["charge.intended", "charge.succeeded", "subscription.started"]
    assert (one.seller_charges, one.payment_method, one.gateway) == (True, sold.agreement, "reseller")
    assert (one.buyer_name, one.buyer_email, one.plan) == ("Ann Lee", "ann@example.org", "shield-year")
    order = sale.order
    assert (order.gateway_ref, order.amount_minor, order.tax_minor) == (sold.order, 5995, 545)
    assert order.placed_at == reseller_sandbox.now
    assert display_state(one, reseller_sandbox.now) is DisplayState.ACTIVE
    assert_books_agree(sale)


def test_it_is_announced_and_never_charged_by_us(reseller_sandbox: ResellerSandbox) -> None:
    """We announce the renewal; the charge is the reseller's, and its report becomes the next term."""
    _, sale = reseller_sandbox.bought()
    reseller_sandbox.live(366 - 14)
    assert facts(sale)[3:] == [
        "subscription.renewal_announced", "charge.intended", "charge.succeeded", "subscription.renewed",
    ]  # fmt: skip
    first, second = reseller_sandbox.loaded(sale).terms
    assert second.starts_at == first.ends_at
    assert ChargeRow.objects.filter(sent_at=None).count() == 0
    assert sale.order.placed_at == first.ends_at - timedelta(days=14)
    assert_books_agree(sale)


def test_a_report_that_comes_late(reseller_sandbox: ResellerSandbox) -> None:
    """The report comes after the term's start: nobody was told of an end, and the order has the shop's date."""
    sold, sale = reseller_sandbox.bought()
    end = reseller_sandbox.loaded(sale).terms[0].ends_at
    reseller_sandbox.live(340)
    reseller_sandbox.shop.faults.files.append(("renewals", "drop"))
    reseller_sandbox.shop.work(end - timedelta(days=10))
    reseller_sandbox.now = end + timedelta(hours=20)
    reseller_sandbox.work()
    assert "subscription.expired" not in facts(sale)
    reseller_sandbox.daily(2)
    assert facts(sale)[-1] == "subscription.renewed"  # it was asked for again, by its number
    assert sale.order.placed_at == end - timedelta(days=14)
    assert sold.agreement == reseller_sandbox.loaded(sale).payment_method


def test_a_report_after_the_end_was_recorded_brings_it_back(reseller_sandbox: ResellerSandbox) -> None:
    """Nothing is heard for weeks: the end is recorded, and the report that comes then undoes it."""
    _, sale = reseller_sandbox.bought()
    for days in (336, 30, 3):  # announced, over, and given up; the shop is silent
        reseller_sandbox.now += timedelta(days=days)
        reseller_sandbox.work()
    assert facts(sale)[-1] == "subscription.expired"
    assert told(sale) == [("stop", "unknown")]
    reseller_sandbox.set_clock(reseller_sandbox.now)
    reseller_sandbox.talk()
    one = reseller_sandbox.loaded(sale)
    assert [term.number for term in one.terms] == [1, 2]
    assert one.expired_at is None
    assert_books_agree(sale)


def test_canceled_here_it_is_stopped_there(reseller_sandbox: ResellerSandbox) -> None:
    """The instruction is a row committed with the cancellation; the shop confirms it and charges no more."""
    _, sale = reseller_sandbox.bought()
    reseller_sandbox.live(30)
    cancels(reseller_sandbox, sale)
    assert told(sale) == [("stop", "intended")]
    reseller_sandbox.talk()
    assert told(sale) == [("stop", "succeeded")]
    assert facts(sale)[-2:] == ["subscription.canceled", "subscription.stop_confirmed"]
    reseller_sandbox.live(380)
    assert OrderRow.objects.count() == 1
    assert len(reseller_sandbox.shop.books.rows("SELECT * FROM orders")) == 1
    assert facts(sale)[-1] == "subscription.expired"


def test_taken_back_it_goes_on(reseller_sandbox: ResellerSandbox) -> None:
    """Kept after all before the stop was sent: only the later wish is told, and it renews."""
    _, sale = reseller_sandbox.bought()
    cancels(reseller_sandbox, sale)
    done = cancel.undo(reseller_sandbox.world, sale.bucket, sale.subscription_id, actor=ANN)
    assert isinstance(done, Decision)
    reseller_sandbox.talk()
    assert told(sale) == [("stop", "declined"), ("go_on", "succeeded")]
    assert list(InstructionRow.objects.filter(code="superseded").values_list("wish", flat=True)) == ["stop"]
    reseller_sandbox.live(366 - 14)
    assert facts(sale)[-1] == "subscription.renewed"


def test_charged_before_the_stop_arrived(reseller_sandbox: ResellerSandbox) -> None:
    """The shop charges while report and stop are on their way: the customer is told so, and the order stands."""
    _, sale = reseller_sandbox.bought()
    reseller_sandbox.live(350)
    reseller_sandbox.shop.work(reseller_sandbox.now + timedelta(days=1))  # it charges; we have not read it
    reseller_sandbox.now += timedelta(days=1)
    outcome = cancels(reseller_sandbox, sale)
    assert outcome.charge_under_way
    assert outcome.access_until_if_charged == reseller_sandbox.loaded(sale).next_term().ends_at
    reseller_sandbox.talk()
    one = reseller_sandbox.loaded(sale)
    assert (len(one.terms), one.auto_renew) == (2, False)
    assert told(sale) == [("stop", "succeeded")]
    assert_books_agree(sale)


def test_canceled_at_the_shop(reseller_sandbox: ResellerSandbox) -> None:
    """A cancellation made there is one here, by its channel; taken back there, it renews again. We tell nobody."""
    sold, sale = reseller_sandbox.bought()
    reseller_sandbox.live(10)
    reseller_sandbox.shop.stop(sold.agreement)
    reseller_sandbox.talk()
    one = reseller_sandbox.loaded(sale)
    assert one.cancellation is not None
    assert (one.auto_renew, one.cancellation.channel) == (False, "seller")
    reseller_sandbox.live(1)
    reseller_sandbox.shop.stop(sold.agreement, renews=True)
    reseller_sandbox.talk()
    assert reseller_sandbox.loaded(sale).auto_renew
    assert told(sale) == []


def test_a_card_that_fails_there(reseller_sandbox: ResellerSandbox) -> None:
    """Failed charges are reported, shown as past due, and the one that is paid later makes the term."""
    sold, sale = reseller_sandbox.bought()
    reseller_sandbox.shop.let_fail(sold.agreement, 2)
    reseller_sandbox.live(351)
    assert display_state(reseller_sandbox.loaded(sale), reseller_sandbox.now) is DisplayState.PAST_DUE
    reseller_sandbox.live(10)
    assert facts(sale).count("charge.declined") == 2
    assert facts(sale)[-1] == "subscription.renewed"
    assert [c.attempt for c in reseller_sandbox.loaded(sale).charges if c.term_number == 2] == [1, 2, 3]
    assert_books_agree(sale)


def test_a_refund_goes_out_and_comes_back(reseller_sandbox: ResellerSandbox) -> None:
    """Nothing changes before the reseller accepts; then access ends and it is told to stop; then it is paid."""
    _, sale = reseller_sandbox.bought()
    reseller_sandbox.live(5)
    request = sale.ask_refund()
    done = review.approve(reseller_sandbox.world, sale.bucket, request.id, actor=Actor("agent", "sam"))
    assert isinstance(done, Decision)
    assert sale.refund().state == "unknown"
    assert display_state(reseller_sandbox.loaded(sale), reseller_sandbox.now) is DisplayState.ACTIVE
    reseller_sandbox.talk()
    assert sale.refund().state == "pending"
    assert display_state(reseller_sandbox.loaded(sale), reseller_sandbox.now) is DisplayState.EXPIRED
    reseller_sandbox.live(7)
    assert (sale.refund().state, sale.refund().bank_reference) == ("succeeded", "BR0000000001")
    assert told(sale) == [("stop", "succeeded")]
    assert_books_agree(sale)
    report = reconcile.reconcile(
        reseller_sandbox.world, "reseller", reseller_sandbox.now - timedelta(days=30), reseller_sandbox.now,
        actor=Actor("agent", "eve"),
    )  # fmt: skip
    assert isinstance(report, reconcile.Report)
    assert report.open == 0
    assert {one.finding.value for one in report.compared} == {"matched"}


@pytest.mark.parametrize(("card", "code"), [("refund_rejected", "refund_rejected"), ("refund_fails", "card_closed")])
def test_a_refund_that_goes_wrong(reseller_sandbox: ResellerSandbox, card: str, code: str) -> None:
    """Refused at once access stays; failed days later it stays ended, and the debt is open."""
    _, sale = reseller_sandbox.bought(card=card)
    request = sale.ask_refund()
    review.approve(reseller_sandbox.world, sale.bucket, request.id, actor=Actor("agent", "sam"))
    reseller_sandbox.talk()
    reseller_sandbox.live(7)
    assert (sale.refund().state, sale.refund().failure) == ("failed", code)
    lives = display_state(reseller_sandbox.loaded(sale), reseller_sandbox.now) is not DisplayState.EXPIRED
    assert lives == (card == "refund_rejected")
    assert_books_agree(sale)


def test_a_refund_and_a_dispute_made_there(reseller_sandbox: ResellerSandbox) -> None:
    """What somebody pays back at the shop ends access and the renewal, which the shop is told."""
    sold, sale = reseller_sandbox.bought()
    bo_sold, bo = reseller_sandbox.bought("bo@example.org", "Bo")
    reseller_sandbox.shop.refund(sold.order, 5995)
    dispute = reseller_sandbox.shop.dispute(bo_sold.order, 5995)
    reseller_sandbox.live(1)
    assert sale.refund().way == "external"
    assert reseller_sandbox.loaded(bo).orders[0].disputed
    reseller_sandbox.shop.decide(dispute, "won")
    reseller_sandbox.live(1)
    assert told(sale) == [("stop", "succeeded")]
    assert [state for _, state in told(bo)] == ["succeeded", "succeeded"]
    assert reseller_sandbox.loaded(bo).auto_renew
    assert_books_agree(sale)
    assert_books_agree(bo)


def test_a_stop_that_is_refused_is_seen(reseller_sandbox: ResellerSandbox) -> None:
    """The shop refuses: it is a fact, and waits for a person at the desk."""
    _, sale = reseller_sandbox.bought()
    reseller_sandbox.shop.faults.refuse.append("agreement_ended")
    cancels(reseller_sandbox, sale)
    reseller_sandbox.talk()
    assert told(sale) == [("stop", "declined")]
    assert facts(sale)[-1] == "subscription.stop_refused"
    client = Client()
    reseller_sandbox.sign_in(client)
    page = client.get("/desk/refunds/").content.decode()
    assert "Told to a seller, and not confirmed" in page
    assert "Refused. The subscription has ended at the seller" in page
    reseller_sandbox.shop.stop("AG-000001")  # the vendor has called; the next instruction is not needed any more
    cancel.undo(reseller_sandbox.world, sale.bucket, sale.subscription_id, actor=ANN)
    assert "Told to a seller" not in client.get("/desk/refunds/").content.decode()


def test_a_broken_file_is_seen_at_the_desk(reseller_sandbox: ResellerSandbox) -> None:
    """It is shown with its name and the reason, can be tried again, and is gone when a whole one has come."""
    reseller_sandbox.shop.faults.files.append(("orders", "garble"))
    reseller_sandbox.sold()
    reseller_sandbox.shop.work()
    reseller_sandbox.work()
    client = Client()
    reseller_sandbox.sign_in(client)
    page = client.get("/desk/refunds/").content.decode()
    assert "orders-000001.csv~" in page
    assert "its content does not fit the checksum in its last line" in page
    parked = WebhookIn.objects.get(kind="file")
    client.post(f"/desk/webhooks/{parked.pk}/again/")
    reseller_sandbox.work()
    assert WebhookIn.objects.get(kind="file").state == "parked", "it is no better"
    assert OrderRow.objects.count() == 0
    reseller_sandbox.daily(3)  # its number is missing, so it is asked for
    assert OrderRow.objects.count() == 1
    assert "orders-000001.csv~" not in client.get("/desk/refunds/").content.decode()


def test_nobody_buys_or_pays_there_through_us(reseller_sandbox: ResellerSandbox) -> None:
    """Purchases and cards are the shop's affair, and refused here."""
    wish = purchase.Purchase("shield-year", "AUD", "pm_ok", gateway="reseller")
    refused = purchase.purchase(reseller_sandbox.world, reseller_sandbox.customer(), wish, actor=ANN)
    assert isinstance(refused, Refusal)
    assert refused.code == "sold_elsewhere"
    _, sale = reseller_sandbox.bought()
    card = cancel.change_payment_method(reseller_sandbox.world, sale.bucket, sale.subscription_id, "pm_ok", actor=ANN)
    assert isinstance(card, Refusal)
    assert card.code == "paid_at_seller"


def test_a_sale_that_can_not_be_placed_waits_at_the_desk(reseller_sandbox: ResellerSandbox) -> None:
    """A plan that is not known: kept with the reason, and taken in once the plan is there."""
    reseller_sandbox.shop.sell(
        "nothing-we-know", amount_minor=100, tax_minor=0, currency="AUD", name="Cy", email="cy@example.org"
    )
    reseller_sandbox.live(1)
    kept = WebhookIn.objects.exclude(state="done").get()
    assert kept.reason == "plan_unknown: there is no plan 'nothing-we-know'"
    reseller_sandbox.plan("nothing-we-know", minor=100)
    reseller_sandbox.live(1)
    assert OrderRow.objects.get().amount_minor == 100
    assert not WebhookIn.objects.exclude(state="done").exists()
