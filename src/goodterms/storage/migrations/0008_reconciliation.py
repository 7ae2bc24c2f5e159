"""A gateway's statement against our books: what was compared, and what does not agree until somebody settles it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0007_audit_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(max_length=40)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("ran_at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                ("cursor", models.CharField(max_length=200, null=True)),
                ("sums", models.JSONField()),
            ],
            options={
                "db_table": "reconciliations",
                "indexes": [models.Index(fields=["gateway", "-ran_at"], name="reconciliations_latest")],
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=20)),
                ("object_ref", models.CharField(max_length=200)),
                ("finding", models.CharField(max_length=20)),
                ("theirs_minor", models.BigIntegerField(null=True)),
                ("theirs_currency", models.CharField(blank=True, max_length=3)),
                ("ours_minor", models.BigIntegerField(null=True)),
                ("ours_currency", models.CharField(blank=True, max_length=3)),
                ("at", models.DateTimeField()),
                ("order_number", models.CharField(blank=True, max_length=40)),
                ("bucket", models.SmallIntegerField(null=True)),
                ("subscription_id", models.UUIDField(null=True)),
                ("found_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be settled"),
                            ("settled", "Settled by a person"),
                            ("gone", "Both sides agree now"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, max_length=200)),
                ("note", models.TextField(blank=True)),
            ],
            options={
                "db_table": "differences",
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "kind", "object_ref"), name="differences_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "settled"), _negated=True),
                            models.Q(("settled_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="differences_settled_by",
                    ),
                ],
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["found_at"], name="differences_open")
                ],
            },
        ),
    ]
