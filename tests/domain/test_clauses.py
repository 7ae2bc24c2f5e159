"""The clauses of the reference policy, applied to worked cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms import policies
from goodterms.domain.case import Case
from goodterms.domain.judging.clauses import evaluate, refundable_until
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.term import Interval, Term, boundary

REFERENCE = parse_policy(policies.read("reference"), policies.source("reference"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def first_purchase(requested: str, **changes: Any) -> Case:
    """A year bought on 2 March 2026 for 59.95 AUD."""
    placed_at = changes.pop("placed_at", at("2026-03-02T10:00:00Z"))
    ends_at = boundary(placed_at.astimezone(UTC), Interval(months=12), 1)
    case = Case(
        kind="initial",
        placed_at=placed_at,
        term=Term(1, placed_at.astimezone(UTC), ends_at),
        amount=Money.parse("59.95", "AUD"),
        requested_at=at(requested),
        sales_channel="vendor_store",
        is_latest_paid=True,
    )
    return replace(case, **changes)


def renewal(requested: str, **changes: Any) -> Case:
    """A renewal charged on 26 April 2026 for the year that starts on 10 May, for 79.95 AUD."""
    case = Case(
        kind="renewal",
        placed_at=at("2026-04-26T06:00:00Z"),
        term=Term(2, at("2026-05-10T00:00:00Z"), at("2027-05-10T00:00:00Z")),
        amount=Money.parse("79.95", "AUD"),
        requested_at=at(requested),
        sales_channel="vendor_store",
        is_latest_paid=True,
    )
    return replace(case, **changes)


CASES = [
    ("K01", first_purchase("2026-03-14T09:00:00Z"), "grant", "FIRST-PURCHASE-30-DAYS", "59.95", "ends_now"),
    ("K02", first_purchase("2026-04-01T23:59:59Z"), "grant", "FIRST-PURCHASE-30-DAYS", "59.95", "ends_now"),
    ("K03", first_purchase("2026-04-02T00:00:00Z"), "deny", "OUTSIDE-WINDOW", "0.00", "unchanged"),
    (
        "K04",
        first_purchase(
            "2026-03-31T20:00:00+11:00",
            placed_at=at("2026-03-01T08:00:00+11:00"),
            buyer_timezone="Australia/Sydney",
        ),
        "grant",
        "FIRST-PURCHASE-30-DAYS",
        "59.95",
        "ends_now",
    ),
    (
        "K06",
        first_purchase("2028-03-30T23:00:00Z", placed_at=at("2028-02-29T10:00:00Z")),
        "grant",
        "FIRST-PURCHASE-30-DAYS",
        "59.95",
        "ends_now",
    ),
    (
        "K08",
        renewal("2026-05-01T12:00:00Z"),
        "grant",
        "RENEWAL-NOT-BEGUN-30-DAYS",
        "79.95",
        "keep_current_term",
    ),
    ("K12", renewal("2026-05-20T09:00:00Z"), "grant", "RENEWAL-BEGUN-30-DAYS", "79.95", "ends_now"),
    ("K14", renewal("2026-05-27T00:00:01Z"), "deny", "OUTSIDE-WINDOW", "0.00", "unchanged"),
    (
        "K18",
        first_purchase("2026-03-05T09:00:00Z", sales_channel="apple_app_store"),
        "refer",
        "OTHER-CHANNEL",
        "0.00",
        "unchanged",
    ),
    (
        "earlier term",
        first_purchase("2026-03-05T09:00:00Z", is_latest_paid=False),
        "deny",
        "NOT-LATEST-TERM",
        "0.00",
        "unchanged",
    ),
    (
        "paid back",
        first_purchase("2026-03-05T09:00:00Z", already_refunded=Money(5995, "AUD")),
        "deny",
        "ALREADY-REFUNDED",
        "0.00",
        "unchanged",
    ),
    (
        "partly paid back",
        first_purchase("2026-03-05T09:00:00Z", already_refunded=Money(1, "AUD")),
        "review",
        "PARTLY-REFUNDED",
        "0.00",
        "unchanged",
    ),
    (
        "a part asked for",
        first_purchase("2026-03-05T09:00:00Z", asked=Money(5994, "AUD")),
        "review",
        "PARTIAL",
        "0.00",
        "unchanged",
    ),
    (
        "disputed",
        first_purchase("2026-03-05T09:00:00Z", disputed=True),
        "review",
        "DISPUTED",
        "0.00",
        "unchanged",
    ),
]


@pytest.mark.requirement("R23", "R24", "R25", "R27", "R28", "R29", "R34", "R38", "R42", "R44", "R45")
@pytest.mark.parametrize(("name", "case", "outcome", "clause", "amount", "access"), CASES)
def test_worked_cases(name: str, case: Case, outcome: str, clause: str, amount: str, access: str) -> None:
    """Each worked case is decided by its clause, with its amount and its effect on access."""
    verdict = evaluate(REFERENCE, case)
    found = (verdict.outcome, verdict.clause, verdict.amount.decimal_str(), verdict.access)
    assert found == (outcome, clause, amount, access)
    assert verdict.refer_to == (case.sales_channel if outcome == "refer" else None)


@pytest.mark.requirement("R45")
def test_exactly_at_its_start_a_term_has_begun() -> None:
    """One moment before the start the next term is dropped; at the start access ends."""
    start = at("2026-05-10T00:00:00Z")
    before = evaluate(REFERENCE, renewal((start - timedelta(microseconds=1)).isoformat()))
    assert (before.clause, before.access) == ("RENEWAL-NOT-BEGUN-30-DAYS", "keep_current_term")
    then = evaluate(REFERENCE, renewal(start.isoformat()))
    assert (then.clause, then.access) == ("RENEWAL-BEGUN-30-DAYS", "ends_now")


@pytest.mark.requirement("R43")
def test_a_month_that_has_run_out_is_still_refundable_without_any_change_of_access() -> None:
    """Within 30 days of the order, a monthly term that is over is paid back and nothing else happens."""
    placed_at = at("2026-02-01T10:00:00Z")
    month = Term(1, placed_at, at("2026-03-01T10:00:00Z"))
    case = first_purchase("2026-03-02T12:00:00Z", placed_at=placed_at, term=month)
    verdict = evaluate(REFERENCE, case)
    assert (verdict.outcome, verdict.clause, verdict.access) == ("grant", "RUN-OUT-30-DAYS", "unchanged")


@pytest.mark.requirement("R36")
def test_a_denial_names_the_day_the_last_day_and_the_zone() -> None:
    """The reason of a late request has every date that was used."""
    verdict = evaluate(REFERENCE, first_purchase("2026-04-02T00:00:00Z"))
    assert verdict.because == (
        "The request came on day 31 (2 April 2026); the last day was 1 April 2026, counted from 2 March 2026 in UTC."
    )
    values = verdict.findings[-1].values
    assert (values["day"], values["last_day"], values["timezone"]) == ("31", "2026-04-01", "UTC")


@pytest.mark.requirement("R34")
def test_every_clause_has_a_finding_with_its_reason() -> None:
    """Also clauses after the one that decides are applied and explained."""
    verdict = evaluate(REFERENCE, renewal("2026-05-01T12:00:00Z"))
    assert [finding.clause for finding in verdict.findings] == [c.id for c in REFERENCE.refund.clauses]
    by_id = {finding.clause: finding for finding in verdict.findings}
    assert by_id["OTHER-CHANNEL"].because == "The order was sold through: vendor store."
    assert by_id["FIRST-PURCHASE-30-DAYS"].because == "The payment is for a renewal."
    assert by_id["RENEWAL-BEGUN-30-DAYS"].because == (
        "The term had not begun: the request came on 1 May 2026, 12:00 UTC, it starts on 10 May 2026, 00:00 UTC."
    )
    assert by_id["RENEWAL-NOT-BEGUN-30-DAYS"].matched
    assert "the last day is 26 May 2026" in by_id["RENEWAL-NOT-BEGUN-30-DAYS"].because
    assert not by_id["OUTSIDE-WINDOW"].matched
    assert "RENEWAL-NOT-BEGUN-30-DAYS" in by_id["OUTSIDE-WINDOW"].because


@pytest.mark.requirement("R24")
def test_the_buyers_midnight_decides_not_the_policys() -> None:
    """The same instants are day 30 in Sydney and day 31 in UTC."""
    case = first_purchase("2026-03-31T20:00:00+11:00", placed_at=at("2026-03-01T08:00:00+11:00"))
    assert evaluate(REFERENCE, case).clause == "OUTSIDE-WINDOW"
    ignoring = policy_with('buyer_timezone = "overrides"', 'buyer_timezone = "ignored"')
    assert evaluate(ignoring, replace(case, buyer_timezone="Australia/Sydney")).outcome == "deny"


def test_a_zone_on_the_order_that_does_not_exist_is_passed_over() -> None:
    """Imported orders may carry nonsense; the policy's zone is used, and said."""
    case = first_purchase("2026-04-02T00:00:00Z", buyer_timezone="Nowhere/Atlantis")
    verdict = evaluate(REFERENCE, case)
    assert verdict.outcome == "deny"
    assert "in UTC" in verdict.because


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("requested", ["2026-03-03T00:00:00Z", "2026-12-03T00:00:00Z"])
def test_the_end_of_the_window_is_told_whatever_the_day(requested: str) -> None:
    """The end is the first instant of day 31, also when it is long past."""
    case = first_purchase(requested)
    assert refundable_until(REFERENCE, case) == at("2026-04-02T00:00:00Z")
    verdict = evaluate(REFERENCE, case)
    assert verdict.refundable_until_at == at("2026-04-02T00:00:00Z")
    assert verdict.window_last_day_on == date(2026, 4, 1)


