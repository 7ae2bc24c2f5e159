"""`goodterms api-key ...`: the keys with which other programs come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_tables, start_django

if TYPE_CHECKING:
    from goodterms.domain.decision import Refusal
    from goodterms.domain.facts import Actor
    from goodterms.storage.models import ApiKey
    from goodterms.usecases.api_keys import NewKey

key_app = typer.Typer(help="Make, list, replace and end the keys of the API.", no_args_is_help=True)
app.add_typer(key_app, name="api-key")

PrefixArgument = Annotated[str, typer.Argument(help="The visible part of a key, like gtk_live_ab12cd34.")]
_OLD_FOR = timedelta(hours=24)


class Scope(StrEnum):
    """What a key may do."""

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


@key_app.command()
def create(
    name: Annotated[str, typer.Argument(help="Which program it is for, as you want to read it in lists.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; may be given several times.")],
    data: DataOption = None,
) -> None:
    """Make a key. It is printed once, alone on standard output, and kept nowhere."""
    start_django(data)
    require_tables()
    from django.conf import settings

    from goodterms.usecases import api_keys
    from goodterms.wiring import world

    scopes = [api_keys.Scope(one) for one in scope]
    _show(api_keys.create_key(world(), name, scopes, kind=settings.API_KEY_KIND, actor=_operator()))


@key_app.command("list")
def list_(data: DataOption = None) -> None:
    """Name every key there ever was, newest first."""
    start_django(data)
    require_tables()
    from goodterms.storage.api_keys import all_keys
    from goodterms.wiring import now

    found, at = all_keys(), now()
    for key in found:
        used = f"last used {key.last_used_on}" if key.last_used_on else "never used"
        typer.echo(f"{key.prefix}  {_state(key, at)}  {key.scopes}  made {key.created_at.date()}, {used}  {key.name}")
    if not found:
        typer.echo("There is no key yet: goodterms api-key create NAME --scope entitlements:read")


@key_app.command()
def rotate(
    prefix: PrefixArgument,
    old_until: Annotated[
        str,
        typer.Option(help="Until when the old key is valid, as 2027-01-31T12:00Z; 24 hours from now if not given."),
    ] = "",
    data: DataOption = None,
) -> None:
    """Replace a key by one with the same name and scopes. The old one stays valid for a while."""
    start_django(data)
    require_tables()
    from goodterms.usecases.api_keys import rotate_key
    from goodterms.wiring import now, world

    until = _instant(old_until) if old_until else now() + _OLD_FOR
    _show(rotate_key(world(), prefix, old_until=until, actor=_operator()))
    typer.echo(f"{prefix} is valid until {until:%Y-%m-%d %H:%M} UTC.", err=True)


@key_app.command()
def revoke(prefix: PrefixArgument, data: DataOption = None) -> None:
    """End a key at once. Servers that have just seen it forget it within five seconds."""
    start_django(data)
    require_tables()
    from goodterms.usecases.api_keys import revoke_key
    from goodterms.wiring import world

    refusal = revoke_key(world(), prefix, actor=_operator())
    if refusal is not None and not refusal.already:
        _refused(refusal)
    typer.echo(f"{prefix} is revoked{'' if refusal is None else ' (as before)'}.")


def _operator() -> Actor:
    from goodterms.domain.facts import Actor

    return Actor("system", "command line")


def _show(done: NewKey | Refusal) -> None:
    """Print a new key, or why there is none."""
    from goodterms.domain.decision import Refusal

    if isinstance(done, Refusal):
        _refused(done)
    else:
        typer.echo(done.key)
        typer.echo(f"Keep it now: it is not shown again. Its name from here on is {done.prefix}.", err=True)


def _refused(refusal: Refusal) -> None:
    typer.echo(f"goodterms: {refusal.reason}", err=True)
    raise typer.Exit(1)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no instant like 2027-01-31T12:00Z", param_hint="--old-until") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _state(key: ApiKey, at: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is None:
        return "valid"
    return f"{'valid until' if at < key.expires_at else 'ended'} {key.expires_at:%Y-%m-%dT%H:%MZ}"
