"""Commands that prepare the database: `init` and `migrate`."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import urlencode

import psycopg
import typer

from goodterms.cli.app import app
from goodterms.cli.first_run import PROFILE, set_up
from goodterms.cli.start import DataOption, migrate_database, start_django
from goodterms.storage.address import AddressError, read_address, say_silent
from goodterms.storage.roles import APP_ROLE, OWNER_ROLE, create_owned_database, create_roles, prepare_schema


@app.command()
def init(
    admin_url: Annotated[
        str | None,
        typer.Option(help="URL of a role that may create roles and databases. Used once, not kept."),
    ] = None,
    database: Annotated[str, typer.Option(help="Name of the database to create.")] = "goodterms",
    admin_email: Annotated[str | None, typer.Option(help="E-mail address of the first administrator.")] = None,
    company: Annotated[str | None, typer.Option(help=PROFILE["name"])] = None,
    product: Annotated[str | None, typer.Option(help=PROFILE["product_name"])] = None,
    color: Annotated[str | None, typer.Option(help=PROFILE["accent_color"])] = None,
    support_email: Annotated[str | None, typer.Option(help=PROFILE["support_email"])] = None,
    support_phone: Annotated[str | None, typer.Option(help=PROFILE["support_phone"])] = None,
    support_url: Annotated[str | None, typer.Option(help=PROFILE["support_url"])] = None,
    sender_name: Annotated[str | None, typer.Option(help=PROFILE["sender_name"])] = None,
    sender_email: Annotated[str | None, typer.Option(help=PROFILE["sender_email"])] = None,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Ask at the terminal for what is not given.")] = True,
    data: DataOption = None,
) -> None:
    """Prepare everything for a first run: database, policy, the company's profile, the first administrator.

    The database is the embedded one, or on a server of yours with --admin-url: that prints two lines for the
    environment, with which to run it again. Repeating it keeps what is there and sets what is given.
    """
    if admin_url:
        _init_external(admin_url, database)
        return
    start_django(data, begins=True)
    migrate_database()
    typer.echo("The database is ready.")
    profile = {
        "name": company, "product_name": product, "accent_color": color, "support_email": support_email,
        "support_phone": support_phone, "support_url": support_url, "sender_name": sender_name,
        "sender_email": sender_email,
    }  # fmt: skip
    set_up(profile, admin_email, ask=ask)


@app.command()
def migrate(data: DataOption = None) -> None:
    """Bring the tables up to date with this version."""
    start_django(data, begins=True)
    migrate_database(quiet=False)


def _init_external(admin_url: str, database: str) -> None:
    """Create both roles with fresh passwords and print the two URLs to put into the environment."""
    try:
        there = read_address("--admin-url", admin_url)
        admin = psycopg.connect(admin_url, autocommit=True)
    except AddressError as problem:
        typer.echo(f"goodterms: {problem}", err=True)
        raise typer.Exit(2) from None
    except psycopg.OperationalError as problem:
        said = say_silent(str(there.get("host", "")), str(there.get("port", "")), problem)
        typer.echo(f"goodterms: {said}", err=True)
        raise typer.Exit(1) from None
    passwords = {OWNER_ROLE: secrets.token_urlsafe(24), APP_ROLE: secrets.token_urlsafe(24)}
    with admin:
        create_roles(admin, owner_password=passwords[OWNER_ROLE], app_password=passwords[APP_ROLE])
        create_owned_database(admin, database)
        place = {k: v for k, v in admin.info.get_parameters().items() if k not in {"user", "dbname", "password"}}
    urls = {role: f"postgresql://{role}:{word}@/{database}?{urlencode(place)}" for role, word in passwords.items()}
    with psycopg.connect(urls[OWNER_ROLE], autocommit=True) as owner:
        prepare_schema(owner)
    typer.echo("Keep these two lines in the environment of goodterms, then run `goodterms init`:")
    typer.echo(f"DATABASE_OWNER_URL={urls[OWNER_ROLE]}")
    typer.echo(f"DATABASE_URL={urls[APP_ROLE]}")
