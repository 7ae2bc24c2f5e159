"""Which combinations of choices to try: every single one, those that a clause asks for, and every pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, product
from math import prod

from goodterms.domain.comparing.case_space_facts import holds
from goodterms.domain.comparing.case_space_types import FACT, Axis, Document, Picks
from goodterms.domain.effort import Enough, go_on, never
from goodterms.domain.rules import Clause, Condition

_MOST_OF_A_CLAUSE = 600
_MOST_PAIRS = 300_000
_AXIS_OF = {
    "payment": "payment",
    "sales_channel": "channel",
    "latest_paid_term": "latest",
    "already_refunded": "refunded",
    "asks_for": "part",
    "disputed": "disputed",
    "term_length": "length",
    "amount": "amount",
    "contract_at": "contract",
    "contract_made_on": "contract",
    "contract": "contract",
    "country": "place",
    "state": "place",
    "timezone": "timezone",
    "order": "order",
    "request": "moment",
    "installments_billed": "instalments",
    "installments_total": "instalments",
}
_PLAIN = ("payment", "sales_channel", "already_refunded", "amount")


def ordinary(axes: Sequence[Axis]) -> list[Picks]:
    """The ordinary first purchase and the ordinary renewal."""
    zero = (0,) * len(axes)
    return [zero, _with(zero, {0: 1})]


def singles(axes: Sequence[Axis]) -> Iterator[Picks]:
    """Each choice alone, for a first purchase and for a renewal."""
    for base in ordinary(axes):
        for index, axis in enumerate(axes):
            for pick in range(1, len(axis)):
                yield _with(base, {index: pick})


def guided(axes: Sequence[Axis], documents: Iterable[Document]) -> Iterator[Picks]:
    """For each clause the combinations of the axes that its conditions are about, narrowed to what may fit."""
    zero = (0,) * len(axes)
    for document in documents:
        for clause in document.clauses:
            wanted = _narrowed(axes, clause, document)
            for picks in product(*wanted.values()):
                yield _with(zero, dict(zip(wanted, picks, strict=True)))


def star_pairs(axes: Sequence[Axis]) -> Iterator[Picks]:
    """Every pair of choices with everything else ordinary."""
    for base in ordinary(axes):
        for (i, one), (j, other) in combinations(enumerate(axes), 2):
            for p, q in product(range(1, len(one)), range(1, len(other))):
                yield _with(base, {i: p, j: q})


def covering(axes: Sequence[Axis], enough: Enough = never) -> Iterator[tuple[Picks, list[Picks]]]:
    """Few combinations that have every pair of choices, each with the pairs it is the first to have.

    A pair is given as the combination with everything else ordinary, to be used where the whole is impossible.
    Of very many pairs the first are taken. Raises `CutShortError` where it is `enough`.
    """
    open_ones = [i for i, axis in enumerate(axes) if len(axis) > 1]
    every = ((i, p, j, q) for i, j in combinations(open_ones, 2) for p, q in _pairs(axes, i, j))
    left = dict.fromkeys(islice(every, _MOST_PAIRS))
    while left:
        first = next(iter(left))
        row = {first[0]: first[1], first[2]: first[3]}
        for i in open_ones:
            if i not in row:
                go_on(enough)
                gains = [_gain(left, row, i, p) for p in range(len(axes[i]))]
                row[i] = gains.index(max(gains))
        zero = (0,) * len(axes)
        new = [key for i, j in combinations(sorted(row), 2) if (key := (i, row[i], j, row[j])) in left]
        for key in new:
            del left[key]
        yield _with(zero, row), [_with(zero, {i: p, j: q}) for i, p, j, q in new]


def _pairs(axes: Sequence[Axis], i: int, j: int) -> Iterator[tuple[int, int]]:
    return product(range(len(axes[i])), range(len(axes[j])))


def _gain(left: dict[tuple[int, int, int, int], None], row: dict[int, int], i: int, p: int) -> int:
    """How many pairs a choice adds to a row that is being filled."""
    return sum(1 for j, q in row.items() if ((i, p, j, q) if i < j else (j, q, i, p)) in left)


def _narrowed(axes: Sequence[Axis], clause: Clause, document: Document) -> dict[int, list[int]]:
    """The axes a clause is about with the choices that its conditions allow, few enough to try every combination."""
    names = {name for need in clause.conditions for name in _axes_of(need, document)}
    names |= {FACT + name for name in clause.payback.less}
    if clause.fee is not None:
        names.add("instalments")
    wanted = {
        index: _allowed(axis, clause.conditions) or list(range(len(axis)))
        for index, axis in enumerate(axes)
        if axis.name in names or axis.name in ("payment", "moment")
    }
    while prod(map(len, wanted.values())) > _MOST_OF_A_CLAUSE:
        longest = max(wanted, key=lambda index: (axes[index].name != "moment") * 1000 + len(wanted[index]))
        if len(wanted[longest]) == 1:
            longest = max(wanted, key=lambda index: len(wanted[index]))
        wanted[longest] = wanted[longest][:-1]
    return wanted


def _axes_of(need: Condition, document: Document) -> set[str]:
    facts = {need.fact}
    if need.test in ("inside", "outside"):
        for name in need.values:
            window = document.windows[name]
            facts |= {window.counted_from, *window.or_until} | (
                {window.counted_before} if window.counted_before else set()
            )
        facts.add("request")
    if need.fact == "term":
        facts.add("request")
    return {_AXIS_OF.get(fact, FACT + fact) for fact in facts}


def _allowed(axis: Axis, conditions: Iterable[Condition]) -> list[int]:
    """The choices against which no condition on this axis speaks."""
    kept = list(range(len(axis)))
    for need in conditions:
        if FACT + need.fact == axis.name or (need.fact in _PLAIN and _AXIS_OF[need.fact] == axis.name):
            kept = [pick for pick in kept if holds(need, axis.choices[pick].value) is not False]
    return kept


def _with(base: Picks, changes: dict[int, int]) -> Picks:
    picks = list(base)
    for index, pick in changes.items():
        picks[index] = pick
    return tuple(picks)
