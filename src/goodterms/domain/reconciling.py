"""A gateway's statement against our books: what agrees, what is missing on which side, and what to do about it.

Nothing is changed here. What does not agree is for a person, with a proposed act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

from goodterms.domain.money import Money
from goodterms.domain.value import dataclass

Kind = Literal["charge", "refund", "dispute"]


class Finding(StrEnum):
    """How one object compares."""

    MATCHED = "matched"
    EXTERNAL = "external"  # a refund that somebody made at the gateway; it is booked here
    MISSING_HERE = "missing_here"  # the gateway moved money that our books do not have
    MISSING_THERE = "missing_there"  # our books have money that the gateway did not move
    AMOUNT_DIFFERS = "amount_differs"
    CURRENCY_DIFFERS = "currency_differs"
    STATE_DIFFERS = "state_differs"
    FOREIGN = "foreign"  # another system's, on the same account

    @property
    def agrees(self) -> bool:
        """Whether nobody has to do anything."""
        return self in (Finding.MATCHED, Finding.EXTERNAL, Finding.FOREIGN)


#: What a person is proposed to do.
PROPOSALS: Mapping[Finding, str] = {
    Finding.MISSING_HERE: "Look the object up at the gateway; where it is ours, let its statement be read again.",
    Finding.MISSING_THERE: "Ask the gateway about it; until it is found, do not count it as cash.",
    Finding.AMOUNT_DIFFERS: "Compare both records with the receipt, and settle the difference by hand.",
    Finding.CURRENCY_DIFFERS: "Compare both records with the receipt; nothing is converted here.",
    Finding.STATE_DIFFERS: "Let the gateway be asked again; where it stays so, settle it by hand.",
}


@dataclass(frozen=True, slots=True)
class Theirs:
    """How an object stands by the gateway's statement. `moved`: the money is where the object says (not declined).

    `ours` tells whether it carries a reference of ours or belongs to a charge of ours.
    """

    kind: Kind
    ref: str
    amount: Money
    moved: bool
    ours: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Ours:
    """How an object stands in our books, with what a page needs to lead there."""

    kind: Kind
    ref: str
    amount: Money
    moved: bool
    external: bool
    at: datetime
    order_number: str
    bucket: int
    subscription_id: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One object on both sides; a side that does not have it is None."""

    finding: Finding
    theirs: Theirs | None
    ours: Ours | None

    @property
    def either(self) -> Theirs | Ours:
        """The side that has it."""
        side = self.theirs or self.ours
        assert side is not None
        return side


def compare(theirs: Iterable[Theirs], ours: Iterable[Ours]) -> list[Compared]:
    """Every object of either side once, in the order of the instants.

    `theirs` holds each object's latest line. `ours` holds whatever they name, and what we have of the period besides.
    """
    mine = {(one.kind, one.ref): one for one in ours}
    found = []
    for line in theirs:
        booked = mine.pop((line.kind, line.ref), None)
        found.append(Compared(_finding(line, booked), line, booked))
    found += [Compared(Finding.MISSING_THERE, None, one) for one in mine.values() if one.moved]
    return sorted(found, key=lambda one: (one.either.at, one.either.kind, one.either.ref))


def _finding(theirs: Theirs, ours: Ours | None) -> Finding:
    if ours is None:
        if not theirs.ours:
            return Finding.FOREIGN
        return Finding.MISSING_HERE if theirs.moved else Finding.MATCHED
    if theirs.amount.currency != ours.amount.currency:
        return Finding.CURRENCY_DIFFERS
    if theirs.amount != ours.amount:
        return Finding.AMOUNT_DIFFERS
    if theirs.moved != ours.moved:
        return Finding.STATE_DIFFERS
    return Finding.EXTERNAL if ours.external else Finding.MATCHED


def sums(compared: Iterable[Compared]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """By finding, kind and currency: how many, and their sum in minor units (the gateway's side where it has one)."""
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    for one in compared:
        side = one.either
        key = (one.finding.value, side.kind, side.amount.currency)
        count, minor = found.get(key, (0, 0))
        found[key] = (count + 1, minor + side.amount.minor)
    return found
