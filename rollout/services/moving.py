"""Moves one date: of a milestone or a monitoring round.

A launch is moved by :func:`rollout.services.activity.plan_launch`; what is to take
along what follows is shifted, see :mod:`rollout.services.shifting`.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import (
    DataRequest,
    Milestone,
    MilestoneState,
    MonitoringRound,
    RoundState,
    User,
)
from rollout.services.ground import Invalid, check_inside, require
from workflows.engine import Stale


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
    check_inside(milestone.programme, to)
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
    check_inside(asked.programme, to)
    fresh = MonitoringRound.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if fresh.state not in {RoundState.EXPECTED, RoundState.AGREED}:
        raise Invalid(_("The round has been handed in."))
    DataRequest.objects.filter(round=fresh, due_on=fresh.due_on).update(due_on=to)
    fresh.due_on = to
    fresh.save(update_fields=["due_on"])
    return MonitoringRound.objects.get(pk=fresh.pk)
