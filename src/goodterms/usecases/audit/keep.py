"""Audits whose result is kept: asked for by an operator or at the desk, and one a day by a worker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from django.db import connection

from goodterms.domain.facts import Actor
from goodterms.storage.audit.results import ask_for_audit, begin_audit, keep_result, take_audit
from goodterms.usecases.audit.replay import JOURNALS
from goodterms.usecases.audit.run import Report, audit
from goodterms.usecases.set_aside import log_failure
from goodterms.usecases.world import World

WORKER = Actor("system", "worker")
OPERATOR = Actor("system", "operator")


def audit_and_keep(
    world: World, elapsed: Callable[[], float], *, replay: bool = False, said: Callable[[str], None] = lambda _: None
) -> Report:
    """Run the audit at once for an operator, and keep what it found. Raises what `audit` raises.

    With `replay` every journal is folded, which takes long where there are many.
    """
    return _run(world, begin_audit(world.now(), str(OPERATOR)), elapsed, replay=replay, said=said)


def want_audit(world: World, *, actor: Actor) -> None:
    """Ask for an audit, which the next worker with time runs; one that waits already is enough."""
    ask_for_audit(world.now(), str(actor))


def work_on_audit(
    world: World, elapsed: Callable[[], float], *, daily: bool,
    turn: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> int:  # fmt: skip
    """What a worker does now and then: the audit that waits, and with `daily` the one of today. Never raises."""
    try:
        with turn():
            now = world.now()
            if daily:
                ask_for_audit(now, str(WORKER), day_on=now.date())
            id = take_audit(now)
            if id is None:
                return 0
            _run(world, id, elapsed)
            return 1
    except Exception as problem:
        log_failure("audit failed", problem, step="audit")
        connection.close()
        return 0


def _run(
    world: World, id: int, elapsed: Callable[[], float], *, replay: bool = False,
    said: Callable[[str], None] = lambda _: None,
) -> Report:  # fmt: skip
    report = audit(world, elapsed, journals=None if replay else JOURNALS, said=said)
    keep_result(
        id, world.now(), report.took_seconds, report.violations, report.unanswered, report.lines, report.deadlocks
    )
    return report
