"""What a gateway that charges by itself does besides: it sells, renews until it is told to stop, and reports.

A gateway with the ability `charges_itself` speaks `Seller`, whether it is reached by an API or by files; one with the
ability `files` speaks `FileExchange` too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from goodterms.gateways.protocol import Answer, Hint


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought, as entered at the seller's."""

    name: str
    email: str
    country: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """What a seller says of one of its charges besides the money.

    `agreement` is what it calls the subscription. A first sale names the plan, by our code, the sales channel, in the
    words of the policy, and the buyer; a renewal need not. `retryable` counts for a charge that failed: whether the
    seller tries again.
    """

    agreement: str
    tax_minor: int
    starts_at: datetime
    ends_at: datetime
    plan: str | None = None
    channel: str = ""
    buyer: Buyer | None = None
    retryable: bool = True


@dataclass(frozen=True, slots=True)
class RenewalIntent:
    """A wish that the seller stops renewing an agreement, or goes on. One with a higher `number` is a later wish."""

    key: str
    agreement: str
    wish: Literal["stop", "go_on"]
    number: int


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Whether the seller renews an agreement, since when, and whether that is because we told it so."""

    agreement: str
    renews: bool
    at: datetime
    told: bool


@runtime_checkable
class Seller(Protocol):
    """What a gateway with the ability `charges_itself` can do besides."""

    def instruct(self, intent: RenewalIntent) -> Answer:
        """Tell the seller once. Succeeded: confirmed. Declined: refused. Unknown: look for it; it may come later."""
        ...

    def find_instruction(self, *, key: str, agreement: str) -> Answer:
        """Look for what came of an instruction. Sends nothing that was not sent."""
        ...

    def agreement(self, ref: str) -> AgreementReport | None:
        """How an agreement stands; None where nothing was said of it. Raises GatewayUnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was not taken in, nothing of it, and why. `digest` tells two files of one name apart."""

    name: str
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of looking into the folder: what may have changed, and every file that lies in quarantine."""

    hints: tuple[Hint, ...]
    refused: tuple[RefusedFile, ...]


@runtime_checkable
class FileExchange(Protocol):
    """What a gateway with the ability `files` can do besides. Raises GatewayUnavailableError like `movements`."""

    def take_files(self) -> Taken:
        """Take in what lies ready, whole files only; ask again for what is missing, and tell again what got no answer.

        Doing it again changes nothing.
        """
        ...

    def take_again(self, name: str) -> bool:
        """Judge a quarantined file once more at the next look; False when there is none of that name."""
        ...
