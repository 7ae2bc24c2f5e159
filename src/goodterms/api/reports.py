"""Small reports: what is waiting, and what moved in a span of time."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from goodterms.api.problems import Problem
from goodterms.api.routes import Strict, read
from goodterms.api.shapes_refunds import Summary
from goodterms.api.wishes import Instant
from goodterms.storage.queries.desk import counts
from goodterms.storage.queries.desk_movements import movements
from goodterms.usecases.api_keys import Scope
from goodterms.wiring import world

_LONGEST = timedelta(days=366)


class Span(Strict):
    """A span of time `[from_at, until_at)`, at most a year; the last 30 days if nothing is given."""

    from_at: Annotated[Instant | None, Field(default=None)]
    until_at: Annotated[Instant | None, Field(default=None)]


@read("/reports/summary", Scope.REPORTS_READ, "Reports", Summary, sparse=False)
def summarize(request: HttpRequest, query: Query[Span]) -> Any:
    """What is waiting now, and the orders and refunds of a span of time."""
    now = world().now()
    until = query.until_at or now
    start = query.from_at or until - timedelta(days=30)
    if not timedelta() < until - start <= _LONGEST:
        raise Problem(
            "invalid_parameter", "A span ends after it begins and lasts at most 366 days.", parameter="from_at"
        )
    waiting = counts(now)
    return {
        "from_at": start, "until_at": until, "open_requests": waiting["requests"],
        "overdue_requests": waiting["overdue"], "waiting_for_second": waiting["approvals"],
        "refunds_to_follow": waiting["refunds"], "movements": movements(start, until),
    }  # fmt: skip
