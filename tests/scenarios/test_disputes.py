"""Disputes on a real database with a real bank: the money is away once, access follows, all of it can come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.storage import policies
from goodterms.storage.models import DisputeRow, FactRow
from goodterms.usecases import cancel, pay_back, review
from goodterms.usecases.cancel import undo
from tests.support.books import assert_books_agree, ledger
from tests.support.fold import fold, state_of
from tests.support.moves import ANNA, ANNOUNCED, CHARGED, EXPIRED, Life, at, names
from tests.support.worlds import Sandbox


def sold(sandbox: Sandbox, start: str = "2027-03-01T10:00", card: str = "pm_ok", **more: Any) -> Life:
    """A subscription bought at an instant, its purchase already seen."""
    sandbox.set_clock(at(start))
    return Life(sandbox.sell(card=card, **more))


def agree(one: Life) -> None:
    """The books agree, and the facts alone lead to the state."""
    assert_books_agree(one.sale)
    facts = FactRow.objects.filter(bucket=one.sale.bucket, stream=one.sale.subscription_id).order_by("seq")
    assert fold(facts) == state_of(one.now)


def _publish(sandbox: Sandbox, renewal: str, lost: str) -> None:
    """The reference policy with a clause on disputes."""
    clause = f'[dispute]\nrenewal = "{renewal}"\nlost = "{lost}"\n\n[refund]\n'
    text = policies.shipped_policy().replace("[refund]\n", clause).replace("version = 1  ", "version = 2  ")
    sandbox.set_clock(at("2027-02-01T10:00"))
    policies.publish(text.replace("2026-01-01", "2027-02-01"), at=sandbox.now, by="test")


OPENED = ["dispute.opened", "subscription.renewal_stopped"]


def test_a_dispute_that_is_won_changes_nothing_in_the_end(sandbox: Sandbox) -> None:
    """While it is open the money is away and nothing renews; once won, all is as it was (EX2)."""
    one = sold(sandbox)
    one.to("2027-03-20T12:00")
    before = one.now
    dispute = sandbox.dispute(one.sale)
    assert names(one.work()) == OPENED
    assert (one.state, one.access.may_use) == ("non_renewing", True)
    assert one.sale.order.disputed
    assert ledger(one.sale)["disputed"] == 5995
    agree(one)
    sandbox.decide(dispute, "under_review")
    assert names(one.work()) == ["dispute.under_review"]
    sandbox.decide(dispute, "won")
    assert names(one.work()) == ["dispute.won", "subscription.renewal_resumed"]
    assert (one.now.terms, one.now.auto_renew, one.now.next_step_at) == (before.terms, True, before.next_step_at)
    assert not one.sale.order.disputed
    agree(one)
    assert names(one.to("2028-02-20T00:00")) == [ANNOUNCED, *CHARGED]


def test_a_lost_dispute_ends_what_a_refund_would(sandbox: Sandbox) -> None:
    """The cardholder keeps the money: access ends, nothing is charged any more, and nothing is paid back besides."""
    one = sold(sandbox)
    one.to("2027-03-20T12:00")
    dispute = sandbox.dispute(one.sale)
    one.work()
    sandbox.decide(dispute, "lost")
    assert names(one.work()) == ["dispute.lost", "term.revoked", EXPIRED]
    assert (one.state, one.now.end_reason) == ("expired", "disputed")
    assert one.now.orders[0].refundable.minor == 0
    agree(one)
    assert one.to("2029-01-01T00:00") == []


def test_a_policy_that_renews_and_keeps_access_through_disputes(sandbox: Sandbox) -> None:
    """What a dispute does besides the money is data: here renewals go on, and a lost one leaves access as it is."""
    _publish(sandbox, "goes_on", "keeps_access")
    one = sold(sandbox)
    one.to("2027-03-20T12:00")
    before = one.now
    dispute = sandbox.dispute(one.sale)
    assert names(one.work()) == ["dispute.opened"]
    sandbox.decide(dispute, "lost")
    assert names(one.work()) == ["dispute.lost"]
    assert (one.now.terms, one.now.auto_renew, one.access.may_use) == (before.terms, True, True)
    assert one.now.orders[0].refundable.minor == 0
    agree(one)
    assert names(one.to("2028-02-20T00:00")) == [ANNOUNCED, *CHARGED]
    agree(one)


def test_a_policy_that_stops_renewing_and_keeps_access(sandbox: Sandbox) -> None:
    """What was lost leaves access to its end; the renewal stays off, and that is no cancellation of the customer's."""
    _publish(sandbox, "stops", "keeps_access")
    one = sold(sandbox)
    one.to("2027-03-20T12:00")
    before = one.now
    dispute = sandbox.dispute(one.sale)
    assert names(one.work()) == OPENED
    sandbox.decide(dispute, "lost")
    assert names(one.work()) == ["dispute.lost"]
    assert (one.now.terms, one.now.auto_renew, one.access.may_use) == (before.terms, False, True)
    assert names(one.to("2028-03-02T00:00")) == [EXPIRED]
    assert one.now.end_reason == "disputed"
    agree(one)


