"""What every command that needs the database does first."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from goodterms.storage.embedded import EmbeddedServerError, configure_environment


def start_django() -> None:
    """Start or find the database, then load Django. Models may be imported only after this."""
    data_dir = Path(os.environ.get("GOODTERMS_DATA", "data")).expanduser().resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        configure_environment(data_dir)
    except EmbeddedServerError as problem:
        typer.echo(f"goodterms: {problem}", err=True)
        raise typer.Exit(1) from None
    import django

    django.setup()


def migrate_database(*, quiet: bool = True) -> None:
    """Bring the tables up to date, as the owner role; privileges follow by themselves."""
    from django.core.management import call_command

    call_command("migrate", database="owner", interactive=False, verbosity=0 if quiet else 1)
