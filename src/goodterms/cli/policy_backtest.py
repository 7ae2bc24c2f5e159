"""`goodterms policy backtest`: everything that was decided, and what stands open, under another policy."""

from __future__ import annotations

import csv
import json
from contextlib import nullcontext
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodterms.cli.policy import policy_app
from goodterms.cli.start import DataOption, require_tables, start_django

if TYPE_CHECKING:
    from rich.console import Console

    from goodterms.domain.policy import Policy
    from goodterms.usecases.backtest import Affected, Report

_SHOWN = 20


@policy_app.command()
def backtest(
    file: Annotated[str, typer.Argument(help="The path of a document, or the name of a policy that comes along.")],
    plan: Annotated[str | None, typer.Option(help="Only subscriptions of this plan.")] = None,
    to: Annotated[Path | None, typer.Option("--csv", help="Write every affected act to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    data: DataOption = None,
) -> None:
    """Replay every past decision and every running subscription under another policy; nothing is changed.

    Tells what would come out differently, in money too, and for whom.
    """
    start_django(data)
    require_tables()
    from rich.console import Console

    from goodterms.usecases.backtest import Affected
    from goodterms.usecases.backtest import backtest as replay_all
    from goodterms.usecases.spreadsheet import cells
    from goodterms.wiring import world

    policy = _policy(file)
    first: list[Affected] = []
    target = to.open("w", newline="", encoding="utf-8") if to else None
    with target or nullcontext():
        table = csv.writer(target) if target else None
        if table:
            table.writerow([f.name for f in fields(Affected)])

        def affected(one: Affected) -> None:
            if len(first) < _SHOWN:
                first.append(one)
            if table:
                table.writerow(cells({**asdict(one), "at": one.at.isoformat()}.values()))

        console = Console(stderr=True)
        with _Progress(console) as step:
            report = replay_all(world(), policy, plan=plan, on_progress=step, on_affected=affected)
    if as_json:
        typer.echo(json.dumps(_as_json(report, policy, first), indent=2))
    else:
        _show(Console(), report, policy, first, to)


def _policy(name: str) -> Policy:
    from goodterms import policies
    from goodterms.domain.reading.policy_problems import PolicyError
    from goodterms.domain.reading.policy_reader import parse_policy

    try:
        if name in policies.names():
            return parse_policy(policies.read(name), policies.source(name))
        return parse_policy(Path(name).read_text(encoding="utf-8"), name)
    except PolicyError as error:
        typer.echo(f"goodterms: {error}", err=True)
        raise typer.Exit(1) from None
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{name} can not be read: {error}") from None


class _Progress:
    """A bar on a terminal, silence elsewhere; called with how many of how many are done."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("Replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console,
            disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> _Progress:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


def _as_json(report: Report, policy: Policy, first: list[Affected]) -> dict[str, Any]:
    return {
        "policy": policy.label,
        "subscriptions": report.subscriptions,
        "orders": report.orders,
        "counts": [
            {"act": act, "change": change, "count": count} for (act, change), count in sorted(report.counts.items())
        ],
        "money": [
            {"act": act, "currency": currency, "before_minor": before, "after_minor": after}
            for (act, currency), (before, after) in sorted(report.money.items())
        ],
        "renewals": dict(sorted(report.moved.items())),
        "not_judged": dict(sorted(report.not_judged.items())),
        "customers_affected": len(report.customers),
        "first_affected": [{**asdict(one), "at": one.at.isoformat()} for one in first],
    }


def _show(console: Console, report: Report, policy: Policy, first: list[Affected], to: Path | None) -> None:
    from rich.table import Table

    console.print(
        f"{policy.label}: {report.subscriptions:,} subscriptions with {report.orders:,} orders replayed; "
        f"{len(report.customers):,} customers affected."
    )
    counts = Table("Act", "Comes out", "Count")
    for (act, change), count in sorted(report.counts.items()):
        counts.add_row(act, change, f"{count:,}")
    console.print(counts)
    money = Table("Act", "Paid back, before", "after", "difference")
    for (act, currency), (before, after) in sorted(report.money.items()):
        money.add_row(act, *(_money(minor, currency) for minor in (before, after, after - before)))
    console.print(money)
    for how, count in sorted(report.moved.items()):
        console.print(f"Renewals {how}: {count:,}.")
    for reason, count in report.not_judged.most_common():
        console.print(f"Not judged, {count:,}: {reason}.")
    if first:
        _show_first(console, first, to)


def _show_first(console: Console, first: list[Affected], to: Path | None) -> None:
    from rich.table import Table

    some = Table("Customer", "Order", "Act", "Before", "After")
    for one in first:
        some.add_row(one.customer, one.order, f"{one.kind}, {one.at:%Y-%m-%d}", one.before, one.after)
    console.print(some)
    console.print(f"All of them are in {to}." if to else "These are the first; --csv FILE writes all of them.")


def _money(minor: int, currency: str) -> str:
    from goodterms.domain.money import Money

    return str(Money(minor, currency))