def test_an_early_renewal_lost_where_renewals_go_on(sandbox: Sandbox) -> None:
    """The term that was paid early stays, and the next one is charged at its own time, once."""
    _publish(sandbox, "goes_on", "keeps_access")
    one = sold(sandbox)
    one.to("2028-02-20T12:00")  # the next term is paid and begins on 1 March
    dispute = sandbox.dispute(one.sale)
    one.work()
    sandbox.decide(dispute, "lost")
    assert names(one.work()) == ["dispute.lost"]
    assert one.to("2028-12-01T00:00") == []
    assert one.access.until == at("2029-03-01T10:00")
    assert names(one.to("2029-02-20T00:00")) == [ANNOUNCED, *CHARGED]
    agree(one)


def test_a_lost_dispute_over_a_term_that_has_not_begun(sandbox: Sandbox) -> None:
    """Only the next term is dropped; the running one lives to its end."""
    one = sold(sandbox)
    one.to("2028-02-20T12:00")  # the next term is paid and begins on 1 March
    dispute = sandbox.dispute(one.sale)
    one.work()
    sandbox.decide(dispute, "lost")
    assert names(one.work()) == ["dispute.lost", "term.dropped"]
    assert one.access.until == at("2028-03-01T10:00")
    agree(one)
    assert names(one.to("2028-03-02T00:00")) == [EXPIRED]


def test_a_reversed_dispute_brings_everything_back(sandbox: Sandbox) -> None:
    """A loss that is reversed restores the term to its own end, the renewal, and the sale (EX2)."""
    one = sold(sandbox)
    one.to("2027-03-20T12:00")
    before, books = one.now, ledger(one.sale)
    dispute = sandbox.dispute(one.sale)
    one.work()
    sandbox.decide(dispute, "lost")
    one.work()
    assert not one.access.may_use
    sandbox.advance(days=30)
    sandbox.decide(dispute, "reversed")
    one.news()
    assert names(one.work()) == [
        "dispute.reversed", "term.restored", "subscription.revived", "subscription.renewal_resumed",
    ]  # fmt: skip
    after = one.now
    assert (after.terms, after.auto_renew, after.expired_at) == (before.terms, True, None)
    assert (after.paid_through, after.next_step_at) == (before.paid_through, before.next_step_at)
    assert ledger(one.sale) == books
    agree(one)


def test_a_reversal_after_buying_anew_moves_money_only(sandbox: Sandbox) -> None:
    """Two living subscriptions to one product can not be: the old one stays ended, its money is back."""
    one = sold(sandbox)
    one.to("2027-03-20T12:00")
    dispute = sandbox.dispute(one.sale)
    one.work()
    sandbox.decide(dispute, "lost")
    one.work()
    sandbox.sell(one.sale.customer)
    sandbox.decide(dispute, "reversed")
    assert names(one.work()) == ["dispute.reversed"]
    assert (one.state, one.now.orders[0].disputed_minor) == ("expired", 0)
    agree(one)


@pytest.mark.requirement("R48")
def test_a_dispute_freezes_open_requests(sandbox: Sandbox) -> None:
    """A request of the order waits; after the loss there is nothing to pay, after a win it goes on."""
    one = sold(sandbox)
    one.to("2027-03-10T12:00")
    request = one.sale.ask_refund()
    dispute = sandbox.dispute(one.sale)
    one.work()
    refusal = review.approve(sandbox.world, request.bucket, request.id, actor=ANNA)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "disputed"
    sandbox.decide(dispute, "won")
    one.work()
    one.approve(request.id)
    assert one.sale.refund().state == "pending"
    agree(one)


@pytest.mark.requirement("R48")
def test_a_request_after_a_loss_is_not_granted(sandbox: Sandbox) -> None:
    """What the card's bank has taken counts as paid back."""
    one = sold(sandbox)
    one.to("2027-03-10T12:00")
    request = one.sale.ask_refund()
    sandbox.decide(sandbox.dispute(one.sale), "lost")
    one.work()
    refusal = review.approve(sandbox.world, request.bucket, request.id, actor=ANNA)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.values["clause"]) == ("not_granted", "ALREADY-REFUNDED")
    agree(one)


@pytest.mark.requirement("R48")
def test_a_refund_on_its_way_and_a_dispute_pay_once(sandbox: Sandbox) -> None:
    """The refund is called back when the dispute is opened: the cardholder has the money once."""
    one = sold(sandbox)
    one.to("2027-03-10T12:00")
    one.approve(one.sale.ask_refund().id)
    assert one.sale.refund().state == "pending"
    dispute = sandbox.dispute(one.sale)
    one.work()
    refund = one.sale.refund()
    assert (refund.state, refund.failure) == ("failed", "charge_disputed")
    again = pay_back.try_another_way(sandbox.world, refund.bucket, refund.id, actor=ANNA, way=refund_way("original"))
    assert isinstance(again, Refusal)
    assert again.code == "disputed"
    agree(one)
    sandbox.decide(dispute, "lost")
    one.work()
    agree(one)
    assert (one.sale.order.refunded_minor, one.sale.order.disputed_minor, one.sale.order.excess_minor) == (0, 5995, 0)