def test_what_is_never_refundable_has_no_end_of_a_window() -> None:
    """Another seller's payment, an earlier term and a payment already returned have no date to show."""
    soon = "2026-03-03T00:00:00Z"
    for change in (
        {"sales_channel": "isp"},
        {"is_latest_paid": False},
        {"already_refunded": Money(5995, "AUD")},
    ):
        assert refundable_until(REFERENCE, first_purchase(soon, **change)) is None


def test_elapsed_hours_end_exclusively() -> None:
    """A window in hours runs from the moment of the order, and its last instant is outside."""
    hours = policy_with('length = "30 days"', 'length = "720 hours"')
    order = {"placed_at": at("2026-07-01T08:00:00Z")}
    assert evaluate(hours, first_purchase("2026-07-31T07:59:00Z", **order)).outcome == "grant"
    late = evaluate(hours, first_purchase("2026-07-31T08:00:00Z", **order))
    assert late.outcome == "deny"
    assert "the 720 hours ended on 31 July 2026, 08:00 UTC" in late.because
    last = evaluate(hours, first_purchase("2026-07-31T07:59:59Z", **order))
    assert "the request came on 31 July 2026, 07:59:59 UTC; the 720 hours end on" in last.because


def test_a_policy_may_pay_back_what_is_left() -> None:
    """Where no clause stands against it, only the part that was not paid back before is granted."""
    text = policies.read("reference")
    start, end = text.index('[[refund.clause]]\nid = "PARTLY-'), text.index('[[refund.clause]]\nid = "PARTIAL"')
    policy = parse_policy(text[:start] + text[end:], "p.toml")
    case = first_purchase("2026-03-05T09:00:00Z", already_refunded=Money(995, "AUD"))
    assert evaluate(policy, case).amount == Money(5000, "AUD")


