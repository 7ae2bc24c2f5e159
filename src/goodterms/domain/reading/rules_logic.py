"""A small solver: whether statements about yes and no can all be true at once. Used to find rules nobody reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Literal = int
"""A statement by its number; negative where it is denied."""

_MOST_STEPS = 200_000  # of one question: every alternative that is looked at is one
_MOST_STEPS_IN_ALL = 800_000  # a long document needs a tenth of them
_MOST_PAIRED = 8
_SO_FAR = "so far"


class Statements:
    """Numbered statements and what is known of them, as alternatives of which at least one holds."""

    def __init__(self) -> None:
        self._names: dict[object, Literal] = {}
        self._known: list[tuple[Literal, ...]] = []
        self._steps_left = _MOST_STEPS_IN_ALL

    def named(self, name: object) -> Literal:
        """The statement of a name, the same each time."""
        return self._names.setdefault(name, len(self._names) + 1)

    def one_of(self, *alternatives: Literal) -> None:
        """At least one of these holds."""
        self._known.append(alternatives)

    def follows(self, this: Literal, that: Literal) -> None:
        """Where this holds, that does."""
        self._known.append((-this, that))

    def exactly_one(self, alternatives: Sequence[Literal]) -> None:
        """One of these holds and no other."""
        self._known.append(tuple(alternatives))
        if len(alternatives) > _MOST_PAIRED:
            self._at_most_one_in_a_row(alternatives)
            return
        for index, one in enumerate(alternatives):
            self._known.extend((-one, -other) for other in alternatives[index + 1 :])

    def _at_most_one_in_a_row(self, alternatives: Sequence[Literal]) -> None:
        """The same without a statement for every pair: one says of each whether it or one before it holds."""
        before: Literal | None = None
        for one in alternatives:
            here = self.named((_SO_FAR, one, len(self._known)))
            self.follows(one, here)
            if before is not None:
                self.follows(before, here)
                self._known.append((-before, -one))
            before = here

    def any(self, name: object, parts: Sequence[Literal]) -> Literal:
        """A new statement that holds where one of the parts does."""
        found = self.named(name)
        self._known.append((-found, *parts))
        self._known.extend((-part, found) for part in parts)
        return found

    def all(self, name: object, parts: Sequence[Literal]) -> Literal:
        """A new statement that holds where all parts do."""
        return -self.any(name, [-part for part in parts])

    @property
    def spent(self) -> bool:
        """Whether nothing more is found out: every further question is answered with yes."""
        return self._steps_left <= 0

    def possible(self, more: Iterable[tuple[Literal, ...]] = ()) -> bool:
        """Whether all that is known, and more, can hold at once; yes where that would take too long to find out."""
        if self.spent:
            return True
        search = _Search(min(_MOST_STEPS, self._steps_left))
        found = search.holds([*self._known, *more])
        self._steps_left = max(self._steps_left - search.steps, 0)
        return found


class _Search:
    """Trying values one after the other, following what each of them forces."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.steps = 0

    def holds(self, known: list[tuple[Literal, ...]]) -> bool:
        if self.steps >= self._most:
            return True
        reduced = self._forced(known)
        if reduced is None:
            return False
        if not reduced:
            return True
        literal = min(reduced, key=len)[0]
        return self.holds([*reduced, (literal,)]) or self.holds([*reduced, (-literal,)])

    def _forced(self, known: list[tuple[Literal, ...]]) -> list[tuple[Literal, ...]] | None:
        """What is left when every single statement is taken as given; None where two of them deny each other.

        Nothing is left where the steps run out: then the answer is yes.
        """
        given: set[Literal] = set()
        self.steps += sum(map(len, known))
        while singles := {clause[0] for clause in known if len(clause) == 1} - given:
            given |= singles
            if any(-one in given for one in given):
                return None
            left = []
            self.steps += sum(map(len, known))
            if self.steps >= self._most:
                return []
            for clause in known:
                if any(one in given for one in clause):
                    continue
                rest = tuple(one for one in clause if -one not in given)
                if not rest:
                    return None
                left.append(rest)
            known = left
        return None if any(not clause for clause in known) else known
