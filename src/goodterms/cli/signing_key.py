"""`goodterms signing-key rotate`: another key for signed offline answers."""

from __future__ import annotations

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_tables, start_django

signing_app = typer.Typer(help="The key that signs offline answers.", no_args_is_help=True)
app.add_typer(signing_app, name="signing-key")


@signing_app.callback()
def _group() -> None:
    """Keep `rotate` a command of its own, also while it is the only one."""


@signing_app.command()
def rotate(data: DataOption = None) -> None:
    """Sign with a new key from now on. The old one stays published until its answers have expired."""
    start_django(data)
    require_tables()
    from goodterms.domain.facts import Actor
    from goodterms.usecases.offline import rotate_signing_key
    from goodterms.wiring import world

    id = rotate_signing_key(world(), actor=Actor("system", "command line"))
    typer.echo(f"{id} signs now. Devices find it at /.well-known/jwks.json.")
