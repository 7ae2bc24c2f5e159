"""What every command that needs the database does first."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import typer

from goodterms.cli import lifeline
from goodterms.storage.embedded import configure_environment
from goodterms.storage.pg_program import EmbeddedServerError


def start_django() -> None:
    """Start or find the database, then load Django. Models may be imported only after this."""
    # Python's own end, unlike the signal's, leaves the shared server in order.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    lifeline.hold_on()
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


def require_tables() -> None:
    """End with 1, saying what to do, where the tables are missing or older than this version."""
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as problem:
        typer.echo(f"goodterms: the database does not answer ({type(problem).__name__})", err=True)
        raise typer.Exit(1) from None
    if missing:
        typer.echo("goodterms: the tables are not up to date; run `goodterms migrate` first", err=True)
        raise typer.Exit(1)
