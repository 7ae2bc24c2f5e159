"""What audits found: asked for, taken by one worker, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import connection

from goodterms.storage.audit.rule import Violation
from goodterms.storage.models_audit import AuditRun

#: Of what was found, at most this much is kept with a run.
KEPT = 500


def ask_for_audit(at: datetime, by: str, *, day_on: date | None = None) -> None:
    """Note that an audit is wanted; one that waits already, or was that day's, is not asked for twice."""
    if day_on is None and AuditRun.objects.filter(started_at=None).exists():
        return
    if day_on is not None and AuditRun.objects.filter(day_on=day_on).exists():
        return
    AuditRun.objects.bulk_create([AuditRun(asked_at=at, asked_by=by, day_on=day_on)], ignore_conflicts=True)


def take_audit(at: datetime) -> int | None:
    """Take the audit that has waited longest; None when none waits. Of several workers one gets it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH next AS (SELECT id FROM audit_runs WHERE started_at IS NULL ORDER BY asked_at, id LIMIT 1 "
            "FOR UPDATE SKIP LOCKED) UPDATE audit_runs r SET started_at = %s FROM next WHERE r.id = next.id "
            "RETURNING r.id",
            [at],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def begin_audit(at: datetime, by: str) -> int:
    """A run that begins at once."""
    return AuditRun.objects.create(asked_at=at, asked_by=by, started_at=at).pk


def keep_result(
    id: int, at: datetime, took_seconds: float, found: Sequence[Violation], unanswered: Sequence[str], lines: int,
    deadlocks: int,
) -> None:  # fmt: skip
    """Keep what a run found."""
    AuditRun.objects.filter(pk=id).update(
        ended_at=at, took_ms=round(took_seconds * 1000), found=[asdict(one) for one in found[:KEPT]],
        unanswered=list(unanswered), lines=lines, deadlocks=deadlocks,
    )  # fmt: skip


def last_runs(limit: int = 10) -> list[AuditRun]:
    """The latest runs, newest first."""
    return list(AuditRun.objects.order_by("-id")[:limit])


def last_result() -> AuditRun | None:
    """The latest run that ended."""
    return AuditRun.objects.filter(ended_at__isnull=False).order_by("-ended_at", "-id").first()
