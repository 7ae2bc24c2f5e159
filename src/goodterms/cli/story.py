"""`goodterms story`: watch the policy come true, story by story, under a clock that runs through years."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodterms.cli.app import app
from goodterms.domain.money import Money

if TYPE_CHECKING:
    from rich.console import Console

    from goodterms.usecases.story.story import Told


@app.command()
def story(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a step.")] = False,
    gateway: Annotated[str, typer.Option(help="Through which adapter: bank, stripe or reseller.")] = "bank",
) -> None:
    """Play the policy page's stories in a world of their own and check every step against literals."""
    from rich.console import Console

    if gateway not in ("bank", "stripe", "reseller"):
        typer.echo(f"goodterms: no stories are played through {gateway!r}; choose bank, stripe or reseller", err=True)
        raise typer.Exit(2)
    console, wrong, steps = Console(highlight=False, soft_wrap=True), 0, 0
    with _throw_away_world() as directory:
        from goodterms import wiring
        from goodterms.usecases.story.story import expectations, play

        heard: str | None = None
        for told in play(directory / "bank", wiring.new_id, expectations(gateway), gateway):
            steps, wrong = steps + 1, wrong + (not told.ok)
            if as_json:
                typer.echo(json.dumps(told.data(), ensure_ascii=False))
                continue
            if told.story != heard:
                heard = told.story
                _print_title(console, heard)
            _print_step(console, told)
    if not as_json:
        console.print(f"\n{steps} steps, {wrong or 'none'} of them not as promised.")
    if wrong:
        raise typer.Exit(1)


@contextmanager
def _throw_away_world() -> Iterator[Path]:
    """An empty database in a directory that is removed afterwards; never the one of the environment."""
    for name in [name for name in os.environ if name.startswith(("DATABASE_", "GOODTERMS_"))]:
        del os.environ[name]  # no database, mail server or bank of somebody's is reached from here
    with tempfile.TemporaryDirectory(prefix="goodterms-story-", ignore_cleanup_errors=True) as place:
        from goodterms.cli.start import migrate_database
        from goodterms.storage.embedded import configure_environment

        directory = Path(place) / "data"
        server = configure_environment(directory, fast=True)
        assert server is not None
        try:
            import django

            django.setup()
            migrate_database()
            yield directory
        finally:
            server.stop()


def _print_title(console: Console, name: str) -> None:
    from goodterms.usecases.story.story import title

    console.print(f"\n[bold]{name.replace('_', ' ').capitalize()}[/bold]")
    console.print(f"  {title(name)}")


def _print_step(console: Console, told: Told) -> None:
    step = told.step
    mark = "[green]ok[/green]" if told.ok else "[bold red]NOT AS PROMISED[/bold red]"
    if step is None:
        console.print(f"  {mark}  expected and did not happen: {told.data()['expected']}", markup=True)
        return
    console.print(f"  {step.at:%Y-%m-%d %H:%M:%S}  {mark}  [bold]{step.who}[/bold]: {step.what}")
    access = f"access until {step.access_until:%Y-%m-%d %H:%M}" if step.access_until else "no access"
    money = f"{Money(step.amount_minor, 'AUD')}, " if step.amount_minor is not None else ""
    console.print(f"      {money}{access}, {step.state.replace('_', ' ')}")
    data = told.data()
    for name, value in data.get("says", {}).items():
        console.print(f"      {name.replace('_', ' ')}: {value}", markup=False)
    if step.mails:
        console.print(f"      mails: {', '.join(step.mails)}")
    if not told.ok:
        console.print(f"      seen:     {data}", markup=False)
        console.print(f"      expected: {data['expected']}", markup=False)
