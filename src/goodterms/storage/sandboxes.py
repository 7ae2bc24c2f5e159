"""Rows of sandbox worlds, and their databases: copied from a template, dropped with everything in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg import sql

from goodterms.storage.embedded import EmbeddedServer, create_database, sandbox_database
from goodterms.storage.models import SandboxRow
from goodterms.storage.roles import create_owned_database

#: Where a template is filled before it has its name; no sandbox is called so.
FILLING = "0-filling"
_TEMPLATE = "sandboxes_"


@dataclass(frozen=True, slots=True)
class FirstKey:
    """The key that opens a new sandbox, as its database keeps it."""

    id: UUID
    name: str
    prefix: str
    digest: str
    scopes: str
    at: datetime


def all_sandboxes() -> Sequence[SandboxRow]:
    """Every sandbox, by name."""
    return list(SandboxRow.objects.order_by("name"))


def find_sandbox(name: str) -> SandboxRow | None:
    """A sandbox by its name."""
    return SandboxRow.objects.filter(name=name).first()


def add_sandbox(id: UUID, name: str, key: str, *, at: datetime, by: str) -> bool:
    """Wish for a sandbox; False where there is one of that name."""
    wish = {"id": id, "state": "wanted", "key": key, "created_at": at, "created_by": by}
    return SandboxRow.objects.get_or_create(name=name, defaults=wish)[1]


def give_port(id: UUID, port: int, url: str) -> None:
    """Where it will be reached."""
    SandboxRow.objects.filter(id=id).update(port=port, url=url)


def set_state(id: UUID, state: str, reason: str = "") -> None:
    """What became of a wish; one that is to be dropped stays so."""
    SandboxRow.objects.filter(id=id).exclude(state="dropping").update(state=state, reason=reason[:200])


def want_gone(id: UUID) -> bool:
    """Wish it gone; False where somebody did before."""
    return SandboxRow.objects.filter(id=id).exclude(state="dropping").update(state="dropping") == 1


def forget_sandbox(id: UUID) -> None:
    """It is gone."""
    SandboxRow.objects.filter(id=id).delete()


# --- their databases --------------------------------------------------------------------------


def has_template(server: EmbeddedServer, version: str) -> bool:
    """Whether there is a template made by this version."""
    with psycopg.connect(server.superuser_url(), autocommit=True) as admin:
        return _exists(admin, _TEMPLATE + version)


def begin_template(server: EmbeddedServer) -> None:
    """An empty database to be filled; what an interrupted filling left is dropped."""
    _drop(server, sandbox_database(FILLING))
    create_database(server, sandbox_database(FILLING))


def end_template(server: EmbeddedServer, version: str) -> None:
    """Give the filled database its name; those of other versions are dropped."""
    with psycopg.connect(server.superuser_url(), autocommit=True) as admin:
        old = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_TEMPLATE]).fetchall()
        for (name,) in old:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        filled, named = sql.Identifier(sandbox_database(FILLING)), sql.Identifier(_TEMPLATE + version)
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(filled, named))


def make_database(server: EmbeddedServer, name: str, version: str, key: FirstKey) -> None:
    """Copy the template for a sandbox and let its key in; one that is there already is kept."""
    database = sandbox_database(name)
    with psycopg.connect(server.superuser_url(), autocommit=True) as admin:
        create_owned_database(admin, database, template=_TEMPLATE + version)
    with psycopg.connect(server.app_url(database), autocommit=True) as app:
        app.execute(
            "INSERT INTO api_keys (id, family, name, prefix, digest, scopes, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [key.id, key.id, key.name, key.prefix, key.digest, key.scopes, key.at],
        )


def drop_database(server: EmbeddedServer, name: str) -> None:
    """Drop a sandbox's database with everything in it, whoever is connected."""
    _drop(server, sandbox_database(name))


def _drop(server: EmbeddedServer, database: str) -> None:
    with psycopg.connect(server.superuser_url(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _exists(admin: psycopg.Connection[tuple[str]], database: str) -> bool:
    return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None
