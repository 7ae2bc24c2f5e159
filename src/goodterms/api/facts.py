"""The feed of facts: everything that happened, in one order, read from a position on."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from goodterms.api.routes import Strict, read
from goodterms.api.shapes import At
from goodterms.api.wishes import Limit
from goodterms.storage.feed import facts_after, feed_wanted
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.webhooks.facts import fact_told

TAG = "Facts"


class Fact(Schema):
    """Something that happened. `data` holds the values that matter; what they are follows from the name."""

    id: str
    position: int
    name: str
    at: At
    actor: str
    customer: str | None
    subscription: str | None
    seq: int
    data: dict[str, Any]


class Facts(Schema):
    """Facts in their order. Ask again with `after` = `position`; `more` tells that there are more already."""

    data: list[Fact]
    position: int
    more: bool
    fed: bool


class From(Strict):
    """Where to go on."""

    after: Annotated[int, Field(default=0, ge=0, le=2**62, description="The `position` you have; 0 for everything.")]
    limit: Limit


@read("/facts", Scope.FACTS_READ, TAG, Facts, sparse=False)
def list_facts(request: HttpRequest, query: Query[From]) -> Any:
    """What happened after a position. Keep the position with what you do: then you miss nothing and do nothing twice.

    `fed` is false until a key that may read facts, or a webhook endpoint, has been made.
    """
    rows = facts_after(query.after, query.limit + 1)
    shown = [fact_told(fact) for fact in rows[: query.limit]]
    position = shown[-1]["position"] if shown else query.after
    return {"data": shown, "position": position, "more": len(rows) > query.limit, "fed": feed_wanted()}
