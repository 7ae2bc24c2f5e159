"""Checks of a list of clauses: ids, defaults, clauses and values no case reaches, payments left to the default."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.reading.policy_problems import one_of
from goodterms.domain.reading.policy_report import Report
from goodterms.domain.reading.rules_space import CaseSpace
from goodterms.domain.rules import Clause, Fact, Window

_MOST_NAMED = 6
_KINDS = {"initial": "a first purchase", "renewal": "a renewal"}
_STATES = {"upcoming": "has not begun", "running": "is running", "ended": "is over"}
_ORDINARY = {"latest_paid_term": "true", "already_refunded": "none", "asks_for": "all", "disputed": "false"}


def check_clauses(
    clauses: Sequence[Clause], facts: Mapping[str, Fact], windows: Mapping[str, Window], path: Path, report: Report
) -> None:
    """Refuse ids used twice and clauses no case reaches; remark on values and ids that can not be meant."""
    for index, clause in enumerate(clauses):
        here = (*path, index)
        if clause.id and clause.id in [earlier.id for earlier in clauses[:index]]:
            report.problem((*here, "id"), f'the id "{clause.id}" is used twice; give one of them another')
        _check_name(clause, windows, here, report)
    sound = [index for index in range(len(clauses)) if report.is_sound((*path, index, "when"))]
    _check_early_default(clauses, sound, path, report)
    space = CaseSpace([clauses[index] for index in sound], facts, windows)
    for index in sound:
        clause = clauses[index]
        before = [clauses[i] for i in sound if i < index and set(clause.acts) <= set(clauses[i].acts)]
        _check_reached(clause, before, space, (*path, index), report)


def _check_early_default(clauses: Sequence[Clause], sound: Sequence[int], path: Path, report: Report) -> None:
    """Refuse a clause that applies always and stands before others, once for all that it hides."""
    for index in sound:
        clause = clauses[index]
        after = [clauses[i] for i in sound if i > index and set(clauses[i].acts) <= set(clause.acts)]
        if not clause.unconditional or not after:
            continue
        others = f'"{after[0].id}" after it is' if len(after) == 1 else f"the {len(after)} rules after it are"
        right = "leave it out, or give it conditions" if after[-1].unconditional else "move it to the end"
        message = f'"{clause.id}" applies always, so that {others} never reached; {right}'
        report.problem((*path, index), message, blamed="key")
        return


def _check_reached(clause: Clause, before: Sequence[Clause], space: CaseSpace, path: Path, report: Report) -> None:
    if clause.unconditional or any(earlier.unconditional for earlier in before):
        return  # told once, of the clause that comes too early
    if not space.reachable(clause):
        report.problem((*path, "when"), f'"{clause.id}" never fits: its conditions exclude each other; change one')
    elif not space.reachable(clause, before):
        names = [hider.id for hider in _hiders(clause, before, space)]
        who = one_of(names).replace(" or ", " and ") if len(names) <= _MOST_NAMED else f"{len(names)} clauses"
        fits = "fits every case it fits" if len(names) == 1 else "fit every case it fits"
        message = f'"{clause.id}" is never reached: {who} before it {fits}; move it up, or leave it out'
        report.problem(path, message, blamed="key")
    else:
        _check_values(clause, before, space, path, report)


def _hiders(clause: Clause, before: Sequence[Clause], space: CaseSpace) -> list[Clause]:
    """The earlier clauses that are needed to hide a clause."""
    needed = list(before)
    for earlier in before:
        fewer = [other for other in needed if other is not earlier]
        if not space.reachable(clause, fewer):
            needed = fewer
    return needed


def _check_values(clause: Clause, before: Sequence[Clause], space: CaseSpace, path: Path, report: Report) -> None:
    """Remark on a value in a list that earlier clauses have taken."""
    for need in clause.conditions:
        if need.test != "is" or len(need.values) < 2:
            continue
        for index, value in enumerate(need.values):
            if space.reachable(clause, before, **{need.fact: value}):
                continue
            place = (*path, "when", need.fact, index)
            report.warn(place, f'"{value}" has no effect here: clauses before "{clause.id}" fit every such case')


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
    elif default.unconditional and default.outcome not in proper and report.is_sound((*last, "outcome")):
        report.problem((*last, "outcome"), f'the default must be "{proper[0]}" or "{proper[1]}"')


def check_payments(
    clauses: Sequence[Clause],
    facts: Mapping[str, Fact],
    windows: Mapping[str, Window],
    path: Path,
    report: Report,
    *,
    charged_early: bool,
) -> None:
    """Remark on payments that only the default is left for, while others are granted.

    Such a customer is told a reason that is not hers: "too late" where renewals are not paid back at all.
    """
    if not report.is_sound(path) or len(clauses) < 2 or not any(clause.outcome == "grant" for clause in clauses):
        return
    space = CaseSpace(clauses, facts, windows)
    left = [
        (kind, state)
        for kind, states in (("initial", ("running", "ended")), ("renewal", ("upcoming", "running", "ended")))
        for state in states
        if (state != "upcoming" or charged_early) and _left_to_default(clauses, space, kind, state)
    ]
    for kind, words in _KINDS.items():
        states = [_STATES[state] for of, state in left if of == kind]
        if states:
            whose = " or ".join(states)
            report.warn(
                (*path, len(clauses) - 1),
                f'only the default "{clauses[-1].id}" is left for {words} whose term {whose}, while other payments '
                "are granted; write a clause that says what holds for it",
                blamed="key",
            )


def _left_to_default(clauses: Sequence[Clause], space: CaseSpace, kind: str, state: str) -> bool:
    """Whether no clause grants an ordinary payment of this kind, nor says anything of its kind or state."""
    ordinary = {**_ORDINARY, "payment": kind, "term": state}
    for index, clause in enumerate(clauses[:-1]):
        says = clause.outcome == "grant" or any(need.fact in ("payment", "term") for need in clause.conditions)
        if says and space.reachable(clause, clauses[:index], **ordinary):
            return False
    return True


def _check_name(clause: Clause, windows: Mapping[str, Window], path: Path, report: Report) -> None:
    """Remark on an id that names another number of days than the windows of its clause have."""
    named = re.search(r"(\d+)-DAYS?$", clause.id)
    lengths = [windows[name].length for name in clause.windows if name in windows]
    if not named or not lengths or any(length.unit != "days" for length in lengths):
        return
    if int(named.group(1)) not in [length.count for length in lengths]:
        said = " or ".join(str(length) for length in lengths)
        report.warn((*path, "id"), f'the id "{clause.id}" does not fit its window of {said}')
