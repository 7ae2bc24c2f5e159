"""The fence: which database this is, and whether anything may leave it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0003_api_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="FenceRow",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("token", models.CharField(max_length=64)),
                ("earlier_tokens", models.JSONField(default=list)),
                ("system_identifier", models.CharField(max_length=40)),
                ("timeline", models.BigIntegerField()),
                ("environment", models.CharField(max_length=200)),
                ("beat", models.BigIntegerField()),
                ("beat_at", models.DateTimeField()),
                ("fenced_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(max_length=40)),
                ("lacks_since", models.DateTimeField(null=True)),
                ("lost_until", models.DateTimeField(null=True)),
                ("progress", models.JSONField(default=dict)),
                ("resumed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "fence",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(id=1), name="fence_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(fenced_at__isnull=True, reason="")
                        | (models.Q(fenced_at__isnull=False, lacks_since__isnull=False) & ~models.Q(reason="")),
                        name="fence_says_why",
                    ),
                ],
            },
        ),
    ]
