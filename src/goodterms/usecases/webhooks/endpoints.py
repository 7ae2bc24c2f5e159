"""Endpoints: made, given another secret, ended and begun again, sent again what they had. Every act is recorded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor, FactName
from goodterms.storage import admin_acts, webhooks
from goodterms.storage.feed import want_feed
from goodterms.storage.models import WebhookEndpoint
from goodterms.usecases.webhooks.reach import wrong_url
from goodterms.usecases.webhooks.sealing import new_secret, seal, unseal
from goodterms.usecases.world import World

EVERYTHING = "*"
#: How long the secret before goes on signing.
OVERLAP = timedelta(hours=24)
_MOST = 20


@dataclass(frozen=True, slots=True)
class NewSecret:
    """An endpoint with a secret that is told once."""

    id: UUID
    secret: str


def add_endpoint(world: World, url: str, names: Collection[str], *, actor: Actor) -> NewSecret | Refusal:
    """Send facts with these names (none: all) to an address from now on.

    Refuses `url_forbidden`, `fact_unknown`, `too_many`.
    """
    if wrong := wrong_url(url, world.reach):
        return Refusal("url_forbidden", wrong)
    unknown = sorted(set(names) - set(FactName))
    if unknown:
        return Refusal("fact_unknown", f"There is no fact {unknown[0]}.", {"fact": unknown[0]})
    if len(webhooks.endpoints()) >= _MOST:
        return Refusal("too_many", f"There are at most {_MOST} endpoints.")
    now, id, secret = world.now(), world.new_id(), new_secret()
    with transaction.atomic():
        want_feed()
        listed = " ".join(sorted(set(names))) or EVERYTHING
        webhooks.add_endpoint(id, url, listed, seal(secret), at=now, by=str(actor))
        admin_acts.record("webhook.added", url, at=now, actor=str(actor), names=sorted(set(names)))
    return NewSecret(id, secret)


def rotate_secret(world: World, found: WebhookEndpoint, *, actor: Actor) -> NewSecret:
    """Sign with a new secret; the old one signs beside it for a day, so that receivers can change over."""
    now, secret = world.now(), new_secret()
    with transaction.atomic():
        webhooks.set_secret(found.id, seal(secret), now + OVERLAP)
        admin_acts.record("webhook.secret_rotated", found.url, at=now, actor=str(actor))
    return NewSecret(found.id, secret)


def secret_of(found: WebhookEndpoint) -> str:
    """The secret an endpoint's receiver knows, for whom it was made and not told."""
    return unseal(found.secret)


def disable(world: World, found: WebhookEndpoint, *, actor: Actor) -> None:
    """Send nothing more to it; what waits is kept."""
    now = world.now()
    with transaction.atomic():
        if webhooks.disable_endpoint(found.id, now, "it was turned off"):
            admin_acts.record("webhook.disabled", found.url, at=now, actor=str(actor), why="turned off")


def enable(world: World, found: WebhookEndpoint, *, actor: Actor) -> None:
    """Send to it again, what waited first."""
    now = world.now()
    with transaction.atomic():
        webhooks.enable_endpoint(found.id, now)
        admin_acts.record("webhook.enabled", found.url, at=now, actor=str(actor))


def replay(world: World, found: WebhookEndpoint, start: datetime, until: datetime, *, actor: Actor) -> int:
    """Send the facts of a span of time again; receivers know them by their ids. Returns how many."""
    now = world.now()
    with transaction.atomic():
        count = webhooks.send_again(found.id, now, start, until)
        admin_acts.record(
            "webhook.replayed", found.url, at=now, actor=str(actor), start=start, until=until, count=count
        )
    return count
