"""`bank`: the built-in bank, another program with books of its own. This process becomes it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from goodterms.cli.app import app


@app.command()
def bank(
    data: Annotated[Path, typer.Option(help="Directory of the bank's own books.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 0,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    test_clock: Annotated[
        bool, typer.Option("--test-clock", help="Allow the clock to be moved and faults to be planned.")
    ] = False,
) -> None:
    """Run the built-in bank: a payment gateway for trying out, where no real money moves.

    It prints its address. The key that GOODTERMS_BANK_KEY must have is in the file `api-key` of its directory.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        typer.echo(f"goodterms: {data} can not be used: {problem.strerror}", err=True)
        raise typer.Exit(1) from None
    command = [sys.executable, "-m", "goodterms.gateways.bank", "--data", str(data), "--port", str(port)]
    command += ["--host", host, *(["--test-clock"] if test_clock else [])]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606  (no shell; signals and exit code are the bank's)
