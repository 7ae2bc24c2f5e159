"""`goodterms policy publish`: propose a version, and confirm what a colleague proposed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodterms.cli.policy import policy_app
from goodterms.cli.start import DataOption, require_tables, start_django

if TYPE_CHECKING:
    from goodterms.domain.decision import Refusal
    from goodterms.storage.models import User


@policy_app.command()
def publish(
    file: Annotated[Path | None, typer.Argument(help="The policy document to propose.", exists=True)] = None,
    as_: Annotated[str, typer.Option("--as", help="Your address at the desk.", metavar="EMAIL")] = "",
    note: Annotated[str, typer.Option(help="Why it changes, for the colleague who confirms.")] = "",
    confirm: Annotated[int | None, typer.Option(help="Confirm a colleague's proposal by its number.")] = None,
    withdraw: Annotated[int | None, typer.Option(help="Take a proposal back by its number.")] = None,
    data: DataOption = None,
) -> None:
    """Publish a policy version by two people: one proposes a file, another confirms. Without either, list what waits.

    A published version never changes; orders keep theirs.
    """
    if sum(given is not None for given in (file, confirm, withdraw)) > 1:
        raise typer.BadParameter("give a file, --confirm or --withdraw: one of them")
    start_django(data)
    require_tables()
    if file is not None:
        _propose(file, as_, note)
    elif confirm is not None:
        _confirm(confirm, as_)
    elif withdraw is not None:
        _withdraw(withdraw, as_)
    else:
        _list()


def _propose(file: Path, email: str, note: str) -> None:
    from goodterms.domain.decision import Refusal
    from goodterms.domain.facts import Actor
    from goodterms.domain.reading.policy_problems import PolicyError
    from goodterms.usecases.publish_policy import propose_policy
    from goodterms.wiring import world

    person = _person(email)
    try:
        text = file.read_text(encoding="utf-8")
        done = propose_policy(world(), text, str(file), by=person, actor=Actor("agent", person.email), note=note)
    except (PolicyError, UnicodeDecodeError) as error:
        typer.echo(f"goodterms: {error}", err=True)
        raise typer.Exit(1) from None
    if isinstance(done, Refusal):
        _refused(done)
    else:
        typer.echo(f"Proposal {done.pk}: {done.name}@{done.version}, digest {done.digest[:12]}.")
        typer.echo(f"A colleague confirms it:  goodterms policy publish --confirm {done.pk} --as EMAIL")


def _confirm(id: int, email: str) -> None:
    from goodterms.domain.decision import Refusal
    from goodterms.domain.facts import Actor
    from goodterms.usecases.publish_policy import confirm_policy
    from goodterms.wiring import world

    person = _person(email)
    done = confirm_policy(world(), id, by=person, actor=Actor("agent", person.email))
    if isinstance(done, Refusal):
        _refused(done)
    else:
        typer.echo(f"{done.label} is published, in force from {done.effective_on} or now, whichever is later.")


def _withdraw(id: int, email: str) -> None:
    from goodterms.domain.facts import Actor
    from goodterms.usecases.publish_policy import withdraw_policy
    from goodterms.wiring import world

    person = _person(email)
    refusal = withdraw_policy(world(), id, by=person, actor=Actor("agent", person.email))
    if refusal:
        _refused(refusal)
    else:
        typer.echo(f"Proposal {id} is withdrawn.")


def _list() -> None:
    from goodterms.storage.proposals import open_proposals

    waiting = open_proposals()
    for row in waiting:
        typer.echo(f"{row.pk}: {row.name}@{row.version}, proposed by {row.proposed_by}. {row.note}".rstrip())
    if not waiting:
        typer.echo("Nothing waits for a second person.")


def _person(email: str) -> User:
    """The colleague who acts. Everybody acts under his own address: two people can not be one."""
    from goodterms.storage.agents import agent_by_email

    if not email:
        raise typer.BadParameter("say who you are, by your address at the desk", param_hint="--as")
    found = agent_by_email(email)
    if found is None:
        raise typer.BadParameter(f"nobody works at the desk with {email!r}", param_hint="--as")
    return found


def _refused(refusal: Refusal, say: Callable[..., None] = typer.echo) -> None:
    """Tell why; what was done before is no failure."""
    say(refusal.reason, err=not refusal.already)
    if not refusal.already:
        raise typer.Exit(1)
