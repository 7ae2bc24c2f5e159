"""Rules of real vendors, each as a small policy with the sums and instants reckoned by hand."""

from __future__ import annotations

from datetime import date

import pytest

from goodterms.domain.case import Case, Laws
from goodterms.domain.judging.clauses import evaluate, refundable_until
from goodterms.domain.money import Money
from goodterms.domain.rules import Fact, Fee, Payback, Span, Window
from tests.support.small_rules import WEEKDAYS, at, case_of, clause, days, inside, need, policy_of, unused

NORTON = policy_of(
    clause("IN-60-DAYS", inside("sixty")),
    clause("LATER", payback=unused(start="next_calendar_month"), access="until_unused_part"),
    windows=[days("sixty", 60)],
)


def norton(requested: str) -> Case:
    """A renewal charged 35 days before its year."""
    return case_of(
        "2026-03-01T00:00:00Z", "2027-03-01T00:00:00Z", requested, "84.99 GBP", order="2026-01-25T08:00:00Z",
        kind="renewal", current_term_ends_at=at("2026-03-01T00:00:00Z"),
    )  # fmt: skip


def test_sixty_days_from_a_charge_before_the_term() -> None:
    """Day 60 from the charge is day 25 of the term, and paid back in full."""
    verdict = evaluate(NORTON, norton("2026-03-26T20:00:00Z"))
    assert (verdict.outcome, verdict.amount, verdict.access) == ("grant", Money(8499, "GBP"), "ends_now")
    assert evaluate(NORTON, norton("2026-03-27T00:00:00Z")).clause == "LATER"


def test_the_unused_part_from_the_next_calendar_month() -> None:
    """84.99 x 304/365 = 70.786..., and access runs to the month it is reckoned from."""
    verdict = evaluate(NORTON, norton("2026-04-20T10:00:00Z"))
    assert verdict.amount == Money(7079, "GBP")
    assert verdict.access_until_at == at("2026-05-01T00:00:00Z")
    assert verdict.paid_from_on == date(2026, 5, 1)
    assert refundable_until(NORTON, norton("2026-04-20T10:00:00Z")) is None


@pytest.mark.parametrize(
    ("requested", "outcome"), [("07:59:00", "grant"), ("07:59:59", "grant"), ("08:00:00", "deny")]
)
def test_the_720th_hour(requested: str, outcome: str) -> None:
    """Hours are elapsed time and their end is outside, where days would have lasted to midnight."""
    window = Window("hours", Span(720, "hours"))
    policy = policy_of(clause("FIRST", need("first_order", "is", "true"), inside("hours")), windows=[window],
                       facts=["first_order"])  # fmt: skip
    case = case_of("2026-07-01T08:00:00Z", "2027-07-01T08:00:00Z", f"2026-07-31T{requested}Z", "99.95 USD")
    assert evaluate(policy, case).outcome == outcome
    assert refundable_until(policy, case) == at("2026-07-31T08:00:00Z")


def test_a_fee_on_what_is_not_billed_yet() -> None:
    """8 unbilled months x 22.99 x 50 % = 91.96, and the service runs to the end of the billing month."""
    fee = Fee(50, at_most={"USD": Money(10000, "USD")})
    leave = clause("EARLY", payback=Payback(), access="end_of_billing_month", fee=fee)
    policy = policy_of(cancellation=[leave])
    case = case_of("2026-01-10T00:00:00Z", "2027-01-10T00:00:00Z", "2026-04-25T00:00:00Z", "22.99 USD", act="cancel",
                   instalments=(4, 12))  # fmt: skip
    verdict = evaluate(policy, case)
    assert (verdict.outcome, verdict.amount, verdict.fee) == ("grant", Money(0, "USD"), Money(9196, "USD"))
    assert verdict.access_until_at == at("2026-05-10T00:00:00Z")
    assert verdict.refundable_until_at is None
    capped = case_of("2026-01-10T00:00:00Z", "2027-01-10T00:00:00Z", "2026-01-25T00:00:00Z", "22.99 USD", act="cancel",
                     instalments=(1, 12))  # fmt: skip
    assert evaluate(policy, capped).fee == Money(10000, "USD")  # 11 x 22.99 / 2 = 126.45


