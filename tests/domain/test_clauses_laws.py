"""Laws beside a policy: when they apply, and the better of the two for the customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.case import Case, Laws, Verdict
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.rules import Payback, Proration, Span, Window
from tests.support import small_rules
from tests.support.small_rules import REFERENCE, at, case_of, clause, inside, law_of, need, policy_of, unused

NO_REFUNDS = policy_of()
EU_FACTS = ("consumer", "product_class", "express_request_to_start", "information_given_at")
DIGITAL = need("product_class", "is", "digital_service")
EXPRESS = need("express_request_to_start", "is", "true")
PAID = {"pay_within": Span(14, "days"), "acknowledge": "durable_medium_without_undue_delay", "article": "art. 13"}
WITHDRAWAL = Window("withdrawal", Span(14, "days"), "contract", closed_last_day="next_working_day")
EU = law_of(
    clause("PROPORTIONATE", DIGITAL, EXPRESS, inside("withdrawal"), payback=unused(), **PAID),
    clause("WHOLE", DIGITAL, inside("withdrawal"), **PAID),
    windows=[WITHDRAWAL], facts=EU_FACTS,
)  # fmt: skip
HOLIDAYS = BusinessCalendar(frozenset({5, 6}), frozenset({date(2026, 4, 6)}))  # Easter Monday
DE = {"DE": HOLIDAYS}


def judged(policy: Any, case: Case, *laws: Law, calendars: Any = None) -> Verdict:
    return evaluate(policy, case, Laws(laws, calendars or DE))


def german(requested: str, **more: Any) -> Case:
    """A year bought on 1 July 2026 for 73.00 EUR by a German consumer."""
    facts = {"consumer": True, "product_class": "digital_service", "express_request_to_start": True}
    fields = {"act": "withdraw", "country": "DE", "facts": facts} | more
    return case_of("2026-07-01T00:00:00Z", "2027-07-01T00:00:00Z", requested, "73.00 EUR", **fields)


def test_a_withdrawal_from_a_vendor_who_refunds_nothing() -> None:
    """73.00 x 355/365 = 71.00, to be paid within 14 days, and to be acknowledged."""
    verdict = judged(NO_REFUNDS, german("2026-07-10T15:00:00Z"), EU)
    assert (verdict.outcome, verdict.amount, verdict.access) == ("grant", Money(7100, "EUR"), "ends_now")
    assert (verdict.rule, verdict.clause, verdict.article) == ("small-law@1", "PROPORTIONATE", "art. 13")
    assert verdict.pay_by_on == date(2026, 7, 24)
    assert verdict.acknowledge == "durable_medium_without_undue_delay"
    assert [(f.rule, f.clause, f.matched) for f in verdict.findings] == [
        ("small@1", "DEFAULT", True), ("small-law@1", "PROPORTIONATE", True), ("small-law@1", "WHOLE", True),
    ]  # fmt: skip
    assert verdict.because.startswith("Product class: digital_service; the customer asked for the service to begin")
    assert verdict.refundable_until_at == at("2026-07-16T00:00:00Z")


@pytest.mark.parametrize(
    ("ordered", "last_day"),
    [
        ("2026-06-28T10:00:00Z", date(2026, 7, 13)),  # the 14th day is Sunday 12 July
        ("2026-06-27T10:00:00Z", date(2026, 7, 13)),  # Saturday 11 July
        ("2026-03-22T10:00:00Z", date(2026, 4, 7)),  # Sunday 5 April; Monday is a holiday
        ("2026-03-23T10:00:00Z", date(2026, 4, 7)),  # the holiday itself
        ("2026-07-01T10:00:00Z", date(2026, 7, 15)),  # a Wednesday
    ],
)
def test_a_period_never_ends_on_a_day_off(ordered: str, last_day: date) -> None:
    """The last day moves to the next working day of the customer's country."""
    facts = {"consumer": True, "product_class": "digital_service", "express_request_to_start": False}
    case = case_of(ordered, "2027-09-01T00:00:00Z", ordered, act="withdraw", country="DE", facts=facts)
    assert judged(NO_REFUNDS, case, EU).window_last_day_on == last_day


