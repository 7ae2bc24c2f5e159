"""Django's view of the fence: one row that says which database this is, and whether anything may leave it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class FenceRow(models.Model):
    """The one row. `beat` only grows, at every sign of life; `fenced_at` is set while nothing may be sent outward.

    `token` names this history of the database; those it had before earlier restores are `earlier_tokens`.
    `lacks_since` is the instant from which on the database lacks history, `lost_until` the last sign of life of the
    one it was restored in the place of. `progress` holds how far an import has come, by gateway.
    """

    id = models.SmallIntegerField(primary_key=True)
    token = models.CharField(max_length=64)
    earlier_tokens = models.JSONField(default=list)
    system_identifier = models.CharField(max_length=40)
    timeline = models.BigIntegerField()
    environment = models.CharField(max_length=200)
    beat = models.BigIntegerField()
    beat_at = models.DateTimeField()
    fenced_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40)
    lacks_since = models.DateTimeField(null=True)
    lost_until = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fence"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="fence_one_row"),
            models.CheckConstraint(
                condition=models.Q(fenced_at__isnull=True, reason="")
                | (models.Q(fenced_at__isnull=False, lacks_since__isnull=False) & ~models.Q(reason="")),
                name="fence_says_why",
            ),
        ]
