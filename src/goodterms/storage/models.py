"""Django's view of the tables, for lists, searches and reports.

Customer-owned tables are made by `schema.sql` and are unmanaged here: their real key is `(bucket, ...)`, which Django
sees as a composite primary key. They are written by `save` alone. Reference tables (plans, prices, policies), the
agents and the vendor's own settings are ordinary models.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from goodterms.storage.models_audit import AuditRun
from goodterms.storage.models_customer import (
    CancellationRow,
    ChargeRow,
    CustomerRow,
    DisputeRow,
    OrderRow,
    PaidTermRow,
    RefundRequestRow,
    RefundRow,
    SubscriptionRow,
)
from goodterms.storage.models_fence import FenceRow
from goodterms.storage.models_journal import FactRow, MessageRow, PostingRow
from goodterms.storage.models_outside import Difference, GatewayCursor, Reconciliation, WebhookIn
from goodterms.storage.models_programs import (
    ApiCall,
    ApiKey,
    FeedRow,
    FeedState,
    FeedWaiting,
    SigningKey,
    WebhookDelivery,
    WebhookEndpoint,
)
from goodterms.storage.models_sandbox import SandboxRow
from goodterms.storage.models_sellers import InstructionRow

__all__ = [
    "AdminAct",
    "ApiCall",
    "ApiKey",
    "AuditRun",
    "CancellationRow",
    "ChargeRow",
    "Company",
    "CustomerRow",
    "Difference",
    "DirectoryRow",
    "DisputeRow",
    "FactRow",
    "FeedRow",
    "FeedState",
    "FeedWaiting",
    "FenceRow",
    "GatewayCursor",
    "Inquiry",
    "InstructionRow",
    "MessageRow",
    "OrderRow",
    "PaidTermRow",
    "Plan",
    "PolicyVersion",
    "PostingRow",
    "Price",
    "Reconciliation",
    "RefundRequestRow",
    "RefundRow",
    "SandboxRow",
    "SigningKey",
    "SubscriptionRow",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookIn",
    "WorldClock",
]


class UserManager(BaseUserManager["User"]):
    """Makes people who can sign in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person with an e-mail address; without a password they sign in by code or passkey."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """E-mail addresses are one whatever their case."""
        return self.get(email__iexact=username)


class Role(models.TextChoices):
    """What a person may do. A customer has an account; the others work at the desk."""

    CUSTOMER = "customer", "Customer"
    SPECIALIST = "specialist", "Support specialist"
    SUPERVISOR = "supervisor", "Supervisor"
    ADMINISTRATOR = "administrator", "Administrator"


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. `bucket` and `customer_id` are plain columns, set once the e-mail address is verified."""

    Role = Role

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(null=True)
    bucket = models.SmallIntegerField(null=True)
    customer_id = models.UUIDField(null=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "users"

    def __str__(self) -> str:
        return self.email

    @property
    def is_agent(self) -> bool:
        """Whether this person works at the desk."""
        return self.role != Role.CUSTOMER


class Plan(models.Model):
    """What is sold: a product for a term's length. Its prices are dated; its code never changes.

    `product_class` is what the law calls it: "goods", "digital_service" or "digital_content".
    """

    code = models.SlugField(primary_key=True, max_length=60)
    product = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    interval_months = models.IntegerField(default=0)
    interval_days = models.IntegerField(default=0)
    policy_name = models.CharField(max_length=60, default="reference")
    product_class = models.CharField(max_length=20, default="digital_service")
    on_sale = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "plans"

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """A price of a plan from an instant on; never changed, only followed by another. Tax is included."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="prices")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    effective_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    class Meta:
        db_table = "prices"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "currency", "effective_at"], name="prices_one_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0, tax_minor__gte=0, tax_minor__lte=models.F("amount_minor")),
                name="prices_sound",
            ),
        ]


class PolicyVersion(models.Model):
    """A published policy document, immutable, identified by the digest of its text."""

    digest = models.CharField(primary_key=True, max_length=64)
    number = models.BigIntegerField(unique=True)  # see policy_numbers.py
    name = models.CharField(max_length=60)
    version = models.IntegerField()
    text = models.TextField()
    effective_at = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200)

    class Meta:
        db_table = "policies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "version"], name="policies_one_text_a_version")
        ]


class PolicyProposal(models.Model):
    """A policy version that one person wants published; another one confirms it, or it is withdrawn."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Waiting for a second person"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    version = models.IntegerField()
    text = models.TextField()
    note = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=200)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "policy_proposals"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(state="open"), name="policy_proposals_one_open_a_name"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open")
                | ~models.Q(decided_by=models.F("proposed_by"))
                | models.Q(state="withdrawn"),
                name="policy_proposals_two_people",
            ),
        ]


class Company(models.Model):
    """The vendor's profile: names, colors, contact routes, sender. One row."""

    name = models.CharField(max_length=120, default="Your company")
    product_name = models.CharField(max_length=120, blank=True)
    accent_color = models.CharField(max_length=7, default="#0b6e5b")
    support_email = models.EmailField(blank=True)
    support_phone = models.CharField(max_length=60, blank=True)
    support_url = models.URLField(blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_email = models.EmailField(blank=True)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "company"


class Inquiry(models.Model):
    """A refund request that names no order we could find yet; it keeps its date until it does (R35)."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=20)  # open | linked | closed
    channel = models.CharField(max_length=20)
    route = models.CharField(max_length=20, null=True)
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    claimed = models.JSONField()
    contact_email = models.CharField(max_length=320)
    due_at = models.DateTimeField()
    request_bucket = models.SmallIntegerField(null=True)
    request_id = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "inquiries"


class DirectoryRow(models.Model):
    """Where to find what comes without a bucket."""

    pk = models.CompositePrimaryKey("kind", "value")
    kind = models.TextField()
    value = models.TextField()
    bucket = models.SmallIntegerField()
    id = models.UUIDField()

    class Meta:
        managed = False
        db_table = "directory"


class AdminAct(models.Model):
    """Who changed the desk itself, and when: people, profile, plans. Rows are added, never changed."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=400)
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=400)
    data = models.JSONField()

    class Meta:
        db_table = "admin_acts"


class WorldClock(models.Model):
    """How far this world's clock is ahead of the real one (demo and sandbox only). One row."""

    offset_seconds = models.BigIntegerField(default=0)

    class Meta:
        db_table = "world_clock"
