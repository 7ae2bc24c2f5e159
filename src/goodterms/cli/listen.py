"""`goodterms listen`: facts as they happen, printed and forwarded to a program on a developer's machine.

It asks the feed of any server by the API, so that no address of the developer's has to be reachable from there. What
is forwarded looks as webhooks do and is signed by a secret of its own, printed at the start.
"""

from __future__ import annotations

import os
import secrets
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodterms.cli.app import app

if TYPE_CHECKING:
    import httpx

_FAIL_WAIT_SECONDS = 2


@app.command()
def listen(
    forward_to: Annotated[str, typer.Option(help="Send every fact to this address, as a webhook.")] = "",
    url: Annotated[str, typer.Option(envvar="GOODTERMS_URL", help="The server to listen to.")] = "",
    after: Annotated[int, typer.Option(min=0, help="Begin after this position; from now on if not given.")] = -1,
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing more has happened.")] = False,
    poll_seconds: Annotated[float, typer.Option(min=0.05, max=60, help="How long to wait when nothing happens.")] = 1,
) -> None:
    """Print what happens; the key is read from GOODTERMS_KEY and needs the scope facts:read."""
    _load()
    import httpx

    from goodterms.usecases.webhooks.sealing import new_secret

    key = os.environ.get("GOODTERMS_KEY", "")
    if not url or not key:
        typer.echo("goodterms: set GOODTERMS_URL and GOODTERMS_KEY (a key with the scope facts:read)", err=True)
        raise typer.Exit(2)
    secret = os.environ.get("GOODTERMS_LISTEN_SECRET") or new_secret()
    if forward_to:
        typer.echo(f"Forwarding to {forward_to}, signed by {secret}", err=True)
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30) as server:
        position = _end(server) if after < 0 else after
        while True:
            page = _page(server, position)
            for fact in page["data"]:
                _show(fact, _forwarded(fact, forward_to, secret) if forward_to else "")
            position = page["position"]
            if not page["data"] and once:
                return
            if not page["more"]:
                time.sleep(poll_seconds if not once else 0)


def _load() -> None:
    """Load Django without a database: nothing of this machine's is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodterms.site.settings")
    os.environ.setdefault("GOODTERMS_SECRET_KEY", secrets.token_urlsafe())
    import django

    django.setup()


def _page(server: httpx.Client, position: int) -> dict[str, Any]:
    answer = server.get("/v1/facts", params={"after": position, "limit": 100})
    if answer.status_code in (401, 403):
        typer.echo(f"goodterms: {answer.json()['detail']}", err=True)
        raise typer.Exit(1)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def _end(server: httpx.Client) -> int:
    """The position of what has happened last."""
    position = 0
    while True:
        page = _page(server, position)
        position = int(page["position"])
        if not page["more"]:
            return position


def _forwarded(fact: dict[str, Any], to: str, secret: str) -> str:
    """Send a fact until it is taken, in order; what came of the last try."""
    import json

    import httpx

    from goodterms.usecases.webhooks.send import Parcel, signed
    from goodterms.wiring import wall_now

    body = json.dumps({"type": fact["name"], "timestamp": fact["at"], "data": fact}, ensure_ascii=False)
    parcel = Parcel(to, fact["id"], body, (secret,))
    for _ in range(5):
        try:
            answer = httpx.post(to, content=body.encode(), headers=signed(parcel, wall_now()), timeout=20)
        except httpx.TransportError as problem:
            came = type(problem).__name__
        else:
            came = str(answer.status_code)
            if answer.is_success:
                return came
        time.sleep(_FAIL_WAIT_SECONDS)
    return f"{came}, given up"


def _show(fact: dict[str, Any], came: str) -> None:
    about = fact["subscription"] or ""
    typer.echo(f"{fact['position']:>8}  {fact['at']}  {fact['name']:<36} {about}{f'  -> {came}' if came else ''}")
