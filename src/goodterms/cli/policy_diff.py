"""`goodterms policy diff`: what changes from one policy to another, for whom, and which cases turn over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from goodterms.cli.policy import policy_app
from goodterms.cli.policy_check import find, show_problem

if TYPE_CHECKING:
    from goodterms.domain.comparing.case_space_answers import Answer
    from goodterms.domain.comparing.policy_diff import Flip, PolicyDiff
    from goodterms.usecases.check_policies import Document

_COLORS = {"better": "green", "worse": "red", "open": "yellow"}
_MOST = 3
_ACTS = {"refund": "asking for a refund", "cancel": "canceling", "withdraw": "withdrawing"}


@policy_app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A file, or the name of a policy.")],
    after: Annotated[str, typer.Argument(help="Another one.")],
    country: Annotated[
        list[str] | None, typer.Option(help="Apply the laws of this place too: DE, US-NY. May be repeated.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Show a case for every pair of rules, not only three of each kind.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Tell what changes and for whom, and find the simplest cases that are answered differently."""
    from goodterms.domain.reading.policy_problems import PolicyError
    from goodterms.usecases.check_policies import compare_documents

    old, new = find(before), find(after)
    console = Console(highlight=False, soft_wrap=True)
    try:
        found = compare_documents(old, new, tuple(country or ()))
    except PolicyError as error:
        _refuse(error, (old, new))
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(plain_diff(found), ensure_ascii=False, indent=2))
    else:
        _show(found, console, every=every)


def _refuse(error: Exception, documents: tuple[Document, ...]) -> None:
    from goodterms.domain.reading.policy_problems import PolicyError

    assert isinstance(error, PolicyError)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for problem in error.problems:
        document = next(one for one in documents if one.source == problem.source)
        show_problem("problem", problem, document, console)


def _show(found: PolicyDiff, console: Console, *, every: bool) -> None:
    console.print(Text(f"{found.before} -> {found.after}", style="bold"))
    console.print()
    if found.same:
        console.print(f"Nothing changes: no rule differs, and {found.tried} cases are answered alike.")
        return
    console.print(Text("What changes", style="bold underline"))
    if not found.changes:
        console.print("  No rule differs.")
    topic = ""
    for change in found.changes:
        if change.topic != topic:
            topic = change.topic
            console.print(Text(f"  {topic}", style="bold"))
        _indented(f"{change.says}", console, 4)
        if change.whom not in f"{change.says[:1].lower()}{change.says[1:]}":
            _indented(f"for {change.whom}", console, 6, "dim")
    console.print()
    title = f"Cases that turn over ({found.tried} tried)"
    console.print(Text(title, style="bold underline"))
    if not found.flips:
        console.print("  Every case is answered alike.")
    for flips in _by_kind(found):
        _show_flips(flips, console, most=len(flips) if every else _MOST)


def _by_kind(found: PolicyDiff) -> list[list[Flip]]:
    groups: dict[tuple[str, str], list[Flip]] = {}
    for flip in found.flips:
        groups.setdefault((flip.direction, flip.kind), []).append(flip)
    return list(groups.values())


def _show_flips(flips: list[Flip], console: Console, *, most: int) -> None:
    from goodterms.domain.comparing.case_space_answers import say_example

    first = flips[0]
    console.print()
    console.print(Text(f"  {first.kind}", style="bold").append(_for_customer(first), style=_COLORS[first.direction]))
    for flip in flips[:most]:
        _indented(say_example(flip.example), console, 4)
        _indented(f"before: {flip.before} ({_rule(flip.before)})", console, 6)
        _indented(f"after:  {flip.after} ({_rule(flip.after)}){_money(flip)}", console, 6)
        if "deadline" in flip.kind:
            _indented(f"until {_until(flip.before)} before, until {_until(flip.after)} after", console, 6)
        if flip.count > 1:
            _indented(f"and {flip.count - 1} more cases by the same rules when {_ACTS[flip.act]}", console, 6, "dim")
    if len(flips) > most:
        _indented(f"and {len(flips) - most} more by other pairs of rules: --all shows them", console, 4, "dim")


def _for_customer(flip: Flip) -> str:
    return {"better": ": better for the customer", "worse": ": worse for the customer", "open": ""}[flip.direction]


def _money(flip: Flip) -> str:
    return f", {'+' if flip.money.minor > 0 else ''}{flip.money}" if flip.money else ""


def _until(answer: Answer) -> str:
    at = answer.refundable_until_at
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "any time"


def _rule(answer: Answer) -> str:
    return f"{answer.clause}, {answer.article}" if answer.article else answer.clause


def _indented(text: str, console: Console, by: int, style: str = "") -> None:
    if console.is_terminal:
        console.print(Padding(Text(text, style=style), (0, 0, 0, by)), soft_wrap=False)
    else:
        console.print(Text(" " * by + text))


def plain_diff(found: PolicyDiff) -> dict[str, Any]:
    """A comparison as JSON has it."""
    return {
        "before": found.before,
        "after": found.after,
        "changes": [
            {"topic": one.topic, "kind": one.kind, "subject": one.subject, "whom": one.whom, "says": one.says}
            for one in found.changes
        ],
        "flips": [_plain_flip(flip) for flip in found.flips],
        "tried": found.tried,
    }


def _plain_flip(flip: Flip) -> dict[str, Any]:
    from goodterms.domain.comparing.case_space_answers import say_example

    case = flip.example.case
    return {
        "act": flip.act,
        "kind": flip.kind,
        "for_the_customer": flip.direction,
        "money": flip.money.decimal_str(),
        "currency": flip.money.currency,
        "count": flip.count,
        "case": say_example(flip.example),
        "requested_at": case.requested_at.isoformat(),
        "special": list(flip.example.special),
        "before": _plain_answer(flip.before),
        "after": _plain_answer(flip.after),
    }


def _plain_answer(answer: Answer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome,
        "clause": answer.clause,
        "rule": answer.rule,
        "article": answer.article,
        "amount": answer.amount.decimal_str(),
        "fee": answer.fee.decimal_str(),
        "access": answer.access,
        "access_ends_at": answer.access_ends_at.isoformat(),
        "refundable_until": answer.refundable_until_at.isoformat() if answer.refundable_until_at else None,
        "pay_by": answer.pay_by_on.isoformat() if answer.pay_by_on else None,
        "missing": list(answer.missing),
    }
