"""`bench`: measure against the database's own limits; the benchmark lives beside the package, in the source."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import typer

import goodterms
from goodterms.cli.app import app


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def bench(context: typer.Context) -> None:
    """Measure renewals and reads, each beside its baseline, on a database of its own. `--help` shows what to ask for.

    Needs the source: what is measured against is no part of an installation.
    """
    checkout = Path(goodterms.__file__).resolve().parents[2]
    if not (checkout / "bench" / "__main__.py").is_file():
        typer.echo(
            "goodterms: the benchmark is not installed with goodterms; run this in a checkout of its source "
            "(`git clone`, then `make setup`)",
            err=True,
        )
        raise typer.Exit(1)
    found = os.pathsep.join(filter(None, [str(checkout), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "bench", *context.args]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": found}, check=False)
    raise typer.Exit(done.returncode)
