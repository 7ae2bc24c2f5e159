"""Refund requests, verdicts and previews as the API tells them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from goodterms.api.told import Told, amount, day, optional
from goodterms.domain.approval import ApprovalOutcome
from goodterms.domain.case import Verdict
from goodterms.domain.money import Money
from goodterms.domain.public_id import CUSTOMER, ORDER, REQUEST, SUBSCRIPTION, encode
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.request_checks import verdict_data
from goodterms.storage.load import load_request
from goodterms.usecases.fact_words import question_for_customer
from goodterms.usecases.refund_preview import RefundPreview


def verdict(of: Verdict) -> Told:
    """A verdict."""
    return stored_verdict(verdict_data(of))


def stored_verdict(kept: Mapping[str, Any]) -> Told:
    """A verdict as it is kept with a case."""
    until = kept.get("refundable_until_at")
    return {
        "outcome": kept["outcome"], "clause": kept["clause"], "rule": kept.get("rule", ""),
        "article": kept.get("article"), "because": kept.get("because", ""),
        "amount": {"minor": kept["amount_minor"], "currency": kept["currency"]},
        "access": kept.get("access", ""), "refer_to": kept.get("refer_to"),
        "refundable_until": datetime.fromisoformat(until) if isinstance(until, str) else until,
        "last_day_on": kept.get("last_day_on"), "missing": list(kept.get("missing", ())),
        "findings": findings(kept),
    }  # fmt: skip


def findings(kept: Mapping[str, Any] | None) -> list[Told]:
    """Every clause as it was applied."""
    return [
        {
            "clause": one["clause"], "rule": one.get("rule", ""), "matched": one["matched"],
            "because": one["because"], "values": one["values"],
        }
        for one in (kept or {}).get("findings", ())
    ]  # fmt: skip


def request_by_key(bucket: int, id: Any) -> Told:
    """A refund request as it stands now. Raises `NotFound`."""
    return refund_request(load_request(bucket, id))


def refund_request(of: RefundRequest) -> Told:
    """A refund request."""
    names = (
        "number", "act", "channel", "route", "received_at", "opened_at", "due_at", "handled_by", "answer", "goodwill",
        "decided_at", "decided_by", "declined_for", "decline_note", "appeals", "closed_at", "version",
    )  # fmt: skip
    return {
        "id": encode(REQUEST, of.bucket, of.id),
        "state": of.state.value,
        "customer": encode(CUSTOMER, of.bucket, of.customer_id),
        "subscription": encode(SUBSCRIPTION, of.bucket, of.subscription_id),
        "order": encode(ORDER, of.bucket, of.order_id),
        "claimed": {
            "order_number": of.claimed.order_number, "email": of.claimed.email, "name": of.claimed.name,
            "purchase_on": day(of.claimed.purchase_on),
        },
        "checks": [{name: one.get(name, "") for name in ("name", "result", "because")} for one in of.checks],
        "verdict": stored_verdict(of.verdict) if of.verdict else None,
        "question": of.asked,
        "approvals": [{"by": one.by, "at": one.at} for one in of.approvals],
        "amount": amount(of.amount) if of.amount else None,
        **{name: getattr(of, name) for name in names},
    }  # fmt: skip


def request_preview(of: RefundPreview) -> Told:
    """What asking for an order's money back would lead to."""
    return {
        "order": encode(ORDER, of.order.bucket, of.order.id),
        "granted": of.granted,
        "verdict": verdict(of.verdict),
        "effect": of.effect.value,
        "amount": amount(of.amount),
        "access_until": of.access_until,
        "questions": [question_for_customer(fact) for fact in of.asked],
        "answer_by_on": day(of.answer_by_on),
        "open_request": optional(REQUEST, of.order.bucket, of.open_request),
    }


def approval_preview(of: ApprovalOutcome) -> Told:
    """What approving would do."""
    also: Money = of.total
    return {
        "amount": amount(of.amount),
        "total": amount(also),
        "effect": of.effect.value,
        "access_until": of.access_until,
        "final": of.final,
        "goodwill": of.goodwill,
        "also": [encode(ORDER, order.bucket, order.id) for order in of.also],
        "fingerprint": of.fingerprint,
    }
