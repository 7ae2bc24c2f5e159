"""A policy that keeps the tax, beside a law that wants it paid back; and never the tax by asking twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goodterms.domain.case import Laws, Verdict
from goodterms.domain.comparing.replay import replay
from goodterms.domain.money import Money
from goodterms.domain.refundability import Beside, judge
from goodterms.domain.subscription import Subscription
from goodterms.storage.calendars import Calendars
from goodterms.storage.laws import shipped_laws
from tests.support import second_policy as second
from tests.support.samples import at, bought
from tests.support.trial import Trial, outcome_of

BOUGHT_AT = at("2027-01-10T09:00")
ASKED_AT = at("2027-01-12T10:00")
PRICE, TAX = Money(7995, "AUD"), Money(727, "AUD")

ALL_BACK = """
[window.a_month]
length = "30 days"
counted_from = "order"

[[refund.clause]]
id = "ALL-BACK"
when.inside_window = "a_month"
outcome = "grant"
amount = "full"
access = "ends_now"
"""
KEPT = 'tax = "kept"'


def _german() -> Subscription:
    return replace(bought(BOUGHT_AT), buyer_country="DE", buyer_consumer=True)


def _judged(*, express: bool, refund: str = KEPT, country: str = "DE") -> Verdict:
    sub = replace(_german(), buyer_country=country)
    facts = {"consumer": True, "product_class": "digital_service", "express_request_to_start": express}
    beside = Beside(Laws(shipped_laws(), Calendars(2025, 2030)), facts)
    return judge(sub, sub.orders[-1], second.policy(ALL_BACK, refund=refund), ASKED_AT, beside=beside)


@pytest.mark.parametrize(
    ("express", "amount"), [(False, PRICE), (True, PRICE.share(362, 365))], ids=["all of it", "the unused days"]
)
def test_a_law_that_pays_the_tax_back_is_better(express: bool, amount: Money) -> None:
    """The policy's 79.95 without its tax are 72.68: less than what the withdrawal gives."""
    verdict = _judged(express=express)
    assert (verdict.rule, verdict.amount) == ("eu-withdrawal@1", amount)


def test_without_a_law_the_tax_stays() -> None:
    """Elsewhere the policy decides, and what it pays carries no tax."""
    verdict = _judged(express=False, country="CH")
    assert (verdict.rule, verdict.amount) == ("second@1", PRICE - TAX)


def test_asking_twice_does_not_bring_the_tax_back() -> None:
    """What is left of the payment is its tax: a second request finds nothing to pay."""
    trial = Trial(ALL_BACK, bought(BOUGHT_AT), asked_at=ASKED_AT, refund=KEPT)
    assert outcome_of(trial.approve()).amount == PRICE - TAX
    trial.hear("succeeded")
    again = judge(trial.sub, trial.order, trial.policy, ASKED_AT)
    assert again.amount == Money(0, "AUD")


def test_a_replay_counts_what_would_be_paid() -> None:
    """A policy that keeps the tax pays less than one that does not."""
    sub = bought(BOUGHT_AT)
    policies = (second.policy(ALL_BACK), second.policy(ALL_BACK, refund=KEPT))
    found = replay(sub, sub.orders[-1], ASKED_AT, "refund", policies, (Beside(), Beside()))
    assert (found.before.amount, found.after.amount, found.change) == (PRICE, PRICE - TAX, "less money")
