"""A gateway in this process that answers at once: every twentieth card or so is declined, always the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from goodterms.gateways.gate import Gate
from goodterms.gateways.protocol import Abilities, Answer, ChargeIntent, Movement, Outcome, RefundIntent

DECLINE_CODE = "insufficient_funds"


def answer_for(key: str) -> tuple[bool, str]:
    """Whether the charge of this key succeeds, and the gateway's reference: from the key alone."""
    subscription = key.split("-")[2]
    return int(subscription[-6:], 16) % 20 != 0, f"ch_{subscription[-24:]}"


class Stub:
    """A gateway without a network."""

    name = "bank"
    abilities = Abilities(False, False, True, timedelta(days=1))
    gate = Gate()

    def charge(self, intent: ChargeIntent) -> Answer:
        """Succeed or decline by key."""
        succeeds, ref = answer_for(intent.key)
        if succeeds:
            return Answer(Outcome.SUCCEEDED, ref, None, None, None)
        return Answer(Outcome.DECLINED, ref, DECLINE_CODE, None, None)

    def charge_many(
        self,
        intents: Sequence[ChargeIntent],
        *,
        within: timedelta | None = None,  # noqa: ARG002
    ) -> list[Answer]:
        """One answer each."""
        return [self.charge(intent) for intent in intents]

    def refund(self, intent: RefundIntent) -> Answer:
        """Nothing is refunded here."""
        raise NotImplementedError

    def find_charge(self, *, key: str, reference: str) -> Answer:
        """Nothing is looked up here."""
        raise NotImplementedError

    def find_refund(self, *, key: str, reference: str) -> Answer:
        """Nothing is looked up here."""
        raise NotImplementedError

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:  # noqa: ARG002
        """No statement."""
        return []