def test_the_calendar_is_that_of_the_state_where_there_is_one() -> None:
    """A state's own closing days come before those of its country."""
    law = replace(EU, countries=("US",))
    ordered = "2026-03-23T10:00:00Z"
    facts = {"consumer": True, "product_class": "digital_service", "express_request_to_start": False}
    case = case_of(ordered, "2027-09-01T00:00:00Z", ordered, act="withdraw", country="US", state="NY", facts=facts)
    both = {"US": small_rules.WEEKDAYS, "US-NY": HOLIDAYS}
    assert judged(NO_REFUNDS, case, law, calendars=both).window_last_day_on == date(2026, 4, 7)
    other = replace(case, state="CA")
    assert judged(NO_REFUNDS, other, law, calendars=both).window_last_day_on == date(2026, 4, 6)


GERMANY = law_of(
    clause(
        "ONE-MONTH", need("payment", "is", "renewal"), access="until_unused_part",
        payback=Payback("unused_part", Proration(start="after_notice", notice=Span(1, "months"))),
    ),
    facts=("consumer", "contract_made_on"), contracts_from=date(2022, 3, 1), timezone="Europe/Berlin",
)  # fmt: skip
RENEWED = {
    "order": "2026-04-26T06:00:00Z", "kind": "renewal", "act": "cancel", "country": "DE",
    "buyer_timezone": "Europe/Berlin", "current_term_ends_at": at("2026-05-10T00:00:00Z"),
}  # fmt: skip


def renewed(requested: str, **facts: object) -> Case:
    """A renewal for the year from 10 May 2026, canceled by a German."""
    return case_of("2026-05-10T00:00:00Z", "2027-05-10T00:00:00Z", requested, "79.95 EUR", facts=facts, **RENEWED)


def test_one_month_of_notice_beats_running_to_the_end_of_the_next_year() -> None:
    """79.95 x 331/365 = 72.50; access to the end of 12 June in Berlin."""
    case = renewed("2026-05-12T10:00:00Z", consumer=True, contract_made_on=date(2025, 5, 10))
    verdict = judged(REFERENCE, case, GERMANY)
    assert (verdict.outcome, verdict.amount, verdict.rule) == ("grant", Money(7250, "EUR"), "small-law@1")
    assert verdict.access_until_at == at("2026-06-12T22:00:00Z")
    assert verdict.paid_from_on == date(2026, 6, 13)
    alone = evaluate(REFERENCE, case)
    assert (alone.amount, alone.access_until_at) == (Money(0, "EUR"), at("2027-05-10T00:00:00Z"))


def test_a_law_for_newer_contracts_passes_over_older_ones_and_asks_where_nobody_knows() -> None:
    """What is asked for comes in the order of need, and only what matters."""
    old = renewed("2026-05-12T10:00:00Z", consumer=True, contract_made_on=date(2022, 2, 28))
    assert judged(REFERENCE, old, GERMANY).rule == "reference@1"
    first = renewed("2026-05-12T10:00:00Z", consumer=True, contract_made_on=date(2022, 3, 1))
    assert judged(REFERENCE, first, GERMANY).rule == "small-law@1"
    trader = renewed("2026-05-12T10:00:00Z", consumer=False)
    assert judged(REFERENCE, trader, GERMANY).rule == "reference@1"  # whenever the contract was made
    asked = judged(REFERENCE, renewed("2026-05-12T10:00:00Z"), GERMANY)
    assert (asked.outcome, asked.missing) == ("ask", ("contract_made_on", "consumer"))
    assert (asked.rule, asked.clause) == ("small-law@1", "ONE-MONTH")
    assert asked.because == "Needs information: On which day was the contract made?"


