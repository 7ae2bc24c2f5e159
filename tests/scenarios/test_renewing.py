"""Years of renewals on a real database with a real bank: what each move of time brings, to the fact."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.storage.models import ChargeRow, OrderRow, Plan
from goodterms.usecases import administration, cancel, collect, purchase, renew
from tests.support.moves import ANNOUNCED, CHARGED, DECLINED, EXPIRED, Life, at, on
from tests.support.worlds import Sandbox

ANN = Actor("customer", "ann")


def life(sandbox: Sandbox, start: str, *, months: int = 12, card: str = "pm_ok") -> Life:
    """A subscription bought at an instant."""
    sandbox.set_clock(at(start))
    return Life(sandbox.sell(plan="shield-month" if months == 1 else "shield-year", months=months, card=card))


def change_card(one: Life, card: str) -> None:
    """The customer gives another card."""
    sale = one.sale
    cancel.change_payment_method(
        one.sandbox.world, sale.bucket, sale.subscription_id, f"{card}.{sale.bucket}", actor=ANN
    )


@pytest.mark.requirement("R1", "R2", "R3")
def test_a_month_from_the_thirty_first(sandbox: Sandbox) -> None:
    """The anchor day survives February: 28 February, then 31 March, 30 April, and no gap between terms."""
    one = life(sandbox, "2027-01-31T10:00", months=1)
    assert one.to("2027-02-28T09:59") == [
        *on("2027-02-07", ANNOUNCED),  # 28 February less 21 days
        *on("2027-02-14", *CHARGED),  # 28 February less 14 days
    ]
    assert one.to("2027-03-31T09:59") == [*on("2027-03-10", ANNOUNCED), *on("2027-03-17", *CHARGED)]
    one.to("2027-05-31T12:00")
    bounds = [(t.starts_at, t.ends_at) for t in one.now.terms]
    ends = ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]
    assert bounds == [(at(f"{a}T10:00"), at(f"{b}T10:00")) for a, b in itertools.pairwise(ends)]


@pytest.mark.requirement("R1", "R2", "R17", "R19")
def test_a_year_from_leap_day(sandbox: Sandbox) -> None:
    """From 29 February 2028 a year ends on 28 February, and in 2032 on 29 February again."""
    one = life(sandbox, "2028-02-29T10:00")
    assert one.to("2029-02-28T09:59") == [
        *on("2029-01-29", ANNOUNCED),  # 28 February less 30 days
        *on("2029-02-14", *CHARGED),
    ]
    assert one.access.until == at("2030-02-28T10:00")
    one.to("2032-02-28T11:00")
    assert one.now.terms[-1].ends_at == at("2033-02-28T10:00")
    assert one.now.terms[-1].starts_at == at("2032-02-29T10:00")
    numbers = OrderRow.objects.filter(bucket=one.sale.bucket, subscription_id=one.sale.subscription_id)
    assert sorted(numbers.values_list("term_number", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.requirement("R1")
def test_a_week_without_a_worker_is_caught_up_in_order(sandbox: Sandbox) -> None:
    """A standstill over the announcement and the charge: told first, charged only after the notice, once."""
    one = life(sandbox, "2027-03-01T10:00")
    one.to("2028-01-30T00:00")
    one.standstill("2028-02-18T09:00")  # announcement was due on 31 January, the charge on 16 February
    assert one.work() == on("2028-02-18", ANNOUNCED)
    assert one.to("2028-02-21T08:59") == []
    assert one.to("2028-02-21T09:00") == on("2028-02-21", *CHARGED)
    assert one.now.terms[-1].starts_at == at("2028-03-01T10:00")


@pytest.mark.requirement("R13", "R14")
def test_a_standstill_past_the_end_charges_nothing(sandbox: Sandbox) -> None:
    """Announced and never charged: at the term's end access is off, and no charge follows."""
    one = life(sandbox, "2027-03-01T10:00")
    one.to("2028-02-01T00:00")
    one.standstill("2028-03-01T10:00")
    assert (one.access.may_use, one.state) == (False, "expired")  # before any job has run
    assert one.work() == on("2028-03-01", EXPIRED)
    assert one.now.end_reason == "not_charged"
    assert one.to("2029-06-01T00:00") == []
    assert ChargeRow.objects.filter(bucket=one.sale.bucket).count() == 1


def test_retries_then_recovery(sandbox: Sandbox) -> None:
    """Declined on the first day and 3 and 6 days later, paid on the fourth attempt; access was never off."""
    one = life(sandbox, "2027-03-01T10:00")
    change_card(one, "pm_insufficient_funds_3")
    one.news()
    assert one.to("2028-02-26T00:00") == [
        *on("2028-01-31", ANNOUNCED), *on("2028-02-16", *DECLINED), *on("2028-02-19", *DECLINED),
        *on("2028-02-22", *DECLINED), *on("2028-02-25", *CHARGED),
    ]  # fmt: skip
    assert (one.state, one.access.until) == ("active", at("2029-03-01T10:00"))
    assert one.sale.order.placed_at == at("2028-02-25T10:00")


