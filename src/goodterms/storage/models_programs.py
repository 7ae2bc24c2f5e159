"""Models of what other programs use: their keys and calls, the feed of facts, and where facts are sent to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ApiKey(models.Model):
    """What another program identifies itself with. The key itself is shown once and kept as a digest only.

    `prefix` is the part that may be seen. Rotating adds a key that `replaces` the old one, which stays valid until
    `expires_at`. Keys are never deleted.
    """

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the whole key, hexadecimal
    family = models.UUIDField()  # the first of a line of keys that replace one another: they are one program
    scopes = models.CharField(max_length=1000)  # separated by spaces
    created_at = models.DateTimeField()
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        db_table = "api_keys"

    def __str__(self) -> str:
        return self.prefix


class ApiCall(models.Model):
    """A write of a program under its `Idempotency-Key`: whether its act was done, and what was answered.

    Rows are written by `storage.api_calls`, which says what the columns are for.
    """

    id = models.UUIDField(primary_key=True)  # ids of what the act makes are derived from it
    family = models.UUIDField()
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # SHA-256 of method, address and body
    token = models.UUIDField()
    begun_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    backend_pid = models.IntegerField()
    backend_start = models.DateTimeField()
    acted = models.BooleanField()
    status = models.IntegerField(null=True)
    tag = models.CharField(max_length=80, null=True)
    body = models.TextField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_calls"
        constraints: ClassVar = [models.UniqueConstraint(fields=["family", "key"], name="api_calls_one_a_key")]
        indexes: ClassVar = [models.Index(fields=["begun_at"], name="api_calls_by_age")]


class FeedState(models.Model):
    """Whether facts are fed, and the last position. One row; its lock is the feeder's turn.

    `begun`: the facts of before have their positions, once the transactions below `barrier` were over.
    """

    wanted = models.BooleanField()
    barrier = models.BigIntegerField(null=True)
    begun = models.BooleanField()
    position = models.BigIntegerField()

    class Meta:
        db_table = "feed_state"


class FeedWaiting(models.Model):
    """Facts of a stream that were saved and have no position yet."""

    bucket = models.SmallIntegerField()
    stream = models.UUIDField()
    first_seq = models.IntegerField()
    last_seq = models.IntegerField()

    class Meta:
        db_table = "feed_waiting"


class FeedRow(models.Model):
    """The position of a fact."""

    position = models.BigIntegerField(primary_key=True)
    bucket = models.SmallIntegerField()
    stream = models.UUIDField()
    seq = models.IntegerField()

    class Meta:
        db_table = "feed"


class WebhookEndpoint(models.Model):
    """Where facts are sent to. `names` are the facts wanted, separated by spaces; "*" is all.

    Secrets are kept sealed (`usecases.webhooks.secrets`); the one that was replaced signs too until `old_until`.
    `position` is how far the feed has been turned into deliveries. `failing_since` is set by the first delivery that
    is not taken and cleared by one that is.
    """

    id = models.UUIDField(primary_key=True)
    url = models.CharField(max_length=1000)
    names = models.CharField(max_length=2000)
    secret = models.CharField(max_length=400)
    old_secret = models.CharField(max_length=400, null=True)
    old_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    position = models.BigIntegerField()
    failing_since = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_for = models.CharField(max_length=60, null=True)

    class Meta:
        db_table = "webhook_endpoints"


class WebhookDelivery(models.Model):
    """One fact to one endpoint. `tries` has an entry for each attempt: instant, status, milliseconds, trouble.

    `lane` is whose order is kept: the customer's id, or the stream's where there is none.
    """

    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    position = models.BigIntegerField()
    lane = models.UUIDField()
    name = models.CharField(max_length=60)
    state = models.CharField(max_length=20)  # pending | delivered | failed | dropped
    due_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    tries = models.JSONField(default=list)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "position"], name="webhook_deliveries_one_a_fact")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state="pending"), name="webhook_deliveries_due"),
            models.Index(
                fields=["endpoint", "lane", "position"], condition=models.Q(state="pending"),
                name="webhook_deliveries_lane",
            ),
        ]  # fmt: skip


class SigningKey(models.Model):
    """A key (Ed25519) that signs offline answers, sealed. One at a time signs; the ones before are still published."""

    id = models.CharField(primary_key=True, max_length=43)  # its RFC 7638 thumbprint
    private = models.CharField(max_length=400)
    public = models.CharField(max_length=43)  # x of the JWK
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signing_keys"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["retired_at"], condition=models.Q(retired_at=None), nulls_distinct=False,
                name="signing_keys_one_signs",
            )
        ]  # fmt: skip
