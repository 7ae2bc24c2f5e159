"""Unmanaged models of what is added and never changed: facts, postings, and the mails that follow. Read only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from goodterms.storage.policy_numbers import PolicyField


class FactRow(models.Model):
    """One line of the journal."""

    pk = models.CompositePrimaryKey("bucket", "stream", "seq")
    bucket = models.SmallIntegerField()
    stream = models.UUIDField()
    seq = models.IntegerField()
    name = models.TextField()
    at = models.DateTimeField()
    actor = models.TextField()
    policy_digest = PolicyField(null=True, db_column="policy")  # type: ignore[misc]  # the plugin wants two types
    data = models.JSONField()

    class Meta:
        managed = False
        db_table = "facts"
        ordering: ClassVar = ["bucket", "stream", "seq"]


class PostingRow(models.Model):
    """One line of the ledger."""

    pk = models.CompositePrimaryKey("bucket", "stream", "seq", "ordinal")
    bucket = models.SmallIntegerField()
    stream = models.UUIDField()
    seq = models.IntegerField()
    ordinal = models.SmallIntegerField()
    debit = models.TextField()
    credit = models.TextField()
    amount_minor = models.BigIntegerField()
    currency = models.TextField()
    at = models.DateTimeField()
    order_id = models.UUIDField()

    class Meta:
        managed = False
        db_table = "postings"
        ordering: ClassVar = ["bucket", "stream", "seq", "ordinal"]


class MessageRow(models.Model):
    """A mail that is due or was sent."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    kind = models.TextField()
    subject = models.TextField()
    to_address = models.TextField(null=True)
    at = models.DateTimeField()
    data = models.JSONField()
    send_at = models.DateTimeField(null=True)
    attempts = models.IntegerField()
    sent_at = models.DateTimeField(null=True)
    sent_to = models.TextField(null=True)
    mail_subject = models.TextField(null=True)
    body_text = models.TextField(null=True)
    body_html = models.TextField(null=True)
    last_error = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "messages"
        ordering: ClassVar = ["bucket", "id"]
