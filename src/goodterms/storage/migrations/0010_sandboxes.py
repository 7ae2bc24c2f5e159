"""Which sandbox worlds there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0009_feed_and_webhooks"),
    ]

    operations = [
        migrations.CreateModel(
            name="SandboxRow",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=30, unique=True)),
                ("state", models.CharField(max_length=10)),
                ("port", models.IntegerField(null=True, unique=True)),
                ("url", models.CharField(blank=True, max_length=200)),
                ("key", models.CharField(max_length=400)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=200)),
            ],
            options={
                "db_table": "sandboxes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["wanted", "ready", "failed", "dropping"])),
                        name="sandboxes_state",
                    )
                ],
            },
        ),
    ]
