"""A part of a payment that a rule grants goes back once, however often it is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.money import Money
from goodterms.domain.refundability import judge
from goodterms.domain.rules import Payback
from tests.support.samples import at, bought
from tests.support.small_rules import case_of, clause, need, policy_of
from tests.support.trial import Trial, outcome_of

BOUGHT_AT = at("2027-01-10T09:00")
ASKED_AT = at("2027-01-12T10:00")
PRICE = Money(7995, "AUD")
YEAR = ("2026-03-02T10:00:00Z", "2027-03-02T10:00:00Z", "2026-03-10T10:00:00Z")

_RULE = """
[[refund.clause]]
id = "A-PART"
when.payment = "initial"
outcome = "grant"
amount = {amount}
access = "{access}"
"""


@pytest.mark.parametrize("kept", ["", 'tax = "kept"'])
@pytest.mark.parametrize("access", ["unchanged", "end_of_last_paid_term"])
@pytest.mark.parametrize("amount", ['"50 percent"', '{ AUD = "20.00" }', '"unused_part"'])
def test_asking_again_brings_no_more(amount: str, access: str, kept: str) -> None:
    """The first request is paid; the second finds that it has been."""
    trial = Trial(_RULE.format(amount=amount, access=access), bought(BOUGHT_AT), asked_at=ASKED_AT, refund=kept)
    assert outcome_of(trial.approve()).amount
    trial.hear("succeeded")
    again = judge(trial.sub, trial.order, trial.policy, ASKED_AT + timedelta(hours=1))
    assert again.amount == Money(0, "AUD")


@pytest.mark.parametrize(
    ("before", "asked", "amount"), [("0.00", None, "50.00"), ("20.00", None, "30.00"), ("20.00", "10.00", "10.00"),
                                    ("60.00", None, "0.00")],
)  # fmt: skip
def test_a_share_is_what_goes_back_in_all(before: str, asked: str | None, amount: str) -> None:
    """Half of 100.00: what went back before is a part of it."""
    policy = policy_of(clause("HALF", need("payment", "is", "initial"), payback=Payback("share", percent=50)))
    case = replace(
        case_of(*YEAR), already_refunded=Money.parse(before, "EUR"), asked=Money.parse(asked, "EUR") if asked else None
    )
    assert evaluate(policy, case).amount == Money.parse(amount, "EUR")
