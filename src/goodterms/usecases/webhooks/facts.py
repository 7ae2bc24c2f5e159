"""A fact as other programs are told it, in the feed and by webhook alike."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from goodterms.domain.decision import iso
from goodterms.domain.public_id import CUSTOMER, FACT, SUBSCRIPTION, derived_id, encode
from goodterms.storage.feed import FedFact


def fact_told(fact: FedFact) -> dict[str, Any]:
    """A fact: its id, place in the feed, name, instant, who did it, whose it is, and the values that matter."""
    owner = fact.customer_id
    return {
        "id": encode(FACT, fact.bucket, derived_id(fact.stream, f"fact/{fact.seq}")),
        "position": fact.position,
        "name": fact.name,
        "at": iso(fact.at.astimezone(UTC)),
        "actor": fact.actor,
        "customer": encode(CUSTOMER, fact.bucket, owner) if owner else None,
        "subscription": encode(SUBSCRIPTION, fact.bucket, fact.stream) if owner else None,
        "seq": fact.seq,
        "data": dict(fact.data),
    }