def test_a_notice_that_was_never_sent() -> None:
    """60.00 x 265/365 = 43.56, paid within 30 days; a notice in time leaves the policy as it is."""
    notice = Window("notice", Span(1, "months"), counted_before="term_start", opens=Span(3, "months"))
    chatel = law_of(
        clause("NO-NOTICE", need("payment", "is", "renewal"), need("chatel_notice_sent_at", "outside", "notice"),
               payback=unused(), pay_within=Span(30, "days")),
        countries=["FR"], windows=[notice], facts=("consumer", "chatel_notice_sent_at"),
    )  # fmt: skip
    fields: dict[str, Any] = {"order": "2026-01-18T00:00:00Z", "kind": "renewal", "act": "cancel", "country": "FR"}

    def french(**facts: object) -> Verdict:
        case = case_of("2026-02-01T00:00:00Z", "2027-02-01T00:00:00Z", "2026-05-11T00:00:00Z", "60.00 EUR",
                       facts={"consumer": True, **facts}, **fields)  # fmt: skip
        return judged(REFERENCE, case, chatel)

    missing = french(chatel_notice_sent_at=None)
    assert (missing.amount, missing.access, missing.pay_by_on) == (Money(4356, "EUR"), "ends_now", date(2026, 6, 10))
    assert "no notice of the coming renewal was sent" in missing.because
    for sent, amount in (("2025-11-01T12:00:00Z", 0), ("2026-01-01T23:59:59Z", 0), ("2025-10-31T23:59:59Z", 4356),
                         ("2026-01-02T00:00:00Z", 4356)):  # fmt: skip
        assert french(chatel_notice_sent_at=at(sent)).amount == Money(amount, "EUR"), sent
    late = french(chatel_notice_sent_at=at("2026-01-02T00:00:00Z"))
    assert "outside the time from 1 November 2025 to 1 January 2026 that is counted back from" in late.because
    assert french().missing == ("chatel_notice_sent_at",)


def test_the_policy_wins_where_it_gives_more_and_the_law_still_sets_the_time() -> None:
    """In full is more than in proportion; a tie of a refund goes to the policy, of a withdrawal to the law."""
    generous = policy_of(clause("ALL", inside("thirty")), windows=[small_rules.days("thirty", 30)])
    verdict = judged(generous, german("2026-07-10T15:00:00Z"), EU)
    assert (verdict.rule, verdict.amount, verdict.pay_by_on) == ("small@1", Money(7300, "EUR"), date(2026, 7, 24))
    facts = {"consumer": True, "product_class": "digital_service", "express_request_to_start": False}
    tie = german("2026-07-10T15:00:00Z", facts=facts)
    assert judged(generous, tie, EU).rule == "small-law@1"
    assert judged(generous, replace(tie, act="refund"), EU).rule == "small@1"


def test_whether_somebody_is_a_consumer_is_asked_only_where_it_matters() -> None:
    """A policy that pays everything back needs no law; one that denies does."""
    facts = {"product_class": "digital_service", "express_request_to_start": True}
    generous = policy_of(clause("ALL"))
    decided = judged(generous, german("2026-07-10T15:00:00Z", facts=facts), EU)
    assert (decided.outcome, decided.amount) == ("grant", Money(7300, "EUR"))
    assert decided.pay_by_on == date(2026, 7, 24)  # the stricter of the two possibilities
    asked = judged(NO_REFUNDS, german("2026-07-10T15:00:00Z", facts=facts), EU)
    assert (asked.outcome, asked.missing) == ("ask", ("consumer",))
    late = judged(NO_REFUNDS, german("2026-08-10T15:00:00Z", facts={}), EU)
    assert (late.outcome, late.missing) == ("deny", ())  # too late, whoever asks
    everything = judged(NO_REFUNDS, german("2026-07-10T15:00:00Z", facts={}), EU)
    assert everything.missing == ("consumer", "product_class", "express_request_to_start")


