"""What happens to a row that can not be worked on: it is logged without its data and waits, and its neighbors do not.

A failure of the database itself is nobody's fault: no row is set aside for it, and the next round tries again.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError

from goodterms.storage.claim import postpone
from goodterms.usecases.world import World

log = structlog.get_logger("goodterms.worker")

SET_ASIDE_FOR = timedelta(hours=1)
#: The database itself is in trouble: no row is to blame, and the next round tries again.
DATABASE_TROUBLE = (OperationalError, InterfaceError)


def work_on_one(world: World, table: str, bucket: int, id: UUID, act: Callable[[], object]) -> None:
    """Work on one row; when that fails, set it aside for an hour."""
    try:
        act()
    except DATABASE_TROUBLE:
        raise
    except Exception as problem:
        log_failure("row set aside", problem, table=table, bucket=bucket, id=str(id))
        postpone(table, bucket, id, world.now() + SET_ASIDE_FOR)
        world.tally.put_aside(table)


def log_failure(event: str, problem: BaseException, **what: object) -> None:
    """Log a failure by its kind and place; its message is left out, since it may quote somebody's data."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    ours = next((f for f in reversed(frames) if "goodterms" in f.filename), None)
    via = f"{Path(ours.filename).name}:{ours.lineno}" if ours else ""
    log.error(event, error=type(problem).__name__, place=place, via=via, **what)
