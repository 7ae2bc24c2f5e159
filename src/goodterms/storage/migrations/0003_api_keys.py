"""Keys of other programs, and the index by which a customer's subscriptions that are over are found."""

import django.db.models.deletion
from django.db import migrations, models

# Those that live are found by the unique index that keeps them single. One that has ended is written no more, so
# that this index costs a renewal nothing.
ENDED = """
    CREATE INDEX subscriptions_ended ON subscriptions (bucket, customer_id, product) WHERE expired_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0002_policy_proposals"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("prefix", models.CharField(max_length=40, unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scopes", models.CharField(max_length=1000)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_on", models.DateField(null=True)),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="storage.apikey",
                    ),
                ),
            ],
            options={
                "db_table": "api_keys",
            },
        ),
        migrations.RunSQL(ENDED, "DROP INDEX subscriptions_ended"),
    ]
