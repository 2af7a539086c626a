"""Which deadlines a step can fall on by a day: all others need no further thought.

Part of the one query of :mod:`notifications.expected`. Most deadlines lie so far ahead
that no ladder reaches them yet, so this is what makes planning quick.
"""

#: A ``WITH`` list that ends in ``near``: of ``deadline``, which has all that are asked
#: about with their ladder and calendar, those with a step that may go out by the end of
#: the horizon's week.
REACHED = """
-- How far ahead in each calendar steps may lie of which something is to be said: to the
-- end of the horizon's week, and over days without reminders that follow, because what
-- falls on those goes out before them.
reach AS MATERIALIZED (
    SELECT c.id AS calendar_id, c.programme_id, c.first_day, c.last_day,
           d.working_index AS reach_index,
           greatest(b.working_index, d.working_index) AS last_index
    FROM notifications_calendar c
    JOIN notifications_calendarday d
      ON d.calendar_id = c.id AND d.day = least(%(horizon)s::date + 6, c.last_day)
    JOIN notifications_calendarday n
      ON n.calendar_id = c.id AND n.day = least(%(horizon)s::date + 7, c.last_day)
    LEFT JOIN notifications_calendarday b
      ON b.calendar_id = c.id
     AND b.day = CASE WHEN n.off <> '' AND n.send_after = n.day THEN c.last_day
                      ELSE n.send_after - 1 END
),
-- Which ladder and which calendar hold for a kind of deadline in a programme, and the
-- last date that the ladder's first step reaches.
scope AS MATERIALIZED (
    SELECT x.*, coalesce(
               (SELECT t.day - 1 FROM notifications_calendarday t
                WHERE t.calendar_id = x.calendar_id AND t.is_working
                  AND t.working_index = x.last_index - x.first_step + 1),
               x.last_day) AS last_due
    FROM (
        SELECT p.id AS programme_id, k.kind, l.id AS ladder_id,
               (SELECT min(s.offset_days) FROM notifications_ladderstep s
                WHERE s.ladder_id = l.id) AS first_step,
               r.calendar_id, r.first_day, r.last_day, r.reach_index, r.last_index
        FROM (SELECT id FROM rollout_programme
              WHERE %(programmes)s::bigint[] IS NULL OR id = ANY(%(programmes)s)) p
        CROSS JOIN unnest(%(kinds)s::text[]) AS k(kind)
        CROSS JOIN LATERAL (
            SELECT r.* FROM reach r
            WHERE r.programme_id = p.id OR r.programme_id IS NULL
            ORDER BY r.programme_id NULLS LAST LIMIT 1) r
        LEFT JOIN LATERAL (
            SELECT l.id FROM notifications_ladder l
            WHERE (l.programme_id = p.id OR l.programme_id IS NULL)
              AND (l.kind = k.kind
                   OR l.kind = '' AND NOT k.kind = ANY(%(nudges)s::text[]))
            ORDER BY l.programme_id NULLS LAST, l.kind DESC LIMIT 1) l ON true) x
),
deadline AS (
    SELECT d.*, s.ladder_id, s.calendar_id, s.reach_index, s.last_index, s.last_due,
           least(greatest(d.due_on, s.first_day), s.last_day) AS due_day
    FROM rollout_deadline d
    JOIN scope s ON s.programme_id = d.programme_id AND s.kind = d.kind
    WHERE (%(keys)s::text[] IS NULL OR d.key = ANY(%(keys)s))
      AND (%(programmes)s::bigint[] IS NULL OR d.programme_id = ANY(%(programmes)s))
      AND (%(activity)s::bigint IS NULL OR d.activity_id = %(activity)s)
),
-- Those that a step reaches. Materialized, or all days of all calendars are joined
-- before them.
near AS MATERIALIZED (
    SELECT * FROM deadline WHERE due_day <= last_due
)
"""
