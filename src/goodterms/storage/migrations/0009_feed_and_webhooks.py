"""The feed of facts, where facts are sent to, and the keys that sign offline answers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0008_reconciliation"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedRow",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("bucket", models.SmallIntegerField()),
                ("stream", models.UUIDField()),
                ("seq", models.IntegerField()),
            ],
            options={"db_table": "feed"},
        ),
        migrations.CreateModel(
            name="FeedState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wanted", models.BooleanField()),
                ("barrier", models.BigIntegerField(null=True)),
                ("begun", models.BooleanField()),
                ("position", models.BigIntegerField()),
            ],
            options={"db_table": "feed_state"},
        ),
        migrations.CreateModel(
            name="FeedWaiting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bucket", models.SmallIntegerField()),
                ("stream", models.UUIDField()),
                ("first_seq", models.IntegerField()),
                ("last_seq", models.IntegerField()),
            ],
            options={"db_table": "feed_waiting"},
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.CharField(max_length=43, primary_key=True, serialize=False)),
                ("private", models.CharField(max_length=400)),
                ("public", models.CharField(max_length=43)),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "signing_keys",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at", None)), fields=("retired_at",),
                        name="signing_keys_one_signs", nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=1000)),
                ("names", models.CharField(max_length=2000)),
                ("secret", models.CharField(max_length=400)),
                ("old_secret", models.CharField(max_length=400, null=True)),
                ("old_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=200)),
                ("position", models.BigIntegerField()),
                ("failing_since", models.DateTimeField(null=True)),
                ("disabled_at", models.DateTimeField(null=True)),
                ("disabled_for", models.CharField(max_length=60, null=True)),
            ],
            options={"db_table": "webhook_endpoints"},
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("lane", models.UUIDField()),
                ("name", models.CharField(max_length=60)),
                ("state", models.CharField(max_length=20)),
                ("due_at", models.DateTimeField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("tries", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries",
                        to="storage.webhookendpoint",
                    ),
                ),
            ],
            options={
                "db_table": "webhook_deliveries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")), fields=["due_at"], name="webhook_deliveries_due"
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")), fields=["endpoint", "lane", "position"],
                        name="webhook_deliveries_lane",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("endpoint", "position"), name="webhook_deliveries_one_a_fact")
                ],
            },
        ),
    ]
