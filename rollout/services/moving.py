"""Moves dates: of a milestone, a monitoring round, or a whole phase with what is in it.

A launch is moved by :func:`rollout.services.activity.plan_launch`.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    ActivityState,
    DataRequest,
    Milestone,
    MilestoneState,
    MonitoringRound,
    Phase,
    Programme,
    RoundState,
    User,
)
from rollout.services.ground import Invalid, require
from workflows.engine import Stale
from workflows.schedule import WorkingCalendar

#: States in which an activity's launch is still ahead.
_AHEAD = (ActivityState.PLANNED, ActivityState.IN_CLARIFICATION)


@transaction.atomic
def move_milestone(
    milestone: Milestone,
    *,
    to: date | None,
    by: User,
    expected_version: int | None = None,
) -> Milestone:
    """Let a milestone be due on another date, or on none.

    Raises Invalid for a date outside the programme and for one that is not open, and
    Stale if somebody changed it since ``expected_version``.
    """
    require(by, "rollout.edit_activity", milestone.activity)
    _check_inside(milestone.programme, to)
    fresh = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise Stale(fresh.version)
    if fresh.state != MilestoneState.OPEN:
        raise Invalid(_("Only an open milestone can be moved."))
    fresh.due_on = to
    fresh.save(update_fields=["due_on"])
    return Milestone.objects.get(pk=fresh.pk)


@transaction.atomic
def move_round(asked: MonitoringRound, *, to: date, by: User) -> MonitoringRound:
    """Let a round be due on another date; requests due on its day move with it.

    Raises Invalid for a date outside the programme and once it is handed in.
    """
    require(by, "rollout.run_monitoring", asked)
    _check_inside(asked.programme, to)
    fresh = MonitoringRound.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if fresh.state not in {RoundState.EXPECTED, RoundState.AGREED}:
        raise Invalid(_("The round has been handed in."))
    DataRequest.objects.filter(round=fresh, due_on=fresh.due_on).update(due_on=to)
    fresh.due_on = to
    fresh.save(update_fields=["due_on"])
    return MonitoringRound.objects.get(pk=fresh.pk)


@transaction.atomic
def move_phase(phase: Phase, *, to: date, by: User) -> Phase:
    """Let a phase begin on another date; what is still ahead in it moves as far.

    That is its last day, the planned launches of its activities that are not
    launched yet, and the dates of their open milestones. Distances are kept in
    working days. Raises Invalid where a date would leave the programme.
    """
    require(by, "rollout.edit_activity", phase)
    programme = phase.programme
    fresh = Phase.objects.select_for_update(of=("self",)).get(pk=phase.pk)
    calendar = programme.closing_periods.all().working_calendar()
    days = calendar.between(fresh.starts_on, to)
    activities = list(
        fresh.activities.filter(state__in=_AHEAD)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    milestones = list(
        Milestone.objects.filter(activity__in=activities)
        .open()
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    fresh.starts_on = to
    fresh.ends_on = calendar.add(fresh.ends_on, days)
    for activity in activities:
        activity.planned_launch_on = _later(activity.planned_launch_on, days, calendar)
    for milestone in milestones:
        milestone.due_on = _later(milestone.due_on, days, calendar)
    _check_inside(programme, fresh.starts_on, fresh.ends_on)
    _check_inside(programme, *(activity.planned_launch_on for activity in activities))
    _check_inside(programme, *(milestone.due_on for milestone in milestones))
    fresh.save(update_fields=["starts_on", "ends_on"])
    Activity.objects.bulk_update(activities, ["planned_launch_on"])
    Milestone.objects.bulk_update(milestones, ["due_on"])
    return Phase.objects.get(pk=fresh.pk)


def _later(day: date | None, days: int, calendar: WorkingCalendar) -> date | None:
    return day and calendar.add(day, days)


def _check_inside(programme: Programme, *days: date | None) -> None:
    if not all(programme.starts_on <= day <= programme.ends_on for day in days if day):
        raise Invalid(_("The date lies outside the programme."))
