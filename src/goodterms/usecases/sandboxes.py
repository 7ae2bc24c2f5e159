"""Sandbox worlds: wished for and dropped here, made and run by `goodterms sandbox serve`.

A wish is a row beside the live ones. What is in a sandbox is in a database on another server, run by other processes:
no statement reaches both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import derived_id
from goodterms.storage import admin_acts, sandboxes
from goodterms.storage.embedded import EmbeddedServer
from goodterms.storage.feed import want_feed
from goodterms.storage.models import SandboxRow
from goodterms.storage.sandboxes import FirstKey
from goodterms.usecases.api_keys import Scope, digest_of, draw_key, prefix_of
from goodterms.usecases.demo.shop import open_shop
from goodterms.usecases.webhooks.sealing import seal, unseal
from goodterms.usecases.world import World

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LONGEST_NAME = 30
_MOST = 20
_FOUNDED = timedelta(days=1000)


@dataclass(frozen=True, slots=True)
class Wished:
    """A sandbox that will be made, and the key that will open it."""

    name: str
    key: str


def ask_for_sandbox(world: World, name: str, *, actor: Actor) -> Wished | Refusal:
    """Wish for a sandbox. Refuses `bad_name`, `name_taken`, `too_many`."""
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        reason = f"A name has small letters, digits and single hyphens, at most {LONGEST_NAME}, a letter first."
        return Refusal("bad_name", reason)
    if len(sandboxes.all_sandboxes()) >= _MOST:
        return Refusal("too_many", f"There are at most {_MOST} sandboxes. Drop one first.")
    now, made = world.now(), draw_key("test")
    with transaction.atomic():
        if not sandboxes.add_sandbox(world.new_id(), name, seal(made.key), at=now, by=str(actor)):
            return Refusal("name_taken", f"There is a sandbox {name} already.")
        admin_acts.record("sandbox.created", name, at=now, actor=str(actor), key=made.prefix)
    return Wished(name, made.key)


def drop_sandbox(world: World, found: SandboxRow, *, actor: Actor) -> None:
    """Wish a sandbox gone, with everything in it. Wishing it again changes nothing."""
    now = world.now()
    with transaction.atomic():
        if sandboxes.want_gone(found.id):
            admin_acts.record("sandbox.dropped", found.name, at=now, actor=str(actor))


def make_world(server: EmbeddedServer, found: SandboxRow, version: str, port: int, url: str) -> None:
    """Make a sandbox's database and say where it will be reached. Doing it again changes nothing."""
    sandboxes.make_database(server, found.name, version, first_key(found))
    sandboxes.give_port(found.id, port, url)


def note_made(found: SandboxRow) -> None:
    """It can be used."""
    sandboxes.set_state(found.id, "ready")


def note_failed(found: SandboxRow, reason: str) -> None:
    """It could not be made or started."""
    sandboxes.set_state(found.id, "failed", reason)


def remove_world(server: EmbeddedServer, found: SandboxRow) -> None:
    """Drop its database, and forget that it was there."""
    sandboxes.drop_database(server, found.name)
    sandboxes.forget_sandbox(found.id)


def furnish(at: datetime) -> None:
    """What every sandbox begins with: the shop of the demo without its customers, and facts that are fed."""
    open_shop(at - _FOUNDED)
    want_feed()


def key_of(found: SandboxRow) -> str:
    """A sandbox's first key. Raises `cryptography.fernet.InvalidToken` after the program's secret key was changed."""
    return unseal(found.key)


def first_key(found: SandboxRow) -> FirstKey:
    """The same, as the sandbox's database keeps it: it may do everything there. Raises as `key_of` does."""
    key = key_of(found)
    scopes = " ".join(sorted(set(Scope) - {Scope.SANDBOXES_MANAGE}))
    return FirstKey(
        derived_id(found.id, "key"), f"sandbox {found.name}", prefix_of(key), digest_of(key), scopes, found.created_at
    )  # fmt: skip
