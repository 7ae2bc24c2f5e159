"""The space of interesting cases: finitely many that stand for all, found in the numbers and words of documents.

Whatever a rule tells apart is tried on both sides: every word and another one, both sides of every number, date and
edge of a window, and not knowing. `examples` has ordinary cases first, then those with one thing
special, those that some clause is about, and combinations in which every pair of special things occurs. The same
documents give the same cases in the same order. A search that is cut short raises `CutShortError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.comparing.case_space_axes import axes_of
from goodterms.domain.comparing.case_space_build import build
from goodterms.domain.comparing.case_space_pairs import covering, guided, ordinary, singles, star_pairs
from goodterms.domain.comparing.case_space_types import UNKNOWN, Axis, Document, Example, Picks, Scope
from goodterms.domain.effort import Enough, go_on, never
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Act
from goodterms.domain.value import dataclass

__all__ = ["CaseSpace", "Example", "case_space"]

BOUND = 20_000
"""The most cases of a space, if no other bound is given."""


@dataclass(frozen=True, slots=True)
class CaseSpace:
    """The axes of a set of documents, and the cases they span."""

    scope: Scope
    axes: tuple[Axis, ...]
    calendars: Mapping[str, BusinessCalendar]
    enough: Enough = never

    def example(self, picks: Picks) -> Example | None:
        """The case of some choices; None where they do not go together (no term begins before it is paid)."""
        case = build(self.scope, self.axes, picks, self.calendars)
        if case is None:
            return None
        chosen = (axis.choices[pick] for axis, pick in zip(self.axes, picks, strict=True))
        special = tuple(choice.says for choice in chosen if choice.says)
        return Example(case, picks, special, tuple(document.label for document in self.scope.documents))

    def examples(self, bound: int = BOUND) -> Iterator[Example]:
        """At most `bound` cases, every one once, in a fixed order."""
        return self._built(self._picked(), bound)

    def around(self, document: int, bound: int = BOUND, *, known: bool = False) -> Iterator[Example]:
        """At most `bound` cases with one thing special, or that the clauses of one document are about.

        `known` leaves out those in which a fact is not known.
        """
        picked = chain(
            ordinary(self.axes), singles(self.axes), guided(self.axes, self.scope.documents[document : document + 1])
        )
        if known:
            return self._built((picks for picks in picked if not self._leaves_open(picks)), bound)
        return self._built(picked, bound)

    def _leaves_open(self, picks: Picks) -> bool:
        return any(pick and axis.choices[pick].value is UNKNOWN for axis, pick in zip(self.axes, picks, strict=True))

    def _built(self, picked: Iterable[Picks], bound: int) -> Iterator[Example]:
        seen: set[Picks] = set()
        for picks in picked:
            go_on(self.enough)
            if len(seen) >= bound:
                return
            if picks in seen:
                continue
            found = self.example(picks)
            if found is not None:
                seen.add(picks)
                yield found

    def _picked(self) -> Iterator[Picks]:
        yield from ordinary(self.axes)
        yield from singles(self.axes)
        for whole, parts in covering(self.axes, self.enough):
            yield whole
            if self.example(whole) is None:
                yield from parts
        yield from guided(self.axes, self.scope.documents)
        yield from star_pairs(self.axes)

    def simpler(self, example: Example) -> Iterator[Example]:
        """The same case with one special thing made ordinary, for each of them."""
        for index, pick in enumerate(example.picks):
            if pick:
                picks = (*example.picks[:index], 0, *example.picks[index + 1 :])
                found = self.example(picks)
                if found is not None:
                    yield found


def case_space(
    policies: Sequence[Policy],
    act: Act = "refund",
    *,
    laws: Sequence[Law] = (),
    calendars: Mapping[str, BusinessCalendar] | None = None,
    places: Sequence[str] = (),
    enough: Enough = never,
) -> CaseSpace:
    """The space of cases for an act under some policies and laws.

    `places` are countries and states ("DE", "US-NY") in which to look; those that rules name are added. `calendars`
    are needed for windows of business days, by the names in the documents.
    Once it is `enough`, this and going through the cases raise `CutShortError`.
    """
    go_on(enough)
    documents = (
        *(Document.of_policy(policy, act) for policy in policies),
        *(Document.of_law(law, act) for law in laws),
    )
    scope = Scope(act, tuple(policies), tuple(laws), documents, tuple(places))
    return CaseSpace(scope, axes_of(scope), calendars or {}, enough)
