"""`demo`: a company with customers, a past, a bank and a clock of its own, on this machine and started at once."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.children import Children
from goodterms.cli.start import DEMO_MARK, migrate_database, start_django

_FIRST_PORTS = range(8000, 8100)
_OURS = ("pgdata", "pgdata.new", "bank", "import", "outbox", "logs", "demo.turn", "demo.gate", "fence.json")
_START_SECONDS = 30


@app.command()
def demo(
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port of the website; 0 takes a free one. 8000 or the next free one if not given."
        ),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Directory of the demo's world. [default: data/demo]")] = None,
    customers: Annotated[int | None, typer.Option(hidden=True, min=0, max=5000)] = None,
) -> None:
    """Start a demo company. The same directory goes on where it stopped; delete it to begin anew."""
    place = _directory(data)
    with _alone(place):
        number = _free_port(port)
        _environment(place, number)
        fresh = _prepare(place)
        typer.echo("Starting the database.")
        start_django(begins=True)
        migrate_database()
        _run(place, number, fresh, customers)


def _run(place: Path, port: int, fresh: bool, customers: int | None) -> None:
    from goodterms import wiring

    url = f"http://localhost:{port}/"
    with wiring.start_demo_bank(place / "bank"), Children(place / "logs") as children:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            _build(place, customers) if fresh else _resume()
            typer.echo("Starting the website and the worker.")
            children.start("web", "serve", "--port", str(port), "--no-upgrade")
            children.start("worker", "worker")
            children.await_page(f"http://127.0.0.1:{port}/", seconds=_START_SECONDS)
            _tell_story(url)
            typer.echo(f"ready {url}")
            children.watch()
        except KeyboardInterrupt:
            typer.echo("")
        finally:
            # Whoever asks twice does not stop the stopping.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            typer.echo("Stopping.")


def _build(place: Path, customers: int | None) -> None:
    from django.db import connections

    from goodterms import wiring
    from goodterms.usecases.demo.build import CUSTOMERS, build

    typer.echo("Building the company: this happens once and takes about half a minute.")
    with wiring.demo_bank() as bank:
        build(
            wiring.world(), bank, place / "import", customers=CUSTOMERS if customers is None else customers,
            tell=lambda line: typer.echo(f"  {line}"),
        )  # fmt: skip
    connections.close_all()
    (place / DEMO_MARK).write_text(json.dumps({"built": True}) + "\n")


def _resume() -> None:
    from django.db import connections

    from goodterms import wiring
    from goodterms.domain.counting import date_in_words
    from goodterms.storage.clock import offset_seconds

    with wiring.demo_bank() as bank:
        bank.run_ahead(offset_seconds())
    now = wiring.now()
    typer.echo(f"Going on where it stopped: it is {now:%A}, {date_in_words(now.date())} here.")
    connections.close_all()


def _directory(data: Path | None) -> Path:
    chosen = data or Path(os.environ.get("GOODTERMS_DATA") or "data/demo")
    place = chosen.expanduser().resolve()
    place.mkdir(parents=True, exist_ok=True)
    return place


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            typer.echo(f"goodterms: another demo runs on {place}", err=True)
            raise typer.Exit(1) from None
        yield


def _prepare(place: Path) -> bool:
    """Whether a world has to be built. What an interrupted first start left is removed; anything else is not ours."""
    begun = place / "demo.begun"
    if (place / DEMO_MARK).exists():
        return False
    if begun.exists():
        for name in _OURS:
            path = place / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    elif (place / "pgdata").exists():
        typer.echo(f"goodterms: {place} holds a database that is no demo; choose another directory", err=True)
        raise typer.Exit(1)
    begun.touch()
    return True


def _free_port(wanted: int | None) -> int:
    for port in _FIRST_PORTS if wanted is None else (wanted,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            number: int = probe.getsockname()[1]
            return number
    typer.echo(f"goodterms: port {wanted or _FIRST_PORTS[0]} is taken; choose another with --port", err=True)
    raise typer.Exit(1)


def _environment(place: Path, port: int) -> None:
    """A demo is a world of its own: nothing of the surrounding configuration reaches it."""
    for name in [name for name in os.environ if name.startswith(("GOODTERMS_", "DATABASE_"))]:
        if name != "GOODTERMS_DEBUG":
            del os.environ[name]
    os.environ["GOODTERMS_DATA"] = str(place)
    os.environ["GOODTERMS_DEMO"] = "1"
    os.environ["GOODTERMS_PUBLIC_URL"] = f"http://localhost:{port}"


def _tell_story(url: str) -> None:
    typer.echo(
        f"""
Harborline, a company that never was, is open.

  {url}demo/         who you can be: a customer in every state, or somebody at the desk
  {url}desk/         the support desk (sign in as Riley from the page above)
  {url}demo/clock/   let days pass: renewals, retries, refunds and ends happen on their days
  {url}demo/inbox/   the mails everybody got
  {url}demo/bank/    the bank's statement; refund something behind the company's back

Ctrl-C stops it; the same command goes on where it stopped.
"""
    )
