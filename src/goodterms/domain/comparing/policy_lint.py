"""Searching a policy for what its author may not have meant: by trying cases, not by comparing words.

The reader refuses what contradicts itself on paper. Here every clause is applied to the space of cases of the policy,
the laws of the countries it is sold in are applied to the same cases, and its announcements are held against the
windows that laws set. A search may
be cut short; then it is remarked, and nothing is concluded from what it has not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field

from goodterms.domain.case import Laws
from goodterms.domain.comparing.case_space import case_space
from goodterms.domain.comparing.case_space_types import Example
from goodterms.domain.comparing.policy_diff_words import and_list, or_list
from goodterms.domain.comparing.policy_lint_law import lint_laws
from goodterms.domain.comparing.policy_lint_notices import lint_notices
from goodterms.domain.comparing.policy_lint_promises import lint_promises
from goodterms.domain.effort import CutShortError, Enough, never
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_lines import KeyLines, Path
from goodterms.domain.reading.policy_problems import Problem
from goodterms.domain.rules import Act, Clause
from goodterms.domain.value import dataclass

BOUND = 3_000
"""The most cases tried for each act."""

_KINDS = {"initial": "first purchases", "renewal": "renewals"}
#: What makes a payment special whatever its kind: a clause about these says nothing of ordinary payments.
_SPECIAL = ("latest", "dropped", "refunded", "part", "disputed")
_CUT_SHORT = "the search for {} was cut short, since it took too long; there may be some that are not listed here"


def lint(
    policy: Policy, laws: Laws, source: str, *, bound: int = BOUND, enough: Enough = never
) -> tuple[Problem, ...]:
    """Remarks on a policy that has been read, in the order of their lines.

    `laws` are those that may apply; of them those of the countries in `sold_in` are used, all where that is empty.
    Once it is `enough` the search ends, with a remark on what has not been searched.
    """
    notes = _Notes(source, KeyLines(policy.text))
    lists: tuple[tuple[Act, str, tuple[Clause, ...]], ...] = (
        ("refund", "refund", policy.refund.clauses),
        ("cancel", "cancellation", policy.cancellation.clauses),
    )
    for act, table, clauses in lists:
        path = (table, "clause")
        try:
            reach = _reach(policy, laws, act, clauses, bound, enough)
        except CutShortError:
            notes.add(
                (table,), _CUT_SHORT.format(f"{table} clauses that decide no case, and for payments without one")
            )
            continue
        _unreached(reach, policy, path, notes)
        _left_to_default(reach, path, notes)
    _searched(lint_laws(policy, laws, enough), "laws that give consumers more", notes)
    _searched(lint_notices(policy, laws, enough), "announcements that miss the windows of laws", notes)
    for place, message in lint_promises(policy, laws):
        notes.add(place, message)
    return tuple(sorted(notes.found, key=lambda note: (note.line, note.column)))


def _reach(policy: Policy, laws: Laws, act: Act, clauses: Sequence[Clause], bound: int, enough: Enough) -> _Reach:
    """What decides the cases of an act. Raises `CutShortError`."""
    reach = _Reach(clauses)
    space = case_space((policy,), act, calendars=laws.calendars, enough=enough)
    special = [index for index, axis in enumerate(space.axes) if axis.name in _SPECIAL]
    for example in space.examples(bound):
        reach.add(example, policy, laws, plain=not any(example.picks[index] for index in special))
    return reach


def _searched(found: Iterable[tuple[Path, str]], what: str, notes: _Notes) -> None:
    """Note what a search finds, and where it was cut short."""
    try:
        for path, message in found:
            notes.add(path, message)
    except CutShortError:
        notes.add(("policy",), _CUT_SHORT.format(what))


@dataclass(frozen=True, slots=True)
class _Notes:
    """Remarks with their places in the document."""

    source: str
    lines: KeyLines
    found: list[Problem] = field(default_factory=list)

    def add(self, path: Path, message: str) -> None:
        """A remark at a key."""
        place = self.lines.key(path)
        self.found.append(Problem(self.source, place.line, place.column, place.text, message))


class _Reach:
    """Which clauses fit and decide cases; `seen` has those that decide ordinary payments, with whether they grant."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.clauses = clauses
        self.deciding: set[str] = set()
        self.before: dict[str, dict[str, None]] = {}
        self.seen: dict[tuple[str, str, str], dict[str, bool]] = {}

    def add(self, example: Example, policy: Policy, laws: Laws, *, plain: bool) -> None:
        """See what fits one case and what decides it, by the policy alone."""
        verdict = evaluate(policy, example.case, Laws((), laws.calendars), closing=False)
        if verdict.outcome == "ask":
            return
        self.deciding.add(verdict.clause)
        for finding in verdict.findings:
            if finding.matched and finding.clause != verdict.clause:
                self.before.setdefault(finding.clause, {})[verdict.clause] = None
        if plain:
            case = example.case
            key = (case.kind, case.term.state(case.requested_at).value, case.sales_channel)
            self.seen.setdefault(key, {})[verdict.clause] = verdict.outcome == "grant"


def _unreached(reach: _Reach, policy: Policy, path: Path, notes: _Notes) -> None:
    """Clauses that decide no case of the space."""
    for index, clause in enumerate(reach.clauses):
        if clause.id in reach.deciding or clause.unconditional:  # a list has to have its default
            continue
        hiders = reach.before.get(clause.id)
        if hiders:
            what = f"every case found that it fits is decided before by {or_list(hiders)}; move it up, or leave it out"
        elif _waits_to_begin(clause) and not any(row.lead_days for row in policy.renewal.schedules):
            what = "no term is upcoming when it is paid, since renewals are charged on the day they begin"
        else:
            what = "no case was found in which all its conditions hold; change one of them"
        notes.add((*path, index), f'"{clause.id}" decides no case: {what}')


def _waits_to_begin(clause: Clause) -> bool:
    return any(need.fact == "term" and need.values == ("upcoming",) for need in clause.conditions)


def _left_to_default(reach: _Reach, path: Path, notes: _Notes) -> None:
    """Ordinary payments of one channel that only the default answers, while those of other channels are granted."""
    last = len(reach.clauses) - 1
    default = reach.clauses[last]
    if default.outcome == "grant":
        return
    channels = dict.fromkeys(channel for _, _, channel in reach.seen)
    for kind, words in _KINDS.items():
        for state in ("upcoming", "running"):
            answered = {channel: reach.seen.get((kind, state, channel), {}) for channel in channels}
            left = [channel for channel, by in answered.items() if [*by] == [default.id]]
            if left and any(True in by.values() for by in answered.values()):
                where = and_list(channel.replace("_", " ") for channel in left)
                notes.add(
                    (*path, last),
                    f'only the default "{default.id}" answers {words} from {where} whose term is {state}; '
                    "write a clause that says what holds for them",
                )


def remarks(policy: Policy, found: Iterable[Problem]) -> tuple[Problem, ...]:
    """The reader's own remarks and those found by searching, in the order of their lines, none twice."""
    both = dict.fromkeys((*policy.warnings, *found))
    return tuple(sorted(both, key=lambda note: (note.line, note.column)))
