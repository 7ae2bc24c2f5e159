"""Which sandbox worlds there are. What happens in one is in its own database and nowhere here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SandboxRow(models.Model):
    """A sandbox: wished for (`wanted`), made (`ready`), failed, or to be dropped (`dropping`); gone, it has no row.

    `key` is its first API key, sealed: it opens invented rows only, so that it may be shown again.
    """

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=30, unique=True)
    state = models.CharField(max_length=10)  # wanted | ready | failed | dropping
    port = models.IntegerField(unique=True, null=True)
    url = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=400)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    class Meta:
        db_table = "sandboxes"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["wanted", "ready", "failed", "dropping"]), name="sandboxes_state"
            )
        ]
