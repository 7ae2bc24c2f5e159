"""What is kept of the outside: how far statements have been read, and what gateways have told us."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class GatewayCursor(models.Model):
    """How far a gateway's statement has been read."""

    gateway = models.CharField(primary_key=True, max_length=40)
    cursor = models.CharField(max_length=200, null=True)

    class Meta:
        db_table = "gateway_cursors"


class WebhookIn(models.Model):
    """A hint from a gateway that something of ours may have changed there: which object, not what it says.

    Its body is not kept: it may name people, and is not believed anyway. `due_at` is set while it is to be worked on.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "To be looked at"
        DONE = "done", "Taken in"
        FOREIGN = "foreign", "About something that is not ours"
        PARKED = "parked", "Could not be taken in"

    gateway = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)  # charge | refund | dispute | other
    object_ref = models.CharField(max_length=200)
    event_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhooks_in"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="webhooks_in_once"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", due_at__isnull=False) | ~models.Q(state="waiting"),
                name="webhooks_in_waiting_is_due",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="webhooks_in_due"),
            models.Index(
                fields=["state", "received_at"], condition=~models.Q(state="done"), name="webhooks_in_to_see"
            ),
        ]


class Reconciliation(models.Model):
    """A gateway's statement of a period was compared with our books; what came of it, in numbers."""

    gateway = models.CharField(max_length=40)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ran_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    cursor = models.CharField(max_length=200, null=True)  # where the statement ended then
    sums = models.JSONField()  # [finding, kind, currency, how many, minor units]

    class Meta:
        db_table = "reconciliations"
        indexes: ClassVar = [models.Index(fields=["gateway", "-ran_at"], name="reconciliations_latest")]


class Difference(models.Model):
    """What a gateway and our books do not agree on, until a person has settled it. Found again, it is the same row."""

    class State(models.TextChoices):
        """Whether somebody has to do something."""

        OPEN = "open", "To be settled"
        SETTLED = "settled", "Settled by a person"
        GONE = "gone", "Both sides agree now"

    gateway = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    object_ref = models.CharField(max_length=200)
    finding = models.CharField(max_length=20)
    theirs_minor = models.BigIntegerField(null=True)
    theirs_currency = models.CharField(max_length=3, blank=True)
    ours_minor = models.BigIntegerField(null=True)
    ours_currency = models.CharField(max_length=3, blank=True)
    at = models.DateTimeField()
    order_number = models.CharField(max_length=40, blank=True)
    bucket = models.SmallIntegerField(null=True)
    subscription_id = models.UUIDField(null=True)
    found_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "differences"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "kind", "object_ref"], name="differences_once"),
            models.CheckConstraint(
                condition=~models.Q(state="settled") | ~models.Q(settled_by=""), name="differences_settled_by"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["found_at"], condition=models.Q(state="open"), name="differences_open"),
        ]
