"""`goodterms decide`: the answers of policies and laws to a table of cases, without a database."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from goodterms.cli.app import app


@app.command()
def decide(
    policy: Annotated[
        str, typer.Option(help="A shipped policy's name, the path of a document, or `auto`: by each line's vendor.")
    ] = "reference",
    law: Annotated[list[str] | None, typer.Option(help="A law's document to know besides; may be repeated.")] = None,
    no_laws: Annotated[bool, typer.Option("--no-laws", help="Leave out the laws that come along.")] = False,
) -> None:
    """Decide cases: one JSON object a line on standard input, one answer a line on standard output."""
    from goodterms.domain.reading.policy_problems import PolicyError
    from goodterms.usecases.decide.cases import AUTO, Policies, UnknownPolicyError, decide_lines

    chosen = Policies(policy, tuple(law or ()), shipped=not no_laws)
    hint = "--policy"
    try:
        if policy != AUTO:
            chosen.for_vendor(None)
        hint = "--law"
        chosen.laws()
    except (UnknownPolicyError, OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(_because(error), param_hint=hint) from None
    except PolicyError as error:
        typer.echo(f"goodterms: {error}", err=True)
        raise typer.Exit(1) from None
    try:
        for answer in decide_lines(sys.stdin.buffer, chosen):
            sys.stdout.buffer.write(answer.encode() + b"\n")
            sys.stdout.buffer.flush()  # who reads the other end of a pipe gets each answer as it is made
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader had enough
    except OSError as error:
        typer.echo(f"goodterms: the input can not be read: {error.strerror}", err=True)
        raise typer.Exit(1) from None


def _because(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return "the document is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error.args[0])