def test_all_instalments_that_were_billed_are_paid_back() -> None:
    """In full is what was paid so far; the unused part of a commitment is what was billed beyond its use."""
    full = policy_of(clause("ALL"))
    case = case_of("2026-01-10T00:00:00Z", "2027-01-10T00:00:00Z", "2026-03-11T00:00:00Z", "20.00 USD",
                   instalments=(3, 12))  # fmt: skip
    assert evaluate(full, case).amount == Money(6000, "USD")
    part = policy_of(clause("PART", payback=unused(by="whole_month")))
    # Two months and a day are used: 3 of 12 begun, 9 x 20.00 unused, of which 9 are not billed yet.
    assert evaluate(part, case).amount == Money(0, "USD")
    used_two = case_of("2026-01-10T00:00:00Z", "2027-01-10T00:00:00Z", "2026-03-09T00:00:00Z", "20.00 USD",
                       instalments=(3, 12))  # fmt: skip
    assert evaluate(part, used_two).amount == Money(2000, "USD")


@pytest.mark.parametrize(
    ("requested", "used", "outcome"),
    [
        ("2026-06-12T09:00:00Z", False, "grant"),
        ("2026-06-10T11:00:00Z", True, "deny"),
        ("2026-06-12T09:00:00Z", None, "ask"),
        ("2026-06-12T10:00:00Z", None, "deny"),  # too late in any case: nothing is asked
    ],
)
def test_unused_within_48_hours(requested: str, used: bool | None, outcome: str) -> None:
    """Use in the cycle is asked for only while the answer can matter."""
    policy = policy_of(
        clause("UNUSED", need("used_in_cycle", "is", "false"), inside("two_days")),
        windows=[Window("two_days", Span(48, "hours"))], facts=["used_in_cycle"],
    )  # fmt: skip
    facts = {} if used is None else {"used_in_cycle": used}
    case = case_of("2026-06-10T10:00:00Z", "2026-07-10T10:00:00Z", requested, "4.99 USD", kind="renewal", facts=facts)
    verdict = evaluate(policy, case)
    assert verdict.outcome == outcome
    assert verdict.missing == (("used_in_cycle",) if outcome == "ask" else ())
    if outcome == "ask":
        assert verdict.because == "Needs information: Has it been used in the current billing cycle?"
        assert (verdict.amount, verdict.access) == (Money(0, "USD"), "unchanged")


PRIME = policy_of(
    clause(
        "THREE-DAYS", inside("three"), payback=Payback("full", less=("value_of_benefits_used",)),
    ),
    clause("UNUSED", need("benefits_used_since_charge", "is", "false")),
    windows=[Window("three", Span(3, "business days"))],
    facts=["value_of_benefits_used", "benefits_used_since_charge"], holidays="US",
)  # fmt: skip


def prime(requested: str, **facts: object) -> Case:
    """A year renewed on Monday 5 January 2026."""
    return case_of(
        "2026-01-05T00:00:00Z", "2027-01-05T00:00:00Z", requested, "139.00 USD", kind="renewal", facts=facts
    )


def test_business_days_and_the_value_of_what_was_used() -> None:
    """Three business days after a Monday is Thursday; used benefits are deducted, never below zero."""
    laws = Laws(calendars={"US": WEEKDAYS})
    spent = {"value_of_benefits_used": Money(3950, "USD"), "benefits_used_since_charge": True}
    verdict = evaluate(PRIME, prime("2026-01-08T23:59:59Z", **spent), laws)
    assert (verdict.clause, verdict.amount) == ("THREE-DAYS", Money(9950, "USD"))
    assert verdict.window_last_day_on == date(2026, 1, 8)
    assert evaluate(PRIME, prime("2026-01-09T00:00:00Z", **spent), laws).outcome == "deny"
    everything = {**spent, "value_of_benefits_used": Money(20000, "USD")}
    assert evaluate(PRIME, prime("2026-01-08T23:59:59Z", **everything), laws).amount == Money(0, "USD")
    asked = evaluate(PRIME, prime("2026-01-06T00:00:00Z"), laws)
    assert (asked.outcome, asked.missing) == ("ask", ("value_of_benefits_used",))


