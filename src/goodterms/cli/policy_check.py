"""`goodterms policy check`: what is wrong with policies, and what their authors may not have meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from goodterms.cli.policy import policy_app

if TYPE_CHECKING:
    from goodterms.domain.reading.policy_problems import Problem
    from goodterms.usecases.check_policies import Checked, Document

_COLORS = {"problem": "bold red", "warning": "bold yellow"}


@policy_app.command()
def check(
    documents: Annotated[list[str], typer.Argument(help="Files, or names of policies.", metavar="FILE...")],
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 for warnings too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Refuse what contradicts itself, and warn of what a search through cases finds: rules no case reaches, laws that
    give more, announcements outside the windows of laws. Ends with 1 where there is a problem.
    """
    from goodterms.usecases.check_policies import check_document

    found = [check_document(document) for document in map(find, documents)]
    if as_json:
        typer.echo(json.dumps({"documents": [_plain(one) for one in found]}, ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for one in found:
            _show(one, console)
    if any(one.problems or (strict and one.warnings) for one in found):
        raise typer.Exit(1)


def find(name: str) -> Document:
    """A document by name or path; ends with 2 where there is none that can be read."""
    from goodterms.usecases.check_policies import NoDocumentError, find_document

    try:
        return find_document(name)
    except NoDocumentError as error:
        raise typer.BadParameter(str(error.args[0])) from None
    except OSError as error:
        raise typer.BadParameter(f"{name} can not be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{name} is not a text in UTF-8") from None


def show_problem(kind: str, problem: Problem, document: Document, console: Console) -> None:
    """One problem or warning with its place and the line that is meant; a terminal gets it set out in color."""
    from goodterms.usecases.check_policies import line_of

    color = _COLORS[kind]
    place = f"{problem.source}:{problem.line}:{problem.column}"
    if console.is_terminal:
        console.print(f"[bold]{escape(place)}[/bold] [{color}]{kind}[/{color}]")
        console.print(Padding(Text(problem.message), (0, 0, 0, 2)), soft_wrap=False)
    else:
        console.print(Text(f"{place}: {kind}: {problem.message}"))
    line = line_of(document, problem.line)
    if problem.text and line:
        marks = " " * (problem.column - 1) + "^" * max(min(len(problem.text), len(line) - problem.column + 1), 1)
        console.print(Text.assemble((f"  {problem.line:>4} | ", "dim"), line))
        console.print(Text.assemble(("       | ", "dim"), (marks, color)))


def _show(checked: Checked, console: Console) -> None:
    for problem in checked.problems:
        show_problem("problem", problem, checked.document, console)
    for warning in checked.warnings:
        show_problem("warning", warning, checked.document, console)
    name = checked.policy.label if checked.policy else checked.document.source
    counted = ", ".join(
        _count(len(found), noun)
        for found, noun in ((checked.problems, "problem"), (checked.warnings, "warning"))
        if found
    )
    style = "red" if checked.problems else "yellow" if checked.warnings else "green"
    console.print(Text(f"{name}: ", style="bold").append(counted or "good", style=style))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _plain(checked: Checked) -> dict[str, Any]:
    return {
        "source": checked.document.source,
        "policy": checked.policy.label if checked.policy else None,
        "problems": [_plain_problem(one) for one in checked.problems],
        "warnings": [_plain_problem(one) for one in checked.warnings],
    }


def _plain_problem(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "column": problem.column, "text": problem.text, "message": problem.message}
