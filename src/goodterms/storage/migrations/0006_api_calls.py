"""Writes of programs under their keys, and the line of keys that belong to one program."""

from django.db import migrations, models

FAMILIES = """
    WITH RECURSIVE line AS (
        SELECT id, id AS family FROM api_keys WHERE replaces_id IS NULL
        UNION ALL SELECT k.id, line.family FROM api_keys k JOIN line ON k.replaces_id = line.id
    )
    UPDATE api_keys k SET family = line.family FROM line WHERE k.id = line.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0005_disputes"),
    ]

    operations = [
        migrations.AddField("apikey", "family", models.UUIDField(null=True)),
        migrations.RunSQL(FAMILIES, migrations.RunSQL.noop),
        migrations.AlterField("apikey", "family", models.UUIDField()),
        migrations.CreateModel(
            name="ApiCall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("family", models.UUIDField()),
                ("key", models.CharField(max_length=255)),
                ("digest", models.CharField(max_length=64)),
                ("token", models.UUIDField()),
                ("begun_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField()),
                ("backend_pid", models.IntegerField()),
                ("backend_start", models.DateTimeField()),
                ("acted", models.BooleanField()),
                ("status", models.IntegerField(null=True)),
                ("tag", models.CharField(max_length=80, null=True)),
                ("body", models.TextField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "api_calls",
                "indexes": [models.Index(fields=["begun_at"], name="api_calls_by_age")],
                "constraints": [models.UniqueConstraint(fields=("family", "key"), name="api_calls_one_a_key")],
            },
        ),
    ]
