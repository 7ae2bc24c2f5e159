"""`goodterms policy explain` and `policy render`: a document in plain sentences, and the page customers read."""

from __future__ import annotations

import shutil
import textwrap
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from goodterms.cli.policy import policy_app
from goodterms.cli.policy_check import find, show_problem

if TYPE_CHECKING:
    from goodterms.domain.policy import Policy
    from goodterms.domain.words.explain import Group, Statement

_WIDEST = 100


class Language(StrEnum):
    """The languages that policies are published in."""

    EN = "en"
    DE = "de"
    FR = "fr"
    ES = "es"


class Format(StrEnum):
    """How a page is written."""

    TEXT = "text"
    HTML = "html"


Document = Annotated[str, typer.Argument(help="A file, or the name of a policy.", metavar="FILE")]
InLanguage = Annotated[Language, typer.Option("--lang", help="The language.")]
OnDay = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="With the laws of this day [default: when it comes into force]."),
]


@policy_app.command()
def explain(
    document: Document,
    lang: InLanguage = Language.EN,
    on: OnDay = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say a whole document in numbered plain sentences made from its data alone, beside the sentences it has itself;
    with the ids of its rules, the lines they stand in, and the laws that apply besides.
    """
    from goodterms.usecases.policy_page_text import explained, words_in

    policy = _read(document)
    groups = explained(policy, lang.value, on=_day(on))
    if as_json:
        typer.echo(_as_json(policy, groups))
        return
    words = words_in(lang.value)
    number = 0
    for group in groups:
        typer.secho(group.heading, bold=True)
        for one in group.statements:
            number += 1
            typer.echo(_statement(number, one, words.text("explain.line", line=one.line) if one.line else ""))
            if one.own:
                typer.echo(_wrapped(words.text("explain.own", says=words.quoted(one.own)), "      "))
        typer.echo()


@policy_app.command()
def render(
    document: Document,
    lang: InLanguage = Language.EN,
    form: Annotated[Format, typer.Option("--format", help="Plain text, or an HTML document.")] = Format.TEXT,
    company: Annotated[str, typer.Option(help="The vendor's name, as the page uses it.")] = "",
    on: OnDay = None,
) -> None:
    """Write the public page of a policy: how to cancel, what that does, how to get a refund, what the law gives."""
    from goodterms.domain.page.policy_page import page_text
    from goodterms.usecases.policy_page_text import page_html, page_in

    page = page_in(_read(document), lang.value, company=company, on=_day(on))
    typer.echo(page_html(page) if form is Format.HTML else page_text(page), nl=False)


def _read(name: str) -> Policy:
    """The policy of a file or a name; ends with 1 where it is refused, with every problem shown."""
    from goodterms.domain.reading.policy_problems import PolicyError
    from goodterms.domain.reading.policy_reader import parse_policy

    document = find(name)
    try:
        return parse_policy(document.text, document.source)
    except PolicyError as error:
        console = Console(highlight=False, soft_wrap=True, stderr=True)
        for problem in error.problems:
            show_problem("problem", problem, document, console)
        console.print(Text(f"{document.source} is refused: nothing is said of it before it is right.", style="bold"))
        _end()


def _end() -> NoReturn:
    raise typer.Exit(1)


def _day(on: datetime | None) -> date | None:
    return on.replace(tzinfo=UTC).date() if on else None


def _statement(number: int, one: Statement, line: str) -> str:
    name = f"{one.name}: " if one.name else ""
    return _wrapped(f"{name}{one.text}{f'  [{line}]' if line else ''}", f"{number:>4}. ")


def _wrapped(text: str, lead: str) -> str:
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    rest = " " * len(lead)
    return textwrap.fill(
        text, width, initial_indent=lead, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _as_json(policy: Policy, groups: tuple[Group, ...]) -> str:
    import json
    from dataclasses import asdict

    told = {"policy": policy.label, "groups": [asdict(group) for group in groups]}
    return json.dumps(told, ensure_ascii=False, indent=2)
