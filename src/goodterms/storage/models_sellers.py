"""Django's view of what sellers that renew by themselves are told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class InstructionRow(models.Model):
    """A seller is told to stop renewing a subscription, or to go on."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    customer_id = models.UUIDField()
    subscription_id = models.UUIDField()
    gateway = models.TextField()
    agreement = models.TextField()
    number = models.IntegerField()
    wish = models.TextField()
    state = models.TextField()
    intended_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)
    looked_up = models.IntegerField()
    settled_at = models.DateTimeField(null=True)
    code = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "instructions"
        ordering: ClassVar = ["bucket", "id"]
