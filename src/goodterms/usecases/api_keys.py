"""Keys of other programs: made, replaced, revoked. Every act is recorded; a key itself is told once and never kept.

A key is random enough (190 bits) that its plain SHA-256 can be kept: nothing shorter is to be guessed behind it.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.storage import admin_acts, api_keys
from goodterms.storage.feed import want_feed
from goodterms.storage.models import ApiKey
from goodterms.usecases.world import World

KEY_FORM = re.compile(r"gtk_(live|test)_[A-Za-z0-9]{40}")
_ALPHABET = string.ascii_letters + string.digits
_RANDOM, _SHOWN = 40, 8
_LONGEST_NAME = 120


class Scope(StrEnum):
    """What a key may do: `what:how`."""

    ENTITLEMENTS_READ = "entitlements:read"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    SUBSCRIPTIONS_READ = "subscriptions:read"
    SUBSCRIPTIONS_WRITE = "subscriptions:write"
    REFUNDS_READ = "refunds:read"
    REFUNDS_REQUEST = "refunds:request"
    REFUNDS_DECIDE = "refunds:decide"
    POLICIES_READ = "policies:read"
    FACTS_READ = "facts:read"
    REPORTS_READ = "reports:read"
    WEBHOOKS_MANAGE = "webhooks:manage"
    CLOCK_MOVE = "clock:move"
    SANDBOXES_MANAGE = "sandboxes:manage"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. `key` is told once; `prefix` is what it is called by afterwards."""

    key: str
    prefix: str


def digest_of(key: str) -> str:
    """How a key is kept and looked up."""
    return sha256(key.encode()).hexdigest()


def create_key(world: World, name: str, scopes: Collection[Scope], *, kind: str, actor: Actor) -> NewKey | Refusal:
    """Make a key of a kind ("live" or "test"). Refuses a name that nobody could read in a list, and no scopes."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        return Refusal("bad_name", f"A key has a name of one line and at most {_LONGEST_NAME} characters.")
    if not scopes:
        return Refusal("no_scopes", "A key that may do nothing opens nothing: give it a scope.")
    with transaction.atomic():
        if Scope.FACTS_READ in scopes:
            want_feed()
        made = _add(world, name, scopes, kind, None)
        admin_acts.record(
            "api_key.created", made.prefix, at=world.now(), actor=str(actor), name=name, scopes=sorted(scopes)
        )
    return made


def rotate_key(world: World, prefix: str, *, old_until: datetime, actor: Actor) -> NewKey | Refusal:
    """Make a key with the same name and scopes; the old one is valid until `old_until`, or its own earlier end."""
    now = world.now()
    with transaction.atomic():
        old = api_keys.key_by_prefix(prefix)
        if old is None:
            return _unknown(prefix)
        if old.revoked_at is not None:
            return Refusal("revoked", f"{prefix} was revoked; make a new key instead.")
        if old.expires_at is not None:
            return Refusal("replaced", f"{prefix} was replaced before; rotate the key that replaced it.")
        if old_until < now:
            return Refusal("past", "The old key can not have ended in the past; to end it at once, revoke it.")
        made = _add(world, old.name, old.scopes.split(), old.prefix.split("_")[1], old)
        api_keys.set_expiry(old, old_until)
        admin_acts.record(
            "api_key.rotated", prefix, at=now, actor=str(actor), replaced_by=made.prefix, old_until=old_until
        )
    return made


def revoke_key(world: World, prefix: str, *, actor: Actor) -> Refusal | None:
    """End a key. Doors that have just seen it forget it within seconds."""
    now = world.now()
    with transaction.atomic():
        key = api_keys.key_by_prefix(prefix)
        if key is None:
            return _unknown(prefix)
        if key.revoked_at is not None:
            return Refusal("revoked", f"{prefix} was revoked before.", already=True)
        api_keys.revoke(key, now)
        admin_acts.record("api_key.revoked", prefix, at=now, actor=str(actor))
    return None


def note_use(id: UUID, at: datetime) -> None:
    """Remember the day on which a key was used."""
    api_keys.note_use(id, at.date())


def draw_key(kind: str) -> NewKey:
    """A new key of a kind, which opens nothing until its digest is kept."""
    key = f"gtk_{kind}_{''.join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))}"
    return NewKey(key, prefix_of(key))


def prefix_of(key: str) -> str:
    """The part of a key that may be seen."""
    return key[: _SHOWN - _RANDOM]


def _add(world: World, name: str, scopes: Collection[str], kind: str, replaces: ApiKey | None) -> NewKey:
    made = draw_key(kind)
    digest = digest_of(made.key)
    api_keys.add_key(world.new_id(), name, made.prefix, digest, scopes, at=world.now(), replaces=replaces)
    return made


def _unknown(prefix: str) -> Refusal:
    return Refusal("unknown_key", f"There is no key {prefix}: `goodterms api-key list` names them all.")
