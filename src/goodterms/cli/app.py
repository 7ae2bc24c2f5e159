"""The operator's door: `goodterms ...`.

Commands live in modules beside this one, by noun; each registers itself on `app`, and `main` imports them all.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from goodterms import __version__

app = typer.Typer(
    name="goodterms",
    help="Auto-renewing subscriptions whose end is as good as their beginning.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals may hold personal data
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"goodterms {__version__}")
        raise typer.Exit


@app.callback()
def main(
    data: Annotated[
        Path | None,
        typer.Option(help="Directory of the embedded database, keys and letters.", envvar="GOODTERMS_DATA"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Remember where the data is; nothing is started until a command needs it."""
    if data is not None:
        os.environ["GOODTERMS_DATA"] = str(data.expanduser().resolve())
