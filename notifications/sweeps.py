"""Says what a sweep of the planner has to look at, so that a quiet minute costs little.

Everything once a day and once an hour; in between the programmes in which anything was
changed that planning reads. See decision 16.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from notifications.models import Sweep, Touched
from rollout.changes.record import Present, present

#: How often everything is looked at, whatever was noticed: for rows that were written
#: with the triggers off, and for what another version of the product would plan.
WHOLE_EVERY = timedelta(hours=1)

#: Programmes in which something was changed since a transaction; null: everywhere.
#: What ended since is found whatever its number: a number below ``since`` had ended
#: when that was written down. Of people the record knows too little, so they are found
#: by what was touched: everything in which somebody may be the one who is told, for
#: themselves or as a stand-in, and the stand-in of a stand-in.
_CHANGED = """
WITH RECURSIVE touched AS (
    SELECT programme_id, person_id FROM notifications_touched
    WHERE id = ANY(%(touches)s)
),
person AS (
    SELECT person_id AS id FROM touched WHERE person_id IS NOT NULL
    UNION
    SELECT u.id FROM rollout_user u JOIN person p ON u.stand_in_id = p.id
)
SELECT p.id FROM rollout_programme p
WHERE EXISTS (SELECT FROM rollout_change c
              WHERE c.programme_id = p.id AND c.transaction >= %(since)s)
UNION
SELECT NULL
WHERE EXISTS (SELECT FROM rollout_change c
              WHERE c.programme_id IS NULL AND c.kind <> 'user'
                AND c.transaction >= %(since)s)
UNION
SELECT programme_id FROM touched WHERE person_id IS NULL
UNION
SELECT m.programme_id FROM rollout_membership m JOIN person p ON p.id = m.user_id
UNION
SELECT x.programme_id FROM rollout_partner x JOIN person p ON p.id = x.lead_id
UNION
SELECT a.programme_id FROM rollout_activity a JOIN person p ON p.id = a.responsible_id
UNION
SELECT a.programme_id FROM rollout_milestone m
JOIN rollout_activity a ON a.id = m.activity_id
JOIN person p ON p.id = m.responsible_id
UNION
SELECT r.programme_id FROM rollout_monitoringround r
JOIN person p ON p.id = r.responsible_id
UNION
SELECT r.programme_id FROM rollout_datarequest q
JOIN rollout_monitoringround r ON r.id = q.round_id
JOIN person p ON p.id = q.responsible_id
"""

#: In one order, leaving alone what another planner is just deleting: no deadlock.
_FORGET = """
DELETE FROM notifications_touched WHERE id IN (
    SELECT id FROM notifications_touched WHERE id = ANY(%(touches)s)
    ORDER BY id FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True)
class Task:
    """What one sweep has to look at, and what is written down once it has."""

    #: Keys of the programmes; None: all, and what belongs to none.
    programmes: Sequence[int] | None
    now: datetime
    #: Where the database stood before anything was read.
    present: Present
    #: The sweep before, if that is known.
    last: Sweep | None
    #: Keys of the rows of :class:`Touched` that it takes into account.
    touches: Sequence[int]

    @property
    def is_whole(self) -> bool:
        """Whether it looks at everything."""
        return self.programmes is None


def begin(*, now: datetime) -> Task:
    """Say what a sweep at ``now`` has to look at.

    Must be asked in a transaction of its own, before anything else is read.
    """
    # In this order: what commits in between is looked at once more the next time.
    stands = present()
    last = Sweep.objects.first()
    touches = list(Touched.objects.order_by("pk").values_list("pk", flat=True))
    programmes = None
    if last is not None and _can_go_on(last, stands, now=now):
        programmes = _changed(touches, since=last.transaction)
    return Task(programmes, now, stands, last, touches)


def _can_go_on(last: Sweep, stands: Present, *, now: datetime) -> bool:
    """Say whether only what was changed since the last sweep can be different."""
    return (
        last.day == timezone.localdate(now)
        # Not the other way round either, should a clock be put back.
        and last.whole_at <= now < last.whole_at + WHOLE_EVERY
        and last.database == stands.database
        and last.transaction <= stands.next_transaction
    )


def _changed(touches: Sequence[int], *, since: int) -> list[int] | None:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"touches": list(touches), "since": since})
        found = {programme for (programme,) in cursor.fetchall()}
    return None if None in found else sorted(found)


@transaction.atomic
def finish(task: Task, *, wrote: bool) -> None:
    """Write down that what the task names was looked at, and all of it was settled.

    ``wrote``: whether anything was changed by that. Not in the transaction of what was
    planned: a planner that dies in between makes the next one look again, which changes
    nothing.
    """
    if task.programmes == []:
        return
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"touches": list(task.touches)})
    newest = Sweep.objects.select_for_update().first()
    number, last_that_wrote = (newest.number, newest.wrote) if newest else (0, 0)
    begun = task.last.number if task.last else 0
    if number > begun and (wrote or last_that_wrote > begun):
        _look_again(task.programmes)
    whole_at = task.now if task.last is None or task.is_whole else task.last.whole_at
    fields = {
        "day": timezone.localdate(task.now),
        "whole_at": whole_at,
        "transaction": task.present.oldest_open,
        "database": task.present.database,
        "number": number + 1,
        "wrote": number + 1 if wrote else last_that_wrote,
    }
    Sweep.objects.bulk_create(
        [Sweep(pk=1, **fields)],
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=list(fields),
    )


def _look_again(programmes: Sequence[int] | None) -> None:
    """Have the next sweep plan these anew.

    Of two sweeps at once, what one has just settled by what is new, the other may have
    unsettled by what it had read before. Where neither changed anything, none has.
    """
    again: Sequence[int | None] = [None] if programmes is None else programmes
    Touched.objects.bulk_create(Touched(programme_id=one) for one in again)
