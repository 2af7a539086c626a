"""Plans reminders: which step of which deadline goes to whom, and what became of it.

Everything here is a few statements over sets of rows. Running it twice, or in many
processes at once, changes nothing: the unique key of the ledger decides.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from notifications import calendar, expected
from notifications.expected import EXPECTED
from notifications.models import Reminder, ReminderState
from notifications.over import WHY_OVER
from rollout.models import Activity

#: Whether the row ``r`` is to become what ``c`` decided.
_DIFFERS = """
(r.state, r.reason, r.params, r.principal_id, r.why, r.send_on, r.moved_from,
 r.escalates_on, r.escalates_to_id)
IS DISTINCT FROM
(c.new_state, c.new_reason, c.new_params, c.principal_id, c.why, c.send_on,
 c.moved_from, c.escalates_on, c.escalates_to_id)
"""

#: A ``WITH`` list that reads ``expected`` and ends in ``decided``: what is to become of
#: each row that waits, or that is in one of ``messages``.
_DECIDED = f"""
due_step AS (
    SELECT DISTINCT key, step FROM expected
),
-- What waits, what was called off and is wanted after all; or, about to leave, what
-- is in these messages.
looked_at AS (
    SELECT r.id, r.kind, r.object_id, r.step, r.audience, r.state, r.due_on, e.key,
           e.fate, e.reason, e.params, d.key AS deadline_key, d.ladder_id,
           d.due_on AS deadline_due_on, s.step AS due_step,
           h.id AS hand_over_id,
           coalesce(e.principal_id, r.principal_id) AS principal_id,
           coalesce(e.why, r.why) AS why, coalesce(e.send_on, r.send_on) AS send_on,
           CASE WHEN p.ended THEN e.send_on
                WHEN p.had_ended OR e.key IS NULL THEN r.moved_from
                ELSE e.moved_from END AS moved_from,
           CASE WHEN p.ended OR p.had_ended THEN 'paused'
                ELSE coalesce(e.moved_off, r.moved_off) END AS moved_off,
           CASE WHEN p.ended OR p.had_ended THEN ''
                ELSE coalesce(e.moved_name, r.moved_name) END AS moved_name,
           e.escalates_on, e.escalates_to_id,
           coalesce(e.escalates_why, '') AS escalates_why
    FROM notifications_reminder r
    LEFT JOIN expected e
           ON e.kind = r.kind AND e.object_id = r.object_id
          AND e.due_on = r.due_on AND e.step = r.step
          AND e.recipient_id IS NOT DISTINCT FROM r.recipient_id
    LEFT JOIN deadline d ON d.kind = r.kind AND d.object_id = r.object_id
    LEFT JOIN due_step s ON s.key = d.key AND s.step = r.step
    -- Whether its reader has handed everything over since.
    LEFT JOIN LATERAL (
        SELECT h.id FROM rollout_handover h
        WHERE e.key IS NULL AND h.programme_id = r.programme_id
          AND h.from_person_id = r.principal_id AND h.at >= r.planned_at
        ORDER BY h.at DESC LIMIT 1) h ON true
    -- What a pause put off goes on saying so.
    CROSS JOIN LATERAL (
        SELECT r.moved_off = 'paused' AS had_ended,
               r.state = 'held' AND r.reason = 'paused' AND e.fate = 'planned'
                   AND e.send_on < %(today)s AS ended) p
    WHERE CASE WHEN %(messages)s::bigint[] IS NULL
               THEN (r.state IN ('planned', 'held')
                     OR r.state = 'cancelled' AND e.key IS NOT NULL)
                    AND (%(programmes)s::bigint[] IS NULL
                         OR r.programme_id = ANY(%(programmes)s))
               ELSE r.state = 'merged' AND r.message_id = ANY(%(messages)s) END
),
decided AS (
    SELECT l.*,
           CASE WHEN l.key IS NULL THEN 'cancelled'
                WHEN l.fate = 'planned' AND l.state = 'merged' THEN 'merged'
                ELSE l.fate END AS new_state,
           CASE WHEN l.key IS NULL THEN {WHY_OVER} ELSE l.reason END AS new_reason,
           CASE WHEN l.key IS NULL AND l.deadline_due_on <> l.due_on
                THEN jsonb_build_object('due_on', l.deadline_due_on)
                WHEN l.key IS NULL AND l.due_step IS NOT NULL
                     AND l.hand_over_id IS NOT NULL
                THEN jsonb_build_object('hand_over', l.hand_over_id)
                ELSE coalesce(l.params, '{{}}') END AS new_params
    FROM looked_at l
)
"""  # noqa: S608 - constants only

#: Writes down what is new: a row with the state of each. And, with the same look at
#: everything, a row for each programme in which rows that wait are to be settled.
_INSERT = f"""
WITH {EXPECTED},
{_DECIDED},
written AS (
    INSERT INTO notifications_reminder
        (kind, object_id, due_on, title, is_example, programme_id, activity_id, step,
         audience, recipient_id, principal_id, why, state, reason, params, send_on,
         moved_from, moved_off, moved_name, escalates_on, escalates_to_id,
         escalates_why, planned_at, changed_at)
    SELECT e.kind, e.object_id, e.due_on, e.title, e.is_example, e.programme_id,
           e.activity_id, e.step, e.audience, e.recipient_id, e.principal_id, e.why,
           e.fate, e.reason, e.params, e.send_on, e.moved_from, e.moved_off,
           e.moved_name, e.escalates_on, e.escalates_to_id, e.escalates_why,
           %(now)s, %(now)s
    FROM expected e
    LEFT JOIN notifications_reminder known
           ON known.kind = e.kind AND known.object_id = e.object_id
          AND known.due_on = e.due_on AND known.step = e.step
          AND known.recipient_id IS NOT DISTINCT FROM e.recipient_id
    WHERE known.id IS NULL
      -- A step told to a stand-in is not told again when the person is back, nor the
      -- other way round; what came back was not told.
      AND NOT EXISTS (
          SELECT 1 FROM notifications_reminder told
          -- Of what was sent a rehearsal knows only the mails that came back.
          LEFT JOIN notifications_message m ON m.id = told.message_id
          WHERE m.bounced_at IS NULL
            AND told.kind = e.kind AND told.object_id = e.object_id
            AND told.due_on = e.due_on AND told.step = e.step
            AND told.principal_id = e.principal_id AND told.state = 'merged')
    ON CONFLICT DO NOTHING
    RETURNING state
)
SELECT state, NULL::bigint FROM written
UNION ALL
SELECT DISTINCT NULL, r.programme_id
FROM notifications_reminder r JOIN decided c ON c.id = r.id
WHERE {_DIFFERS}
"""  # noqa: S608 - constants only

_SETTLE = f"""
WITH {EXPECTED},
{_DECIDED},
-- In one order, and leaving alone what another process is at: no deadlock.
mine AS (
    SELECT r.id FROM notifications_reminder r JOIN decided c ON c.id = r.id
    WHERE {_DIFFERS} ORDER BY r.id FOR UPDATE OF r SKIP LOCKED
),
settled AS (
    UPDATE notifications_reminder r
    SET state = c.new_state, reason = c.new_reason, params = c.new_params,
        message_id = CASE WHEN c.new_state = 'merged' THEN r.message_id END,
        principal_id = c.principal_id, why = c.why, send_on = c.send_on,
        moved_from = c.moved_from, moved_off = c.moved_off, moved_name = c.moved_name,
        escalates_on = c.escalates_on, escalates_to_id = c.escalates_to_id,
        escalates_why = c.escalates_why,
        changed_at = %(now)s
    FROM decided c JOIN mine USING (id)
    -- A row that moved on since this statement began is settled next time.
    WHERE r.id = c.id AND r.state = c.state
    RETURNING r.id, c.new_state
)
-- Null: it was left alone.
SELECT s.new_state FROM notifications_reminder r JOIN decided c ON c.id = r.id
LEFT JOIN settled s ON s.id = r.id
WHERE {_DIFFERS}
"""  # noqa: S608 - constants only

_COMING = f"""
WITH {EXPECTED}
SELECT e.key, e.kind, e.title, e.due_on, e.step, e.send_on, e.moved_from,
       e.moved_off, e.moved_name, e.held, e.principal_id, e.recipient_id, e.why,
       e.activity_id, e.programme_id, e.params
