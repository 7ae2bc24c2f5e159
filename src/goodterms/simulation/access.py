"""Whether a customer may use what was paid for, folded from the facts alone and compared with what we answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from goodterms.domain.entitlement import entitlement
from goodterms.simulation.looking import Row, instant, rows_of
from goodterms.simulation.stage import BrokenRuleError
from goodterms.storage.queries.entitlements import holding_of


def may_use(facts: Iterable[Row], now: datetime) -> bool:
    """Whether a paid term covers an instant that was neither dropped nor cut before it."""
    open_terms: dict[int, tuple[datetime, datetime]] = {}
    paid: dict[int, tuple[datetime, datetime]] = {}
    for fact in facts:
        name, data = fact["name"], fact["data"]
        if name in ("subscription.started", "subscription.renewed"):
            starts, ends = instant(data["starts_at"]), instant(data["ends_at"])
            assert starts is not None
            assert ends is not None
            paid[data["term_number"]] = open_terms[data["term_number"]] = (starts, ends)
        elif name == "term.dropped":
            open_terms.pop(data["term_number"], None)
        elif name == "term.revoked":
            starts, ends = paid[data["term_number"]]
            cut = instant(data.get("revoked_at") or fact["at"])
            assert cut is not None
            open_terms[data["term_number"]] = (starts, min(ends, cut))
        elif name == "term.restored":
            open_terms[data["term_number"]] = paid[data["term_number"]]
    return any(starts <= now < ends for starts, ends in open_terms.values())


def check_access(watcher: psycopg.Connection[Any], bucket: int, id: UUID, now: datetime) -> None:
    """Ask as a program asks, and compare. Raises `BrokenRuleError` where the answers differ."""
    holding = holding_of(bucket, id)
    if holding is None:
        return
    said = entitlement(holding.grant.terms, now)
    rows = rows_of(watcher, (bucket, id))  # nobody moves between the answer and this
    expected = may_use(rows.facts, now)
    if said.may_use != expected:
        raise BrokenRuleError(
            "access", f"we answer {said.may_use} at {now}, the facts say {expected}", [rows.subscription, *rows.terms]
        )
