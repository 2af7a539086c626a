"""Works out what moves if one thing moves, without touching anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from rollout.models import ClosingKind, DateKind
from rollout.services.shifting.consequences import (
    clashes_of,
    loads_of,
    period_on,
    problems_of,
)
from rollout.services.shifting.proposal import (
    Cause,
    Change,
    Problem,
    Proposal,
    ShiftRequest,
    Whole,
)
from rollout.services.shifting.schedule import Dated, DateKey, Schedule
from workflows.schedule import Cycle, pushed

_BOUNDS = (DateKind.PHASE_START, DateKind.PHASE_END)
_DAY = timedelta(days=1)

Settle = Callable[[date], date]
Days = dict[DateKey, date]


def propose(schedule: Schedule, asked: ShiftRequest) -> Proposal:
    """Work out what moves with what is asked for, and what that runs into.

    Dates keep their distances in working days. What follows moves along when what it
    waits for moves later, and never earlier by itself; a launch is put off only as
    far as the milestones that it waits for. What is done stays.
    """
    whole = _dates_of(schedule, asked)
    if not whole:
        return _refused(asked, "gone", _("This is no longer there."))
    settle = _settling(schedule, asked)
    moved = {
        key: day if key.kind in _BOUNDS else settle(day)
        for key, day in _moved(schedule, asked, whole).items()
    }
    try:
        after = _with_followers(schedule, moved, settle)
    except Cycle as cycle:
        names = " → ".join(schedule.dates[key].title for key in cycle.path)  # type: ignore[index]
        text = _("These milestones wait for one another: %(names)s.")
        return _refused(asked, "cycle", text % {"names": names})
    changes = sorted(
        (_change(schedule, key, moved, after) for key in after),
        key=lambda one: (one.after, one.dated.key),
    )
    return Proposal(
        asked=asked,
        changes=changes,
        clashes=[clash for one in changes for clash in clashes_of(schedule, one)],
        loads=loads_of(schedule, after),
        left_alone=[one for one in whole if one.key not in after],
        problems=list(problems_of(schedule, changes, after)),
    )


def _refused(asked: ShiftRequest, code: str, text: str) -> Proposal:
    return Proposal(asked, problems=[Problem(code, text)])


def _dates_of(schedule: Schedule, asked: ShiftRequest) -> list[Dated]:
    """Return the dates of what is to move. A phase leaves what is launched alone."""
    if asked.whole == Whole.PHASE:
        return [_of_a_phase(schedule, one) for one in schedule.of_phase(asked.pk)]
    if asked.whole == Whole.ACTIVITY:
        together = sorted({asked.pk, *asked.others})
        return [one for pk in together for one in schedule.of_activity(pk)]
    milestone = schedule.dates.get(asked.anchor)
    return [milestone] if milestone else []


def _of_a_phase(schedule: Schedule, dated: Dated) -> Dated:
    if dated.activity_id is None or dated.stays:
        return dated
    launch = schedule.dates[DateKey(DateKind.LAUNCH, dated.activity_id)]
    return replace(dated, stays=launch.stays)


def _moved(schedule: Schedule, asked: ShiftRequest, whole: Iterable[Dated]) -> Days:
    """Return the new dates of what was asked for, before anything follows.

    Moved to a date, an activity begins with its planned launch or, without one, with
    its first open milestone; the rest moves by as many working days.
    """
    moving = [one for one in whole if not one.stays]
    now = {one.key: one.day for one in moving if one.day is not None}
    if asked.to is None:
        return _later(schedule, now, asked.days)
    first = now.get(asked.anchor, min(now.values(), default=asked.to))
    moved = _later(schedule, now, schedule.calendar.between(first, asked.to))
    if asked.anchor in now or asked.whole == Whole.MILESTONE:
        moved |= {one.key: asked.to for one in moving if one.key == asked.anchor}
    return moved


def _later(schedule: Schedule, now: Mapping[DateKey, date], days: int) -> Days:
    if not days:
        return {}
    return {key: schedule.calendar.add(day, days) for key, day in now.items()}


def _settling(schedule: Schedule, asked: ShiftRequest) -> Settle:
    """Return what puts a date off until after a quiet period, if that is asked for."""

    def settle(day: date) -> date:
        while period := period_on(schedule, day, ClosingKind.QUIET):
            day = schedule.calendar.next_working(period.ends_on + _DAY)
        return day

    return settle if asked.avoids_quiet else lambda day: day


def _with_followers(schedule: Schedule, moved: Days, settle: Settle) -> Days:
    """Return every date that changes, with the milestones and launches that follow."""
    milestones = {
        key: one.day
        for key, one in schedule.dates.items()
        if key.kind == DateKind.MILESTONE and one.day is not None and not one.stays
    }
    after = moved | pushed(
        milestones,
        schedule.predecessors,
        {key: day for key, day in moved.items() if key.kind == DateKind.MILESTONE},
        schedule.calendar,
        settle=settle,
    )
    for key, day in list(after.items()):
        launch = _launch_waiting_for(schedule, schedule.dates[key])
        if launch is None or launch.key in moved or launch.day is None:
            continue
        if day > after.get(launch.key, launch.day):
            after[launch.key] = settle(schedule.calendar.next_working(day))
    return {key: day for key, day in after.items() if day != schedule.dates[key].day}


def _launch_waiting_for(schedule: Schedule, milestone: Dated) -> Dated | None:
    """Return the launch, still ahead, that waits for a milestone and lay after it."""
    if not milestone.before_launch or milestone.activity_id is None:
        return None
    launch = schedule.dates[DateKey(DateKind.LAUNCH, milestone.activity_id)]
    if launch.stays or launch.day is None:
        return None
    is_in_order = milestone.day is None or milestone.day <= launch.day
    return launch if is_in_order else None


def _change(schedule: Schedule, key: DateKey, moved: Days, after: Days) -> Change:
    dated = schedule.dates[key]
    if key in moved:
        return Change(dated, after[key], Cause.ASKED)
    if key.kind == DateKind.LAUNCH:
        waited_for = [
            other
            for other in schedule.of_activity(dated.key.pk)
            if other.key in after and _launch_waiting_for(schedule, other) == dated
        ]
        return Change(dated, after[key], Cause.WAITS, _latest(waited_for, after))
    followed = [
        schedule.dates[other]
        for other in schedule.predecessors.get(key, ())
        if other in after
    ]
    return Change(dated, after[key], Cause.FOLLOWS, _latest(followed, after))


def _latest(dates: Sequence[Dated], after: Days) -> Dated:
    return max(dates, key=lambda one: (after[one.key], one.key))
