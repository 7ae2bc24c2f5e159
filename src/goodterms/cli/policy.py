"""`goodterms policy ...`: what an author of a policy does with it. Each command lives in a `policy_*` module."""

from __future__ import annotations

import typer

from goodterms.cli.app import app

policy_app = typer.Typer(help="Check, compare and put into words the policies.", no_args_is_help=True)
app.add_typer(policy_app, name="policy")


@policy_app.callback()
def _policy() -> None:
    """Check, compare and put into words the policies."""
