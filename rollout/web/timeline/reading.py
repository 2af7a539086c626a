"""What the timeline shows, read with a constant number of queries.

A programme may hold a thousand activities. One page of the timeline holds
:data:`PAGE_SIZE` of them, in order of phase; only theirs is read in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F, Prefetch, QuerySet

from rollout.models import (
    Activity,
    Milestone,
    MilestoneState,
    Phase,
    Programme,
    User,
)
from rollout.status import Scope

#: Rows that one can still take in, with a page weight that suits an old laptop.
PAGE_SIZE = 40


@dataclass(frozen=True)
class Group:
    """The activities of one phase, or of none, that the page shows."""

    phase: Phase | None
    activities: list[Activity]


def phases_by_activity(
    programme: Programme, user: User, scope: Scope
) -> dict[int, Phase | None]:
    """Return the phase of every activity that the person may see inside the scope.

    They are in the timeline's order: by phase, those without one last, then as the
    plan lists them.
    """
    phases = list(programme.phases.order_by("position", "starts_on", "pk"))
    of_place = {
        place: phase.pk for place, phase in programme.phases.all().by_place().items()
    }
    rank = {phase.pk: number for number, phase in enumerate(phases)}
    activities = Activity.objects.visible_to(user).filter(programme=programme)
    rows = (
        (pk, phase or of_place.get(place))
        for pk, phase, place in scope.activities(activities)
        .order_by(
            "initiative__focus_area__position",
            "initiative__focus_area",
            "initiative__position",
            "initiative",
            "place__position",
            "pk",
        )
        .values_list("pk", "phase", "place")
    )
    in_order = sorted(rows, key=lambda row: rank.get(row[1] or 0, len(rank)))
    known = {phase.pk: phase for phase in phases}
    return {pk: known.get(phase or 0) for pk, phase in in_order}


def read_groups(
    keys: Iterable[int], phases: Mapping[int, Phase | None], user: User
) -> list[Group]:
    """Read these activities with their milestones and history, by phase."""
    found = {
        one.pk: one
        for one in Activity.objects.visible_to(user)
        .filter(pk__in=list(keys))
        .select_related(
            "initiative__focus_area", "place", "responsible", "responsible_partner"
        )
        .prefetch_related("history", Prefetch("milestones", _milestones(user)))
    }
    in_order = (found[pk] for pk in keys if pk in found)
    return [
        Group(phase, list(activities))
        for phase, activities in groupby(in_order, key=lambda one: phases[one.pk])
    ]


def _milestones(user: User) -> QuerySet[Milestone]:
    """Return milestones that still play a part, with what they come after."""
    seen = Milestone.objects.visible_to(user).exclude(state=MilestoneState.DROPPED)
    before = seen.select_related("activity__initiative", "activity__place")
    return (
        seen.select_related("responsible", "responsible_partner")
        .prefetch_related(Prefetch("predecessors", before))
        .order_by(F("due_on").asc(nulls_last=True), "position", "pk")
    )
