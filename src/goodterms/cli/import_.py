"""`goodterms import`: take over customers, subscriptions and orders that lived elsewhere, from CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_tables, start_django


@app.command("import")
def import_(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Holds customers.csv, subscriptions.csv and orders.csv.", exists=True, file_okay=False, readable=True
        ),
    ],
    check: Annotated[bool, typer.Option("--check", help="Only say what would be imported; write nothing.")] = False,
    data: DataOption = None,
) -> None:
    """Import customers, subscriptions and orders. What is known already is left as it is."""
    start_django(data)
    require_tables()
    from goodterms import wiring
    from goodterms.domain.facts import Actor
    from goodterms.usecases.import_history import import_history

    report = import_history(wiring.world(), folder, actor=Actor("system", "import"), check=check)
    for problem in report.problems:
        typer.echo(str(problem), err=True)
    if report.problems:
        many = "1 problem" if len(report.problems) == 1 else f"{len(report.problems)} problems"
        typer.echo(f"{many} found; nothing was written.", err=True)
        raise typer.Exit(1)
    verb = "Would import" if check else "Imported"
    typer.echo(f"{verb} {report.customers} customers, {report.subscriptions} subscriptions, {report.orders} orders.")
    if report.skipped:
        typer.echo(f"Left as they are: {report.skipped} subscriptions that were imported before.")
