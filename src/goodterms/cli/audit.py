"""`goodterms audit`: whether everything that must hold of a live database does hold."""

from __future__ import annotations

import json
import signal
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, end_unanswered, require_gateways, require_tables, start_django

if TYPE_CHECKING:
    from goodterms.usecases.audit.run import Report

CLEAN, VIOLATED, COULD_NOT_RUN = 0, 1, 2


@app.command()
def audit(
    listed: Annotated[bool, typer.Option("--list", help="Name what must hold and how it is asked.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Fold every journal, not only today's share.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: DataOption = None,
) -> None:
    """Ask whether everything that must hold does hold, of the database in one snapshot and of the gateways.

    Changes nothing but the record of its result, which the desk shows; it can run at any time. Ends with 0 when all is
    well, with 1 when something is not (each is named), and with 2 when it could not be asked, saying why.
    """
    if listed:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is nothing that is wrong
        _list(as_json)
        return
    try:
        start_django(data)
        require_tables()
        require_gateways()
    except typer.Exit:
        raise typer.Exit(COULD_NOT_RUN) from None
    from django.db import InterfaceError, OperationalError

    from goodterms import wiring
    from goodterms.usecases.audit.keep import audit_and_keep

    console = Console(stderr=True, highlight=False, markup=False)
    try:
        with console.status("Asking") as status:
            report = audit_and_keep(
                wiring.world(), wiring.elapsed, replay=replay, said=lambda what: status.update(f"Asking {what}")
            )
    except (OperationalError, InterfaceError) as problem:
        end_unanswered(problem, code=COULD_NOT_RUN)
    _show(report, as_json)
    raise typer.Exit(VIOLATED if report.violations else COULD_NOT_RUN if report.unanswered else CLEAN)


def _show(report: Report, as_json: bool) -> None:
    if as_json:
        for one in report.violations:
            typer.echo(json.dumps(asdict(one), ensure_ascii=False))
    elif report.violations:
        from rich.table import Table

        table = Table("Invariant", "Table", "Key", "Detail", box=None, pad_edge=False)
        for one in report.violations:
            table.add_row(str(one.invariant), one.table, one.key, one.detail)
        Console(highlight=False, markup=False).print(table)
    for name in report.unanswered:
        why = "is not set here, and we have moved money there" if name in report.not_set else "does not answer"
        typer.echo(f"goodterms: the gateway {name} {why}; its statement was not compared", err=True)
    broken = len({one.invariant for one in report.violations})
    many = f"{len(report.violations)} violations of {broken} invariants" if broken else "Nothing is wrong"
    if report.unanswered and not broken:
        many = "Nothing wrong was found, and not everything was asked"
    typer.echo(f"{many}; {report.lines:,} lines of statements, {report.took_seconds:.1f} s.", err=as_json)


def _list(as_json: bool) -> None:
    from goodterms.storage.audit.invariants import INVARIANTS

    for one in INVARIANTS:
        if as_json:
            said = {"invariant": one.number, "text": one.text, "applies": one.applies, "how": list(one.how)}
            typer.echo(json.dumps({**said, "reason": one.reason}, ensure_ascii=False))
            continue
        typer.echo(f"{one.number:>2}  {'applies' if one.applies else 'does not'}  {one.text}")
        typer.echo(f"{'':13} {', '.join(one.how) or one.reason}")
