"""Says which editions of regular mails are due, and lets nobody make one twice.

An edition is one row. Whoever inserts it makes its mails, in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from notifications import window
from notifications.models import WEEKLY

# The digest day of a week is its first day on which people are reminded.
_WEEKS = f"""
WITH week AS (
    SELECT p.id AS programme_id, m.monday::date AS monday, d.send_after AS goes_on
    FROM rollout_programme p
    CROSS JOIN LATERAL (
        SELECT c.id FROM notifications_calendar c
        WHERE c.programme_id = p.id OR c.programme_id IS NULL
        ORDER BY c.programme_id NULLS LAST LIMIT 1) c
    CROSS JOIN generate_series(date_trunc('week', %(today)s::timestamp),
                               %(until)s::timestamp, interval '7 days') AS m(monday)
    JOIN notifications_calendarday d
      ON d.calendar_id = c.id AND d.day = m.monday::date
    WHERE d.send_after < m.monday::date + 7
),
made AS (
    INSERT INTO notifications_edition (programme_id, name, of, made_on)
    SELECT w.programme_id, %(name)s, w.monday, greatest(w.goes_on, %(today)s)
    FROM week w
    WHERE w.goes_on <= %(until)s
      -- Every minute of a week but one finds that all are made.
      AND NOT EXISTS (SELECT FROM notifications_edition e
                      WHERE e.programme_id = w.programme_id AND e.name = %(name)s
                        AND e.of = w.monday)
      AND (w.goes_on > %(today)s OR %(any_time)s
           OR {window.LETS.format(programme="w.programme_id")})
      -- Missed on its day, it is made up for; but nobody's first is a belated one.
      AND (w.goes_on >= %(today)s OR EXISTS (
               SELECT FROM notifications_edition e
               WHERE e.programme_id = w.programme_id AND e.name = %(name)s
                 AND e.of < w.monday))
    ORDER BY w.programme_id, w.monday
    ON CONFLICT DO NOTHING
    RETURNING programme_id, of, made_on
)
SELECT w.programme_id, w.monday, made.made_on
FROM week w
LEFT JOIN made ON made.programme_id = w.programme_id AND made.of = w.monday
ORDER BY w.monday, w.programme_id
"""  # noqa: S608 - constants only

# Counting back from a day off, the first working day met is one.
_MEETINGS = f"""
WITH notice AS (
    SELECT m.id, m.programme_id, m.held_on, t.send_before AS goes_on
    FROM rollout_meeting m
    CROSS JOIN LATERAL (
        SELECT c.id FROM notifications_calendar c
        WHERE c.programme_id = m.programme_id OR c.programme_id IS NULL
        ORDER BY c.programme_id NULLS LAST LIMIT 1) c
    JOIN notifications_calendarday due
      ON due.calendar_id = c.id AND due.day = m.held_on
    JOIN notifications_calendarday t
      ON t.calendar_id = c.id AND t.is_working
     AND t.working_index = due.working_index - m.notice_days
                           + (NOT due.is_working)::int
    WHERE m.held_on >= %(today)s
),
made AS (
    INSERT INTO notifications_edition (programme_id, name, of, made_on)
    SELECT n.programme_id, 'meeting:' || n.id, n.held_on,
           greatest(n.goes_on, %(today)s)
    FROM notice n
    WHERE n.goes_on <= %(until)s
      AND (n.goes_on > %(today)s OR %(any_time)s
           OR {window.LETS.format(programme="n.programme_id")})
    ORDER BY n.programme_id, n.id
    ON CONFLICT DO NOTHING
    RETURNING name, of, made_on
)
SELECT n.id, n.programme_id, made.made_on
FROM notice n
JOIN made ON made.name = 'meeting:' || n.id AND made.of = n.held_on
ORDER BY made.made_on, n.id
"""  # noqa: S608 - constants only


@dataclass(frozen=True)
class Week:
    """A week of a programme in which people are reminded."""

    programme_id: int
    monday: date
    #: The day for which its mails are to be made now; None: not now.
    made_on: date | None


@dataclass(frozen=True)
class Ahead:
    """A meeting whose notice is to be made now."""

    meeting_id: int
    programme_id: int
    #: The day for which its mails are to be made.
    made_on: date


def begin_weeks(
    *, now: datetime, any_time: bool = False, until: date | None = None
) -> list[Week]:
    """Begin the weekly editions that are due; return all weeks from this one on.

    ``any_time`` ignores the sending window. A rehearsal looks ahead, up to ``until``.
    Must run in the transaction that makes the mails.
    """
    rows = _begin(_WEEKS, now=now, any_time=any_time, until=until)
    return [Week(*row) for row in rows]


def begin_notices(
    *, now: datetime, any_time: bool = False, until: date | None = None
) -> list[Ahead]:
    """Begin the notices of meetings that are due; the rest as for weeks.

    A meeting that is moved gets a notice before its new date too.
    """
    rows = _begin(_MEETINGS, now=now, any_time=any_time, until=until)
    return [Ahead(*row) for row in rows]


def _begin(sql: str, *, now: datetime, any_time: bool, until: date | None) -> list[Any]:
    today = timezone.localdate(now)
    parameters: dict[str, Any] = {
        "name": WEEKLY,
        "today": today,
        "until": until or today,
    }
    parameters |= window.at(now, any_time=any_time).parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[Any] = cursor.fetchall()
        return rows
