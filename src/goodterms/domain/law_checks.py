"""Contradictions inside a law document."""

from __future__ import annotations

from goodterms.domain.law import Law
from goodterms.domain.policy_checks_clauses import check_clauses
from goodterms.domain.policy_report import Report


def check_law(law: Law, report: Report) -> None:
    """Every check of a law that has been read, as far as its parts are sound."""
    if not law.rights and not law.notices and report.is_sound(("right",), ("notice",)):
        report.problem((), "a law needs at least one [[right]] or [[notice]]")
    check_clauses(law.rights, law.windows, ("right",), report)
