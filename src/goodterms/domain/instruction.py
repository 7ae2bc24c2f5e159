"""Telling a seller that renews by itself to stop, or to go on: the intent, committed before the seller hears of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from goodterms.domain.public_id import SUBSCRIPTION, PublicIdError, decode, encode
from goodterms.domain.value import dataclass


class Wish(StrEnum):
    """What the seller is told."""

    STOP = "stop"
    GO_ON = "go_on"


class InstructionState(StrEnum):
    """Intended and unknown are open. Succeeded: the seller has confirmed it. Declined: it has refused."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"

    @property
    def open(self) -> bool:
        """Whether its outcome is still to come."""
        return self in (InstructionState.INTENDED, InstructionState.UNKNOWN)


#: The code of an instruction that was let go, because a later one was given before it was sent.
SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Instruction:
    """A wish about the renewal of a subscription that its seller renews.

    `number` is the version of the subscription in which it was decided: a later instruction has a higher one, and
    holds whatever the order in which they arrive. `agreement` is what the seller calls the subscription. `sent_at` is
    set when a worker takes it, `check_at` when it is next due to be sent or looked up.
    """

    bucket: int
    id: UUID
    customer_id: UUID
    subscription_id: UUID
    gateway: str
    agreement: str
    number: int
    wish: Wish
    state: InstructionState
    intended_at: datetime
    sent_at: datetime | None = None
    check_at: datetime | None = None
    looked_up: int = 0
    settled_at: datetime | None = None
    code: str | None = None

    @property
    def key(self) -> str:
        """What the seller knows this instruction by, and carries out once."""
        return f"gt-renewal-{encode(SUBSCRIPTION, self.bucket, self.subscription_id)}-{self.number}"


def named_by(key: str) -> tuple[int, UUID, int] | None:
    """The bucket, subscription and number behind a key of an instruction; None for any other text."""
    head, _, number = key.rpartition("-")
    try:
        bucket, id = decode(SUBSCRIPTION, head.removeprefix("gt-renewal-"))
    except PublicIdError:
        return None
    return (bucket, id, int(number)) if number.isascii() and number.isdecimal() else None
