"""What a space of cases consists of: documents, axes with their choices, and the examples picked from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from goodterms.domain.case import Case
from goodterms.domain.law import Law
from goodterms.domain.policy import BusinessDays, Counting, Policy
from goodterms.domain.rules import Act, Clause, Condition, Fact, Span, Window
from goodterms.domain.value import dataclass

Picks = tuple[int, ...]
"""One index per axis of a space; 0 is the ordinary choice."""

FACT = "fact:"
"""What the names of the axes of declared facts begin with."""


@dataclass(frozen=True, slots=True)
class Document:
    """The rules of one policy or law, as far as they shape cases."""

    label: str
    windows: Mapping[str, Window]
    facts: Mapping[str, Fact]
    counting: Counting
    business_days: BusinessDays
    clauses: tuple[Clause, ...]
    conditions: tuple[Condition, ...]
    is_law: bool

    @classmethod
    def of_policy(cls, policy: Policy, act: Act) -> Document:
        """The rules of a policy for an act; a withdrawal is also a wish for the money back."""
        clauses = policy.cancellation.clauses if act == "cancel" else policy.refund.clauses
        return cls(
            policy.label, _used(policy.windows, clauses), policy.facts, policy.counting, policy.business_days, clauses,
            _conditions(clauses), False,
        )  # fmt: skip

    @classmethod
    def of_law(cls, law: Law, act: Act) -> Document:
        """The rights of a law for an act."""
        rights = tuple(right for right in law.rights if act in right.acts)
        return cls(
            law.label, _used(law.windows, rights), law.facts, law.counting, law.business_days, rights,
            _conditions(rights), True,
        )  # fmt: skip


def _used(windows: Mapping[str, Window], clauses: Iterable[Clause]) -> Mapping[str, Window]:
    named = {name for clause in clauses for name in clause.windows}
    return {name: window for name, window in windows.items() if name in named}


def _conditions(clauses: Iterable[Clause]) -> tuple[Condition, ...]:
    return tuple(need for clause in clauses for need in clause.conditions)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an axis, for the builder of cases, and what is special about it in words ("": nothing)."""

    value: object
    says: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing in which cases differ. The first choice is the ordinary one."""

    name: str
    choices: tuple[Choice, ...]

    def __len__(self) -> int:
        return len(self.choices)


@dataclass(frozen=True, slots=True)
class Moment:
    """When the request comes, relative to what the case consists of.

    `kind`: "after_order" (`span` later), "with_order", "before_start" (of the term), "at_start", "middle", "last"
    (instant of the term), "ended", "window" (its `edge`, of window `name` of document `document`), "part" (the edge of
    the first or last `span` of the term: `name` "in_first" or "in_last"), "date" (the start of it, at 10:00 UTC).
    """

    kind: Literal[
        "after_order", "with_order", "before_start", "at_start", "middle", "last", "ended", "window", "part", "date"
    ]
    span: Span | None = None
    document: int = 0
    name: str = ""
    edge: Literal["before", "first", "last", "after"] = "last"


@dataclass(frozen=True, slots=True)
class Near:
    """The instant of a fact, relative to the case: a number of days after an anchor, or the edge of a window."""

    anchor: Literal["order", "request", "start", "end", "window"]
    days: int = 0
    window: Moment | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A case with what is special about it: the choices in which it differs from an ordinary one."""

    case: Case
    picks: Picks
    special: tuple[str, ...]
    documents: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """In how many things it differs from an ordinary case."""
        return sum(1 for pick in self.picks if pick)


class Unknown:
    """The value of a fact that nobody knows."""

    def __repr__(self) -> str:
        return "not known"


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Lead:
    """How far ahead renewals are charged: as the `policy`-th policy has it."""

    policy: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What a space of cases is made for: an act, the policies and laws concerned, the places that matter."""

    act: Act
    policies: tuple[Policy, ...]
    laws: tuple[Law, ...]
    documents: tuple[Document, ...]
    places: tuple[str, ...] = ()
