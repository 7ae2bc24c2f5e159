"""What the API tells of refunds: requests with their checks and findings, refunds, policies, decisions."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from goodterms.api.shapes import Amount, At, Page

Outcome = Literal["grant", "deny", "refer", "review", "ask"]
RequestState = Literal["received", "in_review", "needs_information", "approved", "declined", "retracted"]
Effect = Literal["drop_term", "revoke_term", "end_later", "money_only"]


class Finding(Schema):
    """One clause of a policy or a law applied to the case: whether it fits, why, and the values compared."""

    clause: str
    rule: str
    matched: bool
    because: str
    values: dict[str, Any]


class Verdict(Schema):
    """What policy and law say: `clause` of `rule` decided. `ask` waits for the facts in `missing`."""

    outcome: Outcome
    clause: str
    rule: str
    article: str | None
    because: str
    amount: Amount
    access: str
    refer_to: str | None
    refundable_until: At | None
    last_day_on: str | None
    missing: list[str]
    findings: list[Finding]


class Check(Schema):
    """One fact as it was told, compared with the order."""

    name: str
    result: str
    because: str


class Told(Schema):
    """The four facts as they were told; empty where they were not."""

    order_number: str
    email: str
    name: str
    purchase_on: str | None


class Approval(Schema):
    """One confirmation."""

    by: str
    at: At


class RefundRequest(Schema):
    """A refund request: the case, with facts compared, the verdict and what people decided."""

    id: str
    number: str
    state: RequestState
    act: Literal["refund", "cancel", "withdraw"]
    customer: str
    subscription: str
    order: str
    channel: str
    route: str | None
    received_at: At
    opened_at: At
    due_at: At | None
    claimed: Told
    checks: list[Check]
    verdict: Verdict | None
    handled_by: str | None
    question: str | None
    answer: str | None
    approvals: list[Approval]
    amount: Amount | None
    goodwill: bool
    decided_at: At | None
    decided_by: str | None
    declined_for: str | None
    decline_note: str | None
    appeals: int
    closed_at: At | None
    version: int


class RefundRequests(Page):
    """Refund requests, in the order of their ids."""

    data: list[RefundRequest]


class RequestPreview(Schema):
    """What asking for this order's money back would lead to now. `amount` is all that is left where it is not granted.

    `access_until` is null when access would end with the refund. `open_request` is one that was made already.
    """

    order: str
    granted: bool
    verdict: Verdict
    effect: Effect
    amount: Amount
    access_until: At | None
    questions: list[str]
    answer_by_on: str
    open_request: str | None


class ApprovalPreview(Schema):
    """What approving would do now. `final` is false when another person or program has to confirm it too.

    `also` are later orders that are paid back with it. Confirm by sending `fingerprint` as `shown`.
    """

    amount: Amount
    total: Amount
    effect: Effect
    access_until: At | None
    final: bool
    goodwill: bool
    also: list[str]
    fingerprint: str


class Claim(Schema):
    """What a claim has become: a refund request, or an inquiry until it leads to an order."""

    refund_request: str | None
    inquiry: str | None


class Refund(Schema):
    """Money going back. `pending` and `succeeded` are initiated: the gateway has accepted it."""

    id: str
    order: str
    refund_request: str | None
    customer: str
    subscription: str
    attempt: int
    way: Literal["original", "bank_transfer", "external"]
    state: Literal["intended", "unknown", "pending", "succeeded", "failed"]
    amount: Amount
    tax_minor: int
    effect: Effect
    intended_at: At
    initiated_at: At | None
    credit_from_on: str | None
    credit_by_on: str | None
    settled_at: At | None
    late_at: At | None
    failure: str | None
    bank_reference: str | None


class Refunds(Page):
    """Refunds, in the order of their ids."""

    data: list[Refund]


class Policy(Schema):
    """A published version of a policy, identified by the digest of its text. It never changes."""

    digest: str
    name: str
    version: int
    effective_at: At
    published_at: At


class PolicyText(Policy):
    """A version with its whole document (TOML)."""

    text: str


class Policies(Page):
    """Policy versions, in the order of their digests."""

    data: list[Policy]


class Stretch(Schema):
    """Days, both included, on which the same rule gives the same."""

    first_on: str
    last_on: str
    outcome: Outcome
    clause: str
    rule: str
    least: Amount
    most: Amount


class Decision(Schema):
    """What a policy says to a case on its day, and on every day around it. Nothing is changed."""

    policy: str
    verdict: Verdict
    requested_at: At
    days: int
    stretches: list[Stretch]


class Movement(Schema):
    """Orders and refunds of a span of time, in one currency."""

    currency: str
    orders: int
    ordered_minor: int
    refunds: int
    refunded_minor: int


class Summary(Schema):
    """What is waiting now, and what moved in a span of time."""

    from_at: At
    until_at: At
    open_requests: int
    overdue_requests: int
    waiting_for_second: int
    refunds_to_follow: int
    movements: list[Movement] = Field(description="By currency; orders by when they were placed.")
