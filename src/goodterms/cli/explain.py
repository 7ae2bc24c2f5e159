"""`goodterms explain`: why a stored case was decided as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_tables, start_django

if TYPE_CHECKING:
    from goodterms.domain.decision import Refusal

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
    from goodterms.usecases.explain import explain_refund

    _show(explain_refund(number), as_json, _lines)


@explain.command()
def cancellation(
    number: Annotated[str, typer.Argument(help="Of a cancellation, or any number of an order of the subscription.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    data: DataOption = None,
) -> None:
    """Who canceled, by which rule of policy or law it took effect, what was paid back, and what followed."""
    start_django(data)
    require_tables()
    from goodterms.usecases.explain_cancellation import explain_cancellation

    _show(explain_cancellation(number), as_json, _cancellation)


def _show(told: dict[str, Any] | Refusal, as_json: bool, lines: Callable[[dict[str, Any]], list[str]]) -> None:
    from goodterms.domain.decision import Refusal

    if isinstance(told, Refusal):
        typer.echo(f"goodterms: {told.reason}", err=True)
        raise typer.Exit(1)
    for line in [json.dumps(told, ensure_ascii=False, indent=2)] if as_json else lines(told):
        typer.echo(line)


def _cancellation(told: dict[str, Any]) -> list[str]:
    lines = [f"Cancellation {told['cancellation']['number']}", *_table(told["cancellation"], without=("number",)), ""]
    if "policy" in told:
        lines += [f"Policy {told['policy']['label']}", *_table(told["policy"], without=("label",)), ""]
    decision = told.get("decision", {"findings": []})
    if decision["findings"]:
        lines += ["What was decided", *_table(decision, without=("findings",)), *_findings(decision), ""]
    return [*lines, *_events(told)]


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
    return [*lines, *_events(told)]


def _events(told: dict[str, Any]) -> list[str]:
    return ["What happened", *(f"  {e['at']}  {e['fact']:<34}  {e['by']}" for e in told["events"])]


def _request(request: dict[str, Any]) -> list[str]:
    lists = ("number", "checks", "facts", "findings", "approvals")
    lines = [f"Request {request['number']}", *_table(request, without=lists)]
    lines.append("  facts compared")
    lines += [f"    {check['name']:<16}{check['result']:<10}{check['because']}" for check in request["checks"]]
    if request.get("facts"):
        lines.append("  facts stated")
    lines += [f"    {fact['name']:<26}{fact['value']}, said {fact['by']} at {fact['at']}" for fact in request["facts"]]
    lines += _findings(request)
    lines += [f"  confirmed by {approval['by']} at {approval['at']}" for approval in request["approvals"]]
    return lines


def _findings(decision: dict[str, Any]) -> list[str]:
    """Every clause in order, by document where there are several."""
    lines = ["  rules tried, in this order"]
    decider, said = decision.get("rule", ""), None
    several = len({finding.get("rule", decider) for finding in decision["findings"]}) > 1
    for finding in decision["findings"]:
        rule = finding.get("rule", decider)
        if several and rule != said:
            lines.append(f"   of {rule}")
        said = rule
        decided = (finding["clause"], rule) == (decision.get("clause"), decider)
        mark = "decided" if decided else "fits" if finding["matched"] else "-"
        lines.append(f"    {mark:<9}{finding['clause']:<28}{finding['because']}")
        values = ", ".join(f"{name} {value}" for name, value in finding["values"].items())
        if values:
            lines.append(f"    {'':<9}{'':<28}({values})")
    return lines


def _table(values: dict[str, Any], *, without: tuple[str, ...] = ()) -> list[str]:
    return [f"  {name.replace('_', ' '):<20}{value}" for name, value in values.items() if name not in without]
