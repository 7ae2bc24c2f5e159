"""`goodterms explain`: why a stored case was decided as it was."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_tables, start_django

explain = typer.Typer(help="Explain what was decided, from what was stored with it.", no_args_is_help=True)
app.add_typer(explain, name="explain")


@explain.callback()
def _explain() -> None:
    """Explain what was decided, from what was stored with it."""


@explain.command()
def refund(
    number: Annotated[str, typer.Argument(help="Of an order, a refund request or a refund: number, id or key.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    data: DataOption = None,
) -> None:
    """Which clause of which policy version decided, on which facts, who confirmed, and what followed."""
    start_django(data)
    require_tables()
    from goodterms.domain.decision import Refusal
    from goodterms.usecases.explain import explain_refund

    told = explain_refund(number)
    if isinstance(told, Refusal):
        typer.echo(f"goodterms: {told.reason}", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in _lines(told):
        typer.echo(line)


def _lines(told: dict[str, Any]) -> list[str]:
    if "inquiry" in told:
        return ["Request without an order", *_table(told["inquiry"])]
    lines = [f"Order {told['order']['number']}", *_table(told["order"], without=("number",)), ""]
    lines += [f"Policy {told['policy']['label']}", *_table(told["policy"], without=("label",)), ""]
    for request in told["requests"]:
        lines += [*_request(request), ""]
    if not told["requests"]:
        lines += ["No refund has been asked for.", ""]
    for one in told["refunds"]:
        lines += [f"Refund {one['key']}", *_table(one, without=("key",)), ""]
    lines.append("What happened")
    lines += [f"  {event['at']}  {event['fact']:<34}  {event['by']}" for event in told["events"]]
    return lines


def _request(request: dict[str, Any]) -> list[str]:
    lists = ("number", "checks", "facts", "findings", "approvals")
    lines = [f"Request {request['number']}", *_table(request, without=lists)]
    lines.append("  facts compared")
    lines += [f"    {check['name']:<16}{check['result']:<10}{check['because']}" for check in request["checks"]]
    if request.get("facts"):
        lines.append("  facts stated")
    lines += [f"    {fact['name']:<26}{fact['value']}, said {fact['by']} at {fact['at']}" for fact in request["facts"]]
    lines.append("  rules tried, in this order")
    decider, said = request.get("rule", ""), None
    several = len({finding.get("rule", decider) for finding in request["findings"]}) > 1
    for finding in request["findings"]:
        rule = finding.get("rule", decider)
        if several and rule != said:
            lines.append(f"   of {rule}")
        said = rule
        decided = (finding["clause"], rule) == (request.get("clause"), decider)
        mark = "decided" if decided else "fits" if finding["matched"] else "-"
        lines.append(f"    {mark:<9}{finding['clause']:<28}{finding['because']}")
        values = ", ".join(f"{name} {value}" for name, value in finding["values"].items())
        if values:
            lines.append(f"    {'':<9}{'':<28}({values})")
    lines += [f"  confirmed by {approval['by']} at {approval['at']}" for approval in request["approvals"]]
    return lines


def _table(values: dict[str, Any], *, without: tuple[str, ...] = ()) -> list[str]:
    return [f"  {name.replace('_', ' '):<20}{value}" for name, value in values.items() if name not in without]
