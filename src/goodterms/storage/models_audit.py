"""What audits found, kept for the desk: one row a run."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class AuditRun(models.Model):
    """One audit. A worker takes a waiting one; `day_on` is set where it is that day's, of which there is one."""

    day_on = models.DateField(null=True, unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=400)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    took_ms = models.BigIntegerField(null=True)
    found = models.JSONField(default=list)  # invariant, table, key, detail
    unanswered = models.JSONField(default=list)  # gateways whose statement could not be read
    lines = models.BigIntegerField(default=0)
    deadlocks = models.BigIntegerField(null=True)  # the server's count, to be held against the next one

    class Meta:
        db_table = "audit_runs"
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=models.Q(started_at=None), name="audit_runs_waiting")
        ]
