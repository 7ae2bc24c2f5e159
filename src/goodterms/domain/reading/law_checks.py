"""Contradictions inside a law document."""

from __future__ import annotations

from goodterms.domain.law import Law, Notice
from goodterms.domain.reading.policy_checks_access import check_access
from goodterms.domain.reading.policy_checks_clauses import check_clauses
from goodterms.domain.reading.policy_checks_facts import check_facts
from goodterms.domain.reading.policy_checks_windows import check_used
from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.reading.policy_report import Report
from goodterms.domain.reading.rules_lengths import surely_longer
from goodterms.domain.rules import Clause

_RIGHT: Path = ("right",)
_NOTICE: Path = ("notice",)


def check_law(law: Law, report: Report) -> None:
    """Every check of a law that has been read, as far as its parts are sound."""
    if not law.rights and not law.notices and report.is_sound(_RIGHT, _NOTICE):
        report.problem((), "a law gives something: add a [[right]] or a [[notice]]")
    _check_dates(law, report)
    check_clauses(law.rights, law.facts, law.windows, _RIGHT, report)
    check_access(law.rights, _RIGHT, report)
    for index, right in enumerate(law.rights):
        _check_right(right, index, report)
    for index, notice in enumerate(law.notices):
        _check_notice(notice, law, index, report)
    conditions = [need for notice in law.notices for need in notice.conditions]
    check_facts(law.facts, law.windows, law.rights, conditions, report)
    used = [value for need in conditions if need.test in ("inside", "outside") for value in need.values]
    windows = {name: window for name, window in law.windows.items() if name not in used}
    check_used(windows, law.rights, (_RIGHT,), report)
    _check_calendar(law, report)


def _check_dates(law: Law, report: Report) -> None:
    if law.applies_until is not None and law.applies_until <= law.applies_from and report.is_sound(("law",)):
        message = f'"applies_until" must be after "applies_from" ({law.applies_from.isoformat()}): it never applies'
        report.problem(("law", "applies_until"), message)


def _check_right(right: Clause, index: int, report: Report) -> None:
    path: Path = (*_RIGHT, index, "acts")
    if "cancel" in right.acts and len(right.acts) > 1 and report.is_sound(path):
        message = 'a right to cancel stands alone: write acts = ["cancel"], and another right for the money'
        report.problem(path, message)


def _check_notice(notice: Notice, law: Law, index: int, report: Report) -> None:
    path = (*_NOTICE, index)
    earlier = [right.id for right in law.rights] + [other.id for other in law.notices[:index]]
    if notice.id and notice.id in earlier:
        report.problem((*path, "id"), f'the id "{notice.id}" is used twice; give one of them another')
    sound = report.is_sound((*path, "opens"), (*path, "closes"))
    if sound and not surely_longer(notice.opens, notice.closes):
        message = (
            f'a notice from {notice.opens} to {notice.closes} before may be impossible; "opens" is the earlier day'
        )
        report.problem((*path, "opens"), message)


def _check_calendar(law: Law, report: Report) -> None:
    """Refuse to count business days without saying which days they are."""
    if report.value_at(("business_days",)) is not None:
        return
    for name, window in law.windows.items():
        path: Path = ("window", name)
        if window.closed_last_day != "counts":
            report.problem((*path, "closed_last_day"), _calendar_missing(), blamed="key")
        if "business days" in (window.length.unit, window.opens.unit if window.opens else ""):
            report.problem((*path, "length"), _calendar_missing())
    for index, right in enumerate(law.rights):
        if right.pay_within is not None and right.pay_within.unit == "business days":
            report.problem((*_RIGHT, index, "pay_within"), _calendar_missing())
    for index, notice in enumerate(law.notices):
        if "business days" in (notice.opens.unit, notice.closes.unit):
            report.problem((*_NOTICE, index, "opens"), _calendar_missing())


def _calendar_missing() -> str:
    return 'this needs to know business days: add [business_days] with "weekend" and "holidays"'
