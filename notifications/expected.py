"""What should go out by a day, as one query: deadlines × ladder × calendar × people.

Everything that plans, checks again or forecasts reads this one statement, so they
cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from notifications.escalation import ESCALATED
from notifications.models import Answer
from notifications.reach import REACHED
from rollout.models import REMINDED, STATUTORY, Nudge

#: Up to how many programmes are looked up one by one and not read with all others.
_FEW_PROGRAMMES = 50
#: Of a country PostgreSQL takes the inner tables for tiny, and would loop over them; of
#: a few programmes it must, or it reads the country's from end to end. Up to PostgreSQL
#: 17 this makes a loop which is needed all the same look so dear that each sweep would
#: be compiled first, which takes longer than it.
_WITHOUT_LOOPS = "SET LOCAL enable_nestloop TO off; SET LOCAL jit TO off"
_AS_USUAL = "SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL jit TO DEFAULT"

#: A ``WITH`` list whose last table, ``expected``, has one row for each step of each
#: deadline that is due on or before ``%(horizon)s``, for whom, and what is to become
#: of it. Parameters: ``today`` (whose stand-ins and pauses count), ``horizon``,
#: ``kinds`` (all that people are reminded of), ``nudges`` (those of them that are no
#: deadlines), ``statutory`` (those that nobody can decline),
#: ``zone`` (in which days are counted), ``answered`` (about which an answer waits for
#: a coordinator), ``keys``, ``activity`` and ``programmes`` (only these deadlines, and
#: theirs; null for all).
EXPECTED = f"""
{REACHED},
-- Who may be told of these, and whoever may stand in for them.
concerned AS (
    SELECT responsible_id AS id FROM near
    UNION
    SELECT user_id FROM rollout_membership
    WHERE programme_id IN (SELECT programme_id FROM near)
    UNION
    SELECT lead_id FROM rollout_partner
    WHERE id IN (SELECT partner_id FROM near)
),
person AS (
    SELECT u.id, u.is_active, u.stand_in_id, u.stand_in_from, u.stand_in_until,
           u.reminder_mode, u.paused_until,
           u.is_active AND NOT u.is_service AND a.id IS NULL AS is_usable
    FROM rollout_user u
    LEFT JOIN notifications_suppressedaddress a
        ON lower(a.address) = lower(u.email) AND a.lifted_at IS NULL
    WHERE u.id IN (SELECT id FROM concerned
                   UNION
                   SELECT s.stand_in_id FROM rollout_user s
                   WHERE s.id IN (SELECT id FROM concerned))
),
-- Where mail for each person goes today: to the person or the stand-in.
mailbox AS (
    SELECT u.id AS principal_id,
           CASE WHEN s.is_usable THEN s.id
                WHEN u.is_usable THEN u.id END AS recipient_id
    FROM person u
    LEFT JOIN person s
        ON s.id = u.stand_in_id
       AND coalesce(u.stand_in_from <= %(today)s, true)
       AND coalesce(u.stand_in_until >= %(today)s, true)
    -- Who has left has no stand-in: the next in line is told.
    WHERE u.is_active
),
reachable AS (
    SELECT * FROM mailbox WHERE recipient_id IS NOT NULL
),
contact AS (
    SELECT DISTINCT ON (m.partner_id) m.partner_id, r.*
    FROM rollout_membership m JOIN reachable r ON r.principal_id = m.user_id
    WHERE m.role = 'partner' ORDER BY m.partner_id, m.id
),
lead AS (
    SELECT p.id AS partner_id, r.*
    FROM rollout_partner p JOIN reachable r ON r.principal_id = p.lead_id
),
-- Who is named to stand in for somebody, whether or not the days of absence are now.
deputy AS (
    SELECT u.id AS of_id, r.*
    FROM person u JOIN reachable r ON r.principal_id = u.stand_in_id
    WHERE u.is_active
),
staff AS (
    SELECT DISTINCT ON (m.programme_id, m.role) m.programme_id, m.role, r.*
    FROM rollout_membership m JOIN reachable r ON r.principal_id = m.user_id
    WHERE m.role IN ('coordinator', 'manager')
    ORDER BY m.programme_id, m.role, m.id
),
ladder_step AS (
    SELECT s.ladder_id, s.offset_days::int AS offset_days, s.repeat_every, s.until,
           s.audience, array_agg(s.audience) OVER (PARTITION BY s.ladder_id) AS levels,
           -- For a step to somebody else, the last one before it to who is
           -- responsible: the reminder that announces it.
           CASE WHEN s.audience <> 'responsible' THEN (
               SELECT max(b.offset_days + coalesce(
                   (least(s.offset_days - 1, b.until) - b.offset_days)
                       / b.repeat_every * b.repeat_every, 0))
               FROM notifications_ladderstep b
               WHERE b.ladder_id = s.ladder_id AND b.audience = 'responsible'
                 AND b.offset_days < s.offset_days) END AS warned_by
    FROM notifications_ladderstep s
),
-- One row for each step, repetitions counted out up to the horizon, and to the end of
-- its week: what a week brings goes into the digest at its beginning.
rung AS MATERIALIZED (
    SELECT d.*, s.audience, s.levels, s.warned_by, n.step, due.off AS due_off,
           due.name AS due_name, due.is_working AS due_is_working,
           -- Counting back from a day off, the first working day met is one.
           due.working_index + n.step
               + (n.step < 0 AND NOT due.is_working)::int AS target_index
    FROM near d
    JOIN notifications_calendarday due
      ON due.calendar_id = d.calendar_id AND due.day = d.due_day
    JOIN ladder_step s
      ON s.ladder_id = d.ladder_id
     -- Others are not thought of before the reminder that announces them is near.
     AND CASE WHEN s.warned_by IS NULL
              THEN due.working_index + s.offset_days <= d.last_index
              ELSE due.working_index + s.warned_by <= d.reach_index END
    CROSS JOIN LATERAL generate_series(
        s.offset_days,
        CASE WHEN s.repeat_every IS NULL THEN s.offset_days
             ELSE least(s.until, d.reach_index - due.working_index) END,
        coalesce(s.repeat_every, 1)) AS n(step)
),
dated AS (
    SELECT r.*, t.day AS target_day, t.name AS target_name,
           CASE WHEN r.step <= 0 THEN t.send_before ELSE t.send_after END AS send_on
    FROM rung r
    -- One look-up in the index for each row, whatever the planner believes.
    CROSS JOIN LATERAL (
        SELECT t.day, t.name, t.send_before, t.send_after
        FROM notifications_calendarday t
        WHERE t.calendar_id = r.calendar_id
          AND t.working_index = r.target_index AND t.is_working
        LIMIT 1) t
),
addressed AS (
    SELECT d.*, f.principal_id AS first_id,
           CASE WHEN d.audience = 'responsible' THEN f.principal_id
                ELSE h.principal_id END AS principal_id,
           CASE WHEN d.audience = 'responsible' THEN f.recipient_id
                ELSE h.recipient_id END AS recipient_id,
           coalesce(CASE WHEN d.audience = 'responsible' THEN f.why
                         ELSE h.why END, '') AS why
    FROM dated d
    LEFT JOIN reachable r ON r.principal_id = d.responsible_id
    LEFT JOIN contact c ON c.partner_id = d.partner_id
    LEFT JOIN deputy y ON y.of_id = coalesce(d.responsible_id, c.principal_id)
    LEFT JOIN lead l ON l.partner_id = d.partner_id
    LEFT JOIN staff o ON o.programme_id = d.programme_id AND o.role = 'coordinator'
    LEFT JOIN staff m ON m.programme_id = d.programme_id AND m.role = 'manager'
    LEFT JOIN LATERAL (
        SELECT v.why, v.principal_id, v.recipient_id
        FROM (VALUES (1, 'responsible', r.principal_id, r.recipient_id),
                     (2, 'contact', c.principal_id, c.recipient_id),
                     (3, 'deputy', y.principal_id, y.recipient_id),
                     (4, 'lead', l.principal_id, l.recipient_id),
                     (5, 'coordinator', o.principal_id, o.recipient_id),
                     (6, 'manager', m.principal_id, m.recipient_id))
             AS v(rank, why, principal_id, recipient_id)
        WHERE v.recipient_id IS NOT NULL
        ORDER BY v.rank LIMIT 1) f ON true
    -- Somebody else; where there is nobody, the next who has no step of their own.
    LEFT JOIN LATERAL (
        SELECT v.why, v.principal_id, v.recipient_id
        FROM (VALUES (3, 'deputy', y.principal_id, y.recipient_id),
                     (4, 'lead', l.principal_id, l.recipient_id),
                     (5, 'coordinator', o.principal_id, o.recipient_id),
                     (6, 'manager', m.principal_id, m.recipient_id))
             AS v(rank, why, principal_id, recipient_id)
        WHERE d.audience <> 'responsible' AND v.recipient_id <> f.recipient_id
          AND (v.why = d.audience
               OR NOT v.why = ANY(d.levels)
                  AND v.rank > CASE d.audience WHEN 'deputy' THEN 3 WHEN 'lead' THEN 4
                                               WHEN 'coordinator' THEN 5 ELSE 6 END)
        ORDER BY v.rank LIMIT 1) h ON true
    WHERE CASE WHEN d.audience = 'responsible'
               THEN d.send_on <= %(horizon)s::date + 6
               ELSE h.recipient_id IS NOT NULL END
),
-- What the person has chosen: a pause, only what has to be sent, or the digest.
leaving AS (
    SELECT a.*, coalesce(w.digest_on, a.send_on) AS goes_on,
           CASE WHEN NOT a.kind = ANY(%(statutory)s::text[]) THEN p.paused_until END
               AS paused_until,
           p.reminder_mode = 'required' AND a.audience = 'responsible'
               AND NOT a.kind = ANY(%(statutory)s::text[]) AS is_declined
    FROM addressed a
    LEFT JOIN person p ON p.id = a.recipient_id
    -- The first day of that week on which people are reminded.
    LEFT JOIN LATERAL (
        SELECT t.send_after AS digest_on FROM notifications_calendarday t
        WHERE p.reminder_mode = 'digest' AND a.audience = 'responsible'
          AND NOT a.kind = ANY(%(statutory)s::text[])
          AND t.calendar_id = a.calendar_id
          AND t.day = date_trunc('week', a.send_on)::date) w ON true
),
{ESCALATED},
chosen AS (
    SELECT a.*,
           CASE WHEN a.hold <> '' THEN a.hold
                WHEN a.recipient_id IS NULL THEN 'nobody'
                -- Who has answered is not complained of to who cannot decide on it.
                WHEN a.audience IN ('deputy', 'lead')
                     AND a.key = ANY(%(answered)s::text[]) THEN 'answered'
                WHEN a.paused_until >= greatest(a.asked_on, %(today)s::date)
                    THEN 'paused'
                WHEN a.is_declined THEN 'unsubscribed'
                ELSE '' END AS held
    FROM asked a
),
weighed AS (
    SELECT c.key, c.kind, c.object_id, c.title, c.due_on, c.is_example,
           c.programme_id, c.activity_id, c.step, c.audience, c.principal_id,
           c.recipient_id, c.why, c.held, c.paused_until, c.asked_on AS send_on,
           CASE WHEN c.step = 0 AND NOT c.due_is_working THEN c.due_on
                WHEN c.asked_on <> c.target_day THEN c.target_day END AS moved_from,
           CASE WHEN c.asked_on <> c.goes_on THEN 'notice'
                WHEN c.goes_on <> c.send_on THEN 'digest'
                WHEN c.step = 0 AND NOT c.due_is_working THEN c.due_off
                WHEN c.send_on <> c.target_day THEN 'quiet' ELSE '' END AS moved_off,
           CASE WHEN c.asked_on <> c.send_on THEN ''
                WHEN c.step = 0 AND NOT c.due_is_working THEN c.due_name
                WHEN c.send_on <> c.target_day THEN c.target_name
                ELSE '' END AS moved_name,
           -- The most advanced step is the one that counts; the rest have passed.
           -- A step still to come is weighed on its own day, against its own day's.
           row_number() OVER (PARTITION BY c.key, c.recipient_id,
                                           greatest(c.asked_on, %(today)s::date)
                              ORDER BY c.asked_on DESC, c.step DESC) = 1 AS is_newest
    FROM (
        SELECT DISTINCT ON (key, step, recipient_id) * FROM chosen
        WHERE asked_on <= %(horizon)s
        ORDER BY key, step, recipient_id, audience DESC) c
),
-- Whom each reminder announces: the next to be asked, if nothing is heard until then.
announced AS (
    SELECT DISTINCT ON (w.key, w.step, w.recipient_id)
           w.key, w.step, w.recipient_id, c.asked_on, c.principal_id, c.why
    FROM weighed w
    JOIN chosen c
      ON c.key = w.key AND c.warned_by <= w.step AND c.held = ''
     AND c.asked_on > greatest(w.send_on, %(today)s::date)
     AND c.recipient_id <> w.recipient_id
    ORDER BY w.key, w.step, w.recipient_id, c.asked_on, c.step
),
expected AS (
    SELECT w.*, n.asked_on AS escalates_on, n.principal_id AS escalates_to_id,
           coalesce(n.why, '') AS escalates_why,
           CASE WHEN NOT w.is_newest THEN 'superseded'
                WHEN w.held <> '' THEN 'held' ELSE 'planned' END AS fate,
           CASE WHEN NOT w.is_newest THEN 'later_step' ELSE w.held END AS reason,
           CASE WHEN w.is_newest AND w.held = 'paused'
                THEN jsonb_build_object('until', w.paused_until)
                ELSE '{{}}' END AS params
    FROM weighed w
    LEFT JOIN announced n
           ON n.key = w.key AND n.step = w.step AND n.recipient_id = w.recipient_id
)
"""  # noqa: S608 - constants only


def run(
    sql: str,
    *,
    today: date,
    now: datetime | None = None,
    horizon: date | None = None,
    messages: Sequence[int] | None = None,
    keys: Sequence[str] | None = None,
    activity: int | None = None,
    programmes: Collection[int] | None = None,
    whole: bool = False,
    **own: Any,
) -> list[Any]:
    """Run one statement that reads :data:`EXPECTED`; return its rows.

    Of each row the first column alone, unless ``whole``. ``own`` are the statement's
    own parameters.
    """
    answered = Answer.objects.all()
    if programmes is not None:
        answered = answered.filter(programme__in=programmes)
    parameters: dict[str, Any] = own | {
        "now": now,
        "today": today,
        "horizon": horizon or today,
        "kinds": [kind for kind, _label in REMINDED],
        "nudges": Nudge.values,
        "zone": settings.TIME_ZONE,
        "statutory": list(STATUTORY),
        "messages": messages,
        "answered": answered.waiting().keys(),
        "keys": keys,
        "activity": activity,
        "programmes": None if programmes is None else list(programmes),
    }
    is_narrow = activity is not None or (
        programmes is not None and len(programmes) <= _FEW_PROGRAMMES
    )
    with transaction.atomic(), connection.cursor() as cursor:
        if not is_narrow:
            cursor.execute(_WITHOUT_LOOPS)
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
        if not is_narrow:
            cursor.execute(_AS_USUAL)
    return rows if whole else [row[0] for row in rows]
