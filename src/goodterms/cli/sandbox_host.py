"""Where sandboxes live: makes those that are wished for, runs each as processes of its own, drops those not wanted.

Nothing of the live world's settings reaches a sandbox: it is told its own directory, address and bank, and finds its
database on a server that holds sandboxes alone. The live database is used by this process only, to read the wishes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import typer

from goodterms import __version__
from goodterms.cli.children import Children
from goodterms.storage.embedded import SANDBOX, ensure_server

if TYPE_CHECKING:
    from goodterms.storage.models import SandboxRow
    from goodterms.wiring import BankProcess

FIRST_PORT = 8200
_PORTS = 200
_STARTS_WITHIN = 90
#: What the surrounding environment may say to a sandbox too.
_PASSED_ON = ("GOODTERMS_BEHIND_PROXY", "GOODTERMS_API_RATE")


class SandboxError(RuntimeError):
    """A sandbox could not be made; the message says at what."""


@dataclass(slots=True)
class _Running:
    name: str
    port: int
    bank: BankProcess
    children: Children
    began: float
    answers: bool = False

    def stop(self) -> None:
        self.children.stop()
        self.bank.stop()

    def end(self) -> None:
        """Nothing of it is needed any more."""
        self.children.stop(within=0)
        self.bank.kill()


class Host:
    """All sandboxes of a directory. One process at a time is their host (`only_host`)."""

    def __init__(self, root: Path, address: str, first_port: int = FIRST_PORT) -> None:
        self._root, self._address, self._first_port = root, address, first_port
        self._server = ensure_server(root)
        self._version = _version()
        self._running: dict[UUID, _Running] = {}

    def step(self) -> None:
        """Do what is wished, start what is not running, and look after what is."""
        from goodterms.storage.sandboxes import all_sandboxes
        from goodterms.usecases.sandboxes import note_failed

        for row in all_sandboxes():
            try:
                if row.state == "dropping":
                    self.drop(row)
                elif row.state == "wanted" and row.id not in self._running:
                    self.make(row)
                    self._start(row)
                elif row.state == "ready" and row.id not in self._running:
                    self._start(row)
                elif row.state != "failed":
                    self._look_after(row)
            except Exception as problem:
                self._stop(row.id)
                reason = str(problem) if isinstance(problem, SandboxError) else type(problem).__name__
                note_failed(row, reason)
                typer.echo(f"goodterms: sandbox {row.name} failed: {reason}", err=True)

    def make(self, row: SandboxRow) -> None:
        """Make a sandbox's directory and database. Doing it again changes nothing. Raises `SandboxError`."""
        from goodterms.storage.sandboxes import has_template
        from goodterms.usecases.sandboxes import make_world

        place = self._root / row.name
        if not has_template(self._server, self._version):
            self._fill_template()
        place.mkdir(exist_ok=True)
        if not (place / "secret_key").exists():
            with os.fdopen(os.open(place / "secret_key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        (place / "version").write_text(self._version)
        row.port = row.port or self._free_port()
        row.url = self._address.format(port=row.port, name=row.name)
        make_world(self._server, row, self._version, row.port, row.url)

    def drop(self, row: SandboxRow) -> None:
        """End a sandbox and remove everything of it."""
        from goodterms.usecases.sandboxes import remove_world

        if (one := self._running.pop(row.id, None)) is not None:
            one.end()
        shutil.rmtree(self._root / row.name, ignore_errors=True)
        remove_world(self._server, row)
        typer.echo(f"{row.name} is gone.")

    def stop(self) -> None:
        """Stop all; they go on when they are started again."""
        for id in tuple(self._running):
            self._stop(id)

    def _start(self, row: SandboxRow) -> None:
        from goodterms import wiring

        if row.port is None:
            raise SandboxError("it has no port")
        place = self._root / row.name
        bank = wiring.start_sandbox_bank(place / "bank")
        told = {"GOODTERMS_BANK_URL": bank.url, "GOODTERMS_BANK_KEY": bank.key, "GOODTERMS_PUBLIC_URL": row.url}
        children = Children(place / "logs", {**self._environment(row.name), **told})
        self._running[row.id] = _Running(row.name, row.port, bank, children, time.monotonic())
        if (place / "version").read_text() != self._version:
            children.start("migrate", "migrate")
            if not children.wait_for("migrate"):
                raise SandboxError("its tables could not be brought up to date")
            (place / "version").write_text(self._version)
        children.start("web", "serve", "--port", str(row.port), "--no-upgrade")
        children.start("worker", "worker", "--hands", "1")

    def _look_after(self, row: SandboxRow) -> None:
        """Say when it answers; what ended by itself is started anew with everything around it."""
        from goodterms.usecases.sandboxes import note_made

        one = self._running[row.id]
        if one.answers and one.children.ended:
            typer.echo(
                f"goodterms: {', '.join(one.children.ended)} of {row.name} ended; it is started again", err=True
            )
            self._stop(row.id)
        elif one.children.ended:
            raise SandboxError(f"{one.children.ended[0]} ended at its start; see {self._root / row.name / 'logs'}")
        elif not one.answers and _answers(one.port):
            one.answers = True
            note_made(row)
            typer.echo(f"{row.name} is open: {row.url}")
        elif not one.answers and time.monotonic() - one.began > _STARTS_WITHIN:
            raise SandboxError("it does not answer")

    def _stop(self, id: UUID) -> None:
        one = self._running.pop(id, None)
        if one is not None:
            one.stop()

    def _fill_template(self) -> None:
        """Tables, a policy, plans with prices: what every new sandbox begins with. Once for each version."""
        from goodterms.storage.sandboxes import FILLING, begin_template, end_template

        place = self._root / FILLING
        typer.echo("Filling the template: this happens once for each version.", err=True)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        begin_template(self._server)
        with Children(place / "logs", self._environment(FILLING)) as children:
            children.start("fill", "sandbox", "fill")
            if not children.wait_for("fill"):
                raise SandboxError(f"the template could not be filled; see {place / 'logs'}")
        end_template(self._server, self._version)
        shutil.rmtree(place, ignore_errors=True)

    def _environment(self, name: str) -> dict[str, str]:
        """A world of its own: nothing of the surrounding configuration reaches it but what is listed here."""
        ours = ("GOODTERMS_", "DATABASE_")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(ours) or key in _PASSED_ON}
        return {**kept, SANDBOX: name, "GOODTERMS_DATA": str(self._root / name)}

    def _free_port(self) -> int:
        from goodterms.storage.sandboxes import all_sandboxes

        taken = {row.port for row in all_sandboxes()}
        for port in range(self._first_port, self._first_port + _PORTS):
            if port not in taken and _is_free(port):
                return port
        raise SandboxError("there is no free port")


@contextmanager
def only_host(root: Path) -> Iterator[bool]:
    """Whether this process is now the host of a directory's sandboxes; False where another one is."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "host.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _version() -> str:
    """Names what a template holds: this version, its migrations, and the shop that it opens."""
    from django.db.migrations.loader import MigrationLoader

    from goodterms.usecases.demo import shop

    leaves: Sequence[object] = sorted(MigrationLoader(None).graph.leaf_nodes())
    text = f"{__version__} {leaves} {shop.PROFILE} {shop.OFFERS}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
