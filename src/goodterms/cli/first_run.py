"""The operator's first run: profile, administrator, policy; later `invite` and `deactivate`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_tables, start_django

#: The profile's values, and how they are asked for.
PROFILE: Mapping[str, str] = {
    "name": "Name of the company",
    "product_name": "Name of the product",
    "accent_color": "Color of the pages, like #0b5563",
    "support_email": "E-mail address of support",
    "support_phone": "Telephone of support",
    "support_url": "Web page of support",
    "sender_name": "Name that letters come from",
    "sender_email": "E-mail address that letters come from",
}


class Role(StrEnum):
    """What a colleague may do at the desk."""

    SPECIALIST = "specialist"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


@contextmanager
def _refusing() -> Iterator[None]:
    """Say what is wrong with the input and end with 1."""
    from goodterms.storage.first_run import BadInputError

    try:
        yield
    except BadInputError as problem:
        typer.echo(f"goodterms: {problem}", err=True)
        raise typer.Exit(1) from None


def set_up(profile: Mapping[str, str | None], admin_email: str | None, *, ask: bool) -> None:
    """Make what is missing and set what is given; `ask` for the rest where somebody sits at a terminal."""
    from goodterms import wiring
    from goodterms.storage import first_run

    ask = ask and sys.stdin.isatty()
    given = {name: value for name, value in profile.items() if value is not None}
    with _refusing():
        typer.echo(f"Policy: {first_run.publish_shipped_policy(wiring.now())}.")
        if ask and not first_run.has_company():
            given = {name: given.get(name) or _asked(label, name) for name, label in PROFILE.items()}
        if given or not first_run.has_company():
            company = first_run.set_company(given, wiring.now())
            typer.echo(f"Company: {company.name}.")
        if admin_email is None and ask and not first_run.has_administrator():
            admin_email = typer.prompt("E-mail address of the first administrator (empty: later)", default="")
        if admin_email:
            new = first_run.enlist(admin_email, Role.ADMINISTRATOR, wiring.now())
            typer.echo(f"Administrator: {admin_email}{'' if new else ' (as before)'}. Sign in by e-mail code.")
        elif not first_run.has_administrator():
            typer.echo("There is no administrator yet: goodterms invite EMAIL --role administrator")


def _asked(label: str, name: str) -> str:
    """Ask for one value; all but the name may be left empty."""
    default = {"name": None, "accent_color": "#0b5563"}.get(name, "")
    answer: str = typer.prompt(label, default=default, show_default=bool(default))
    return answer


@app.command()
def invite(
    email: Annotated[str, typer.Argument(help="Address to sign in with.")],
    role: Annotated[Role, typer.Option(help="What this person may do.")] = Role.SPECIALIST,
    data: DataOption = None,
) -> None:
    """Let somebody work at the desk, and write to them. Repeating it changes nothing; a new role replaces the old."""
    start_django(data)
    require_tables()
    from goodterms import wiring
    from goodterms.storage import first_run

    with _refusing():
        new = first_run.invite(email, role.value, wiring.now(), bucket=wiring.draw_bucket(), id=wiring.new_id())
    typer.echo(f"{email} works at the desk as {role.value}{'' if new else ' already'}.")


@app.command()
def deactivate(
    email: Annotated[str, typer.Argument(help="Address the person signs in with.")], data: DataOption = None
) -> None:
    """Shut somebody out at once. Everything they did stays on record."""
    start_django(data)
    require_tables()
    from goodterms.storage import first_run

    with _refusing():
        changed = first_run.deactivate(email)
    typer.echo(f"{email} can not sign in{'' if changed else ' (as before)'}.")
