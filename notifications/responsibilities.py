"""Tells people that they have become responsible for an activity or a milestone.

The planner compares who is responsible with who was when it last looked (decision 8).
A correction within a few minutes, or ten assignments in a row, is one mail.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from notifications import posting, window
from notifications.models import Duty, Message, MessageKind, Responsibility
from rollout.models import Activity, ActivityState, Milestone, User

#: For how long somebody must be responsible before being told.
SETTLES_AFTER = timedelta(minutes=10)

#: Activities of which people are told; about others they are when clarification begins.
_TOLD_STATES = (
    ActivityState.IN_CLARIFICATION,
    ActivityState.LAUNCHED,
    ActivityState.EVALUATED,
)

# What is first seen together with its activity was imported: that tells nobody.
_NOTICE = """
WITH present AS (
    SELECT 'activity' AS kind, a.id AS object_id, a.id AS activity_id,
           a.programme_id, a.responsible_id AS person_id,
           a.state = ANY(%(states)s::text[]) AS is_told_of
    FROM rollout_activity a
    WHERE %(programmes)s::bigint[] IS NULL OR a.programme_id = ANY(%(programmes)s)
    UNION ALL
    SELECT 'milestone', m.id, a.id, a.programme_id, m.responsible_id, true
    FROM rollout_milestone m
    JOIN rollout_activity a ON a.id = m.activity_id
    WHERE m.state = 'open' AND a.state = ANY(%(states)s::text[])
      AND (%(programmes)s::bigint[] IS NULL OR a.programme_id = ANY(%(programmes)s))
),
changed AS (
    SELECT p.*, k.id IS NOT NULL OR a.id IS NOT NULL AS is_news
    FROM present p
    LEFT JOIN notifications_responsibility k
           ON k.kind = p.kind AND k.object_id = p.object_id
    -- Joined, because EXISTS would read for each what this statement itself has added.
    LEFT JOIN notifications_responsibility a
           ON p.kind = 'milestone'
          AND a.kind = 'activity' AND a.object_id = p.activity_id
    WHERE k.id IS NULL OR k.person_id IS DISTINCT FROM p.person_id
)
INSERT INTO notifications_responsibility AS r
    (kind, object_id, programme_id, person_id, seen_at, is_told)
SELECT c.kind, c.object_id, c.programme_id, c.person_id, %(now)s,
       NOT (c.is_news AND c.is_told_of AND c.person_id IS NOT NULL)
FROM changed c
ORDER BY c.kind, c.object_id
ON CONFLICT (kind, object_id) DO UPDATE
SET person_id = excluded.person_id, seen_at = excluded.seen_at,
    is_told = excluded.is_told, message_id = NULL
WHERE r.person_id IS DISTINCT FROM excluded.person_id
"""


def notice(*, now: datetime, programmes: Collection[int] | None = None) -> int:
    """Write down who has become responsible since the last time; return how many.

    In these programmes alone, where they are given.
    """
    if programmes is not None and not programmes:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTICE,
            {
                "now": now,
                "states": [str(state) for state in _TOLD_STATES],
                "programmes": None if programmes is None else list(programmes),
            },
        )
        return int(cursor.rowcount)


@transaction.atomic
def announce(*, now: datetime, any_time: bool = False) -> int:
    """Put one mail for each person who has something new into the outbox; count them.

    In office hours alone, so that what was decided in the evening is one mail too.
    """
    open_now = window.at(now, any_time=any_time)
    fresh = Responsibility.objects.filter(
        is_told=False, seen_at__lte=now - SETTLES_AFTER
    )
    if not open_now.is_ignored:
        fresh = fresh.filter(open_now.lets())
    own: dict[tuple[int, int], list[Responsibility]] = {}
    for row in (
        fresh.select_related("person__stand_in", "programme")
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))
    ):
        own.setdefault((row.programme_id, row.person_id or 0), []).append(row)
    drafts = [(_message(rows, now=now), rows) for rows in own.values()]
    posting.put(message for message, _rows in drafts if message is not None)
    _note_told(drafts)
    return len(drafts)


def _message(rows: Sequence[Responsibility], *, now: datetime) -> Message | None:
    first, person = rows[0], rows[0].person
    reader = person and posting.mailbox(person, on=timezone.localdate(now))
    if person is None or reader is None:
        return None
    # The same thing can become the same person's again, which is news again.
    about = f"{first.kind}:{first.object_id}:{first.seen_at.timestamp():.6f}"
    return posting.notice(
        MessageKind.RESPONSIBLE,
        about=about,
        to=reader,
        programme=first.programme_id,
        params={"person": person.pk},
        at=now,
        can_wait=True,
    )


def _note_told(
    drafts: Sequence[tuple[Message | None, list[Responsibility]]],
) -> None:
    """Say of each row in which message it is told; without one nothing waits either."""
    keys = [message.dedupe_key for message, _rows in drafts if message is not None]
    made = {m.dedupe_key: m for m in Message.objects.filter(dedupe_key__in=keys)}
    every = []
    for message, rows in drafts:
        for row in rows:
            row.is_told = True
            row.message = made.get(message.dedupe_key) if message else None
            every.append(row)
    Responsibility.objects.bulk_update(every, ["message", "is_told"])


def mark_told(milestone: Milestone, person: User | None, *, at: datetime) -> None:
    """Say that a milestone's responsible person knows already, by another mail."""
    Responsibility.objects.update_or_create(
        kind=Duty.MILESTONE,
        object_id=milestone.pk,
        defaults={
            "programme": milestone.programme,
            "person": person,
            "seen_at": at,
            "is_told": True,
            "message": None,
        },
    )


def is_wanted(message: Message) -> bool:
    """Say whether the person is still responsible for anything it speaks of."""
    return any(still_held(message))


def still_held(message: Message) -> tuple[list[Activity], list[Milestone]]:
    """Return what a message speaks of and the person is still responsible for."""
    person = message.params["person"]
    keys: dict[str, list[int]] = {Duty.ACTIVITY: [], Duty.MILESTONE: []}
    for row in message.responsibilities.filter(person=person):
        keys[row.kind].append(row.object_id)
    activities = Activity.objects.filter(
        pk__in=keys[Duty.ACTIVITY], responsible=person, state__in=_TOLD_STATES
    ).select_related("initiative", "place")
    milestones = (
        Milestone.objects.open()
        .filter(pk__in=keys[Duty.MILESTONE], responsible=person)
        .select_related("activity__initiative", "activity__place")
        .order_by("due_on", "pk")
    )
    return list(activities), list(milestones)
