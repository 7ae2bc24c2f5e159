"""Windows in business days around facts that nobody knows, and as long as a document may have them: always judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goodterms import policies
from goodterms.domain.business_days import add_business_days
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.rules import Fact, Span, Window
from goodterms.storage.calendars import PROMISED, business_calendar
from goodterms.storage.laws import laws_for
from tests.support.small_rules import case_of, clause, days, inside, need, policy_of

YEAR = ("2026-03-02T10:00:00Z", "2027-03-02T10:00:00Z", "2026-03-10T10:00:00Z")
RECEIVED = Fact("received_on", "date", "When was it received?")
REFERENCE = policies.read("reference")


@pytest.mark.parametrize(
    "window",
    [
        Window("w", Span(3, "business days"), "received_on"),
        days("w", 14, counted_from="received_on", closed_last_day="next_working_day"),
        Window("w", Span(2, "business days"), counted_before="received_on", opens=Span(20, "business days")),
    ],
    ids=["business days", "a last day that moves", "before it"],
)
def test_a_date_that_nobody_knows_is_asked_for(window: Window) -> None:
    """The years whose closing days are known have an end; that is no date at which anything turns."""
    policy = policy_of(clause("IN", inside("w")), windows=[window], facts=[RECEIVED], holidays="DE")
    laws = laws_for(policy, (), 2026, 2026)
    verdict = evaluate(policy, case_of(*YEAR), laws)
    assert (verdict.outcome, verdict.missing) == ("ask", ("received_on",))
    narrow = replace(laws, calendars={"DE": business_calendar(policy, 2025, 2027)})
    assert evaluate(policy, case_of(*YEAR), narrow).missing == ("received_on",)


@pytest.mark.parametrize(
    "window",
    [
        Window("w", Span(2000, "business days"), "term_end", extended_by=Span(2000, "business days")),
        Window("w", Span(25, "years"), "term_end", extended_by=Span(25, "years"), closed_last_day="next_working_day"),
        Window("w", Span(3, "business days"), counted_before="order", opens=Span(25, "years")),
    ],
)
def test_the_longest_windows_are_judged(window: Window) -> None:
    """Also around a term of ten years."""
    policy = policy_of(
        clause("IN", inside("w")), clause("SOON", need("term", "is", "upcoming")), windows=[window], holidays="DE"
    )
    case = case_of("2026-03-02T10:00:00Z", "2036-03-02T10:00:00Z", "2026-03-10T10:00:00Z")
    assert evaluate(policy, case, laws_for(policy, (), 2026, 2026)).outcome in ("grant", "deny")


@pytest.mark.parametrize(
    ("length", "bounds"),
    [
        ("2001 business days", "1 to 2000 business days"),
        ("26 years", "1 to 25 years"),
        ("301 months", "1 to 300 months"),
    ],
)
def test_longer_ones_are_refused(length: str, bounds: str) -> None:
    """With the longest that can be meant."""
    with pytest.raises(PolicyError, match=f'"length" must be from {bounds}'):
        parse_policy(REFERENCE.replace('length = "30 days"', f'length = "{length}"'), "long.toml")


def test_the_longest_promise_can_be_counted() -> None:
    """An answer within 2,000 business days, and money 999 business days after it was sent."""
    text = REFERENCE.replace('"2 business days"', '"2000 business days"').replace(
        '"5 to 7 business', '"5 to 999 business'
    )
    policy = parse_policy(text, "slow.toml")
    calendar = business_calendar(policy, 2025, 2026 + PROMISED)
    start = calendar.first_on
    assert start is not None
    start = start.replace(year=2026, month=12, day=31)
    for days_ahead in (policy.refund.decide_within_business_days, policy.refund.credit_business_days[1]):
        assert add_business_days(start, days_ahead, calendar) > start
