"""Commands that prepare the database: `init` and `migrate`."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import urlencode

import psycopg
import typer

from goodterms.cli.main import app
from goodterms.cli.start import migrate_database, start_django
from goodterms.storage.roles import APP_ROLE, OWNER_ROLE, create_owned_database, create_roles, prepare_schema


@app.command()
def init(
    admin_url: Annotated[
        str | None,
        typer.Option(help="URL of a role that may create roles and databases. Used once, not kept."),
    ] = None,
    database: Annotated[str, typer.Option(help="Name of the database to create.")] = "goodterms",
) -> None:
    """Create the database: the embedded one, or on a server of yours with --admin-url."""
    if admin_url:
        _init_external(admin_url, database)
        return
    start_django()
    migrate_database(quiet=False)
    typer.echo("The database is ready.")


@app.command()
def migrate() -> None:
    """Bring the tables up to date with this version."""
    start_django()
    migrate_database(quiet=False)


def _init_external(admin_url: str, database: str) -> None:
    """Create both roles with fresh passwords and print the two URLs to put into the environment."""
    passwords = {OWNER_ROLE: secrets.token_urlsafe(24), APP_ROLE: secrets.token_urlsafe(24)}
    with psycopg.connect(admin_url, autocommit=True) as admin:
        create_roles(admin, owner_password=passwords[OWNER_ROLE], app_password=passwords[APP_ROLE])
        create_owned_database(admin, database)
        place = {k: v for k, v in admin.info.get_parameters().items() if k not in {"user", "dbname", "password"}}
    urls = {role: f"postgresql://{role}:{word}@/{database}?{urlencode(place)}" for role, word in passwords.items()}
    with psycopg.connect(urls[OWNER_ROLE], autocommit=True) as owner:
        prepare_schema(owner)
    typer.echo("Keep these two lines in the environment of goodterms, then run `goodterms migrate`:")
    typer.echo(f"DATABASE_OWNER_URL={urls[OWNER_ROLE]}")
    typer.echo(f"DATABASE_URL={urls[APP_ROLE]}")
