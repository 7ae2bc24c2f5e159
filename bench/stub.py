"""A gateway in this process that answers at once: every twentieth card or so is declined, always the same ones."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO, Literal

from goodterms.gateways.gate import Gate
from goodterms.gateways.protocol import Abilities, Answer, ChargeIntent, Hint, Movement, Outcome, RefundIntent

DECLINE_CODE = "insufficient_funds"
#: The same in SQL, of a subscription's `id`: whether its charges are declined.
DECLINED_SQL = "('x' || right(replace(id::text, '-', ''), 6))::bit(24)::integer % 20 = 0"


def answer_for(key: str) -> tuple[bool, str]:
    """Whether the charge of this key succeeds, and the gateway's reference: from the key alone."""
    subscription = key.split("-")[2]
    return int(subscription[-6:], 16) % 20 != 0, f"ch_{subscription[-24:]}"


class Stub:
    """A gateway without a network. With `books`, it writes down every key that it was asked to charge, one a line."""

    name = "bank"
    abilities = Abilities(False, False, True, timedelta(days=1))

    def __init__(self, books: IO[str] | None = None) -> None:
        self.gate = Gate()
        self._books = books

    def charge(self, intent: ChargeIntent) -> Answer:
        """Succeed or decline by key."""
        return self.charge_many([intent])[0]

    def charge_many(
        self,
        intents: Sequence[ChargeIntent],
        *,
        within: timedelta | None = None,  # noqa: ARG002
    ) -> list[Answer]:
        """One answer each."""
        if self._books is not None:
            # One write for all, past any buffer: hands in other processes write to the same file.
            os.write(self._books.fileno(), "".join(f"{intent.key}\n" for intent in intents).encode())
        return [self._answer(intent) for intent in intents]

    def _answer(self, intent: ChargeIntent) -> Answer:
        succeeds, ref = answer_for(intent.key)
        if succeeds:
            return Answer(Outcome.SUCCEEDED, ref, None, None, None)
        return Answer(Outcome.DECLINED, ref, DECLINE_CODE, None, None)

    def refund(self, intent: RefundIntent) -> Answer:
        """Nothing is refunded here."""
        raise NotImplementedError

    def find_charge(self, *, key: str, reference: str, payment_method: str | None = None) -> Answer:
        """Nothing is looked up here."""
        raise NotImplementedError

    def find_refund(self, *, key: str, reference: str, charge_ref: str | None = None) -> Answer:
        """Nothing is looked up here."""
        raise NotImplementedError

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:  # noqa: ARG002
        """No statement."""
        return []

    def current(self, kind: Literal["charge", "refund", "dispute"], gateway_ref: str) -> Movement | None:
        """Nothing is looked up here."""
        raise NotImplementedError

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:
        """Nothing is told by it."""
        raise NotImplementedError
