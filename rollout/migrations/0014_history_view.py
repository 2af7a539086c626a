"""One view of the histories of activities, milestones and rounds, read by the API."""

import django.contrib.postgres.fields
from django.db import migrations, models

CREATE = """
CREATE VIEW rollout_history AS
SELECT 'activity:' || h.id AS key, 'activity' AS kind, h.activity_id AS object_id,
       h.activity_id, a.programme_id, h.sequence, h.transition, h.source, h.target,
       h.by_id, h.at, h.reason, h.overridden, h.version, h.hash
FROM rollout_activitytransition h JOIN rollout_activity a ON a.id = h.activity_id
UNION ALL
SELECT 'milestone:' || h.id, 'milestone', h.milestone_id,
       m.activity_id, a.programme_id, h.sequence, h.transition, h.source, h.target,
       h.by_id, h.at, h.reason, h.overridden, h.version, h.hash
FROM rollout_milestonetransition h
JOIN rollout_milestone m ON m.id = h.milestone_id
JOIN rollout_activity a ON a.id = m.activity_id
UNION ALL
SELECT 'monitoring_round:' || h.id, 'monitoring_round', h.monitoring_round_id,
       NULL, r.programme_id, h.sequence, h.transition, h.source, h.target,
       h.by_id, h.at, h.reason, h.overridden, h.version, h.hash
FROM rollout_monitoringroundtransition h
JOIN rollout_monitoringround r ON r.id = h.monitoring_round_id
"""


class Migration(migrations.Migration):
    """Create the view rollout_history."""

    dependencies = [("rollout", "0013_invitations")]

    operations = [
        migrations.RunSQL(CREATE, "DROP VIEW rollout_history"),
        migrations.CreateModel(
            name="HistoryRecord",
            fields=[
                (
                    "key",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("activity", "activity"),
                            ("milestone", "milestone"),
                            ("monitoring_round", "monitoring round"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("object_id", models.BigIntegerField()),
                ("sequence", models.PositiveIntegerField(verbose_name="number")),
                (
                    "transition",
                    models.CharField(max_length=40, verbose_name="transition"),
                ),
                ("source", models.CharField(max_length=20, verbose_name="from")),
                ("target", models.CharField(max_length=20, verbose_name="to")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "overridden",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "history record",
                "verbose_name_plural": "history records",
                "db_table": "rollout_history",
                "ordering": ["at", "key"],
                "managed": False,
            },
        ),
    ]
