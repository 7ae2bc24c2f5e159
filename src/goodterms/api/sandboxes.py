"""Sandboxes beside the live world: made, listed and dropped. What is in one is reached by its own address and key."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Schema
from pydantic import StringConstraints

from goodterms.api.calls import call_of
from goodterms.api.problems import Problem, done, missing
from goodterms.api.routes import Strict, read, write
from goodterms.api.shapes import At, Page
from goodterms.storage.models import SandboxRow
from goodterms.storage.sandboxes import all_sandboxes, find_sandbox
from goodterms.usecases import sandboxes
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.sandboxes import Wished

TAG = "Sandboxes"
_AT = "/sandboxes/{name}"


class Sandbox(Schema):
    """A world for trying out. It is `wanted` until it is `ready`; `url` is where it is reached, once that is known.

    `failed` says why in `reason`. One that is `dropping` is gone within moments.
    """

    name: str
    state: str
    url: str | None
    reason: str | None
    created_at: At
    created_by: str


class SandboxKey(Sandbox):
    """A sandbox with the key that opens it, and nothing else."""

    key: str


class Sandboxes(Page):
    """All sandboxes, by name."""

    data: list[Sandbox]


class NewSandbox(Strict):
    """A name of small letters, digits and single hyphens, a letter first."""

    name: Annotated[str, StringConstraints(max_length=30, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]


@read("/sandboxes", Scope.SANDBOXES_MANAGE, TAG, Sandboxes, sparse=False)
def list_sandboxes(request: HttpRequest) -> Any:
    """List all sandboxes."""
    _only_beside_the_live_world()
    return {"data": [_told(row) for row in all_sandboxes()], "next": None}


@read(_AT, Scope.SANDBOXES_MANAGE, TAG, Sandbox, sparse=False)
def get_sandbox(request: HttpRequest, name: str) -> Any:
    """One sandbox: whether it is ready, and where it is reached."""
    return _told(_found(name))


@write("/sandboxes", Scope.SANDBOXES_MANAGE, TAG, SandboxKey, status=201, keeps=False)
def create_sandbox(request: HttpRequest, body: NewSandbox) -> Any:
    """Make a sandbox with a database, test cards and a clock of its own. It is ready within seconds: ask for it."""
    _only_beside_the_live_world()
    call = call_of(request)
    if not call.acted:
        made = done(sandboxes.ask_for_sandbox(call.world, body.name, actor=call.actor))
        assert isinstance(made, Wished)
    row = _found(body.name)
    return {**_told(row), "key": sandboxes.key_of(row)}


@write(f"{_AT}/drop", Scope.SANDBOXES_MANAGE, TAG, Sandbox)
def drop_sandbox(request: HttpRequest, name: str) -> Any:
    """Drop a sandbox with everything in it. It can not be brought back."""
    call, row = call_of(request), _found(name)
    if not call.acted:
        sandboxes.drop_sandbox(call.world, row, actor=call.actor)
    return {**_told(row), "state": "dropping"}


def _only_beside_the_live_world() -> None:
    if settings.TEST_WORLD:
        raise Problem("not_found", "A test world has no sandboxes of its own.")


def _found(name: str) -> SandboxRow:
    _only_beside_the_live_world()
    row = find_sandbox(name)
    if row is None:
        missing("sandbox")
    return row


def _told(row: SandboxRow) -> dict[str, Any]:
    kept = ("name", "state", "created_at", "created_by")
    return {**{name: getattr(row, name) for name in kept}, "url": row.url or None, "reason": row.reason or None}
