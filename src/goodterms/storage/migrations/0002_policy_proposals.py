"""Policy versions are published by two people: what one proposes waits here for another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("storage", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=60)),
                ("version", models.IntegerField()),
                ("text", models.TextField()),
                ("note", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for a second person"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.CharField(max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "db_table": "policy_proposals",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("name",),
                        name="policy_proposals_one_open_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ("state", "withdrawn"),
                            _connector="OR",
                        ),
                        name="policy_proposals_two_people",
                    ),
                ],
            },
        ),
    ]
