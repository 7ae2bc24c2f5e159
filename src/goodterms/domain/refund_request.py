"""The refund request: a case with claimed facts, checks, the policy's verdict, and what people decided (R30-R36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from goodterms.domain.money import Money
from goodterms.domain.rules import Act, FactType, FactValue
from goodterms.domain.value import dataclass


class RequestState(StrEnum):
    """`received -> in_review -> needs_information -> approved / declined / retracted` (DESIGN: words)."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    NEEDS_INFORMATION = "needs_information"
    APPROVED = "approved"
    DECLINED = "declined"
    RETRACTED = "retracted"

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something before it is decided."""
        return self in (RequestState.RECEIVED, RequestState.IN_REVIEW, RequestState.NEEDS_INFORMATION)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The four facts as the customer gave them (R31); empty where not given."""

    order_number: str = ""
    email: str = ""
    name: str = ""
    purchase_on: date | None = None

    def completed_by(self, later: Claimed) -> Claimed:
        """These facts with whatever a later answer adds or corrects."""
        return Claimed(
            later.order_number or self.order_number,
            later.email or self.email,
            later.name or self.name,
            later.purchase_on or self.purchase_on,
        )


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's confirmation."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact that somebody stated about a case: its value (None: known to be absent), who said it, and when."""

    type: FactType
    value: FactValue
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """The case.

    `received_at` is the first contact in whatever channel (A4); it dates the request whatever happens later. `checks`
    and `verdict` are the comparison and the policy's answer as last evaluated, as JSON, kept so that the decision can
    be replayed (R52). `due_at` is the promise that is at risk: the answer, then the credit. `amount` is what was
    approved; `goodwill` marks an approval outside the policy. `route` is how support was reached, if it was (R30).
    `asked` is the last question put in words and `asked_at` its instant; `answer` is what the customer said to it, or
    said of his own accord, and `answered_at` when. What was asked and answered before is in the journal. `facts` are
    those a policy or a law needs and somebody stated, by name; the latest statement counts. `act` is what was asked
    for: money back, or to cancel, where that may pay something back that still has to be found out or confirmed.
    """

    bucket: int
    id: UUID
    number: str
    customer_id: UUID
    subscription_id: UUID
    order_id: UUID
    state: RequestState
    channel: str
    received_at: datetime
    opened_at: datetime
    opened_by: str
    claimed: Claimed
    contact_email: str
    checks: tuple[Mapping[str, str], ...] = ()
    verdict: Mapping[str, object] | None = None
    policy_digest: str | None = None
    due_at: datetime | None = None
    handled_by: str | None = None
    asked: str | None = None
    asked_at: datetime | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    approvals: tuple[Approval, ...] = ()
    amount: Money | None = None
    goodwill: bool = False
    goodwill_reason: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    declined_for: str | None = None
    decline_note: str | None = None
    appeals: int = 0
    closed_at: datetime | None = None
    route: str | None = None
    facts: Mapping[str, StatedFact] = field(default_factory=dict)
    act: Act = "refund"
    version: int = 0

    @property
    def open_question(self) -> str | None:
        """The question in words that nobody has answered yet (R35)."""
        return self.asked if self.answer is None else None
