"""What a gateway's statement says otherwise than our books, one change for every rule that holds the two together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from goodterms.domain.money import Money
from goodterms.domain.public_id import CHARGE, REFUND, encode
from goodterms.gateways.protocol import Gateway, Movement, Outcome


class Doctored:
    """The bank, with a statement that says something else."""

    def __init__(self, bank: Gateway, change: Callable[[list[Movement]], list[Movement]]) -> None:
        self._bank, self._change = bank, change

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The bank's statement in one answer, changed."""
        return self._change(self._bank.movements(after=None, limit=limit)) if after is None else []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bank, name)


@dataclass(frozen=True, slots=True)
class Doctoring:
    """A change of the statement. `rules` are those that must find it; none where it is seen by what is missing."""

    number: int
    name: str
    change: Callable[[list[Movement]], list[Movement]]
    rules: tuple[str, ...] = ()
    also: tuple[int, ...] = ()


def paid(lines: list[Movement]) -> Movement:
    """The first line of a payment."""
    return next(one for one in lines if one.kind == "charge" and one.outcome == "succeeded")


def without_a_charge(lines: list[Movement]) -> list[Movement]:
    """All but the first payment."""
    return [one for one in lines if one is not paid(lines)]


def _back(lines: list[Movement]) -> Movement:
    return next(one for one in lines if one.kind == "refund" and one.outcome == "succeeded")


def _unknown_charge(lines: list[Movement]) -> list[Movement]:
    return [*lines, replace(paid(lines), reference=encode(CHARGE, 7, uuid4()), gateway_ref="ch_other")]


def _paid_twice(lines: list[Movement]) -> list[Movement]:
    return [*lines, replace(paid(lines), gateway_ref="ch_again")]


def _another_amount(lines: list[Movement]) -> list[Movement]:
    line = paid(lines)
    return [replace(one, amount=Money(1, "AUD")) if one is line else one for one in lines]


def _without_a_refund(lines: list[Movement]) -> list[Movement]:
    return [one for one in lines if one.gateway_ref != _back(lines).gateway_ref]


def _unknown_refund_of_ours(lines: list[Movement]) -> list[Movement]:
    line = replace(_back(lines), reference=encode(REFUND, 7, uuid4()), gateway_ref="re_other")
    return [*lines, replace(line, outcome=Outcome.DECLINED)]


def _unknown_refund(lines: list[Movement]) -> list[Movement]:
    return [*lines, replace(_back(lines), reference=None, gateway_ref="re_other", charge_ref=paid(lines).gateway_ref)]


def _disputed(lines: list[Movement], outcome: Outcome) -> list[Movement]:
    line = paid(lines)
    made = replace(line, kind="dispute", gateway_ref="dp_other", charge_ref=line.gateway_ref, reference=None)
    return [*lines, replace(made, outcome=outcome)]


def _dispute_that_was_won(lines: list[Movement]) -> list[Movement]:
    return _disputed(lines, Outcome.DECLINED)


def _dispute_that_is_open(lines: list[Movement]) -> list[Movement]:
    return _disputed(lines, Outcome.PENDING)


_CASH: Final = "the cash of an order is what its gateway says"

DOCTORINGS: Final = (
    Doctoring(
        15, "a charge that nobody knows", _unknown_charge, ("every charge of ours at the gateway is known here",)
    ),
    Doctoring(
        15, "another amount", _another_amount, ("every charge of ours at the gateway is what we asked for", _CASH),
        also=(16, 33),
    ),
    Doctoring(16, "a payment that is not there", without_a_charge),
    Doctoring(17, "paid twice", _paid_twice, ("a term was paid once at the gateway",)),
    Doctoring(24, "a refund that is not there", _without_a_refund, (_CASH,), also=(33,)),
    Doctoring(
        25, "a refund of ours that nobody knows", _unknown_refund_of_ours,
        ("every refund of ours at the gateway is known here",),
    ),
    Doctoring(
        25, "a refund in the dashboard", _unknown_refund,
        ("every refund made at the gateway is known here", _CASH), also=(33,),
    ),
    Doctoring(25, "a dispute that was won", _dispute_that_was_won, ("every dispute at the gateway is known here",)),
    Doctoring(
        33, "a dispute that is open", _dispute_that_is_open,
        (_CASH, "every dispute at the gateway is known here"), also=(25,),
    ),
)  # fmt: skip
