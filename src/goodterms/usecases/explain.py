"""Why a refund was decided as it was, from what was stored with the case: clause, facts, people, dates (R34, R52)."""

from __future__ import annotations

from goodterms.domain.decision import Refusal
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import ORDER, REFUND, REQUEST, encode
from goodterms.domain.refund_request import StatedFact
from goodterms.storage.models import Inquiry, OrderRow, RefundRequestRow, RefundRow
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.explain import (
    facts_about,
    open_inquiry_numbered,
    order_behind,
    order_row,
    refunds_of_order,
    requests_of_order,
    term_row,
)
from goodterms.storage.stated_facts import facts_from
from goodterms.usecases.explain_parts import Data, about_policy, decided, event, plain
from goodterms.usecases.fact_words import value_text


def explain_refund(number: str) -> Data | Refusal:
    """Everything that decided about refunding an order, found by any number of it. Refuses `unknown_number`."""
    found = order_behind(number)
    if found is None:
        inquiry = open_inquiry_numbered(number)
        if inquiry is not None:
            return {"inquiry": _inquiry(inquiry)}
        return Refusal("unknown_number", f"There is no order, refund request or refund {number!r}.")
    order = order_row(*found)
    requests = requests_of_order(*found)
    refunds = refunds_of_order(*found)
    ids = [order.id, *(r.id for r in requests), *(r.id for r in refunds)]
    policy = policy_by_digest(order.policy_digest)
    return {
        "order": _order(order),
        "policy": about_policy(policy),
        "requests": [_request(row, policy) for row in requests],
        "refunds": [_refund(row) for row in refunds],
        "events": [event(row) for row in facts_about(order.bucket, order.subscription_id, ids)],
    }


def _order(row: OrderRow) -> Data:
    term = term_row(row)
    return plain(
        {
            "number": row.number,
            "id": encode(ORDER, row.bucket, row.id),
            "kind": row.kind,
            "placed_at": row.placed_at,
            "amount": str(Money(row.amount_minor, row.currency)),
            "refunded": str(Money(row.refunded_minor, row.currency)),
            "beyond_the_charge": str(Money(row.excess_minor, row.currency)) if row.excess_minor else None,
            "sales_channel": row.channel,
            "merchant_of_record": row.merchant_of_record,
            "term_starts_at": term.starts_at if term else None,
            "term_ends_at": term.ends_at if term else None,
            "term_dropped_at": term.dropped_at if term else None,
            "term_revoked_at": term.revoked_at if term else None,
        }
    )


def _request(row: RefundRequestRow, policy: Policy) -> Data:
    verdict: Data = row.verdict or {}
    return plain(
        {
            "number": row.number,
            "act": row.act if row.act != "refund" else None,
            "id": encode(REQUEST, row.bucket, row.id),
            "state": row.state,
            "channel": row.channel,
            "received_at": row.received_at,
            "opened_at": row.opened_at,
            "opened_by": row.opened_by,
            **decided(verdict, policy, "cancel" if row.act == "cancel" else "refund"),
            "facts": [_stated(name, fact) for name, fact in facts_from(row.facts).items()],
            "checks": row.checks,
            "findings": verdict.get("findings", []),
            "approvals": row.approvals,
            "amount": str(Money(row.amount_minor, row.currency or "")) if row.amount_minor else None,
            "goodwill_reason": row.goodwill_reason if row.goodwill else None,
            "decided_at": row.decided_at,
            "decided_by": row.decided_by,
            "decline_note": row.decline_note,
        }
    )


def _stated(name: str, fact: StatedFact) -> Data:
    return {"name": name, "value": value_text(fact.value), "by": fact.by, "at": fact.at.isoformat()}


def _refund(row: RefundRow) -> Data:
    return plain(
        {
            "id": encode(REFUND, row.bucket, row.id),
            "key": row.key,
            "state": row.state,
            "way": row.way,
            "effect": row.effect,
            "amount": str(Money(row.amount_minor, row.currency)),
            "intended_at": row.intended_at,
            "initiated_at": row.initiated_at,
            "credit_from_on": row.credit_from_on,
            "due_on": row.due_on,
            "settled_at": row.settled_at,
            "late_at": row.late_at,
            "failure": row.failure,
            "gateway_ref": row.gateway_ref,
            "bank_reference": row.bank_reference,
        }
    )


def _inquiry(row: Inquiry) -> Data:
    return plain(
        {
            "number": row.number,
            "state": row.state,
            "channel": row.channel,
            "received_at": row.received_at,
            "because": "It names no order that is known with its e-mail address; it keeps its date until it does.",
            "closed_at": row.closed_at,
            "closed_by": row.closed_by,
            "note": row.note,
        }
    )
