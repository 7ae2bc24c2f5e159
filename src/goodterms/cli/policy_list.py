"""`goodterms policy list` and `policy show`: the policies that come along, to start a new one from."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from goodterms.cli.policy import policy_app
from goodterms.cli.policy_check import find


@policy_app.command("list")
def names(
    laws: Annotated[bool, typer.Option("--laws", help="The laws that come along, instead of the policies.")] = False,
) -> None:
    """Name the policies that come along, with the seller and the terms of each."""
    from goodterms import policies
    from goodterms.domain.reading.law_reader import parse_law
    from goodterms.domain.reading.policy_reader import parse_policy

    if laws:
        read = [parse_law(policies.read_law(name), policies.law_source(name)) for name in policies.law_names()]
        found = {law.id: law.title.get("en", "") for law in read}
    else:
        sources = {name: parse_policy(policies.read(name), name).legal_source for name in policies.names()}
        found = {name: f"{source.merchant_of_record}: {source.terms}" for name, source in sources.items()}
    console = Console(highlight=False, markup=False, soft_wrap=True)
    widest = max(len(name) for name in found)
    for name, title in found.items():
        console.print(f"{name:<{widest}}  {title}".rstrip())


@policy_app.command()
def show(document: Annotated[str, typer.Argument(help="The name of a policy.", metavar="NAME")]) -> None:
    """Print a policy as it is written: `goodterms policy show reference > my-vendor.toml`."""
    typer.echo(find(document).text, nl=False)
