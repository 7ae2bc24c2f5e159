"""Where facts are sent to: endpoints with their secrets, what became of every delivery, and sending again."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from goodterms.api.calls import Call, call_of
from goodterms.api.problems import Problem, done, missing
from goodterms.api.routes import Strict, read, write
from goodterms.api.shapes import At, Page
from goodterms.api.wishes import Instant, Limit
from goodterms.storage import webhooks as rows
from goodterms.storage.models import WebhookDelivery, WebhookEndpoint
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.webhooks import endpoints
from goodterms.usecases.webhooks.endpoints import NewSecret

TAG = "Webhooks"
_AT = "/webhook-endpoints/{endpoint}"
#: What a fact is called. Names are added as the product grows; one that does not exist is refused.
Name = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z_]+\.[a-z_]+$")]


class Endpoint(Schema):
    """Where facts are sent to; `names` is empty where all are wanted."""

    id: str
    url: str
    names: list[str]
    created_at: At
    failing_since: At | None
    disabled_at: At | None
    disabled_for: str | None


class EndpointSecret(Endpoint):
    """An endpoint with its new secret (Standard Webhooks). It is told once: with this answer."""

    secret: str


class Endpoints(Page):
    """All endpoints, the newest first."""

    data: list[Endpoint]


class Try(Schema):
    """One attempt: what was answered, in how many milliseconds, or what was in the way."""

    at: At
    status: int | None
    milliseconds: int
    trouble: str


class Delivery(Schema):
    """One fact to one endpoint, with every attempt."""

    id: int
    position: int
    name: str
    state: str
    attempts: int
    due_at: At | None
    created_at: At
    delivered_at: At | None
    tries: list[Try]


class Deliveries(Schema):
    """Deliveries, the newest first; `next` is to be sent as `before`."""

    data: list[Delivery]
    next: int | None


class Replayed(Schema):
    """How many facts are sent again."""

    count: int


class NewEndpoint(Strict):
    """A public address over TLS, and the names of the facts wanted (none: all)."""

    url: Annotated[str, StringConstraints(min_length=8, max_length=1000, pattern=r"^https?://[\x21-\x7e]+$")]
    names: Annotated[list[Name], Field(default_factory=list, max_length=60)]


class Replay(Strict):
    """A span of time `[from_at, until_at)` by when the facts happened."""

    from_at: Instant
    until_at: Instant


class DeliveryList(Strict):
    """Deliveries by their state."""

    limit: Limit
    before: Annotated[int | None, Field(default=None, ge=1, le=2**62)]
    state: Literal["pending", "delivered", "failed"] | None = None


@read("/webhook-endpoints", Scope.WEBHOOKS_MANAGE, TAG, Endpoints, sparse=False)
def list_webhook_endpoints(request: HttpRequest) -> Any:
    """List all endpoints."""
    return {"data": [_told(row) for row in rows.endpoints()], "next": None}


@read(_AT, Scope.WEBHOOKS_MANAGE, TAG, Endpoint, sparse=False)
def get_webhook_endpoint(request: HttpRequest, endpoint: str) -> Any:
    """One endpoint."""
    return _told(_found(endpoint))


@write("/webhook-endpoints", Scope.WEBHOOKS_MANAGE, TAG, EndpointSecret, status=201, keeps=False)
def create_webhook_endpoint(request: HttpRequest, body: NewEndpoint) -> Any:
    """Have facts sent to an address from now on. The secret is told with this answer and never again."""
    call = call_of(request)
    if call.acted:
        return _with_secret(call, _found(str(call.id)))
    made = done(endpoints.add_endpoint(call.world, body.url, body.names, actor=call.actor))
    assert isinstance(made, NewSecret)
    return {**_told(_found(str(made.id))), "secret": made.secret}


@write(f"{_AT}/rotate-secret", Scope.WEBHOOKS_MANAGE, TAG, EndpointSecret, keeps=False)
def rotate_webhook_secret(request: HttpRequest, endpoint: str) -> Any:
    """Sign with a new secret. For a day the old one signs too: change it in your receiver meanwhile."""
    call, row = call_of(request), _found(endpoint)
    if call.acted:
        return _with_secret(call, row)
    made = endpoints.rotate_secret(call.world, row, actor=call.actor)
    return {**_told(_found(endpoint)), "secret": made.secret}


@write(f"{_AT}/disable", Scope.WEBHOOKS_MANAGE, TAG, Endpoint)
def disable_webhook_endpoint(request: HttpRequest, endpoint: str) -> Any:
    """Send nothing more to it. What waits is kept."""
    call, row = call_of(request), _found(endpoint)
    if not call.acted:
        endpoints.disable(call.world, row, actor=call.actor)
    return _told(_found(endpoint))


@write(f"{_AT}/enable", Scope.WEBHOOKS_MANAGE, TAG, Endpoint)
def enable_webhook_endpoint(request: HttpRequest, endpoint: str) -> Any:
    """Send to it again, what waited first."""
    call, row = call_of(request), _found(endpoint)
    if not call.acted:
        endpoints.enable(call.world, row, actor=call.actor)
    return _told(_found(endpoint))


@read(f"{_AT}/deliveries", Scope.WEBHOOKS_MANAGE, TAG, Deliveries, sparse=False)
def list_webhook_deliveries(request: HttpRequest, endpoint: str, query: Query[DeliveryList]) -> Any:
    """What was sent, what was answered, how long it took, and what is still to be sent."""
    found = rows.deliveries(
        _found(endpoint).id, before=query.before, state=query.state or "", limit=query.limit + 1
    )  # fmt: skip
    shown = found[: query.limit]
    return {"data": [_delivery(one) for one in shown], "next": shown[-1].id if len(found) > query.limit else None}


@write(f"{_AT}/replay", Scope.WEBHOOKS_MANAGE, TAG, Replayed)
def replay_webhooks(request: HttpRequest, endpoint: str, body: Replay) -> Any:
    """Send the facts of a span of time again. Your receiver knows by `webhook-id` what it has had."""
    call, row = call_of(request), _found(endpoint)
    if body.from_at >= body.until_at:
        wrong = "A span ends after it begins."
        raise Problem("invalid_body", wrong, errors=[{"at": "until_at", "message": wrong}])
    if call.acted:
        return {"count": 0}
    return {"count": endpoints.replay(call.world, row, body.from_at, body.until_at, actor=call.actor)}


def _with_secret(call: Call, row: WebhookEndpoint) -> Any:
    """The secret that was made when the answer was lost: read again, since it was told to nobody."""
    return {**_told(row), "secret": endpoints.secret_of(row)}


def _found(text: str) -> WebhookEndpoint:
    try:
        row = rows.endpoint(UUID(text))
    except ValueError:
        row = None
    if row is None:
        missing("webhook endpoint")
    return row


def _told(row: WebhookEndpoint) -> dict[str, Any]:
    names = [] if row.names == endpoints.EVERYTHING else row.names.split()
    kept = ("url", "created_at", "failing_since", "disabled_at", "disabled_for")
    return {"id": str(row.id), "names": names, **{name: getattr(row, name) for name in kept}}


def _delivery(row: WebhookDelivery) -> dict[str, Any]:
    kept = ("id", "position", "name", "state", "attempts", "due_at", "created_at", "delivered_at", "tries")
    return {name: getattr(row, name) for name in kept}
