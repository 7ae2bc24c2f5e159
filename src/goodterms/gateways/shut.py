"""A gateway behind the fence: it may be asked what it knows, and moves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from goodterms.gateways.gate import Gate
from goodterms.gateways.protocol import (
    NOT_SENT,
    Abilities,
    Answer,
    ChargeIntent,
    Gateway,
    Hint,
    Movement,
    RefundIntent,
)


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

    def find_charge(self, *, key: str, reference: str, payment_method: str | None = None) -> Answer:
        """Look for a charge; creates nothing."""
        return self._gateway.find_charge(key=key, reference=reference, payment_method=payment_method)

    def find_refund(self, *, key: str, reference: str, charge_ref: str | None = None) -> Answer:
        """Look for a refund; creates nothing."""
        return self._gateway.find_refund(key=key, reference=reference, charge_ref=charge_ref)

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The statement after a cursor."""
        return self._gateway.movements(after=after, limit=limit)

    def current(self, kind: Literal["charge", "refund", "dispute"], gateway_ref: str) -> Movement | None:
        """How an object stands now; changes nothing."""
        return self._gateway.current(kind, gateway_ref)

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:
        """What a webhook hints at; calls nothing."""
        return self._gateway.read_webhook(headers, body, now)
