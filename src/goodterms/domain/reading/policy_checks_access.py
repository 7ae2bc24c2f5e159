"""Checks of what a granted clause pays back and does to access: the two must not contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.reading.policy_report import Report
from goodterms.domain.rules import Clause


def check_access(clauses: Sequence[Clause], path: Path, report: Report) -> None:
    """Refuse clauses whose money and access exclude each other, and remark on those that give both."""
    for index, clause in enumerate(clauses):
        here = (*path, index)
        sound = report.is_sound((*here, "amount"), (*here, "access"), (*here, "unused_part"), (*here, "outcome"))
        if clause.outcome == "grant" and sound:
            _check_grant(clause, here, report)


def _check_grant(clause: Clause, path: Path, report: Report) -> None:
    access, kind = clause.access, clause.payback.kind
    where = (*path, "access")
    if access == "until_unused_part" and kind != "unused_part":
        wrong = f'access "until_unused_part" needs amount = "unused_part", not "{_written(clause)}"'
        report.problem(where, f"{wrong}: without it there is no such instant")
    if access == "keep_current_term" and kind == "none":
        message = (
            'access "keep_current_term" gives up the next term, so its payment must be paid back: amount = "full"'
        )
        report.problem(where, message)
    if access == "end_of_next_term" and clause.acts != ("cancel",):
        message = (
            'access "end_of_next_term" is for cancellations that come too late; expected "ends_now" or "unchanged"'
        )
        report.problem(where, message)
    if access == "end_of_next_term" and kind != "none":
        message = 'access "end_of_next_term" renews once more, so nothing is paid back: leave the amount out'
        report.problem((*path, "amount"), message)
    if access == "unchanged" and clause.acts == ("cancel",):
        message = '"unchanged" does not say when access ends; write "end_of_last_paid_term"'
        report.warn(where, message)
    if kind == "unused_part" and access in ("unchanged", "end_of_last_paid_term"):
        message = (
            f'the unused part is paid back and, with "{access}", can be used all the same; write "until_unused_part"'
        )
        report.warn(where, message)
    if kind == "none" and clause.payback.less:
        report.problem((*path, "less"), '"less" deducts from nothing: leave it out, or say what is paid back')
    if kind == "none" and clause.payback.handling_fee:
        message = '"handling_fee" is kept of what is paid back, and that is nothing: leave it out'
        report.problem((*path, "handling_fee"), message)
    if kind == "none" and "cancel" not in clause.acts:
        message = 'a granted refund of nothing is none; write outcome = "deny", or what is paid back'
        report.problem((*path, "amount"), message)


def _written(clause: Clause) -> str:
    kind = clause.payback.kind
    return f"{clause.payback.percent} percent" if kind == "share" else kind
