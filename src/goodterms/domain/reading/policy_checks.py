"""Contradictions inside a policy document: rules that can not all be meant."""

from __future__ import annotations

from collections.abc import Sequence

from goodterms.domain.counting import interval_in_words, plural
from goodterms.domain.policy import Check, Policy, Renewal, RenewalSchedule
from goodterms.domain.reading.policy_checks_access import check_access
from goodterms.domain.reading.policy_checks_clauses import check_clauses, check_defaults, check_payments
from goodterms.domain.reading.policy_checks_facts import check_facts, check_questions
from goodterms.domain.reading.policy_checks_retries import check_retries
from goodterms.domain.reading.policy_checks_windows import (
    check_goodwill,
    check_leads,
    check_notice_periods,
    check_used,
)
from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.reading.policy_report import Report

_SCHEDULE: Path = ("renewal", "schedule")
_VERIFY: Path = ("refund", "verify")


def check_policy(policy: Policy, report: Report) -> None:
    """Every check of a policy that has been read, as far as its parts are sound."""
    check_renewal(policy.renewal, report)
    check_verify(policy.refund.verify, report)
    for name, clauses in (("refund", policy.refund.clauses), ("cancellation", policy.cancellation.clauses)):
        path: Path = (name, "clause")
        check_clauses(clauses, policy.facts, policy.windows, path, report)
        check_defaults(clauses, path, report)
        check_access(clauses, path, report)
    check_refunds(policy, report)
    check_cancellation(policy, report)
    check_leads(policy, report)
    everything = (*policy.refund.clauses, *policy.cancellation.clauses)
    check_used(policy.windows, everything, (("refund", "clause"), ("cancellation", "clause")), report)
    check_questions(policy, report)
    check_facts(policy.facts, policy.windows, everything, (), report, changes_prices=policy.price_change is not None)


def check_refunds(policy: Policy, report: Report) -> None:
    """Checks of refunds as a whole: payments left to the default, and goodwill."""
    early = any(row.lead_days for row in policy.renewal.schedules)
    clauses, path = policy.refund.clauses, ("refund", "clause")
    check_payments(clauses, policy.facts, policy.windows, path, report, charged_early=early)
    check_goodwill(policy, report)


def check_cancellation(policy: Policy, report: Report) -> None:
    """Remark on cancellations that are never accepted, or whose notice can hardly be kept."""
    clauses = policy.cancellation.clauses
    check_notice_periods(policy, report)
    if clauses and not any(clause.outcome == "grant" for clause in clauses) and report.is_sound(("cancellation",)):
        message = 'no cancellation is ever accepted; write a clause with outcome = "grant"'
        report.warn(("cancellation",), message, blamed="key")


def check_renewal(renewal: Renewal, report: Report) -> None:
    """Refuse schedules that charge too early, announce too late, or can never be used."""
    for index, row in enumerate(renewal.schedules):
        path = (*_SCHEDULE, index)
        _check_schedule(row, renewal, path, report)
        if any(_covers_schedule(earlier, row) for earlier in renewal.schedules[:index]):
            report.problem(
                path,
                "this schedule is never used: an earlier one fits every term it fits; move it up, or leave it out",
            )
    if renewal.schedules and all(row.regions for row in renewal.schedules):
        report.problem(_SCHEDULE, 'no schedule is left for other regions; leave out "regions" in the last one')
    check_retries(renewal, report)


def _check_schedule(row: RenewalSchedule, renewal: Renewal, path: Path, report: Report) -> None:
    charge, announce = (*path, "charge_before_end"), (*path, "announce_before_end")
    if report.value_at(announce) is None:
        announce = (*path, "announce_before_charge")
    shortest = row.terms_from.shortest_days
    term = interval_in_words(row.terms_from)
    fewest = f", which may have only {plural(shortest, 'day')}" if term != plural(shortest, "day") else ""
    if not report.is_sound(charge, announce, (*path, "terms_from"), ("renewal", "notice")):
        return
    if row.lead_days >= shortest:
        report.problem(
            charge,
            f"charging {plural(row.lead_days, 'day')} before the end is not possible for a term of {term}{fewest}: "
            "it would be charged before it has begun; charge it later",
        )
    elif row.reminder_days >= shortest:
        report.problem(
            announce,
            f"a renewal announced {plural(row.reminder_days, 'day')} before the end of a term of {term} "
            "would be announced before that term has begun; announce it later",
        )
    elif row.reminder_days < row.lead_days + renewal.notice_days:
        report.problem(
            announce,
            f"the announcement {plural(row.reminder_days, 'day')} before the end leaves less than the "
            f"notice of {plural(renewal.notice_days, 'day')} before the charge, "
            f"which comes {plural(row.lead_days, 'day')} before the end; announce it "
            f"{plural(row.lead_days + renewal.notice_days, 'day')} before the end or earlier",
        )


def _covers_schedule(earlier: RenewalSchedule, later: RenewalSchedule) -> bool:
    regions = not earlier.regions or (bool(later.regions) and set(later.regions) <= set(earlier.regions))
    return regions and earlier.terms_from.shortest_days <= later.terms_from.shortest_days


def check_verify(checks: Sequence[Check], report: Report) -> None:
    """Refuse a list of facts that names one twice, or that could match an order without its number (A15)."""
    for index, check in enumerate(checks):
        if check.name in [earlier.name for earlier in checks[:index]]:
            report.problem((*_VERIFY, index, "fact"), f'the fact "{check.name}" is listed twice; keep one of the two')
        if check.name == "order_number" and check.strength != "must_match":
            report.problem(
                (*_VERIFY, index, "strength"),
                'the order number must match: it is what finds the order; write "must_match"',
            )
    if checks and "order_number" not in [check.name for check in checks] and report.is_sound(_VERIFY):
        report.problem(_VERIFY, 'the fact "order_number" is missing: nothing else finds the order; add it')
