"""Checks of a list of clauses: ids, defaults, clauses that no case can reach."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from goodterms.domain.policy_lines import Path
from goodterms.domain.policy_report import Report
from goodterms.domain.rules import Clause, Condition, Window


def check_clauses(clauses: Sequence[Clause], windows: Mapping[str, Window], path: Path, report: Report) -> None:
    """Refuse ids used twice and clauses no case can reach; remark on ids that name another length."""
    always = ""
    for index, clause in enumerate(clauses):
        here = (*path, index)
        if clause.id in [earlier.id for earlier in clauses[:index]]:
            report.problem((*here, "id"), f'the id "{clause.id}" is used twice; give one of them another')
        if always:
            report.problem(here, f'"{clause.id}" is never reached: "{always}" before it applies always')
        elif hider := _hidden_by(clause, clauses[:index]):
            report.problem(here, f'"{clause.id}" is never reached: "{hider.id}" before it fits every case it fits')
        if clause.unconditional and report.is_sound((*here, "when")):
            always = always or clause.id
        _check_name(clause, windows, here, report)


def check_defaults(clauses: Sequence[Clause], path: Path, report: Report) -> None:
    """Refuse a list without a default at its end, or with one that can not be meant."""
    last = (*path, len(clauses) - 1)
    if not clauses or not report.is_sound((*last, "when")):
        return
    default = clauses[-1]
    proper = ("grant", "deny") if path[0] == "cancellation" else ("deny", "review")
    if not any(clause.unconditional for clause in clauses):
        message = f'the last clause must be the default: add one with when = "always" and outcome = "{proper[0]}"'
        report.problem(last, message)
    elif default.unconditional and default.outcome not in proper:
        report.problem((*last, "outcome"), f'the default must be "{proper[0]}" or "{proper[1]}"')


def _hidden_by(clause: Clause, earlier: Sequence[Clause]) -> Clause | None:
    for other in earlier:
        if not other.unconditional and all(_implied(need, clause) for need in other.conditions):
            return other
    return None


def _implied(need: Condition, clause: Clause) -> bool:
    wanted = set(need.values)
    for own in clause.conditions:
        values = set(own.values)
        if own == need:
            return True
        if own.fact != need.fact or own.test not in ("is", "is_not"):
            continue
        if need.test == "is_not" and (wanted <= values if own.test == "is_not" else not wanted & values):
            return True
        if need.test == "is" and own.test == "is" and values <= wanted:
            return True
    return False


def _check_name(clause: Clause, windows: Mapping[str, Window], path: Path, report: Report) -> None:
    """Remark on an id that names another number of days than the windows of its clause have."""
    named = re.search(r"(\d+)-DAYS?$", clause.id)
    lengths = [windows[name].length for name in clause.windows]
    if not named or not lengths or any(length.unit != "days" for length in lengths):
        return
    if int(named.group(1)) not in [length.count for length in lengths]:
        said = " or ".join(str(length) for length in lengths)
        report.warn((*path, "id"), f'the id "{clause.id}" does not fit its window of {said}')
