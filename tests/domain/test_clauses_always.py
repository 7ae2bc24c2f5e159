"""What holds of every verdict, whatever the rules and the case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.case import Case, Laws, Verdict
from goodterms.domain.judging.clauses import evaluate, refundable_until
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Fee, Payback, Proration, Span, Window
from goodterms.domain.term import Interval, Term, boundary
from tests.support.small_rules import FULL, REFERENCE, WEEKDAYS, case_of, clause, inside, law_of, need, policy_of

EUR = "EUR"
WINDOWS = [
    Window("days", Span(30, "days")), Window("hours", Span(100, "hours"), "term_start"),
    Window("business", Span(9, "business days"), closed_last_day="next_working_day"),
    Window("months", Span(2, "months"), "contract", last_day="exclusive"),
    Window("until", Span(40, "days"), or_until=("certificate_earned_at",)),
    Window("before", Span(5, "days"), counted_before="term_end", opens=Span(20, "days")),
]  # fmt: skip
FORWARD = ("days", "hours", "business", "months", "until")
FACTS = ("certificate_earned_at", "consumer", "used_in_cycle", "value_of_benefits_used")
CONDITIONS = st.sampled_from(
    [
        *(inside(window.name) for window in WINDOWS), need("request", "outside", "days"),
        need("request", "in_first", "1 month"), need("request", "in_last", "10 days"), need("term", "is", "running"),
        need("term", "is", "upcoming", "ended"), need("payment", "is", "initial"),
        need("used_in_cycle", "is", "false"),
        need("term_length", "at_least", "2 months"), need("amount", "more_than", "50.00 EUR"),
        need("certificate_earned_at", "given", "false"), need("asks_for", "is", "all"), need("disputed", "is", "true"),
    ]
)  # fmt: skip
PRORATIONS = st.builds(
    Proration, by=st.sampled_from(["day", "whole_month"]), rounding=st.sampled_from(["half_up", "up", "down"]),
    start=st.sampled_from(["request", "next_calendar_month", "next_billing_month"]),
)  # fmt: skip
PAYBACKS = st.one_of(
    st.just(FULL), st.just(Payback()), st.just(Payback("full", less=("value_of_benefits_used",))),
    st.builds(lambda p: Payback("unused_part", p), PRORATIONS),
    st.builds(lambda n: Payback("share", percent=n), st.integers(0, 100)),
    st.just(Payback("fixed", fixed={EUR: Money(1234, EUR)})),
)  # fmt: skip
ACCESS = st.sampled_from(
    ["ends_now", "keep_current_term", "unchanged", "until_unused_part", "end_of_billing_month",
     "end_of_last_paid_term", "end_of_next_term"]
)  # fmt: skip
CLAUSES = st.builds(
    lambda needs, outcome, payback, access, fee: clause(
        "C", *needs, outcome=outcome, payback=payback if outcome == "grant" else None, access=access,
        fee=fee if outcome == "grant" else None,
    ),
    st.lists(CONDITIONS, min_size=1, max_size=3, unique=True), st.sampled_from(["grant", "grant", "deny", "review"]),
    PAYBACKS, ACCESS, st.none() | st.just(Fee(50, at_most={EUR: Money(3000, EUR)})),
)  # fmt: skip
POLICIES = st.lists(CLAUSES, min_size=1, max_size=5).map(
    lambda found: policy_of(
        *(replace(one, id=f"C{n}") for n, one in enumerate(found)), windows=WINDOWS, facts=FACTS,
        cancellation=found, holidays="XX",
    )
)  # fmt: skip
LAW = law_of(
    clause("RIGHT", inside("days"), payback=Payback("unused_part", Proration()), pay_within=Span(14, "days")),
    clause("LATER", need("payment", "is", "renewal"), access="until_unused_part", payback=Payback("unused_part")),
    windows=WINDOWS, facts=FACTS, holidays="XX",
)  # fmt: skip
WITH_LAW, ALONE = Laws((LAW,), {"XX": WEEKDAYS}), Laws((), {"XX": WEEKDAYS})
ORDERED = datetime(2026, 1, 20, 10, tzinfo=UTC)


def _case(days: int, months: int, seconds: int, minor: int, back: int, billed: int, **more: Any) -> Case:
    start = ORDERED + timedelta(days=days)
    facts = {"consumer": True, "used_in_cycle": False, "value_of_benefits_used": Money(700, EUR)}
    return Case(
        placed_at=ORDERED, term=Term(1, start, boundary(start, Interval(months=months), 1)), amount=Money(minor, EUR),
        requested_at=ORDERED + timedelta(seconds=seconds), sales_channel="vendor_store", is_latest_paid=True,
        already_refunded=Money(min(back, minor), EUR), instalments=(billed, 12) if billed else None, country="DE",
        **{"facts": facts} | more,
    )  # fmt: skip


CASES = st.builds(
    _case, st.integers(-40, 40), st.integers(1, 13), st.integers(0, 200 * 86_400), st.integers(1, 20_000),
    st.integers(0, 20_000), st.integers(0, 12), kind=st.sampled_from(["initial", "renewal"]),
    act=st.sampled_from(["refund", "cancel", "withdraw"]), disputed=st.booleans(),
    asked=st.none() | st.integers(1, 9_000).map(lambda minor: Money(minor, EUR)),
    buyer_timezone=st.sampled_from([None, "Pacific/Apia", "America/St_Johns"]),
    current_term_ends_at=st.sampled_from([None, ORDERED + timedelta(days=60)]),
)  # fmt: skip


def _worth(verdict: Verdict) -> int:
    return verdict.amount.minor - (verdict.fee.minor if verdict.fee else 0)


@given(POLICIES, CASES)
def test_there_is_a_verdict_with_words_and_never_too_much_money(policy: Policy, case: Case) -> None:
    """Every clause has its finding, and no more is paid than is left and was asked for."""
    verdict = evaluate(policy, case, WITH_LAW)
    assert verdict.because.endswith((".", "?"))
    assert all(len(found.because) > 8 and found.rule for found in verdict.findings)
    clauses = policy.cancellation.clauses if case.act == "cancel" else policy.refund.clauses
    assert [f.clause for f in verdict.findings][: len(clauses)] == [one.id for one in clauses]
    assert 0 <= verdict.amount.minor <= min(case.left.minor, case.asked.minor if case.asked else case.left.minor)
    assert verdict.outcome == "grant" or (not verdict.amount and verdict.fee is None and verdict.access == "unchanged")
    assert (verdict.outcome == "ask") == bool(verdict.missing)
    brief = evaluate(policy, case, WITH_LAW, brief=True)
    assert replace(verdict, findings=(), refundable_until_at=None, window_last_day_on=None) == brief


@given(POLICIES, CASES)
def test_a_law_never_takes_anything_away(policy: Policy, case: Case) -> None:
    """Beside a law the outcome is no worse, and where it is the same there is no less money."""
    alone, beside = evaluate(policy, case, ALONE), evaluate(policy, case, WITH_LAW)
    if "ask" in (alone.outcome, beside.outcome):
        return
    rank = {"deny": 0, "refer": 0, "review": 1, "grant": 2}
    assert rank[beside.outcome] >= rank[alone.outcome]
    if alone.outcome == beside.outcome == "grant":
        assert _worth(beside) >= _worth(alone)


@given(st.sampled_from(FORWARD), CASES, st.integers(0, 200 * 86_400))
def test_waiting_never_opens_a_window_again(name: str, case: Case, seconds: int) -> None:
    """A window after its anchor that is over stays over."""
    policy = policy_of(clause("IN", inside(name)), windows=WINDOWS, facts=FACTS, holidays="XX")
    facts = {"certificate_earned_at": ORDERED + timedelta(days=20)}
    case = replace(case, act="refund", contract_at=ORDERED, asked=None, already_refunded=None, facts=facts)
    later = replace(case, requested_at=case.requested_at + timedelta(seconds=seconds))
    first, second = evaluate(policy, case, ALONE), evaluate(policy, later, ALONE)
    assert first.outcome == "grant" or second.outcome == "deny"
    until_at = refundable_until(policy, case, ALONE)
    assert until_at == refundable_until(policy, later, ALONE)
    assert (first.outcome == "grant") == (until_at is not None and case.requested_at < until_at)


@given(POLICIES, CASES)
def test_the_end_of_the_time_to_ask_is_where_granting_ends(policy: Policy, case: Case) -> None:
    """Just before it the case is granted; at it, and at any later time, it is not."""
    case = replace(case, act="refund", contract_at=ORDERED, facts={**case.facts, "certificate_earned_at": None})
    until_at = refundable_until(policy, case, ALONE)
    if until_at is None:
        far = evaluate(policy, replace(case, requested_at=ORDERED + timedelta(days=4000)), ALONE)
        assert far.outcome == "grant" or evaluate(policy, case, ALONE).outcome != "grant"
        return
    before = replace(case, requested_at=until_at - timedelta(microseconds=1))
    assert evaluate(policy, before, ALONE).outcome == "grant"
    for seconds in (0, 1, 86_400, 50 * 86_400, 400 * 86_400):
        later = replace(case, requested_at=until_at + timedelta(seconds=seconds))
        assert evaluate(policy, later, ALONE).outcome != "grant"


EVER = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))]))


@given(POLICIES, CASES, EVER, EVER, EVER, EVER)
def test_absurd_dates_are_refused_as_values(
    policy: Policy, case: Case, order: datetime, start: datetime, end: datetime, request: datetime
) -> None:
    """From the year 1 to the year 9999 there is a verdict or a ValueError, nothing else."""
    if start >= end:
        return
    absurd = replace(case, placed_at=order, term=Term(1, start, end), requested_at=request)
    narrow = replace(WEEKDAYS, first_on=ORDERED.date(), last_on=ORDERED.date())
    for laws in (WITH_LAW, Laws((LAW,), {"XX": narrow})):
        for act in (evaluate, refundable_until):
            try:
                act(policy, absurd, laws)
            except ValueError:
                continue


def test_a_window_is_named_only_where_nothing_else_stands_against_its_rule() -> None:
    """The default gives the window that was over as its reason, not one that would not have helped."""
    initial = clause("FIRST", need("payment", "is", "initial"), inside("days"))
    policy = policy_of(initial, windows=WINDOWS, facts=FACTS)
    late = case_of("2026-05-01T00:00:00Z", "2027-05-01T00:00:00Z", "2026-06-10T00:00:00Z")
    assert evaluate(policy, late).because == (
        "The request came on day 40 (10 June 2026); the last day of 30 days was 31 May 2026, "
        "counted from 1 May 2026 in UTC."
    )
    assert evaluate(policy, replace(late, kind="renewal")).because == "No other rule applies."


def test_a_fact_that_nothing_declares_is_refused() -> None:
    """Rules made by hand can be wrong; a window or fact that is not there is named."""
    case = case_of("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-05-10T00:00:00Z")
    for wrong, name in ((need("color", "is", "red"), "color"), (inside("nowhere"), "nowhere")):
        with pytest.raises(ValueError, match=name):
            evaluate(policy_of(clause("C", wrong)), case)


def test_more_instalments_billed_than_there_are() -> None:
    """Such a case is refused."""
    with pytest.raises(ValueError, match="instalments"):
        case_of("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-05-10T00:00:00Z", instalments=(13, 12))


def test_rules_are_prepared_once_and_never_mixed_up() -> None:
    """Another policy of the same name and digest is judged by its own rules."""
    case = case_of("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-05-10T00:00:00Z")
    assert evaluate(REFERENCE, case).outcome == "grant"
    strict = replace(REFERENCE, refund=replace(REFERENCE.refund, clauses=(clause("NO", outcome="deny"),)))
    assert evaluate(strict, case).outcome == "deny"
    assert evaluate(REFERENCE, case).outcome == "grant"