def test_the_longest_open_window_ends_the_time_to_ask() -> None:
    """With a longer window for renewals, each kind of payment has its own end."""
    policy = policy_with(
        'id = "OUTSIDE-WINDOW"',
        'id = "LATE"\nsays = "Renewals have longer."\nwhen.payment = "renewal"\nwhen.inside_window = "long"\n'
        'outcome = "grant"\namount = "full"\naccess = "ends_now"\n[window.long]\nlength = "45 days"\n'
        'counted_from = "order"\n[[refund.clause]]\nid = "OUTSIDE-WINDOW"',
    )
    day_40 = renewal("2026-06-05T00:00:00Z")
    assert evaluate(policy, day_40).clause == "LATE"
    assert refundable_until(policy, day_40) == at("2026-06-11T00:00:00Z")
    assert refundable_until(policy, first_purchase("2026-03-05T09:00:00Z")) == at("2026-04-02T00:00:00Z")


def test_a_case_without_time_zones_is_refused() -> None:
    """A naive instant would be read in the server's zone."""
    naive = datetime(2026, 3, 3)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        replace(first_purchase("2026-03-03T00:00:00Z"), requested_at=naive)


def test_amounts_in_two_currencies_are_refused() -> None:
    """What was paid back in another currency can not be compared."""
    with pytest.raises(ValueError, match="one currency"):
        first_purchase("2026-03-03T00:00:00Z", already_refunded=Money(1, "EUR"))


