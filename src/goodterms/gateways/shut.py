"""A gateway behind the fence: it may be asked what it knows, and moves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from goodterms.gateways.gate import Gate
from goodterms.gateways.protocol import NOT_SENT, Abilities, Answer, ChargeIntent, Gateway, Movement, RefundIntent


class ShutGateway:
    """Answers `NOT_SENT` to whatever would move money, and passes on look-ups and the statement."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    @property
    def name(self) -> str:
        """The gateway's name."""
        return self._gateway.name

    @property
    def abilities(self) -> Abilities:
        """What the gateway can do."""
        return self._gateway.abilities

    @property
    def gate(self) -> Gate:
        """The gateway's gate."""
        return self._gateway.gate

    def charge(self, intent: ChargeIntent) -> Answer:  # noqa: ARG002
        """Nothing is charged."""
        return NOT_SENT

    def charge_many(
        self,
        intents: Sequence[ChargeIntent],
        *,
        within: timedelta | None = None,  # noqa: ARG002
    ) -> list[Answer]:
        """Nothing is charged."""
        return [NOT_SENT for _ in intents]

    def refund(self, intent: RefundIntent) -> Answer:  # noqa: ARG002
        """Nothing is paid back."""
        return NOT_SENT

    def find_charge(self, *, key: str, reference: str) -> Answer:
        """Look for a charge; creates nothing."""
        return self._gateway.find_charge(key=key, reference=reference)

    def find_refund(self, *, key: str, reference: str) -> Answer:
        """Look for a refund; creates nothing."""
        return self._gateway.find_refund(key=key, reference=reference)

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The statement after a cursor."""
        return self._gateway.movements(after=after, limit=limit)
