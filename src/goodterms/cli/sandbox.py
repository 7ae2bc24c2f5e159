"""`goodterms sandbox ...`: worlds beside the live one, each with its own database, test cards and clock."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, migrate_database, require_tables, start_django

if TYPE_CHECKING:
    from goodterms.cli.sandbox_host import Host
    from goodterms.domain.facts import Actor
    from goodterms.storage.models import SandboxRow

sandbox_app = typer.Typer(help="Make, run and drop worlds for trying out.", no_args_is_help=True)
app.add_typer(sandbox_app, name="sandbox")

NameArgument = Annotated[str, typer.Argument(help="Its name: small letters, digits, hyphens.")]
_WAITS_SECONDS = 120
_STEP_SECONDS = 0.3
_LOCAL = "http://localhost:{port}"


@sandbox_app.command()
def create(name: NameArgument, data: DataOption = None) -> None:
    """Make a sandbox and print two lines for the environment: its address and its key."""
    _begin(data)
    from goodterms import wiring
    from goodterms.domain.decision import Refusal
    from goodterms.usecases.sandboxes import ask_for_sandbox

    wished = ask_for_sandbox(wiring.world(), name, actor=_operator())
    if isinstance(wished, Refusal):
        _end(wished.reason)
    made = _await(name, "wanted")
    if made is None or made.state != "ready":
        _end(f"{name} could not be made: {made.reason or made.state if made else 'it was dropped meanwhile'}")
    typer.echo(f"GOODTERMS_URL={made.url}\nGOODTERMS_KEY={wished.key}")


@sandbox_app.command("list")
def list_(data: DataOption = None) -> None:
    """Name every sandbox, with its address and state."""
    _begin(data)
    from goodterms.storage.sandboxes import all_sandboxes

    found = all_sandboxes()
    for row in found:
        said = f"  {row.reason}" if row.reason else ""
        typer.echo(
            f"{row.name}  {row.state}  {row.url or '-'}  made {row.created_at.date()} by {row.created_by}{said}"
        )
    if not found:
        typer.echo("There is no sandbox: goodterms sandbox create NAME")


@sandbox_app.command()
def drop(name: NameArgument, data: DataOption = None) -> None:
    """Drop a sandbox with everything in it. Dropping it again changes nothing."""
    _begin(data)
    from goodterms import wiring
    from goodterms.storage.sandboxes import find_sandbox
    from goodterms.usecases.sandboxes import drop_sandbox

    found = find_sandbox(name)
    if found is None:
        typer.echo(f"There is no sandbox {name}.")
        return
    drop_sandbox(wiring.world(), found, actor=_operator())
    if _await(name, "dropping") is not None:
        _end(f"{name} is still there; is `goodterms sandbox serve` stuck?")


@sandbox_app.command()
def serve(
    address: Annotated[
        str,
        typer.Option(envvar="GOODTERMS_SANDBOX_URL", help="Where they are reached; {port} and {name} are filled in."),
    ] = _LOCAL,
    first_port: Annotated[int, typer.Option(min=1, max=65000, help="Ports are given out from here on.")] = 8200,
    data: DataOption = None,
) -> None:
    """Run all sandboxes, each as processes of its own, and make and drop them as they are wished for."""
    _begin(data)
    from goodterms.cli.sandbox_host import Host, only_host

    with only_host(_root()) as ours:
        if not ours:
            _end(f"the sandboxes in {_root()} are run by another process")
        host = Host(_root(), address, first_port)
        typer.echo("The sandboxes are looked after.")
        try:
            while True:
                host.step()
                time.sleep(_STEP_SECONDS)
        except KeyboardInterrupt:
            typer.echo("")
        finally:
            host.stop()


@sandbox_app.command(hidden=True)
def fill() -> None:
    """Fill the template that sandboxes are copied from; started by `serve` and `create`."""
    from django.conf import settings

    start_django()
    if not settings.SANDBOX:
        _end("this is done for a template only")
    migrate_database()
    from goodterms import wiring
    from goodterms.usecases.sandboxes import furnish

    furnish(wiring.now())


def _begin(data: Path | None) -> None:
    start_django(data)
    require_tables()
    from django.conf import settings

    if settings.TEST_WORLD:
        _end("this is a test world itself")


def _root() -> Path:
    from django.conf import settings

    return Path(settings.DATA_DIR) / "sandboxes"


def _await(name: str, state: str) -> SandboxRow | None:
    """Wait until a wish is fulfilled; do it here where no host does. The row as it then is."""
    from goodterms.cli.sandbox_host import Host, SandboxError, only_host
    from goodterms.storage.sandboxes import find_sandbox
    from goodterms.usecases.sandboxes import note_failed

    for _ in range(int(_WAITS_SECONDS / _STEP_SECONDS)):
        row = find_sandbox(name)
        if row is None or row.state != state:
            return row
        with only_host(_root()) as ours:
            if ours:
                try:
                    _fulfil(Host(_root(), _LOCAL), row)
                except SandboxError as problem:
                    note_failed(row, str(problem))
        if not ours:
            time.sleep(_STEP_SECONDS)
    return find_sandbox(name)


def _fulfil(host: Host, row: SandboxRow) -> None:
    from goodterms.usecases.sandboxes import note_made

    if row.state == "dropping":
        host.drop(row)
        return
    host.make(row)
    note_made(row)
    typer.echo("It is reached while `goodterms sandbox serve` runs.", err=True)


def _operator() -> Actor:
    from goodterms.domain.facts import Actor

    return Actor("system", "command line")


def _end(problem: str) -> NoReturn:
    typer.echo(f"goodterms: {problem}", err=True)
    raise typer.Exit(1)