def policy_with(old: str, new: str) -> Policy:
    text = policies.read("reference")
    assert old in text
    return parse_policy(text.replace(old, new), "changed.toml")


ORDERED = datetime(2026, 3, 2, 10, tzinfo=UTC)

cases = st.builds(
    Case,
    kind=st.sampled_from(["initial", "renewal"]),
    placed_at=st.just(ORDERED),
    term=st.integers(-10, 40).map(
        lambda days: Term(3, ORDERED + timedelta(days=days), ORDERED + timedelta(days=days + 31))
    ),
    amount=st.integers(1, 10_000).map(lambda minor: Money(minor, "EUR")),
    requested_at=st.integers(0, 90 * 86400).map(lambda seconds: ORDERED + timedelta(seconds=seconds)),
    sales_channel=st.sampled_from(["vendor_store", "isp"]),
    is_latest_paid=st.booleans(),
    buyer_timezone=st.sampled_from([None, "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu"]),
    already_refunded=st.integers(0, 10_000).map(lambda minor: Money(minor, "EUR")),
    disputed=st.booleans(),
    asked=st.none() | st.integers(1, 10_000).map(lambda minor: Money(minor, "EUR")),
)


@given(cases)
def test_there_always_is_one_explained_verdict(case: Case) -> None:
    """In every case a clause decides, every finding has a sentence, and only a grant moves money."""
    verdict = evaluate(REFERENCE, case)
    first = next(finding.clause for finding in verdict.findings if finding.matched)
    assert verdict.clause == first
    assert all(len(finding.because) > 10 and finding.because.endswith(".") for finding in verdict.findings)
    assert (verdict.amount.minor > 0) == (verdict.outcome == "grant")
    assert verdict.amount + case.refunded <= case.amount or verdict.outcome != "grant"


@given(cases, st.integers(0, 90 * 86400))
def test_waiting_never_turns_a_denial_into_a_refund(case: Case, seconds: int) -> None:
    """A request that is denied is also denied later."""
    later = replace(case, requested_at=case.requested_at + timedelta(seconds=seconds))
    if evaluate(REFERENCE, case).outcome == "deny":
        assert evaluate(REFERENCE, later).outcome == "deny"


@given(cases)
def test_the_label_agrees_with_the_verdict(case: Case) -> None:
    """Granted means before the end that is shown, and at that end it is granted no more."""
    verdict = evaluate(REFERENCE, case)
    until_at = refundable_until(REFERENCE, case)
    if verdict.outcome == "grant":
        assert until_at is not None
        assert case.requested_at < until_at
    if until_at is not None:
        assert evaluate(REFERENCE, replace(case, requested_at=until_at)).outcome == "deny"
