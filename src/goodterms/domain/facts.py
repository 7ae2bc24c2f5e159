"""Facts: past-tense records of what happened. Their names are also the webhook names.

A fact belongs to a stream, which is a subscription, and has a gapless sequence in it, so that its key is made without
randomness and a missing one shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from goodterms.domain.value import dataclass

Data = Mapping[str, object]  # JSON values: text, integers, booleans, None, lists, mappings


class FactName(StrEnum):
    """Every kind of fact, `noun.past_tense`."""

    SUBSCRIPTION_STARTED = "subscription.started"
    SUBSCRIPTION_IMPORTED = "subscription.imported"
    SUBSCRIPTION_RENEWAL_ANNOUNCED = "subscription.renewal_announced"
    SUBSCRIPTION_ANNOUNCEMENT_WITHDRAWN = "subscription.announcement_withdrawn"
    SUBSCRIPTION_RENEWED = "subscription.renewed"
    SUBSCRIPTION_CANCELED = "subscription.canceled"
    SUBSCRIPTION_CANCELLATION_UNDONE = "subscription.cancellation_undone"
    SUBSCRIPTION_RENEWAL_STOPPED = "subscription.renewal_stopped"
    SUBSCRIPTION_RENEWAL_RESUMED = "subscription.renewal_resumed"
    SUBSCRIPTION_STOP_CONFIRMED = "subscription.stop_confirmed"
    SUBSCRIPTION_STOP_REFUSED = "subscription.stop_refused"
    SUBSCRIPTION_RENEWAL_CONFIRMED = "subscription.renewal_confirmed"
    SUBSCRIPTION_RENEWAL_REFUSED = "subscription.renewal_refused"
    SUBSCRIPTION_EXPIRED = "subscription.expired"
    SUBSCRIPTION_REVIVED = "subscription.revived"
    SUBSCRIPTION_PAYMENT_METHOD_CHANGED = "subscription.payment_method_changed"
    TERM_DROPPED = "term.dropped"
    TERM_REVOKED = "term.revoked"
    TERM_RESTORED = "term.restored"
    CHARGE_INTENDED = "charge.intended"
    CHARGE_SUCCEEDED = "charge.succeeded"
    CHARGE_DECLINED = "charge.declined"
    CHARGE_UNKNOWN = "charge.unknown"
    REQUEST_RECEIVED = "refund_request.received"
    REQUEST_REVIEWED = "refund_request.review_started"
    REQUEST_INFORMATION_ASKED = "refund_request.information_asked"
    REQUEST_INFORMATION_GIVEN = "refund_request.information_given"
    REQUEST_FACT_STATED = "refund_request.fact_stated"
    REQUEST_APPROVED_ONCE = "refund_request.first_approved"
    REQUEST_APPROVED = "refund_request.approved"
    REQUEST_DECLINED = "refund_request.declined"
    REQUEST_REOPENED = "refund_request.reopened"
    REQUEST_RETRACTED = "refund_request.retracted"
    REFUND_INTENDED = "refund.intended"
    REFUND_UNKNOWN = "refund.unknown"
    REFUND_INITIATED = "refund.initiated"
    REFUND_REJECTED = "refund.rejected"
    REFUND_SUCCEEDED = "refund.succeeded"
    REFUND_FAILED = "refund.failed"
    REFUND_EXTERNAL = "refund.external"
    REFUND_EXCESS_COUNTED = "refund.excess_counted"
    REFUND_LATE = "refund.late"
    DISPUTE_OPENED = "dispute.opened"
    DISPUTE_UNDER_REVIEW = "dispute.under_review"
    DISPUTE_WON = "dispute.won"
    DISPUTE_LOST = "dispute.lost"
    DISPUTE_REVERSED = "dispute.reversed"
    DISPUTE_EXCESS_COUNTED = "dispute.excess_counted"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a customer, an agent, the system itself or a gateway, with a name that an auditor understands."""

    kind: str  # customer | agent | system | gateway
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> Actor:
        """The inverse of `str(actor)`."""
        kind, _, name = text.partition(":")
        return cls(kind, name)


SYSTEM = Actor("system", "worker")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened: where (bucket, stream, seq), what, when (UTC), who, and the values that matter.

    `policy_digest` names the policy version under which it was decided (R52).
    """

    bucket: int
    stream: UUID
    seq: int
    name: FactName
    at: datetime
    actor: Actor
    policy_digest: str | None = None
    data: Data = field(default_factory=dict)
