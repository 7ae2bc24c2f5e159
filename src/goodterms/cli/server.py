"""`serve`: the website and the API over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from goodterms.cli.app import app
from goodterms.cli.start import DataOption, migrate_database, require_gateways, start_django


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    threads: Annotated[int, typer.Option(help="Requests worked on at a time.")] = 4,
    upgrade: Annotated[bool, typer.Option(help="Bring the tables up to date first.")] = True,
    data: DataOption = None,
) -> None:
    """Serve the website and the API. TLS belongs to the proxy in front."""
    start_django(data, begins=True)
    require_gateways()
    if upgrade:
        migrate_database()
    from granian import Granian
    from granian.constants import Interfaces

    typer.echo(f"goodterms listens on http://{host}:{port}")
    Granian(
        "goodterms.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        log_access=False,  # paths and queries may carry personal data
        websockets=False,
    ).serve()
