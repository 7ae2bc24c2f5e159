"""`goodterms reconcile`: a gateway's statement for a period against our books."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_gateways, require_tables, start_django


@app.command()
def reconcile(
    gateway: Annotated[str | None, typer.Option(help="Only this gateway; otherwise all that are connected.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="First day, as 2026-11-01; else 30 days ago.")] = None,
    until: Annotated[str | None, typer.Option(help="The day after the last; otherwise now.")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write every object to this file.")] = None,
    data: DataOption = None,
) -> None:
    """Compare and say what agrees. Ends with 0 when all does, 1 when something does not, 2 when it could not be done.

    Nothing is changed: what does not agree waits for a person at the desk, under Finance.
    """
    start_django(data)
    require_tables()
    require_gateways()
    from goodterms import wiring
    from goodterms.domain.decision import Refusal
    from goodterms.domain.facts import Actor
    from goodterms.usecases.reconcile import as_csv
    from goodterms.usecases.reconcile import reconcile as compare

    world = wiring.world()
    names = [gateway] if gateway else sorted(world.gateways)
    if not names:
        typer.echo("goodterms: no gateway is set; there is nothing to compare with", err=True)
        raise typer.Exit(2)
    end = _day(until) if until else world.now()
    begin = _day(from_) if from_ else end - timedelta(days=30)
    texts, open_ = [], 0
    for name in names:
        report = compare(world, name, begin, end, actor=Actor("agent", "command line"))
        if isinstance(report, Refusal):
            typer.echo(f"goodterms: {report.reason}", err=True)
            raise typer.Exit(2)
        open_ += report.open
        typer.echo(f"{name}, {report.from_at:%Y-%m-%d %H:%M} to {report.until_at:%Y-%m-%d %H:%M} UTC")
        for finding, kind, amount, count in report.sums:
            typer.echo(f"  {finding.replace('_', ' '):<18} {kind:<8} {count:>7}  {amount}")
        texts.append(as_csv(report))
    if csv_file is not None:
        csv_file.write_text(texts[0] + "".join(text.split("\n", 1)[1] for text in texts[1:]), encoding="utf-8")
    if open_:
        typer.echo(f"{open_} to be settled by a person, under Finance at the desk.")
        raise typer.Exit(1)


def _day(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day such as 2026-11-01") from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
