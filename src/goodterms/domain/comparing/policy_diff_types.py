"""What a comparison of two policies consists of: changes of rules, and cases whose answer turns over."""

from __future__ import annotations

from typing import Literal

from goodterms.domain.comparing.case_space_answers import Answer
from goodterms.domain.comparing.case_space_types import Example
from goodterms.domain.money import Money
from goodterms.domain.rules import Act
from goodterms.domain.value import dataclass

ChangeKind = Literal["added", "removed", "changed", "moved"]
Direction = Literal["better", "worse", "open"]
"""For the customer; "open" where the answer waits for a person or for a fact, or where gain and loss are mixed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that differs.

    `topic` is the part of the policy ("refund", "renewal", ...), `whom` the customers or payments concerned, `says`
    the change as a sentence; `subject` the clause, window or fact by its name, or "".
    """

    topic: str
    kind: ChangeKind
    whom: str
    says: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that two policies answer differently, with as few special things as show it.

    `kind` is how the answer turns over ("granted -> denied", "amount lower", ...). `count` is how many of the cases
    tried turn over in the same way by the same pair of clauses. `money` is what the customer gains, below zero loses.
    """

    act: Act
    kind: str
    direction: Direction
    example: Example
    before: Answer
    after: Answer
    money: Money
    count: int = 1


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """Two policies compared: `changes` of their rules, `flips` of their answers, and how many cases were tried.

    Not `complete` where the search for flips was cut short: each that is given is true, there may be others, and
    simpler cases of the same.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    tried: int
    complete: bool = True

    @property
    def same(self) -> bool:
        """Whether nothing differs, as far as has been searched."""
        return not self.changes and not self.flips

    def flips_of(self, direction: Direction) -> tuple[Flip, ...]:
        """The flips that are better or worse for the customer, or open."""
        return tuple(flip for flip in self.flips if flip.direction == direction)
