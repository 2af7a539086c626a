"""What keeps activities from their next step, read for any number of them at once.

The guards of the next step are evaluated on rows that were read beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db.models import (
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.utils import timezone

from rollout.models import Activity, ActivityState, Aspect, Change, Milestone, User
from rollout.status.shape import Cell
from workflows.guards import Move
from workflows.machine import rules_of

#: The step that is expected next, whose guards say what an activity waits for. A
#: launched activity waits for nothing until its evaluation, so it has none.
NEXT_STEP: dict[str, str] = {
    ActivityState.PLANNED: "clarify",
    ActivityState.IN_CLARIFICATION: "launch",
}


def cells_of(
    activities: QuerySet[Activity],
    *,
    on: date,
    user: User | None,
    overdue: Mapping[int | None, int] | None = None,
) -> list[Cell]:
    """Return a cell for each activity, in order of place.

    ``overdue`` tells how many milestones of each activity are, where that is wanted.
    """
    newest = Change.objects.filter(activity=OuterRef("pk")).order_by("-pk")
    found: list[Any] = list(
        activities.annotate(changed_at=Subquery(newest.values("at")[:1]))
        .select_related(
            "initiative__focus_area",
            "initiative__parent",
            "place",
            "phase",
            "programme",
            "responsible",
            "responsible_partner",
        )
        .prefetch_related("readiness")
        .order_by("place__position", "place__code", "pk")
    )
    _read_what_guards_read(found)
    # Guards ask for a time; any on the day will do.
    move = Move(by=user, at=timezone.make_aware(datetime.combine(on, time(12))))
    late = overdue or {}
    return [_cell(activity, move, late.get(activity.pk, 0)) for activity in found]


def _read_what_guards_read(activities: Iterable[Activity]) -> None:
    """Read what the guards of ``launch`` read, for all at once.

    Of the milestones only the open ones: the others stand in nobody's way.
    """
    prefetch_related_objects(
        [one for one in activities if one.state == ActivityState.IN_CLARIFICATION],
        "conditions",
        Prefetch(
            "milestones",
            Milestone.objects.open().select_related(
                "responsible", "responsible_partner"
            ),
        ),
        Prefetch(
            "initiative__parent__activities",
            Activity.objects.select_related(
                "place", "responsible", "responsible_partner"
            ),
        ),
    )


def _cell(activity: Any, move: Move, overdue: int) -> Cell:
    step = rules_of(Activity).get(NEXT_STEP.get(activity.state, ""))
    met = {check.aspect for check in activity.readiness.all() if check.is_met}
    guards = step.guards if step else ()
    return Cell(
        activity=activity,
        ready_aspects=tuple(aspect for aspect in Aspect.values if aspect in met),
        overdue=overdue,
        reasons=tuple(reason for guard in guards for reason in guard(activity, move)),
        next_step=step,
        changed_at=activity.changed_at,
    )
