"""Disputes: what a cardholder's bank has taken back, counted on the order so that nothing is paid back twice.

And the inbox of what gateways tell.
"""

from django.db import migrations, models

DISPUTES = """
    ALTER TABLE orders ADD COLUMN disputed_minor bigint NOT NULL DEFAULT 0;
    ALTER TABLE orders ALTER COLUMN disputed_minor DROP DEFAULT;
    ALTER TABLE orders DROP CONSTRAINT orders_never_over_refunded;
    -- Refunds, and disputes that are open or lost, never exceed the charge together.
    ALTER TABLE orders ADD CONSTRAINT orders_never_over_refunded CHECK (
        refunded_minor >= 0 AND disputed_minor >= 0 AND refunded_minor + disputed_minor <= amount_minor
    );
    CREATE TABLE disputes (
        bucket smallint NOT NULL,
        id uuid NOT NULL,
        customer_id uuid NOT NULL,
        subscription_id uuid NOT NULL,
        order_id uuid NOT NULL,
        gateway text NOT NULL,
        gateway_ref text NOT NULL,
        state text NOT NULL CHECK (state IN ('opened', 'under_review', 'won', 'lost', 'reversed')),
        amount_minor bigint NOT NULL CHECK (amount_minor > 0),
        tax_minor bigint NOT NULL CHECK (tax_minor BETWEEN 0 AND amount_minor),
        excess_minor bigint NOT NULL CHECK (excess_minor BETWEEN 0 AND amount_minor),
        currency text NOT NULL,
        reason text NOT NULL,
        opened_at timestamptz NOT NULL,
        stopped_renewal boolean NOT NULL,
        effect text NOT NULL CHECK (effect IN ('drop_term', 'revoke_term', 'money_only')),
        ended_at timestamptz,
        decided_at timestamptz,
        check_at timestamptz,
        PRIMARY KEY (bucket, id),
        UNIQUE (bucket, gateway, gateway_ref),
        FOREIGN KEY (bucket, order_id, currency) REFERENCES orders (bucket, id, currency),
        CHECK ((state IN ('opened', 'under_review')) = (decided_at IS NULL)),
        CHECK (state IN ('opened', 'under_review') OR check_at IS NULL),
        CHECK ((effect = 'money_only') = (ended_at IS NULL))
    );
    CREATE INDEX disputes_by_subscription ON disputes (bucket, subscription_id);
    CREATE INDEX disputes_by_order ON disputes (bucket, order_id);
    CREATE INDEX disputes_due ON disputes (gateway, check_at, bucket, id) WHERE check_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0004_fence"),
    ]

    operations = [
        migrations.RunSQL(DISPUTES, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="DisputeRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bucket", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bucket", models.SmallIntegerField()),
                ("id", models.UUIDField()),
                ("customer_id", models.UUIDField()),
                ("subscription_id", models.UUIDField()),
                ("order_id", models.UUIDField()),
                ("gateway", models.TextField()),
                ("gateway_ref", models.TextField()),
                ("state", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("excess_minor", models.BigIntegerField()),
                ("currency", models.TextField()),
                ("reason", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("stopped_renewal", models.BooleanField()),
                ("effect", models.TextField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("check_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "disputes", "ordering": ["bucket", "id"], "managed": False},
        ),
        migrations.CreateModel(
            name="WebhookIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(max_length=40)),
                ("event_id", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=20)),
                ("object_ref", models.CharField(max_length=200)),
                ("event_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "To be looked at"),
                            ("done", "Taken in"),
                            ("foreign", "About something that is not ours"),
                            ("parked", "Could not be taken in"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.IntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "webhooks_in",
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "event_id"), name="webhooks_in_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("state", "waiting")),
                            models.Q(("state", "waiting"), _negated=True),
                            _connector="OR",
                        ),
                        name="webhooks_in_waiting_is_due",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="webhooks_in_due"
                    ),
                    models.Index(
                        condition=models.Q(("state", "done"), _negated=True),
                        fields=["state", "received_at"],
                        name="webhooks_in_to_see",
                    ),
                ],
            },
        ),
    ]
