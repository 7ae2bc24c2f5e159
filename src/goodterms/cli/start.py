"""What every command that needs the database does first."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from goodterms.cli import lifeline
from goodterms.storage.address import AddressError, check_addresses, say_silent
from goodterms.storage.embedded import SANDBOX, configure_environment, has_database
from goodterms.storage.pg_program import EmbeddedServerError

#: A file that a data directory has when a demo lives there.
DEMO_MARK = "demo.json"

#: `--data` after a command's name; before it, it is an option of `goodterms` itself.
DataOption = Annotated[Path | None, typer.Option("--data", help="The same as --data before the command.")]


def start_django(data: Path | None = None, *, begins: bool = False) -> None:
    """Start or find the database, then load Django. Models may be imported only after this.

    Only a command that `begins` makes a data directory where there is none; the others end with 1. An address of a
    database that can not be read ends all of them with 2.
    """
    if data is not None:
        os.environ["GOODTERMS_DATA"] = str(data.expanduser().resolve())
    # Python's own end, unlike the signal's, leaves the shared server in order.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    lifeline.hold_on()
    data_dir = Path(os.environ.get("GOODTERMS_DATA", "data")).expanduser().resolve()
    try:
        check_addresses()
        if begins:
            data_dir.mkdir(parents=True, exist_ok=True)
        elif not (os.environ.get("DATABASE_URL") or os.environ.get(SANDBOX) or has_database(data_dir)):
            _say_no_data(data_dir)
        if configure_environment(data_dir) and (data_dir / DEMO_MARK).exists():
            os.environ.setdefault("GOODTERMS_DEMO", "1")  # its clock is the demo's, its keys are for trying out
    except AddressError as problem:
        _end(str(problem), code=2)
    except EmbeddedServerError as problem:
        _end(str(problem))
    except OSError as problem:
        _end(f"{data_dir} can not be used: {problem.strerror}")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as problem:
        _end(str(problem))


def _say_no_data(data_dir: Path) -> NoReturn:
    here = Path.cwd()
    shown = f"./{data_dir.relative_to(here)}" if data_dir.is_relative_to(here) else str(data_dir)
    _end(f"there is no goodterms data in {shown}; point to it with `goodterms --data DIR ...`")


def _end(problem: str, *, code: int = 1) -> NoReturn:
    typer.echo(f"goodterms: {problem}", err=True)
    raise typer.Exit(code) from None


def end_unanswered(problem: Exception, *, alias: str = "default", code: int = 1) -> NoReturn:
    """End, saying which database did not answer and why."""
    from django.db import connections

    at = connections[alias].settings_dict
    _end(say_silent(at["HOST"], at["PORT"], problem), code=code)


def migrate_database(*, quiet: bool = True) -> None:
    """Bring the tables up to date, as the owner role; privileges follow by themselves."""
    from django.core.management import call_command
    from django.db import OperationalError, connections

    try:
        connections["owner"].ensure_connection()
    except OperationalError as problem:
        end_unanswered(problem, alias="owner")
    call_command("migrate", database="owner", interactive=False, verbosity=0 if quiet else 1)


def require_tables() -> None:
    """End with 1, saying what to do, where the tables are missing or older than this version."""
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as problem:
        end_unanswered(problem)
    if missing:
        typer.echo("goodterms: the tables are not up to date; run `goodterms migrate` first", err=True)
        raise typer.Exit(1)


def require_gateways() -> None:
    """End with 1, saying what is wrong, where a setting about a gateway makes no sense."""
    from django.core.exceptions import ImproperlyConfigured

    from goodterms import wiring

    try:
        wiring.world()
    except ImproperlyConfigured as problem:
        _end(str(problem))
