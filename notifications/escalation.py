"""Escalation: when others are asked, after who is responsible was told they would be.

Part of the one query of :mod:`notifications.expected`. A step to somebody else waits
until a reminder has announced it: it goes out on its own day, or so many working days
after that reminder as the ladder has between the two. So neither downtime nor a date
entered late brings a mail to anybody's head before the person had a chance to act.
"""

#: A ``WITH`` list that reads ``leaving`` (one row for each step and its addressee) and
#: ends in ``asked``, the same rows with ``asked_on``, the day on which each goes out.
ESCALATED = """
escalated AS (
    SELECT * FROM leaving WHERE audience <> 'responsible'
),
-- When the person was told that others would be asked: as the ledger says, or, where
-- no mail has left yet, as things stand.
told AS (
    SELECT e.key, e.step,
           coalesce(
               min(greatest(k.send_on, (k.changed_at AT TIME ZONE %(zone)s)::date)),
               min(t.told_on)) AS told_on
    FROM (SELECT DISTINCT key, kind, object_id, due_on, step, warned_by, first_id
          FROM escalated) e
    LEFT JOIN (
        SELECT r.* FROM notifications_reminder r
        LEFT JOIN notifications_message m
               ON m.id = r.message_id AND m.state = 'pending'
        WHERE r.state = 'merged' AND r.audience = 'responsible' AND m.id IS NULL) k
      ON k.kind = e.kind AND k.object_id = e.object_id AND k.due_on = e.due_on
     AND k.principal_id = e.first_id AND k.step >= e.warned_by
    LEFT JOIN (
        SELECT l.key, l.step,
               -- Who wants to be told only what has to be sent is not waited for.
               CASE WHEN l.is_declined THEN l.goes_on
                    ELSE greatest(l.goes_on, %(today)s::date) END AS told_on
        FROM leaving l
        WHERE l.audience = 'responsible' AND l.recipient_id IS NOT NULL
          AND l.goes_on <= %(horizon)s
          AND (l.is_declined OR coalesce(
              l.paused_until < greatest(l.goes_on, %(today)s::date), true))) t
      ON t.key = e.key AND t.step >= e.warned_by
    GROUP BY e.key, e.step
),
put_off AS (
    SELECT w.key, w.step, w.audience, t.send_after AS asked_on
    FROM (
        SELECT e.key, e.step, e.audience, e.calendar_id,
               -- One level waits for the one before it as long as the ladder says.
               max(greatest(e.target_index, d.working_index + e.step - e.warned_by)
                   - e.step) OVER (PARTITION BY e.key ORDER BY e.step) + e.step
                   AS target_index
        FROM escalated e
        JOIN told ON told.key = e.key AND told.step = e.step
        JOIN notifications_calendarday d
          ON d.calendar_id = e.calendar_id AND d.day = told.told_on) w
    CROSS JOIN LATERAL (
        SELECT t.send_after FROM notifications_calendarday t
        WHERE t.calendar_id = w.calendar_id
          AND t.working_index = w.target_index AND t.is_working
        LIMIT 1) t
),
asked AS (
    SELECT l.*, coalesce(p.asked_on, l.goes_on) AS asked_on
    FROM leaving l
    LEFT JOIN put_off p
           ON p.key = l.key AND p.step = l.step AND p.audience = l.audience
    -- A ladder that begins with somebody else has no reminder to announce it.
    WHERE l.audience = 'responsible' OR l.warned_by IS NULL OR p.key IS NOT NULL
)
"""
