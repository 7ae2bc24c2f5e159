"""Worked examples from other billing systems, with their own numbers, and where ours come out otherwise and why."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from goodterms.domain.judging.proration import unused_part
from goodterms.domain.money import Money
from goodterms.domain.refunding import Context, decide_external_refund
from goodterms.domain.renewal import renewal_plan
from goodterms.domain.rules import Proration
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Term
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
