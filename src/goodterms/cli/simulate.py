"""`simulate`: years of customers' lives under faults, from a seed, on the real journeys and a real database."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodterms.cli.app import app
from goodterms.simulation.campaign import Record, fresh_seeds, rates
from goodterms.simulation.choices import Tape
from goodterms.simulation.gate import search
from goodterms.simulation.shrink import shrink
from goodterms.simulation.telling import rule_of

if TYPE_CHECKING:
    from goodterms.simulation.run import Played
    from goodterms.simulation.session import Session

ALL = "all"
SHRINK_SECONDS = 300
#: What a line does not repeat among the faults met: it stands by itself, or is counted as crashes.
_TOLD_APART = ("crashes", "restores", "crash")
#: What a tape holds already, or has no use for.
_NOT_BESIDE_A_TAPE = ("seed", "years", "customers", "faults", "runs", "minutes")


@app.command()
def simulate(
    context: typer.Context,
    seed: Annotated[
        str, typer.Option(help="What everything is drawn from; with --runs or --minutes, its first part.")
    ] = "",
    years: Annotated[float, typer.Option(min=0.01, help="How long the world lives.")] = 1.0,
    customers: Annotated[int, typer.Option(min=1, help="How many customers live in it.")] = 10,
    faults: Annotated[str, typer.Option(help="Which faults happen, with commas; `all` or `none`.")] = ALL,
    plant: Annotated[
        str,
        typer.Option(
            help="A fault of our own to put into the code first; `list` names them, `all` looks for the common ones."
        ),
    ] = "",
    replay: Annotated[Path | None, typer.Option(help="Play this tape instead of a seed.", exists=True)] = None,
    runs: Annotated[int, typer.Option(min=0, help="Play so many seeds.")] = 0,
    minutes: Annotated[float, typer.Option(min=0, help="Play seeds for so long; the last is played to its end.")] = 0,
    record: Annotated[
        Path | None, typer.Option(help="A line of JSON for each run; what is in it is not played again.")
    ] = None,
    tapes: Annotated[Path, typer.Option(help="Where tapes of broken rules are written.")] = Path("tapes"),
    stop: Annotated[bool, typer.Option("--stop", help="Play no more seeds after a broken rule.")] = False,
    shrinking: Annotated[bool, typer.Option("--shrink/--no-shrink", help="Look for the fewest deviations.")] = True,
) -> None:
    """Simulate customers, workers, support and a bank under faults, and check every commit.

    The same seed gives the same run, wherever it is played. The last line is JSON. Ends with 1 when a rule was broken.
    """
    from goodterms.simulation.session import open_session

    if plant == "list":
        _list_plants()
        return
    _fit_together(context)
    book = _opened(record)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))  # so that the server it started ends with it
    with open_session() as session:
        if plant == ALL:
            start = Tape(seed or secrets.token_hex(4), years, customers, _faults(faults))
            raise typer.Exit(_look_for_all(session, start, runs or 1))
        _known(plant)
        if replay is not None:
            tape = _tape(replay)
            tapes_to_play = iter([replace(tape, plant=plant or tape.plant)])
            runs = 1
        else:
            chosen = _faults(faults)
            first = seed or secrets.token_hex(4)
            names = fresh_seeds(first, book.done()) if runs > 1 or minutes else iter([first])
            tapes_to_play = (Tape(name, years, customers, chosen, plant) for name in names)
        began = time.monotonic()
        played = 0
        for tape in tapes_to_play:
            if played and played >= runs and (not minutes or time.monotonic() >= began + minutes * 60):
                break
            typer.echo(f"seed {tape.seed} ...", err=True)
            result = session.play(tape)
            played += 1
            book.add(_line(result))
            if result.failure is not None:
                _tell(session, result, tapes, shrinking=shrinking and replay is None)
                if stop:
                    break
    if played > 1 or record:
        here = rates(book.lines[-played:], time.monotonic() - began)
        typer.echo(json.dumps({"totals": book.totals(), "rates": here}))
    last = book.lines[-1]
    typer.echo(json.dumps({name: value for name, value in last.items() if name not in ("counted", "revision")}))
    raise typer.Exit(1 if any(line["violations"] for line in book.lines[-played:]) else 0)


def _fit_together(context: typer.Context) -> None:
    """Refuse an empty seed, and whatever a tape would leave without effect."""
    given = {name for name in context.params if _is_given(context, name)}
    if "seed" in given and not context.params["seed"].strip():
        raise typer.BadParameter("a seed is not empty; without --seed one is drawn", param_hint="--seed")
    if "replay" in given:
        beside = [f"--{name}" for name in _NOT_BESIDE_A_TAPE if name in given]
        beside += ["--plant all"] if context.params["plant"] == ALL else []
        if beside:
            raise typer.BadParameter(f"a tape is played as it is, without {', '.join(beside)}", param_hint="--replay")


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _look_for_all(session: Session, first: Tape, times: int) -> int:
    """Look for every planted fault; 1 when one was not found, or a world ended with anything else."""
    from goodterms.simulation.plants import PLANTS

    missed = 0
    for name, plant in PLANTS.items():
        came = search(session.play, replace(first, plant=name), times, plant.rules)
        missed += not came.found
        said = {
            "plant": name,
            "found": came.found,
            "median_events": came.median_events,
            "rules": sorted(set(came.rules)),
            "errors": came.errors,
        }
        typer.echo(json.dumps(said))
    typer.echo(json.dumps({"plants": len(PLANTS), "not_found": missed}))
    return 1 if missed else 0


def _list_plants() -> None:
    import django

    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ.pop(name, None)  # no database is asked, so its address does not matter
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodterms.site.settings")
    django.setup()  # the faults name functions all over the code
    from goodterms.simulation.plants import KNOWN

    for one in KNOWN.values():
        typer.echo(f"{one.name:32} {one.says}")


def _known(plant: str) -> None:
    from goodterms.simulation.plants import KNOWN

    if plant and plant not in KNOWN:
        raise typer.BadParameter(f"there is no planted fault {plant!r}; --plant list shows them")


def _opened(record: Path | None) -> Record:
    if record is not None and not record.parent.is_dir():
        raise typer.BadParameter(f"there is no directory {record.parent} to keep a record in")
    try:
        return Record.open(record)
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from None


def _tape(path: Path) -> Tape:
    try:
        return Tape.read(path)
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from None


def _faults(text: str) -> tuple[str, ...]:
    from goodterms.simulation.faults import FAULTS

    if text in (ALL, "none"):
        return tuple(FAULTS) if text == ALL else ()
    chosen = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := sorted(set(chosen) - set(FAULTS)):
        raise typer.BadParameter(f"unknown faults: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    return chosen


def _line(result: Played) -> dict[str, Any]:
    return {
        "seed": result.tape.seed,
        "customer_years": round(result.customer_years, 2),
        "crashes": result.counted["crashes"],
        "restores": result.counted["restores"],
        "events": result.steps,
        "violations": 0 if result.failure is None else 1,
        "trace_hash": result.trace_hash,
        "revision": _revision(),
        "counted": {name: n for name, n in sorted(result.counted.items()) if name not in _TOLD_APART},
        **({"rule": rule_of(result.failure)} if result.failure is not None else {}),
        **({"plant": result.tape.plant} if result.tape.plant else {}),
    }


def _tell(session: Session, result: Played, tapes: Path, *, shrinking: bool) -> None:
    """Print everything about a broken rule, and write its tape."""
    failure = result.failure
    assert failure is not None
    rule = rule_of(failure)
    typer.echo(f"\nFAIL {rule}: seed={result.tape.seed} git={_revision()} step={result.steps}")
    typer.echo(f"  {failure}")
    for row in getattr(failure, "rows", ()):
        typer.echo(f"  {row}")
    typer.echo("\nThe customer's life:")
    for line in result.timeline:
        typer.echo(f"  {line}")
    typer.echo("\nThe last steps:")
    for line in result.last_lines:
        typer.echo(f"  {line}")
    tape = result.tape if result.tape.deviations is not None else result.tape.with_deviations(result.deviations)
    if shrinking:
        ends = time.monotonic() + SHRINK_SECONDS
        tape = shrink(tape, _breaks(session, rule), lambda: time.monotonic() < ends)
    typer.echo(f"\nDeviations from the plain course ({len(tape.deviations or ())}):")
    for place, passed, what in (tape.deviations or ())[:50]:
        typer.echo(f"  {place}, passed {passed} times before: {what}")
    tapes.mkdir(parents=True, exist_ok=True)
    path = tapes / f"{tape.seed}{'-' + tape.plant if tape.plant else ''}.json"
    tape.write(path)
    typer.echo(f"\nTo see it again: goodterms simulate --replay {path}\n")


def _breaks(session: Session, rule: str) -> Callable[[Tape], bool]:
    def breaks(tape: Tape) -> bool:
        failure = session.play(tape).failure
        return failure is not None and rule_of(failure) == rule

    return breaks


def _revision() -> str:
    try:
        here = Path(__file__).parent
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
            cwd=here, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.strip() or "unknown"
    except OSError:
        return "unknown"
