"""What every explanation is made of: the policy, what its rules or a law's decided, and what happened."""

from __future__ import annotations

from typing import Any

from goodterms.domain.decision import plain_value
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Act
from goodterms.storage.laws import shipped_laws
from goodterms.storage.models import FactRow
from goodterms.storage.queries.explain import policy_version
from goodterms.usecases.policy_page_text import rule_sentence

Data = dict[str, Any]


def about_policy(policy: Policy) -> Data:
    """Which version of which policy, and the terms it follows."""
    stored = policy_version(policy.digest)
    return plain(
        {
            "label": policy.label,
            "digest": policy.digest,
            "effective_on": policy.effective_on,
            "published_at": stored.published_at if stored else None,
            "terms": f"{policy.legal_source.merchant_of_record}, {policy.legal_source.terms}, "
            f"version {policy.legal_source.version}",
        }
    )


def decided(verdict: Data, policy: Policy, act: Act = "refund") -> Data:
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
        "says": _says(law or policy, clause, act) if law or rule == policy.label else None,
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


def _says(document: Policy | Law, clause: str | None, act: Act) -> str | None:
    return rule_sentence(document, clause, act=act) if clause else None


def event(row: FactRow) -> Data:
    """One fact of the journal."""
    policy = row.policy_digest[:12] if row.policy_digest else None
    return plain({"at": row.at, "fact": row.name, "by": row.actor, "policy": policy})


def plain(data: Data) -> Data:
    """As JSON; what is not there is left out."""
    out = plain_value({key: value for key, value in data.items() if value not in (None, "")})
    assert isinstance(out, dict)
    return out