def test_where_and_when_a_law_applies() -> None:
    """Another country, a country nobody knows, another state, and days before or after do not count."""
    case = german("2026-07-10T15:00:00Z")
    assert judged(NO_REFUNDS, replace(case, country="CH"), EU).outcome == "deny"
    unknown = judged(NO_REFUNDS, replace(case, country=None), EU)
    assert (unknown.outcome, len(unknown.findings)) == ("deny", 1)
    bavarian = replace(EU, states=("BY",))
    assert judged(NO_REFUNDS, case, bavarian).outcome == "deny"
    assert judged(NO_REFUNDS, replace(case, state="BY"), bavarian).outcome == "grant"
    for first, last, outcome in ((date(2026, 7, 10), None, "grant"), (date(2026, 7, 11), None, "deny"),
                                 (date(2020, 1, 1), date(2026, 7, 10), "deny"),
                                 (date(2020, 1, 1), date(2026, 7, 11), "grant")):  # fmt: skip
        assert judged(NO_REFUNDS, case, replace(EU, applies_from=first, applies_until=last)).outcome == outcome


def test_an_announced_law_waits_for_its_commencement() -> None:
    """Before its date never; after it, only where it is known to be in force."""
    law = replace(EU, status="announced", applies_from=date(2026, 7, 10), facts=EU.facts)
    assert judged(NO_REFUNDS, german("2026-07-09T15:00:00Z"), law).outcome == "deny"
    asked = judged(NO_REFUNDS, german("2026-07-10T15:00:00Z"), law)
    assert asked.missing == ("regime_in_force",)
    known = {"consumer": True, "product_class": "digital_service", "express_request_to_start": True}
    for in_force, outcome in ((True, "grant"), (False, "deny")):
        case = german("2026-07-10T15:00:00Z", facts={**known, "regime_in_force": in_force})
        assert judged(NO_REFUNDS, case, law).outcome == outcome


def test_a_right_to_nothing_does_not_turn_a_denial_into_a_refund() -> None:
    """What has been paid back in full is not granted again by a law; a withdrawal is accepted all the same."""
    case = german("2026-07-10T15:00:00Z", already_refunded=Money(7300, "EUR"))
    assert judged(NO_REFUNDS, replace(case, act="refund"), EU).outcome == "deny"
    assert judged(NO_REFUNDS, case, EU).outcome == "grant"


def test_an_extension_where_the_information_was_missing() -> None:
    """Told late, fourteen days from then; never told, twelve months more; not known, it is asked where it matters."""
    told = clause("TOLD", inside("told"))
    untold = clause("UNTOLD", need("information_given_at", "given", "false"), inside("untold"))
    law = law_of(
        told, untold, facts=("consumer", "information_given_at"),
        windows=[Window("told", Span(14, "days"), "information_given_at"),
                 Window("untold", Span(14, "days"), "contract", extended_by=Span(12, "months"))],
    )  # fmt: skip

    def on(requested: str, **facts: object) -> Verdict:
        return judged(NO_REFUNDS, german(requested, facts={"consumer": True, **facts}), law)

    assert on("2027-07-15T23:59:59Z", information_given_at=None).outcome == "grant"
    assert on("2027-07-16T00:00:00Z", information_given_at=None).outcome == "deny"
    given_at = at("2026-09-01T12:00:00Z")
    assert on("2026-09-15T23:59:59Z", information_given_at=given_at).outcome == "grant"
    assert on("2026-09-16T00:00:00Z", information_given_at=given_at).outcome == "deny"
    assert on("2026-09-16T00:00:00Z").missing == ("information_given_at",)
    # More than a year and two weeks later it still matters whether it was told in the last fourteen days.
    assert on("2028-01-01T00:00:00Z").missing == ("information_given_at",)


def test_what_the_bank_may_take_back_is_not_paid_a_second_time_by_law() -> None:
    """A person looks at a disputed payment first; the right and its time to pay stay."""
    disputed = judged(REFERENCE, german("2026-08-14T15:00:00Z", act="refund", disputed=True), EU)
    in_time = judged(REFERENCE, german("2026-07-10T15:00:00Z", act="withdraw", disputed=True), EU)
    assert (disputed.outcome, disputed.clause) == ("review", "DISPUTED")
    assert (in_time.outcome, in_time.clause) == ("review", "DISPUTED")
    assert in_time.pay_by_on == date(2026, 7, 24)