def refund_way(way: str) -> Any:
    """A way of the domain."""
    from goodterms.domain.payment import RefundWay

    return RefundWay(way)


def test_a_refund_whose_request_is_lost_before_the_dispute(sandbox: Sandbox) -> None:
    """Ours never arrived, the dispute comes, ours is refused: what the dispute took is within the charge after all."""
    one = sold(sandbox)
    one.to("2027-03-10T12:00")
    sandbox.control("/test/faults", {"drop_requests": 1})
    one.approve(one.sale.ask_refund().id)
    assert one.sale.refund().state == "unknown"
    sandbox.dispute(one.sale)
    one.work()
    for _ in range(3):
        sandbox.advance(hours=1)
        one.work()
    assert one.sale.refund().state == "failed"
    assert (one.sale.order.disputed_minor, one.sale.order.excess_minor) == (5995, 0)
    assert {d.excess_minor for d in DisputeRow.objects.filter(bucket=one.sale.bucket)} == {0}
    agree(one)


def test_a_dispute_of_what_was_paid_back_is_kept_apart(sandbox: Sandbox) -> None:
    """The cardholder's bank did not know of the refund: what it took beyond the charge waits for a person."""
    one = sold(sandbox, card="pm_refund_instant")
    one.to("2027-03-10T12:00")
    one.approve(one.sale.ask_refund().id)
    dispute = sandbox.dispute(one.sale, "credit_not_processed", amount_minor=5995)
    one.work()
    assert (one.sale.order.disputed_minor, one.sale.order.excess_minor) == (0, 5995)
    agree(one)
    sandbox.decide(dispute, "won")
    one.work()
    assert one.sale.order.excess_minor == 0
    agree(one)


def test_canceling_while_the_renewal_is_held(sandbox: Sandbox) -> None:
    """The customer's own cancellation counts whoever wins; keeping it is not possible meanwhile."""
    one = sold(sandbox)
    one.to("2027-03-20T12:00")
    dispute = sandbox.dispute(one.sale)
    one.work()
    sub, customer = one.sale, Actor("customer", one.sale.customer_public_id)
    kept = undo(sandbox.world, sub.bucket, sub.subscription_id, actor=customer)
    assert isinstance(kept, Refusal)
    assert kept.code == "disputed"
    done = cancel.cancel(sandbox.world, sub.bucket, sub.subscription_id, actor=customer, channel="account")
    assert isinstance(done, Decision)
    sandbox.decide(dispute, "won")
    assert "subscription.renewal_resumed" not in names(one.work())
    assert not one.now.auto_renew
    agree(one)
    assert names(one.to("2028-03-02T00:00")) == [EXPIRED]
    assert one.now.end_reason == "canceled"


def test_a_cancellation_before_the_dispute_is_not_taken_back_while_it_is_open(sandbox: Sandbox) -> None:
    """Nothing is renewed while a payment is disputed, whatever had stopped the renewal before."""
    one = sold(sandbox)
    sub, customer = one.sale, Actor("customer", one.sale.customer_public_id)
    cancel.cancel(sandbox.world, sub.bucket, sub.subscription_id, actor=customer, channel="account")
    one.to("2027-03-20T12:00")
    dispute = sandbox.dispute(one.sale)
    one.work()
    kept = undo(sandbox.world, sub.bucket, sub.subscription_id, actor=customer)
    assert isinstance(kept, Refusal)
    assert kept.code == "disputed"
    sandbox.decide(dispute, "won")
    one.work()
    assert isinstance(undo(sandbox.world, sub.bucket, sub.subscription_id, actor=customer), Decision)
    assert one.now.auto_renew
    agree(one)


def test_a_dispute_nobody_told_of_again_is_asked_about(sandbox: Sandbox) -> None:
    """Its decision is found by asking every day, without statement or webhook."""
    from goodterms.usecases import disputes

    one = sold(sandbox)
    dispute = sandbox.dispute(one.sale)
    one.work()
    sandbox.decide(dispute, "lost")
    sandbox.set_clock(sandbox.now + timedelta(days=1))
    assert disputes.ask_about_disputes(sandbox.world, sandbox.gateway) == 1
    assert DisputeRow.objects.get(bucket=one.sale.bucket).state == "lost"
    assert disputes.ask_about_disputes(sandbox.world, sandbox.gateway) == 0
    agree(one)


def test_reading_the_statement_twice_changes_nothing(sandbox: Sandbox) -> None:
    """Every line is decided once, whatever is read again and in whatever order."""
    one = sold(sandbox)
    dispute = sandbox.dispute(one.sale)
    sandbox.decide(dispute, "under_review")
    sandbox.decide(dispute, "lost")
    lines = sandbox.world.gateways[sandbox.gateway].movements(after=None)
    for line in [*reversed(lines), *lines]:
        pay_back.take_in(sandbox.world, sandbox.gateway, line)
    assert names(one.news()) == [
        "dispute.opened",
        "subscription.renewal_stopped",
        "dispute.lost",
        "term.revoked",
        EXPIRED,
    ]
    agree(one)
