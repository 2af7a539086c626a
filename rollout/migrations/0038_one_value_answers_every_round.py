"""A value answers all requests for its number, and of these only the first reminds."""

import django.db.models.deletion
from django.db import migrations, models

from rollout.migrations import _views

#: By indicator, place and period: each round has a request of its own for a number.
ANSWERING = """
CREATE VIEW rollout_answering AS
SELECT q.id AS request_id, v.id AS measurement_id
FROM rollout_datarequest q
JOIN rollout_monitoringround r ON r.id = q.round_id
JOIN rollout_measurement v ON v.indicator_id = q.indicator_id
  AND v.place_id IS NOT DISTINCT FROM q.place_id
  AND v.band = ''
  AND v.period_start = coalesce(q.period_start, r.period_start)
  AND v.period_end = coalesce(q.period_end, r.period_end)
"""

_BY_LINK = """
LEFT JOIN rollout_measurement v ON v.data_request_id = q.id
WHERE r.state IN ('expected', 'agreed')
  AND coalesce(v.status, 'draft') IN ('draft', 'returned')
"""
_BY_NUMBER = """
LEFT JOIN rollout_answering w ON w.request_id = q.id
LEFT JOIN rollout_measurement v ON v.id = w.measurement_id
WHERE r.state IN ('expected', 'agreed')
  AND coalesce(v.status, 'draft') IN ('draft', 'returned')
  -- Several rounds that wait for one number ask a partner for it once: the first does.
  AND NOT EXISTS (
    SELECT FROM rollout_datarequest o
    JOIN rollout_monitoringround p ON p.id = o.round_id
    LEFT JOIN rollout_stoppedclock s
           ON s.data_request_id = o.id AND s.resumed_on IS NULL
    WHERE o.indicator_id = q.indicator_id
      AND o.place_id IS NOT DISTINCT FROM q.place_id
      AND o.partner_id IS NOT DISTINCT FROM q.partner_id
      AND coalesce(o.period_start, p.period_start)
          = coalesce(q.period_start, r.period_start)
      AND coalesce(o.period_end, p.period_end) = coalesce(q.period_end, r.period_end)
      AND (o.due_on, o.id) < (q.due_on, q.id)
      AND p.state = 'agreed' AND s.id IS NULL)
"""
BEFORE = _views.DEADLINE.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
AFTER = BEFORE.replace(_BY_LINK, _BY_NUMBER)


class Migration(migrations.Migration):
    dependencies = [("rollout", "0037_transitions_by_time")]

    operations = [
        migrations.CreateModel(
            name="Answering",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="answering",
                        serialize=False,
                        to="rollout.datarequest",
                    ),
                ),
                (
                    "measurement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="answers",
                        to="rollout.measurement",
                    ),
                ),
            ],
            options={
                "verbose_name": "answered data request",
                "verbose_name_plural": "answered data requests",
                "db_table": "rollout_answering",
                "managed": False,
            },
        ),
        migrations.AlterField(
            model_name="measurement",
            name="data_request",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="delivered",
                to="rollout.datarequest",
                verbose_name="data request",
            ),
        ),
        migrations.RunSQL(ANSWERING, "DROP VIEW rollout_answering"),
        migrations.RunSQL(AFTER, BEFORE),
    ]
