"""Why a cancellation did what it did: who asked, by which rule of policy or law, what was paid back, what followed."""

from __future__ import annotations

from goodterms.domain.decision import Refusal
from goodterms.domain.public_id import REFUND, REQUEST, encode
from goodterms.storage.models import CancellationRow, FactRow
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.explain import cancellation_behind, facts_of_cancellation, policies_of_subscription
from goodterms.usecases.explain_parts import Data, about_policy, decided, event, plain

_CANCELED = "subscription.canceled"


def explain_cancellation(number: str) -> Data | Refusal:
    """Everything that decided about a cancellation, found by its number or by any number of an order.

    Refuses `unknown_number` and `not_canceled`.
    """
    row = cancellation_behind(number)
    if row is None:
        return Refusal("unknown_number", f"There is no cancellation {number!r}, nor one of the order of that number.")
    facts = facts_of_cancellation(row)
    canceled = next((fact for fact in facts if fact.name == _CANCELED), None)
    return {"cancellation": _cancellation(row, canceled), **_rules(row, canceled), "events": [event(f) for f in facts]}


def _cancellation(row: CancellationRow, canceled: FactRow | None) -> Data:
    return plain(
        {
            "number": row.number,
            "requested_at": row.requested_at,
            "by": row.actor,
            "channel": row.channel,
            "access_until": row.access_until,
            "renews_once_more": "yes" if (canceled.data if canceled else {}).get("last_term") else None,
            "refund": encode(REFUND, row.bucket, row.refund_id) if row.refund_id else None,
            "request": encode(REQUEST, row.bucket, row.request_id) if row.request_id else None,
            "undone_at": row.undone_at,
            "undone_by": row.undone_by,
        }
    )


def _rules(row: CancellationRow, canceled: FactRow | None) -> Data:
    """The policy whose clauses, or beside whose clauses a law, decided; one from before has no verdict on record."""
    verdict: Data = (canceled.data if canceled else {}).get("verdict") or {}
    digests = policies_of_subscription(row.bucket, row.subscription_id)
    if canceled is not None and canceled.policy_digest:
        digests = (canceled.policy_digest, *digests)
    policies = [policy_by_digest(digest) for digest in dict.fromkeys(digests)]
    rules = {found.get("rule") for found in verdict.get("findings", [])}
    policy = next((one for one in policies if one.label in rules), policies[0] if policies else None)
    if policy is None:
        return {}
    said = plain(decided(verdict, policy, "cancel")) if verdict else {}
    return {"policy": about_policy(policy), "decision": {**said, "findings": verdict.get("findings", [])}}