FROM expected e
LEFT JOIN notifications_reminder known
       ON known.kind = e.kind AND known.object_id = e.object_id
      AND known.due_on = e.due_on AND known.step = e.step
      AND known.recipient_id IS NOT DISTINCT FROM e.recipient_id
WHERE e.send_on > %(today)s AND (known.id IS NULL OR known.state = 'cancelled')
  AND (%(people)s::bigint[] IS NULL OR e.principal_id = ANY(%(people)s))
ORDER BY e.send_on, e.due_on, e.key, e.step
"""  # noqa: S608 - constants only


@dataclass(frozen=True)
class Plan:
    """What one round of planning changed, in rows."""

    planned: int = 0
    held: int = 0
    superseded: int = 0
    cancelled: int = 0
    #: Rows that another process was at and that are to be settled the next time.
    busy: int = 0


@dataclass(frozen=True)
class Coming:
    """One reminder that will go out if nothing changes until then."""

    key: str
    kind: str
    title: str
    due_on: date
    step: int
    send_on: date
    moved_from: date | None
    moved_off: str
    moved_name: str
    #: Why it is held back, as things stand; empty where it is not.
    held: str
    principal_id: int | None
    recipient_id: int | None
    why: str
    activity_id: int | None
    programme_id: int
    #: What the words for ``held`` need.
    params: dict[str, str]


def plan(
    *,
    now: datetime,
    until: date | None = None,
    programmes: Collection[int] | None = None,
) -> Plan:
    """Bring the ledger up to date with everything due on or before the local date.

    New steps are written down; of several missed ones only the newest is live. What
    was planned and not sent follows its deadline: called off when that is finished,
    moved, held or somebody else's, and taken up again when it comes back.

    A rehearsal plans ahead, up to ``until``, what planning on each of these days
    would write down if nothing changed meanwhile. ``programmes`` are those to which
    planning is confined.
    """
    if programmes is not None and not programmes:
        return Plan()
    today = timezone.localdate(now)
    calendar.refresh(on=today, programmes=programmes)
    days: dict[str, Any] = {"now": now, "today": today, "horizon": until}
    found = expected.run(_INSERT, **days, programmes=programmes, whole=True)
    changes = Counter(state for state, programme in found if programme is None)
    # Each statement is whole by itself. One transaction over both would hold the
    # insert's locks on activities, and pages would wait for them.
    unsettled = [programme for _state, programme in found if programme is not None]
    if unsettled:
        changes.update(expected.run(_SETTLE, **days, programmes=unsettled))
    return Plan(
        planned=changes[ReminderState.PLANNED],
        held=changes[ReminderState.HELD],
        superseded=changes[ReminderState.SUPERSEDED],
        cancelled=changes[ReminderState.CANCELLED],
        busy=changes[None],
    )


def recheck(
    messages: Iterable[int], told: Iterable[Reminder], *, now: datetime
) -> None:
    """Take out of these messages what is no longer to be said.

    The same decision as in planning, made again just before sending. ``told`` are
    the messages' reminders.
    """
    rows = list(told)
    expected.run(
        _SETTLE,
        now=now,
        today=timezone.localdate(now),
        messages=list(messages),
        keys=list({row.key for row in rows}),
        programmes={row.programme_id for row in rows},
    )


def coming(
    *,
    on: date,
    until: date,
    activity: Activity | None = None,
    people: Iterable[int] | None = None,
) -> list[Coming]:
    """Return what will go out after ``on`` up to ``until``.

    About an activity, or on behalf of some people, given by their keys.
    """
    rows = expected.run(
        _COMING,
        today=on,
        horizon=until,
        activity=activity.pk if activity else None,
        people=None if people is None else list(people),
        whole=True,
    )
    read = [[*row[:-1], json.loads(row[-1])] for row in rows]
    return [Coming(*row) for row in read]
