"""One process that plays tapes: its own server, emptied between runs, and Django on the engine with the seam."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from goodterms.simulation import database
from goodterms.simulation.choices import Tape
from goodterms.simulation.listening import Listener


@dataclass
class Session:
    """Plays one tape after the other."""

    watcher: psycopg.Connection[Any]
    empty: database.Copy
    listener: Listener

    def play(self, tape: Tape) -> Any:
        """Play a tape; returns `run.Played`."""
        from goodterms.simulation import plants, run  # needs Django set up

        with plants.planted(tape.plant):
            return run.play(tape, self.watcher, self.empty, self.listener)


@contextmanager
def open_session(directory: Path | None = None) -> Iterator[Session]:
    """Start a server of its own and set Django up on it; everything is gone afterwards."""
    server = database.start(directory)
    try:
        listener = _set_up()
        with database.watcher(server) as watcher:
            yield Session(watcher, database.copy(watcher), listener)
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()
        shutil.rmtree(server.data_dir, ignore_errors=True)


def _set_up() -> Listener:
    """Django on the server's database, its letters and its log where the simulation sees them."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.DATABASES["default"]["ENGINE"] = database.ENGINE
    settings.EMAIL_BACKEND = "goodterms.simulation.mail.Backend"
    settings.LOGGING_CONFIG = None
    django.setup()
    listener = Listener()
    logging.getLogger().handlers = [listener]
    logging.getLogger("goodterms").setLevel(logging.WARNING)
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    return listener
