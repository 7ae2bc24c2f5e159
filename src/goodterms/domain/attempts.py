"""How often the same card may be tried for one renewal: what the card networks allow, whatever a policy says.

A network fines whoever tries a card again that said no for good (stolen, closed, no such card), or any card too often.
Which network a card belongs to is not known here, so every limit holds for every card. Gateways say which declines are
for good (`Charge.retryable`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from goodterms.domain.payment import Charge
from goodterms.domain.value import dataclass


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """At most so many attempts on the same card, for the same amount, within so many days."""

    network: str
    attempts: int
    days: int


#: Visa counts to 20 since May 2025, but acquirers that count to 15 still bill their merchants by that.
LIMITS = (
    AttemptLimit("Mastercard", 10, 1),
    AttemptLimit("Visa", 15, 30),
    AttemptLimit("Mastercard", 35, 30),
)


def too_often(retry_days: Sequence[int]) -> tuple[AttemptLimit, int] | None:
    """The limit that a first attempt and retries so many days after it break, and with how many attempts; or None."""
    days = sorted((0, *retry_days))
    for limit in LIMITS:
        first = most = 0
        for last, day in enumerate(days):
            while day - days[first] >= limit.days:
                first += 1
            most = max(most, last - first + 1)
        if most > limit.attempts:
            return limit, most
    return None


def next_try(declined: Sequence[Charge], card: str, wanted_at: datetime) -> datetime | None:
    """When a card may be tried that was wanted at an instant; None: never again for this term.

    `declined` are the attempts of the term so far, on this card and others, oldest first.
    """
    tried = [charge for charge in declined if charge.payment_method == card]
    if not all(charge.retryable for charge in tried):
        return None
    for limit in LIMITS:
        if len(tried) >= limit.attempts:
            wanted_at = max(wanted_at, tried[-limit.attempts].intended_at + timedelta(days=limit.days))
    return wanted_at
