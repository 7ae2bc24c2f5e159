"""`resume`: takes up again what a restored or copied database has stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, require_gateways, require_tables, start_django

if TYPE_CHECKING:
    from goodterms.usecases.fence import Fence
    from goodterms.usecases.resume import Report

_LOST = """
A gateway knows money, not words. What was said between the backup and the loss can not be imported:
  - cancellations, and cancellations that were taken back
  - refund requests, answers to them, and decisions of the desk
  - customers, sign-ins, cards, plans, prices and policies
Compare the letters that went out in that time (your mail server has them), and enter what they show at the desk
before you resume: cancelling works while nothing is sent. Renewals that were announced are announced anew before they
are charged."""


@app.command()
def resume(
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,
    data: DataOption = None,
) -> None:
    """Say why nothing is sent outward, import what the gateways know, and let things leave again.

    Ends with 0 when things may leave, and with 1 when they still may not.
    """
    start_django(data)
    require_tables()
    require_gateways()
    from django.conf import settings

    from goodterms import wiring
    from goodterms.usecases.fence import check
    from goodterms.usecases.resume import resume as take_up

    world, environment = wiring.world(), wiring.environment()
    fence = check(world, settings.FENCE_FILE, environment)
    if fence is None:
        typer.echo("Nothing is held back.")
        return
    _say_why(fence)
    if not world.gateways:
        typer.echo("goodterms: no gateway is set (GOODTERMS_BANK_URL): nothing can be imported", err=True)
        raise typer.Exit(1)
    if fence.lacks_since is not None:
        typer.echo(_LOST)
    if not dry_run and not yes and not typer.confirm("\nImport and resume?"):
        raise typer.Exit(1)
    report = take_up(
        world, settings.FENCE_FILE, environment, dry_run=dry_run, step=lambda what: typer.echo(f"Reading: {what}")
    )
    _say(report, dry_run=dry_run)
    if report.problem or not (report.lifted or dry_run):
        raise typer.Exit(1)


def _say_why(fence: Fence) -> None:
    typer.echo(f"Nothing is sent outward since {fence.since:%Y-%m-%d %H:%M} UTC: {fence.words}.")
    if fence.lacks_since is not None:
        typer.echo(f"The database lacks history from {fence.lacks_since:%Y-%m-%d %H:%M} UTC on.")
    if fence.lost_until is not None:
        typer.echo(f"This host last saw it alive at {fence.lost_until:%Y-%m-%d %H:%M} UTC.")


def _say(report: Report, *, dry_run: bool) -> None:
    would = "Would be" if dry_run else "Were"
    typer.echo(f"Looked at {report.lines} lines of statements and {report.looked_up} open charges and refunds.")
    typer.echo(f"{would} brought up to their state: {report.brought_up}")
    typer.echo(f"{would} made anew: {report.charges} charges, {report.refunds} refunds")
    typer.echo(f"{would} announced anew: {report.announced_anew} renewals")
    typer.echo(f"{would} kept back, because they went out before: {report.kept_back} letters")
    typer.echo(f"{would} left to people, as inquiries at the desk: {len(report.cases)}")
    for reference, why in report.cases:
        typer.echo(f"  {reference}: {why}")
    if report.problem:
        typer.echo(f"goodterms: nothing is sent outward yet: {report.problem}", err=True)
    elif report.lifted:
        typer.echo("Things may leave again.")
