"""What keeps activities from their next step, read for any number of them at once.

The guards of the next step are evaluated on rows that were read beforehand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    OuterRef,
    QuerySet,
    Subquery,
)
from django.utils import timezone

from rollout.models import (
    Activity,
    ActivityState,
    Aspect,
    Change,
    Condition,
    Milestone,
    Outcome,
    Readiness,
    User,
)
from rollout.status.shape import Cell
from rollout.status.sharing import Shared, hang
from workflows.guards import Move
from workflows.machine import rules_of

#: The step that is expected next, whose guards say what an activity waits for. A
#: launched activity waits for nothing until its evaluation, so it has none.
NEXT_STEP: dict[str, str] = {
    ActivityState.PLANNED: "clarify",
    ActivityState.IN_CLARIFICATION: "launch",
}

#: In the order in which they are shown.
_ASPECTS = tuple(Aspect.values)


def cells_of(
    activities: QuerySet[Activity],
    *,
    on: date,
    user: User | None,
    overdue: Mapping[int | None, int] | None = None,
    shared: Shared | None = None,
) -> list[Cell]:
    """Return a cell for each activity, in order of place.

    ``overdue`` tells how many milestones of each activity are, where that is wanted.
    ``shared``: what has been read already of what activities share.
    """
    newest = Change.objects.filter(activity=OuterRef("pk")).order_by("-pk")
    met = Readiness.objects.filter(activity=OuterRef("pk"), is_met=True)
    told = activities.annotate(
        changed_at=Subquery(newest.values("at")[:1]),
        met=ArraySubquery(met.values("aspect")),
    )
    found = read_activities(told, about={ActivityState.IN_CLARIFICATION}, shared=shared)
    move = move_on(on, user)
    late = overdue or {}
    return [_cell(activity, move, late.get(activity.pk, 0)) for activity in found]


def move_on(on: date, user: User | None) -> Move:
    """Return an attempt on a local date. Guards ask for a time; any will do."""
    return Move(by=user, at=timezone.make_aware(datetime.combine(on, time(12))))


def read_activities(
    activities: QuerySet[Activity],
    *,
    about: Collection[str],
    shared: Shared | None = None,
) -> list[Activity]:
    """Return activities in order of place.

    With each that is in one of the states ``about`` comes what the guards of its
    launch read: the readiness that is met, the conditions that are not, and of the
    milestones only the open ones that it waits for. What many of them share, such as
    their place, is read once and not joined to each: a thousand activities would
    otherwise make eight thousand objects.
    """
    found = list(activities.order_by("place__position", "place__code", "pk"))
    shared = shared or Shared()
    shared.share(found, "initiative", "place", "phase", "programme")
    shared.share(found, "responsible", "responsible_partner")
    shared.share({one.initiative for one in found}, "focus_area", "parent")
    asked = [one for one in found if one.state in about]
    hang(asked, "readiness", Readiness.objects.filter(is_met=True))
    hang(asked, "conditions", Condition.objects.exclude(outcome=Outcome.MET))
    needed = Milestone.objects.open().filter(before_launch=True)
    waited_for = hang(asked, "milestones", needed)
    shared.share(waited_for, "responsible", "responsible_partner")
    wholes = {one.initiative.parent for one in asked if one.initiative.parent}
    beside = Activity.objects.select_related(
        "place", "responsible", "responsible_partner"
    )
    hang(wholes, "activities", beside)
    return found


def _cell(activity: Any, move: Move, overdue: int) -> Cell:
    step = rules_of(Activity).get(NEXT_STEP.get(activity.state, ""))
    guards = step.guards if step else ()
    return Cell(
        activity=activity,
        ready_aspects=tuple(one for one in _ASPECTS if one in activity.met),
        overdue=overdue,
        reasons=tuple(reason for guard in guards for reason in guard(activity, move)),
        next_step=step,
        changed_at=activity.changed_at,
    )
