"""`goodterms replay`: fold a customer's journal and show that the state follows from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from goodterms.cli.app import app
from goodterms.cli.audit import COULD_NOT_RUN, VIOLATED
from goodterms.cli.start import DataOption, require_tables, start_django

if TYPE_CHECKING:
    from goodterms.usecases.audit.replay import Replayed


@app.command()
def replay(
    customer: Annotated[str, typer.Argument(help="A customer: public id (cus_...) or e-mail address.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each subscription.")] = False,
    data: DataOption = None,
) -> None:
    """Fold the facts of a customer and compare what they add up to with what is stored.

    Ends with 0 when all of it follows, with 1 when something does not (each value is named), with 2 when there is no
    such customer or the database does not answer.
    """
    try:
        start_django(data)
        require_tables()
    except typer.Exit:
        raise typer.Exit(COULD_NOT_RUN) from None
    from goodterms import wiring
    from goodterms.storage.load import NotFound
    from goodterms.usecases.audit.replay import replay_customer

    try:
        found = replay_customer(wiring.world(), customer)
    except NotFound:
        typer.echo(f"goodterms: there is no customer {customer!r}", err=True)
        raise typer.Exit(COULD_NOT_RUN) from None
    for one in found:
        _show(one, as_json)
    if not found and not as_json:
        typer.echo("The customer has never had a subscription.")
    raise typer.Exit(VIOLATED if any(one.differences for one in found) else 0)


def _show(one: Replayed, as_json: bool) -> None:
    if as_json:
        apart = [
            {"part": " ".join(filter(None, d.part)), "value": d.value, "facts": d.by_facts, "state": d.in_state}
            for d in one.differences
        ]
        typer.echo(json.dumps({"subscription": one.key, "facts": one.facts, "differences": apart}, ensure_ascii=False))
        return
    console = Console(highlight=False, markup=False, soft_wrap=True)
    said = "everything follows" if not one.differences else f"{len(one.differences)} values do not follow"
    console.print(f"{one.key}  {one.facts} facts, {one.parts} parts: {said}")
    if one.differences:
        from rich.table import Table

        table = Table("Part", "Value", "By the facts", "In the state", box=None, pad_edge=False)
        for d in one.differences:
            table.add_row(" ".join(filter(None, d.part)), d.value, _said(d.by_facts), _said(d.in_state))
        console.print(table)


def _said(value: object) -> str:
    return "-" if value is None else str(value)
