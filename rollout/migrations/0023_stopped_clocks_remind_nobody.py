"""The view of deadlines holds what has a clock that stands still."""

from importlib import import_module

from django.db import migrations

before = import_module("rollout.migrations.0008_nudges")

VIEW = """
CREATE OR REPLACE VIEW rollout_deadline AS
SELECT 'milestone:' || m.id AS key, 'milestone' AS kind, m.id AS object_id,
       m.title::varchar(300) AS title, m.due_on,
       CASE WHEN m.responsible_id IS NULL AND m.responsible_partner_id IS NULL
            THEN a.responsible_id ELSE m.responsible_id END AS responsible_id,
       coalesce(m.responsible_partner_id, a.responsible_partner_id) AS partner_id,
       a.id AS activity_id, a.programme_id,
       CASE WHEN a.is_proposal THEN 'proposal'
            WHEN a.state IN ('planned', 'discontinued') THEN a.state
            WHEN c.id IS NOT NULL THEN 'stopped'
            ELSE '' END AS hold,
       m.is_example
FROM rollout_milestone m JOIN rollout_activity a ON a.id = m.activity_id
LEFT JOIN rollout_stoppedclock c ON c.milestone_id = m.id AND c.resumed_on IS NULL
WHERE m.state = 'open' AND m.due_on IS NOT NULL
UNION ALL
SELECT r.kind || ':' || r.id, r.kind, r.id, r.title, r.due_on, r.responsible_id,
       NULL, NULL, r.programme_id,
       CASE WHEN r.state = 'expected' THEN 'expected' ELSE '' END, r.is_example
FROM rollout_monitoringround r
WHERE r.state IN ('expected', 'agreed')
UNION ALL
SELECT 'data_request:' || q.id, 'data_request', q.id,
       coalesce(nullif(q.question, ''), i.name), q.due_on, q.responsible_id,
       q.partner_id, NULL, r.programme_id,
       CASE WHEN r.state = 'expected' THEN 'expected'
            WHEN c.id IS NOT NULL THEN 'stopped' ELSE '' END, q.is_example
FROM rollout_datarequest q
LEFT JOIN rollout_stoppedclock c ON c.data_request_id = q.id AND c.resumed_on IS NULL
JOIN rollout_monitoringround r ON r.id = q.round_id
JOIN rollout_indicator i ON i.id = q.indicator_id
LEFT JOIN rollout_measurement v ON v.data_request_id = q.id
WHERE r.state IN ('expected', 'agreed')
  AND coalesce(v.status, 'draft') IN ('draft', 'returned')
UNION ALL
SELECT 'condition:' || c.id, 'condition', c.id, c.title, c.expected_on,
       a.responsible_id, a.responsible_partner_id, a.id, a.programme_id,
       CASE WHEN a.is_proposal THEN 'proposal'
            WHEN a.state = 'discontinued' THEN a.state ELSE '' END, false
FROM rollout_condition c JOIN rollout_activity a ON a.id = c.activity_id
WHERE c.outcome = 'awaiting' AND c.expected_on IS NOT NULL
UNION ALL
SELECT 'grant:' || g.id, 'grant', g.id, g.funder, g.ends_on, NULL, NULL, NULL,
       g.programme_id, '', g.is_example
FROM rollout_grant g
UNION ALL
-- What is overdue speaks for itself; what has no date is not ahead.
SELECT 'no_milestone:' || a.id, 'no_milestone', a.id, a.title, a.stepped_on,
       a.responsible_id, a.partner_id, a.id, a.programme_id, '', a.is_example
FROM rollout_running a
WHERE NOT EXISTS (
    SELECT FROM rollout_milestone m
    WHERE m.activity_id = a.id AND m.state = 'open' AND m.due_on IS NOT NULL)
UNION ALL
SELECT 'untouched:' || a.id, 'untouched', a.id, a.title, a.touched_on,
       a.responsible_id, a.partner_id, a.id, a.programme_id, '', a.is_example
FROM rollout_running a
"""


class Migration(migrations.Migration):
    """Hold deadlines whose clock stands still."""

    dependencies = [("rollout", "0022_stopped_clocks")]

    operations = [
        migrations.RunSQL(VIEW, before.FALLING_DUE + before.NUDGES),
    ]
