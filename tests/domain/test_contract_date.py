"""When a contract was made: with a first order, with the trial before it, or as somebody says; it is never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from goodterms.domain.case import Laws
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.judging.known_facts import facts_of_order
from goodterms.domain.reading.policy_words import AFTER_TRIAL, KNOWN_FACTS
from goodterms.domain.refundability import Beside, judge
from goodterms.domain.rules import FactValue, Span, Window
from goodterms.domain.subscription import Subscription
from goodterms.usecases.decide.cases import Policies
from tests.domain.decide_documents import FIRST, decided
from tests.support.samples import at, bought, reference
from tests.support.small_rules import case_of, clause, days, inside, policy_of

BOUGHT_AT = at("2027-01-10T09:00")
FORTNIGHT = policy_of(clause("IN", inside("w")), windows=[days("w", 14, counted_from="contract")])


def _after_trial() -> Subscription:
    sub = bought(BOUGHT_AT)
    return replace(sub, orders=tuple(replace(order, origin=AFTER_TRIAL) for order in sub.orders))


def _judged(sub: Subscription, **facts: FactValue) -> tuple[str, tuple[str, ...]]:
    verdict = judge(sub, sub.orders[-1], FORTNIGHT, at("2027-01-15T09:00"), beside=Beside(Laws(), facts))
    return verdict.outcome, verdict.missing


def test_the_contract_of_a_trial_is_not_that_of_its_first_charge() -> None:
    """Five days after the charge the trial may have begun three weeks ago: it is asked for."""
    assert _judged(bought(BOUGHT_AT)) == ("grant", ())
    assert _judged(_after_trial()) == ("ask", ("contract_made_on",))
    assert "contract_made_on" not in facts_of_order(_after_trial(), _after_trial().orders[0], reference())


@pytest.mark.parametrize(("made_on", "outcome"), [(date(2027, 1, 1), "grant"), (date(2026, 12, 31), "deny")])
def test_what_somebody_says_of_the_contract_counts(made_on: date, outcome: str) -> None:
    """Of a trial, and of an order that was taken over and is not the first one that there was."""
    assert _judged(_after_trial(), contract_made_on=made_on) == (outcome, ())
    assert _judged(bought(BOUGHT_AT), contract_made_on=made_on) == (outcome, ())


@pytest.mark.parametrize("day", [9, 10, 11])
def test_the_day_of_the_order_itself_keeps_its_instant(day: int) -> None:
    """Counted in the buyer's zone it may be the day before or after."""
    policy = replace(FORTNIGHT, windows={"w": Window("w", Span(120, "hours"), "contract")})
    verdict = judge(
        bought(BOUGHT_AT), bought(BOUGHT_AT).orders[0], policy, at("2027-01-15T08:59"),
        beside=Beside(Laws(), {"contract_made_on": date(2027, 1, day)}),
    )  # fmt: skip
    assert verdict.outcome == "grant"


def test_a_fact_as_of_the_contract_is_not_asked_for_itself() -> None:
    """Told with the contract, where nothing else is said: then it is the contract that has to be known."""
    told = replace(KNOWN_FACTS["information_given_at"], when_absent="contract")
    window = days("w", 14, counted_from="information_given_at")
    policy = policy_of(clause("TOLD", inside("w")), windows=[window], facts=[told])
    month = ("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z")
    asked = evaluate(policy, case_of(*month, "2026-06-05T12:00:00Z", kind="renewal"))
    assert (asked.outcome, asked.missing) == ("ask", ("contract_made_on",))
    assert evaluate(policy, case_of(*month, "2026-06-20T12:00:00Z", kind="renewal")).outcome == "deny"


def test_a_cancellation_does_what_holds_whenever_the_contract_was_made() -> None:
    """Made before March 2022 nothing would be paid back: while that is not known, access is not cut either."""
    scenario = {
        **FIRST, "action": "cancel", "kind": "renewal", "order_at": "2026-02-16T10:00:00Z",
        "term_start": "2026-03-02T10:00:00Z", "term_end": "2027-03-02T10:00:00Z", "country": "DE", "consumer": True,
        "requested_at": "2026-06-15T10:00:00Z",
    }  # fmt: skip
    answer = decided(Policies("reference"), **scenario)
    assert [need["fact"] for need in answer["needs"]] == ["contract_made_on"]
    meanwhile = answer["meanwhile"]
    assert (meanwhile["amount"], meanwhile["access"]) == ("0.00", "until:2027-03-02T10:00:00Z")
