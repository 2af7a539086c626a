"""One minute's planning for a whole country, beside the bare INSERT … SELECT."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db import connection, transaction

from benchmarks.floors import NOON
from benchmarks.measure import Result, compare
from notifications import calendar, planner, reminders
from notifications.models import (
    ActionLink,
    Ladder,
    Message,
    Reminder,
    ReminderState,
    Sweep,
)
from rollout.models import Milestone

#: The least that planning is: deadlines, the default ladder of their kind counted in
#: days of the week and not in working days, and whoever is named. No ladders of
#: programmes, no calendar, stand-ins, repetitions, escalation, holds or preferences.
_BARE = """
INSERT INTO notifications_reminder
    (kind, object_id, due_on, title, is_example, programme_id, activity_id, step,
     audience, recipient_id, principal_id, why, state, reason, params, send_on,
     moved_off, moved_name, escalates_why, planned_at, changed_at)
SELECT d.kind, d.object_id, d.due_on, d.title, d.is_example, d.programme_id,
       d.activity_id, s.offset_days, 'responsible', d.responsible_id, d.responsible_id,
       'responsible', 'planned', '', '{}', d.due_on + s.offset_days * 7 / 5, '', '', '',
       %(now)s, %(now)s
FROM rollout_deadline d
JOIN (SELECT l.kind, s.offset_days FROM notifications_ladderstep s
      JOIN notifications_ladder l ON l.id = s.ladder_id
      WHERE l.programme_id IS NULL AND s.audience = 'responsible') s
  ON s.kind = CASE WHEN d.kind = ANY(%(own)s) THEN d.kind ELSE '' END
WHERE d.responsible_id IS NOT NULL AND d.due_on + s.offset_days * 7 / 5 <= %(today)s
ON CONFLICT DO NOTHING
"""


def results() -> Iterator[Result]:
    """Compare a first morning, when all is new, and a minute in which nothing is."""
    calendar.refresh(on=NOON.date())
    for left_behind in (ActionLink, Reminder, Message, Sweep):
        left_behind.objects.all().delete()
    yield compare(
        "planning when everything is new",
        ours=_in_vain(_plan),
        floor=_in_vain(_insert),
        unit="one sweep",
        floor_is="INSERT … SELECT … ON CONFLICT of deadlines × steps",
        times=1,
        runs=5,
        at_most=2,
        notes=[f"rows: ours {_rows(_plan):,}, floor {_rows(_insert):,}"],
    )
    _plan()
    yield compare(
        "planning everything anew, with nothing new in it",
        ours=_plan,
        floor=_in_vain(_insert),
        unit="one sweep, once an hour",
        floor_is="the same INSERT … SELECT, which finds most of its rows there",
        times=1,
        runs=5,
        notes=[f"live {_live():,} of {_all():,} rows"],
    )
    yield from _minutes()


def _minutes() -> Iterator[Result]:
    """Compare whole rounds of the planner, as each minute brings one."""
    for _settled in range(3):
        planner.run(now=NOON)
    milestone = Milestone.objects.filter(due_on__isnull=False).earliest("pk")

    def change_one() -> None:
        milestone.title = "Ny" if milestone.title != "Ny" else "Nyere"
        milestone.save()
        planner.run(now=NOON)

    for name, work in (
        ("a minute in which nothing is new", lambda: planner.run(now=NOON)),
        ("a minute in which one milestone was changed", change_one),
    ):
        yield compare(
            name,
            ours=work,
            floor=_in_vain(_insert),
            unit="one round with all that is planned in it",
            floor_is="the same INSERT … SELECT for the whole country",
            times=3,
            runs=5,
            notes=["goal of a minute in which nothing is new: at most 100 ms"],
        )


def _plan() -> None:
    reminders.plan(now=NOON)


def _insert() -> None:
    kinds = Ladder.objects.filter(programme=None).exclude(kind="")
    own = list(kinds.values_list("kind", flat=True))
    until = NOON.date() + timedelta(days=6)
    with connection.cursor() as cursor:
        cursor.execute(_BARE, {"now": NOON, "today": until, "own": own})


def _in_vain(work: Callable[[], None]) -> Callable[[], None]:
    """Return the work with its rows taken back, so that it can be done again."""

    def do() -> None:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)

    return do


def _rows(work: Callable[[], None]) -> int:
    with transaction.atomic():
        work()
        written = _all()
        transaction.set_rollback(True)
    return written


def _all() -> int:
    return Reminder.objects.count()


def _live() -> int:
    return Reminder.objects.filter(state=ReminderState.PLANNED).count()