def test_nothing_used_has_no_limit_of_time() -> None:
    """208 days after the charge all is paid back, and there is no end to it."""
    laws = Laws(calendars={"US": WEEKDAYS})
    verdict = evaluate(PRIME, prime("2026-08-01T00:00:00Z", benefits_used_since_charge=False), laws)
    assert (verdict.clause, verdict.amount) == ("UNUSED", Money(13900, "USD"))
    assert verdict.refundable_until_at is None


def test_closing_days_that_are_not_at_hand_are_not_guessed() -> None:
    """A policy that counts business days needs its calendar."""
    with pytest.raises(ValueError, match="closing days of US"):
        evaluate(PRIME, prime("2026-08-01T00:00:00Z", benefits_used_since_charge=False))


TIMES = policy_of(
    cancellation=[clause("FIRST-MONTHS", need("request", "in_first", "11 months"), payback=unused())],
)


@pytest.mark.parametrize(
    ("requested", "amount", "access"),
    [
        ("2026-05-20T09:00:00Z", 12768, None),  # 195.00 x 239/365
        ("2026-12-14T23:59:59Z", 1656, None),  # 195.00 x 31/365
        ("2026-12-15T00:00:00Z", 0, "2027-01-15T00:00:00Z"),
        ("2026-12-20T09:00:00Z", 0, "2027-01-15T00:00:00Z"),
    ],
)
def test_a_cancellation_that_pays_back(requested: str, amount: int, access: str | None) -> None:
    """In the first eleven months the unused days are paid back at once; later the year runs out."""
    case = case_of("2026-01-15T00:00:00Z", "2027-01-15T00:00:00Z", requested, "195.00 USD", act="cancel")
    verdict = evaluate(TIMES, case)
    assert verdict.amount == Money(amount, "USD")
    assert verdict.access_until_at == (at(access) if access else None)


MONTHLY = need("term_length", "at_most", "1 month")
SINCE = need("contract_made_on", "on_or_after", "2024-11-23")
MACPAW = policy_of(
    clause("NEW-MONTHLY", MONTHLY, SINCE, inside("fourteen")),
    clause("NEW-MONTHLY-LATE", MONTHLY, SINCE, outcome="deny"),
    clause("OTHERS", inside("thirty")),
    windows=[days("fourteen", 14), days("thirty", 30)], facts=["contract_made_on"],
)  # fmt: skip


def test_grandfathering_by_the_day_of_the_contract() -> None:
    """A monthly plan has 14 days, unless it was first subscribed before the change, or the term is longer."""
    month = ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-02-16T00:00:00Z", "9.99 USD")
    assert evaluate(MACPAW, case_of(*month, facts={"contract_made_on": date(2026, 2, 1)})).outcome == "deny"
    assert evaluate(MACPAW, case_of(*month)).outcome == "deny"  # a first order is the contract itself
    assert evaluate(MACPAW, case_of(*month, facts={"contract_made_on": date(2024, 11, 22)})).clause == "OTHERS"
    asked = evaluate(MACPAW, case_of(*month, kind="renewal"))
    assert (asked.outcome, asked.missing) == ("ask", ("contract_made_on",))
    year = ("2026-02-01T00:00:00Z", "2027-02-01T00:00:00Z", "2026-02-16T00:00:00Z", "9.99 USD")
    assert evaluate(MACPAW, case_of(*year, kind="renewal")).outcome == "grant"
    early = ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-02-15T12:00:00Z", "9.99 USD")
    assert evaluate(MACPAW, case_of(*early, kind="renewal")).outcome == "grant"  # inside both


