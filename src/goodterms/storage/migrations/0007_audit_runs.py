"""What audits found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0006_api_calls"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day_on", models.DateField(null=True, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=400)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("took_ms", models.BigIntegerField(null=True)),
                ("found", models.JSONField(default=list)),
                ("unanswered", models.JSONField(default=list)),
                ("lines", models.BigIntegerField(default=0)),
                ("deadlocks", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "audit_runs",
                "indexes": [
                    models.Index(
                        condition=models.Q(("started_at", None)), fields=["asked_at"], name="audit_runs_waiting"
                    )
                ],
            },
        ),
    ]
