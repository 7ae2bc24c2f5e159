"""Unmanaged models of the customer-owned tables, column for column as in `schema.sql`. Read only: `save` writes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from goodterms.storage.policy_numbers import PolicyField


class CustomerRow(models.Model):
    """A buyer."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    email = models.TextField()
    name = models.TextField()
    timezone = models.TextField(null=True)
    locale = models.TextField()
    country = models.TextField(null=True)
    state = models.TextField(null=True)
    consumer = models.BooleanField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "customers"
        ordering: ClassVar = ["bucket", "id"]


class SubscriptionRow(models.Model):
    """A subscription: the row that is the lock."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    customer_id = models.UUIDField()
    product = models.TextField()
    plan = models.TextField()
    interval_months = models.IntegerField()
    interval_days = models.IntegerField()
    anchor_at = models.DateTimeField()
    price_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    currency = models.TextField()
    buyer_name = models.TextField()
    buyer_email = models.TextField()
    buyer_timezone = models.TextField(null=True)
    buyer_country = models.TextField(null=True)
    buyer_state = models.TextField(null=True)
    buyer_consumer = models.BooleanField(null=True)
    channel = models.TextField()
    merchant_of_record = models.TextField()
    gateway = models.TextField()
    payment_method = models.TextField(null=True)
    seller_charges = models.BooleanField(default=False)
    auto_renew = models.BooleanField()
    created_at = models.DateTimeField()
    announced_term = models.IntegerField(null=True)
    announced_minor = models.BigIntegerField(null=True)
    announced_at = models.DateTimeField(null=True)
    announced_again_at = models.DateTimeField(null=True)
    price_told_minor = models.BigIntegerField(null=True)
    price_told_at = models.DateTimeField(null=True)
    paid_through = models.DateTimeField(null=True)
    next_step_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)
    end_reason = models.TextField(null=True)
    version = models.IntegerField()
    last_fact = models.IntegerField()

    class Meta:
        managed = False
        db_table = "subscriptions"
        ordering: ClassVar = ["bucket", "id"]


class ChargeRow(models.Model):
    """A charge: an intent and what came of it."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    subscription_id = models.UUIDField()
    term_number = models.SmallIntegerField()
    attempt = models.SmallIntegerField()
    kind = models.TextField()
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    currency = models.TextField()
    payment_method = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    policy_digest = PolicyField(db_column="policy")
    gateway = models.TextField()
    state = models.TextField()
    intended_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)
    looked_up = models.SmallIntegerField()
    gateway_ref = models.TextField(null=True)
    decline_code = models.TextField(null=True)
    retryable = models.BooleanField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "charges"
        ordering: ClassVar = ["bucket", "id"]


class OrderRow(models.Model):
    """One sale or renewal."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    customer_id = models.UUIDField()
    subscription_id = models.UUIDField()
    term_number = models.SmallIntegerField()
    number = models.TextField()
    kind = models.TextField()
    placed_at = models.DateTimeField()
    buyer_name = models.TextField()
    buyer_email = models.TextField()
    buyer_timezone = models.TextField(null=True)
    channel = models.TextField()
    merchant_of_record = models.TextField()
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    currency = models.TextField()
    policy_digest = PolicyField(db_column="policy")
    charge_id = models.UUIDField(null=True)
    gateway = models.TextField()
    gateway_ref = models.TextField(null=True)
    refunded_minor = models.BigIntegerField()
    excess_minor = models.BigIntegerField()
    disputed = models.BooleanField()
    disputed_minor = models.BigIntegerField()
    origin = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "orders"
        ordering: ClassVar = ["bucket", "id"]


class PaidTermRow(models.Model):
    """One paid term."""

    pk = models.CompositePrimaryKey("bucket", "subscription_id", "number")
    bucket = models.SmallIntegerField()
    subscription_id = models.UUIDField()
    number = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    prev_number = models.SmallIntegerField(null=True)
    prev_closes_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "terms"
        ordering: ClassVar = ["bucket", "subscription_id", "number"]


class CancellationRow(models.Model):
    """Somebody asked to stop."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    customer_id = models.UUIDField()
    subscription_id = models.UUIDField()
    number = models.TextField()
    requested_at = models.DateTimeField()
    actor = models.TextField()
    channel = models.TextField()
    access_until = models.DateTimeField()
    clause = models.TextField()
    rule = models.TextField()
    article = models.TextField(null=True)
    last_term = models.IntegerField(null=True)
    refund_id = models.UUIDField(null=True)
    request_id = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "cancellations"
        ordering: ClassVar = ["bucket", "id"]


class RefundRequestRow(models.Model):
    """A refund request: the case."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    number = models.TextField()
    customer_id = models.UUIDField()
    subscription_id = models.UUIDField()
    order_id = models.UUIDField()
    state = models.TextField()
    channel = models.TextField()
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    claimed = models.JSONField()
    contact_email = models.TextField()
    checks = models.JSONField()
    verdict = models.JSONField(null=True)
    policy_digest = models.TextField()
    due_at = models.DateTimeField(null=True)
    handled_by = models.TextField(null=True)
    asked = models.TextField(null=True)
    asked_at = models.DateTimeField(null=True)
    answer = models.TextField(null=True)
    answered_at = models.DateTimeField(null=True)
    approvals = models.JSONField()
    amount_minor = models.BigIntegerField(null=True)
    currency = models.TextField(null=True)
    goodwill = models.BooleanField()
    goodwill_reason = models.TextField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(null=True)
    declined_for = models.TextField(null=True)
    decline_note = models.TextField(null=True)
    appeals = models.IntegerField()
    closed_at = models.DateTimeField(null=True)
    route = models.TextField(null=True)
    facts = models.JSONField()
    act = models.TextField()
    version = models.IntegerField()

    class Meta:
        managed = False
        db_table = "refund_requests"
        ordering: ClassVar = ["bucket", "id"]


class RefundRow(models.Model):
    """Money going back."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    customer_id = models.UUIDField()
    subscription_id = models.UUIDField()
    order_id = models.UUIDField()
    request_id = models.UUIDField(null=True)
    attempt = models.IntegerField()
    way = models.TextField()
    key = models.TextField()
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    currency = models.TextField()
    gateway = models.TextField()
    charge_ref = models.TextField(null=True)
    state = models.TextField()
    intended_at = models.DateTimeField()
    effect = models.TextField()
    access_until_at = models.DateTimeField(null=True)
    initiated_at = models.DateTimeField(null=True)
    credit_from_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)
    looked_up = models.IntegerField()
    gateway_ref = models.TextField(null=True)
    bank_reference = models.TextField(null=True)
    failure = models.TextField(null=True)
    late_at = models.DateTimeField(null=True)
    excess_minor = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "refunds"
        ordering: ClassVar = ["bucket", "id"]


class DisputeRow(models.Model):
    """A payment that the cardholder disputes at the bank."""

    pk = models.CompositePrimaryKey("bucket", "id")
    bucket = models.SmallIntegerField()
    id = models.UUIDField()
    customer_id = models.UUIDField()
    subscription_id = models.UUIDField()
    order_id = models.UUIDField()
    gateway = models.TextField()
    gateway_ref = models.TextField()
    state = models.TextField()
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    excess_minor = models.BigIntegerField()
    currency = models.TextField()
    reason = models.TextField()
    opened_at = models.DateTimeField()
    stopped_renewal = models.BooleanField()
    effect = models.TextField()
    ended_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "disputes"
        ordering: ClassVar = ["bucket", "id"]
