"""Sellers that renew by themselves: which subscriptions they renew, and what they are told about that."""

from django.db import migrations, models

SELLERS = """
    ALTER TABLE subscriptions ADD COLUMN seller_charges boolean NOT NULL DEFAULT false;
    -- What a seller calls a subscription comes without a bucket.
    ALTER TABLE directory DROP CONSTRAINT directory_kind_check;
    ALTER TABLE directory ADD CONSTRAINT directory_kind_check CHECK (kind IN ('email', 'order', 'agreement'));
    CREATE TABLE instructions (
        bucket smallint NOT NULL,
        id uuid NOT NULL,
        customer_id uuid NOT NULL,
        subscription_id uuid NOT NULL,
        gateway text NOT NULL,
        agreement text NOT NULL,
        number integer NOT NULL CHECK (number > 0),
        wish text NOT NULL CHECK (wish IN ('stop', 'go_on')),
        state text NOT NULL CHECK (state IN ('intended', 'unknown', 'succeeded', 'declined')),
        intended_at timestamptz NOT NULL,
        sent_at timestamptz,
        check_at timestamptz,
        looked_up integer NOT NULL,
        settled_at timestamptz,
        code text,
        PRIMARY KEY (bucket, id),
        UNIQUE (bucket, subscription_id, number),
        FOREIGN KEY (bucket, subscription_id) REFERENCES subscriptions (bucket, id),
        CHECK ((state IN ('intended', 'unknown')) = (settled_at IS NULL)),
        CHECK ((state IN ('intended', 'unknown')) = (check_at IS NOT NULL))
    );
    CREATE INDEX instructions_due ON instructions (gateway, check_at) WHERE check_at IS NOT NULL;
    CREATE INDEX instructions_refused ON instructions (settled_at) WHERE state = 'declined';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0010_sandboxes"),
    ]

    operations = [
        migrations.RunSQL(SELLERS, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="subscriptionrow", name="seller_charges", field=models.BooleanField(default=False)
        ),
        migrations.CreateModel(
            name="InstructionRow",
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
                ("gateway", models.TextField()),
                ("agreement", models.TextField()),
                ("number", models.IntegerField()),
                ("wish", models.TextField()),
                ("state", models.TextField()),
                ("intended_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("check_at", models.DateTimeField(null=True)),
                ("looked_up", models.IntegerField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("code", models.TextField(null=True)),
            ],
            options={"db_table": "instructions", "ordering": ["bucket", "id"], "managed": False},
        ),
    ]
