"""Worked examples from other billing systems, with their own numbers, and where ours come out otherwise and why."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from goodterms.domain.disputing import DisputeReport, decide_dispute
from goodterms.domain.facts import FactName
from goodterms.domain.judging.proration import unused_part
from goodterms.domain.money import Money
from goodterms.domain.payment import DisputeState, RefundState
from goodterms.domain.refunding import Context, decide_external_refund
from goodterms.domain.renewal import renewal_plan
from goodterms.domain.rules import Proration
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Term
from tests.support import cancel_rules as rules
from tests.support.cancel_life import Life, canceled
from tests.support.samples import after, at, bought, reference, weekdays_only

POLICY = reference()
BOUGHT_AT = at("2012-05-31")


def paid_back(sub: Subscription, minor: int, ref: str) -> Subscription:
    """Somebody pays back a part of the latest order at the gateway."""
    context = Context(sub.orders[-1], None, POLICY, POLICY, weekdays_only())
    when = at("2012-06-05")
    return after(decide_external_refund(sub, Money(minor, "AUD"), ref, context, when, at=when, settled=True))


def test_parts_paid_back_are_never_owed_again() -> None:
    """249.95 are charged; 10.00, 1.00 and 10.00 go back. Elsewhere a refund alone leaves 10.00 to be paid again.

    Here an order is paid or does not exist: 21.00 went back, 228.95 can still go back, access is as it was, and the
    next renewal costs what it costs.
    """
    sub = bought(BOUGHT_AT, price=Money(24995, "AUD"))
    for minor, ref in ((1000, "re_1"), (100, "re_2"), (1000, "re_3")):
        sub = paid_back(sub, minor, ref)
    order = sub.orders[-1]
    assert (order.refunded_minor, order.refundable) == (2100, Money(22895, "AUD"))
    assert (sub.terms[-1].standing, sub.auto_renew, sub.open_charge) == (True, True, None)
    plan = renewal_plan(sub, POLICY)
    assert plan is not None
    assert plan.amount == Money(24995, "AUD")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_one_instant_is_one_amount_in_every_zone(zone: str) -> None:
    """45.00 for 8 February to 1 March, ended at the very instant at which it begins.

    Elsewhere the subscriber's zone makes it 42.85 of 45.00 in UTC and Tokyo, and 45.00 of 47.15 in Los Angeles, where
    it is still the 7th. Here the term and the request are counted in days of the same zone, so it is 20 of 21 days
    everywhere: 42.857, rounded once.
    """
    term = Term(1, at("2023-02-08"), at("2023-03-01"))
    part = unused_part(Proration(), term, at("2023-02-08"), ZoneInfo(zone))
    assert (part.units, part.whole) == (20, 21)
    assert part.of(Money(4500, "EUR"), Proration()) == Money(4286, "EUR")


def test_a_part_of_what_was_paid_is_money_not_credit() -> None:
    """31.00 and 20 percent tax for October, ended on the 15th: 16 of 31 days are 19.20, there and here.

    Elsewhere it is split into money and credit by what was really paid of the invoice. Here an order is paid in full
    or there is no term, so it is money, and at most what has not gone back before.
    """
    term = Term(1, at("2022-10-01"), at("2022-11-01"))
    part = unused_part(Proration(), term, at("2022-10-15"), ZoneInfo("UTC"))
    assert (part.units, part.whole) == (16, 31)
    assert part.of(Money(3720, "EUR"), Proration()) == Money(1920, "EUR")
    order = bought(BOUGHT_AT, price=Money(3720, "AUD")).orders[-1]
    earlier = replace(order, refunded_minor=2500)
    assert min(Money(1920, "AUD"), earlier.refundable) == Money(1220, "AUD")


def test_a_chargeback_and_its_reversal_leave_no_trace() -> None:
    """249.95 are charged, charged back and given back. Elsewhere the balance goes to 249.95 and down again.

    There is no balance here: while the chargeback stands nothing of the order can go back, its term does not stand and
    nothing renews. Reversed, the term, its end, the renewal and what can be refunded are those of before, exactly.
    """
    before = bought(BOUGHT_AT, price=Money(24995, "AUD"))

    def hear(sub: Subscription, state: DisputeState, when: str) -> Subscription:
        report = DisputeReport("dp_1", state, Money(24995, "AUD"), "fraudulent", at(when))
        context = Context(sub.orders[-1], None, POLICY, POLICY, weekdays_only())
        return after(decide_dispute(sub, report, context, at(when)))

    lost = hear(before, DisputeState.LOST, "2012-06-05")
    assert (lost.orders[-1].refundable, lost.terms[-1].standing, lost.auto_renew) == (Money(0, "AUD"), False, False)
    again = hear(lost, DisputeState.REVERSED, "2012-07-20")
    assert (again.terms, again.paid_through, again.auto_renew) == (before.terms, before.paid_through, True)
    assert (again.next_step_at, again.expired_at, again.end_reason) == (before.next_step_at, None, None)
    assert again.orders[-1].refundable == Money(24995, "AUD")
    assert renewal_plan(again, POLICY) == renewal_plan(before, POLICY)


@pytest.mark.parametrize("failure", ["rejected", "failed"])
def test_a_refund_that_fails_does_not_undo_its_cancellation(failure: str) -> None:
    """100.00 are paid and a part of them goes back with the cancellation: elsewhere 74.20, and 25.80 are used up.

    Here it is 271 of 365 days: 74.25. There is no rest to apply: the other 25.75 are what the used days cost. Where
    the refund fails, the cancellation stands, the failure is a fact and a letter of its own, and 74.25 are owed still.
    """
    life = Life(rules.NEWSPAPER, bought(at("2026-01-10T09:00"), price=Money(10000, "AUD")), now=at("2026-04-13T10:00"))
    outcome = canceled(life.cancel())
    assert outcome.paid_back == Money(7425, "AUD")
    assert life.sub.orders[-1].refundable == Money(2575, "AUD")
    if failure == "failed":
        life.hear("pending")
    life.hear(failure)
    assert (life.refund.state, life.refund.amount) == (RefundState.FAILED, Money(7425, "AUD"))
    proof = life.sub.cancellation
    assert proof is not None
    assert (proof.clause, proof.refund_id, life.sub.auto_renew) == ("FIRST-MONTHS", life.refund.id, False)
    told = FactName.REFUND_REJECTED if failure == "rejected" else FactName.REFUND_FAILED
    assert [fact.name for fact in life.facts].count(told) == 1
    assert [kind for kind, _ in life.mails][-1] == "refund_failed"
    assert life.sub.orders[-1].refundable == Money(10000, "AUD")