@pytest.mark.requirement("R4")
def test_past_due_then_expired(sandbox: Sandbox) -> None:
    """Every attempt fails: past due while the term runs, expired at its end; canceling works meanwhile."""
    one = life(sandbox, "2027-03-01T10:00")
    change_card(one, "pm_declined")
    one.to("2028-02-20T00:00")
    assert (one.state, one.access.may_use) == ("past_due", True)
    assert one.to("2028-03-02T00:00") == [
        *on("2028-02-22", *DECLINED), *on("2028-02-25", *DECLINED), *on("2028-02-28", *DECLINED),
        *on("2028-03-01", EXPIRED),
    ]  # fmt: skip
    assert one.now.end_reason == "payment_failed"


def test_a_hard_decline_waits_for_another_card(sandbox: Sandbox) -> None:
    """A lost card is not tried again; a new card is, at once."""
    one = life(sandbox, "2027-03-01T10:00")
    change_card(one, "pm_lost")
    one.to("2028-02-16T12:00")
    assert one.to("2028-02-24T00:00") == []
    assert one.state == "past_due"
    change_card(one, "pm_ok")
    assert one.work() == on("2028-02-24", "subscription.payment_method_changed", *CHARGED)


@pytest.mark.requirement("R1")
def test_an_unknown_outcome_blocks_and_then_resolves(sandbox: Sandbox) -> None:
    """The answer is lost: nothing else is charged until a look-up finds the payment, which counts once."""
    one = life(sandbox, "2027-03-01T10:00")
    change_card(one, "pm_answer_lost")
    one.to("2028-02-16T09:59")
    one.standstill("2028-02-16T10:00")
    renew.renew_due(sandbox.world)
    collect.collect_due(sandbox.world)
    assert one.news() == on("2028-02-16", "charge.intended", "charge.unknown")
    assert one.now.next_step_at is None
    assert one.to("2028-02-17T10:00") == on("2028-02-16", "charge.succeeded", "subscription.renewed")
    assert ChargeRow.objects.filter(bucket=one.sale.bucket, term_number=2).count() == 1
    assert len([m for m in one.sandbox.world.gateway("bank").movements(after=None) if m.kind == "charge"]) == 2


def test_a_request_that_was_lost_is_sent_again_under_its_key(sandbox: Sandbox) -> None:
    """The bank never saw it: after a look-up it is sent again, and charged once."""
    one = life(sandbox, "2027-03-01T10:00")
    change_card(one, "pm_request_lost")
    one.to("2028-02-16T09:59")
    one.news()
    assert one.to("2028-02-18T10:00") == on("2028-02-16", "charge.intended", "charge.unknown", *CHARGED[1:])
    assert ChargeRow.objects.filter(bucket=one.sale.bucket, term_number=2).count() == 1


@pytest.mark.requirement("R10", "R12")
def test_undo_inside_the_lead_announces_again(sandbox: Sandbox) -> None:
    """Kept after all with ten days left: told again with the date, and charged only after the notice."""
    one = life(sandbox, "2027-03-01T10:00")
    one.to("2028-02-10T12:00")
    sale = one.sale
    canceled = cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=ANN, channel="account")
    assert isinstance(canceled, Decision)
    assert one.to("2028-02-20T09:00") == on("2028-02-10", "subscription.canceled")
    assert (one.state, one.access.until) == ("non_renewing", at("2028-03-01T10:00"))
    one.mails()
    kept = cancel.undo(sandbox.world, sale.bucket, sale.subscription_id, actor=ANN)
    assert isinstance(kept, Decision)
    assert sorted(one.mails()) == ["cancellation_undone", "renewal_coming"]
    assert one.to("2028-02-23T08:59") == on("2028-02-20", "subscription.cancellation_undone", ANNOUNCED)
    assert one.to("2028-02-23T09:01") == on("2028-02-23", *CHARGED)


def test_a_plan_that_is_sold_no_more(sandbox: Sandbox) -> None:
    """Withdrawn and renamed: who has it renews for the price and product of the subscription; nobody new buys it."""
    one = life(sandbox, "2027-03-01T10:00")
    administration.set_on_sale(sandbox.world, "shield-year", False, actor=ANN)
    Plan.objects.filter(code="shield-year").update(name="Gone", product="another")
    one.to("2028-03-02T10:00")
    first, second = OrderRow.objects.order_by("term_number")
    assert (second.amount_minor, second.tax_minor) == (first.amount_minor, first.tax_minor)
    assert (one.now.product, one.access.may_use) == ("shield", True)
    wish = purchase.Purchase("shield-year", "AUD", "pm_ok")
    refused = purchase.purchase(sandbox.world, sandbox.customer("new@example.org"), wish, actor=ANN)
    assert isinstance(refused, Refusal)
    assert refused.code == "plan_unknown"


@pytest.mark.requirement("R2", "R3", "R15")
def test_ten_years(sandbox: Sandbox) -> None:
    """Ten renewals, one order a term, no gap; then a cancellation ends it without paying anything back."""
    one = life(sandbox, "2026-03-01T10:00")
    one.to("2036-02-20T00:00")
    terms = one.now.terms
    assert len(terms) == 11
    assert all(a.ends_at == b.starts_at for a, b in itertools.pairwise(terms))
    sale = one.sale
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=ANN, channel="account")
    assert one.access.until == at("2037-03-01T10:00")
    one.to("2037-03-01T10:00")
    assert (one.state, one.now.refunds) == ("expired", ())
    assert one.now.expired_at == terms[-1].ends_at
    assert sandbox.now - timedelta(days=1) < terms[-1].ends_at
