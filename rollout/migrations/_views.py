"""The views that reminders, forecasts, feeds and the API read."""

#: Activities on their way, with the days of the last step and of the last change.
RUNNING = """
CREATE VIEW rollout_running AS
SELECT a.id, a.programme_id, a.responsible_id,
       a.responsible_partner_id AS partner_id,
       left(i.name || ' · ' || p.name, 300)::varchar(300) AS title,
       coalesce(u.is_example, false) AS is_example,
       -- The last step of its own, or of one of its milestones.
       (greatest(a.step_at, m.step_at) AT TIME ZONE 'Europe/Copenhagen')::date AS stepped_on,
       -- The last change of any kind, whoever made it and by whatever way.
       (greatest(a.step_at, m.step_at, (SELECT c.at FROM rollout_change c
                              WHERE c.activity_id = a.id ORDER BY c.id DESC LIMIT 1))
        AT TIME ZONE 'Europe/Copenhagen')::date AS touched_on
FROM (
    SELECT *, (SELECT t.at FROM rollout_activitytransition t
               WHERE t.activity_id = a.id ORDER BY t.sequence DESC LIMIT 1) AS step_at
    FROM rollout_activity a WHERE a.state IN ('in_clarification', 'launched')) a
JOIN rollout_initiative i ON i.id = a.initiative_id
JOIN rollout_place p ON p.id = a.place_id
LEFT JOIN rollout_user u ON u.id = a.responsible_id
LEFT JOIN (SELECT m.activity_id, max(t.at) AS step_at
           FROM rollout_milestonetransition t
           JOIN rollout_milestone m ON m.id = t.milestone_id
           GROUP BY m.activity_id) m ON m.activity_id = a.id
"""

#: Everything that can fall due. A nudge is dated with the local day since when there has
#: been cause for it: so its ladder counts working days of silence, and whatever somebody
#: does moves or ends it.
DEADLINE = """
CREATE VIEW rollout_deadline AS
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

#: The histories of activities, milestones and rounds in one.
HISTORY = """
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

CREATE = f"{RUNNING};{DEADLINE};{HISTORY};"
DROP = """
DROP VIEW rollout_history;
DROP VIEW rollout_deadline;
DROP VIEW rollout_running;
"""
