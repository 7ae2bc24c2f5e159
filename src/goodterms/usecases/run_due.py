"""One round of everything that is due, and rounds until nothing is: what a worker does.

The steps are independent: one that fails is logged and does not stop the others. A batch that fails is worked on row
by row; the row that fails is logged as an error and moved an hour ahead, so that its neighbors do not wait behind it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection

from goodterms.gateways.protocol import Movement
from goodterms.storage.claim import Claimed, claim_charges, claim_refunds, due_subscriptions, postpone
from goodterms.usecases.collect import settle_charges
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.usecases.pay_back import read_statement, work_on_refund
from goodterms.usecases.renew import renew_due, renew_one
from goodterms.usecases.replan import replan_due
from goodterms.usecases.world import World

log = structlog.get_logger("goodterms.worker")

SET_ASIDE_FOR = timedelta(hours=1)
#: The database itself is in trouble: no row is to blame, and the next round tries again.
DATABASE_TROUBLE = (OperationalError, InterfaceError)
_MOST_ROUNDS = 100_000

Counts = dict[str, int]


def never() -> bool:
    """Nobody asks this worker to stop."""
    return False


def run_due(world: World, *, stop: Callable[[], bool] = never, statements: bool = True) -> Counts:
    """Do one batch of each kind of due work; returns how many rows of each were worked on.

    `stop` is asked between batches. `statements` tells whether the gateways' statements are read too.
    """
    steps: dict[str, Callable[[], int]] = {
        "renewals": partial(_renew, world),
        "renewals planned anew": partial(replan_due, world),
        "charges": partial(_collect, world),
        "refunds": partial(_pay_back, world),
    }
    for name in world.gateways if statements else ():
        steps[statement_of(name)] = partial(_read_statement, world, name)
    steps["mails"] = partial(deliver_mail, world, stop=stop)
    return {name: _isolated(name, step) for name, step in steps.items() if not stop()}


def statement_of(gateway: str) -> str:
    """The name of the step that reads a gateway's statement."""
    return f"statement of {gateway}"


def run_until_idle(world: World, *, stop: Callable[[], bool] = never) -> Counts:
    """Rounds until one finds nothing to do; returns the sums."""
    total: Counts = {}
    for _ in range(_MOST_ROUNDS):
        counts = run_due(world, stop=stop)
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
        if stop() or not any(counts.values()):
            return total
    raise RuntimeError("due work does not come to an end")


def _isolated(name: str, step: Callable[[], int]) -> int:
    try:
        return step()
    except DATABASE_TROUBLE as problem:
        log_failure("database trouble", problem, step=name)
        connection.close()  # the next statement opens a new one
        return 0
    except Exception as problem:
        log_failure("step failed", problem, step=name)
        return 0


def _renew(world: World, limit: int = 500) -> int:
    try:
        return renew_due(world, limit)
    except DATABASE_TROUBLE:
        raise
    except Exception as problem:
        log_failure("batch failed, going on one by one", problem, step="renewals")
    keys = due_subscriptions(world.now(), limit, lock=False)
    for bucket, id in keys:
        _one(world, "subscriptions", bucket, id, partial(renew_one, world, bucket, id))
    return len(keys)


def _collect(world: World, limit: int = 200) -> int:
    claimed = claim_charges(world.now(), limit)
    if not claimed:
        return 0
    try:
        settle_charges(world, claimed)
    except DATABASE_TROUBLE:
        raise
    except Exception as problem:
        log_failure("batch failed, going on one by one", problem, step="charges")
        for one in claimed:
            # The gateway may have been asked before the failure: look up first.
            again = replace(one, sent_before=True)
            _one(world, "charges", one.bucket, one.id, partial(settle_charges, world, [again]))
    return len(claimed)


def _pay_back(world: World, limit: int = 100) -> int:
    claimed: list[Claimed] = claim_refunds(world.now(), limit)
    for one in claimed:
        _one(world, "refunds", one.bucket, one.id, partial(work_on_refund, world, one))
    return len(claimed)


def _read_statement(world: World, gateway: str) -> int:
    def skipped(line: Movement, problem: Exception) -> None:
        log_failure("line of a statement not taken in", problem, gateway=gateway, cursor=line.cursor)

    return read_statement(world, gateway, on_failure=skipped)


def _one(world: World, table: str, bucket: int, id: UUID, act: Callable[[], object]) -> None:
    """Work on one row; when that fails, set it aside for an hour."""
    try:
        act()
    except DATABASE_TROUBLE:
        raise
    except Exception as problem:
        log_failure("row set aside", problem, table=table, bucket=bucket, id=str(id))
        postpone(table, bucket, id, world.now() + SET_ASIDE_FOR)


def log_failure(event: str, problem: BaseException, **what: object) -> None:
    """Log a failure by its kind and place; its message is left out, since it may quote somebody's data."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    ours = next((f for f in reversed(frames) if "goodterms" in f.filename), None)
    via = f"{Path(ours.filename).name}:{ours.lineno}" if ours else ""
    log.error(event, error=type(problem).__name__, place=place, via=via, **what)
