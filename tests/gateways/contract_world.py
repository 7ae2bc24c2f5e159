"""The world a gateway contract is tested in, and the few steps its tests share.

A world is a gateway together with the far side it talks to, and the knobs a test needs there. Tests of one class may
share a world: each uses keys and references of its own, and the clock only moves forward. A knob that a far side does
not have calls `pytest.skip`.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Literal, Protocol

from goodterms.domain.money import Money
from goodterms.gateways.protocol import (
    Answer,
    ChargeIntent,
    Gateway,
    Movement,
    Outcome,
    RefundIntent,
)

CardKind = Literal[
    "ok",
    "declined",
    "poor_once",  # insufficient funds at the first try only
    "expired",
    "lost",
    "undocumented",  # declined with a code nobody has documented
    "missing",  # no such payment method
    "refund_fails",
    "refund_rejected",
]
PRICE = Money(5995, "AUD")
_numbers = itertools.count(1)


class World(Protocol):
    """A gateway and the knobs of its far side."""

    @property
    def gateway(self) -> Gateway:
        """The adapter under test."""

    def card(self, kind: CardKind) -> str:
        """A payment method that behaves so, not shared with another test."""

    def advance(self, span: timedelta) -> None:
        """Move the far side's clock forward."""

    def now(self) -> datetime:
        """The far side's clock."""

    def sold(self, kind: CardKind) -> str:
        """A charge that a gateway which charges by itself has made, to such a card."""

    def refund_in_dashboard(self, charge_ref: str, amount: Money) -> None:
        """Refund as a person in the gateway's dashboard."""

    def lose_next_request(self) -> None:
        """The next request never reaches the gateway's books."""

    def lose_next_answer(self) -> None:
        """The next request is carried out and its answer lost."""

    def fail_after_next(self) -> None:
        """The next request is carried out and answered with a 500."""

    def charges_with(self, reference: str) -> int:
        """How many charges the far side holds under our reference."""

    def slow_down(self, milliseconds: int) -> None:
        """Think that long before each answer."""

    def most_at_once(self) -> int:
        """The most requests the far side ever had at once."""

    def pull_the_plug(self) -> None:
        """End the far side without warning."""

    def start_again(self) -> None:
        """Start the far side again on what it kept, at the same address."""


def refunded(world: World, intent: RefundIntent) -> Answer:
    """What is answered to a refund: at once, or where the gateway answers later, once it has, unless it refuses."""
    answer = world.gateway.refund(intent)
    if not world.gateway.abilities.answers_later or answer.outcome is Outcome.DECLINED:
        return answer
    world.advance(timedelta(0))
    return world.gateway.find_refund(key=intent.key, reference=intent.reference, charge_ref=intent.charge_ref)


def charge_intent(card: str, *, amount: Money = PRICE, name: str | None = None) -> ChargeIntent:
    """An intent with a key and reference nobody else uses."""
    name = name or f"charge-{next(_numbers)}"
    return ChargeIntent(f"key-{name}", f"our-{name}", amount, card, "Antivirus, 12 months")


def refund_intent(charge_ref: str | None, *, amount: Money = PRICE) -> RefundIntent:
    """An intent to refund, with a key and reference nobody else uses."""
    assert charge_ref
    name = f"refund-{next(_numbers)}"
    return RefundIntent(f"key-{name}", f"our-{name}", charge_ref, amount)


def charged(world: World, kind: CardKind = "ok") -> str:
    """A charge that succeeded; where the gateway charges by itself, one that it has made and reported."""
    if world.gateway.abilities.charges_itself:
        return world.sold(kind)
    answer = world.gateway.charge(charge_intent(world.card(kind)))
    assert answer.outcome is Outcome.SUCCEEDED
    assert answer.gateway_ref
    return answer.gateway_ref


def newest_cursor(world: World) -> str | None:
    """Where the statement ends now."""
    lines = world.gateway.movements(after=None, limit=1_000_000)
    return lines[-1].cursor if lines else None


def lines_of(lines: list[Movement], gateway_ref: str | None) -> list[Movement]:
    """Those about one charge or refund."""
    return [line for line in lines if line.gateway_ref == gateway_ref]
