"""Why a refund was decided as it was, from what was stored with the case: clause, facts, people, dates (R34, R52)."""

from __future__ import annotations

from typing import Any

from goodterms.domain.decision import Refusal, plain_value
from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import ORDER, REFUND, REQUEST, encode
from goodterms.domain.refund_request import StatedFact
from goodterms.storage.laws import shipped_laws
from goodterms.storage.models import FactRow, Inquiry, OrderRow, RefundRequestRow, RefundRow
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.explain import (
    facts_about,
    open_inquiry_numbered,
    order_behind,
    order_row,
    policy_version,
    refunds_of_order,
    requests_of_order,
    term_row,
)
from goodterms.storage.stated_facts import facts_from
from goodterms.usecases.fact_words import value_text
from goodterms.usecases.policy_page_text import rule_sentence

Data = dict[str, Any]


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
        "policy": _policy(policy),
        "requests": [_request(row, policy) for row in requests],
        "refunds": [_refund(row) for row in refunds],
        "events": [_event(row) for row in facts_about(order.bucket, order.subscription_id, ids)],
    }


def _order(row: OrderRow) -> Data:
    term = term_row(row)
    return _plain(
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


def _policy(policy: Policy) -> Data:
    stored = policy_version(policy.digest)
    return _plain(
        {
            "label": policy.label,
            "digest": policy.digest,
            "effective_on": policy.effective_on,
            "published_at": stored.published_at if stored else None,
            "terms": f"{policy.legal_source.merchant_of_record}, {policy.legal_source.terms}, "
            f"version {policy.legal_source.version}",
        }
    )


def _request(row: RefundRequestRow, policy: Policy) -> Data:
    verdict: Data = row.verdict or {}
    return _plain(
        {
            "number": row.number,
            "act": row.act if row.act != "refund" else None,
            "id": encode(REQUEST, row.bucket, row.id),
            "state": row.state,
            "channel": row.channel,
            "received_at": row.received_at,
            "opened_at": row.opened_at,
            "opened_by": row.opened_by,
            **_decided(verdict, policy),
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


def _decided(verdict: Data, policy: Policy) -> Data:
    """Which clause of the policy or of which law decided, and what follows from it."""
    clause, rule = verdict.get("clause"), verdict.get("rule") or policy.label
    findings: list[Data] = verdict.get("findings", [])
    law = next((law for law in shipped_laws() if law.label == rule), None)
    deciding = (f["because"] for f in findings if f["clause"] == clause and f.get("rule", rule) in (rule, ""))
    return {
        "clause": clause,
        "rule": rule if clause else None,
        "article": verdict.get("article"),
        "law": f"{law.title.get('en', law.label)} ({law.source})" if law else None,
        "says": _says(law or policy, clause) if law or rule == policy.label else None,
        "outcome": verdict.get("outcome"),
        "because": next(deciding, None) or verdict.get("because"),
        "waits_for": ", ".join(verdict.get("missing") or ()),
        "access_until_at": verdict.get("access_until_at"),
        "paid_from_on": verdict.get("paid_from_on"),
        "pay_by_on": verdict.get("pay_by_on"),
        "acknowledge": verdict.get("acknowledge"),
        "last_day_on": verdict.get("last_day_on"),
        "refer_to": verdict.get("refer_to"),
    }


def _says(document: Policy | Law, clause: str | None) -> str | None:
    return rule_sentence(document, clause) if clause else None


def _stated(name: str, fact: StatedFact) -> Data:
    return {"name": name, "value": value_text(fact.value), "by": fact.by, "at": fact.at.isoformat()}


def _refund(row: RefundRow) -> Data:
    return _plain(
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


def _event(row: FactRow) -> Data:
    policy = row.policy_digest[:12] if row.policy_digest else None
    return _plain({"at": row.at, "fact": row.name, "by": row.actor, "policy": policy})


def _inquiry(row: Inquiry) -> Data:
    return _plain(
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


def _plain(data: Data) -> Data:
    """As JSON; what is not there is left out."""
    out = plain_value({key: value for key, value in data.items() if value not in (None, "")})
    assert isinstance(out, dict)
    return out