COURSERA = policy_of(
    clause("SEVEN-DAYS", inside("seven")),
    windows=[Window("seven", Span(7, "days"), or_until=("certificate_earned_at",))], facts=["certificate_earned_at"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("requested", "earned", "outcome"),
    [
        ("2026-05-04T00:00:00Z", "2026-05-03T18:00:00Z", "deny"),
        ("2026-05-03T18:00:00Z", "2026-05-03T18:00:00Z", "deny"),  # at that instant exactly it is closed
        ("2026-05-03T17:59:59Z", "2026-05-03T18:00:00Z", "grant"),
        ("2026-05-04T00:00:00Z", None, "grant"),
        ("2026-05-04T00:00:00Z", "unknown", "ask"),
        ("2026-05-09T00:00:00Z", "unknown", "deny"),
    ],
)
def test_whichever_comes_first(requested: str, earned: str | None, outcome: str) -> None:
    """A window ends with its days or with what ends it before."""
    facts = {} if earned == "unknown" else {"certificate_earned_at": at(earned) if earned else None}
    case = case_of("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", requested, "49.00 USD", facts=facts)
    verdict = evaluate(COURSERA, case)
    assert verdict.outcome == outcome
    if outcome == "deny" and earned == "2026-05-03T18:00:00Z":
        assert "the certificate was earned on 3 May 2026, 18:00 UTC, which ended the 7 days" in verdict.because


def test_shares_and_fixed_sums() -> None:
    """A share is rounded once; a sum that is not set in the currency of the case is for a person to decide."""
    case = case_of("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-05-02T00:00:00Z", "9.99 EUR")
    assert evaluate(policy_of(clause("HALF", payback=Payback("share", percent=50))), case).amount == Money(500, "EUR")
    fixed = Payback("fixed", fixed={"EUR": Money(200, "EUR"), "USD": Money(99999, "USD")})
    policy = policy_of(clause("FIXED", payback=fixed))
    assert evaluate(policy, case).amount == Money(200, "EUR")
    dollars = case_of("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-05-02T00:00:00Z", "9.99 USD")
    assert evaluate(policy, dollars).amount == Money(999, "USD")
    pounds = case_of("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-05-02T00:00:00Z", "9.99 GBP")
    verdict = evaluate(policy, pounds)
    assert (verdict.outcome, verdict.clause, verdict.amount) == ("review", "FIXED", Money(0, "GBP"))


@pytest.mark.parametrize(
    ("type", "wrong"),
    [
        ("yes_or_no", "yes"), ("whole_number", True), ("whole_number", "3"), ("amount", 3),
        ("amount", Money(3, "USD")), ("date", "2026-01-01"), ("instant", date(2026, 1, 1)), ("word", 7), ("text", 3),
        ("length", "long"),
    ],
)  # fmt: skip
def test_a_fact_of_the_wrong_type_is_named(type: str, wrong: object) -> None:
    """Nothing is decided on a value that can not be compared."""
    fact = Fact("thing", type, "Which?", ("red", "green") if type == "word" else ())  # type: ignore[arg-type]
    tested = {"yes_or_no": need("thing", "is", "true"), "whole_number": need("thing", "at_least", "3"),
              "amount": need("thing", "at_least", "3.00 EUR"), "date": need("thing", "before", "2026-01-01"),
              "instant": need("thing", "before", "2026-01-01"), "word": need("thing", "is", "red"),
              "text": need("thing", "is", "red"), "length": need("thing", "at_least", "1 month")}[type]  # fmt: skip
    policy = policy_of(clause("C", tested), facts=[fact])
    term = ("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-05-02T00:00:00Z")
    with pytest.raises(ValueError, match="the fact thing"):
        evaluate(policy, case_of(*term, facts={"thing": wrong}))
    assert evaluate(policy, case_of(*term, facts={"thing": None})).outcome == "deny"
    assert evaluate(policy, case_of(*term)).missing == ("thing",)
