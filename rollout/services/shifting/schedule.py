"""A programme's dates and what follows what, read once for any number of trials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import F

from rollout.models import (
    Activity,
    ActivityState,
    ClosingPeriod,
    DateKind,
    Milestone,
    MilestoneState,
    Programme,
)
from workflows.schedule import WorkingCalendar

#: States in which an activity's launch is still ahead.
AHEAD = (ActivityState.PLANNED, ActivityState.IN_CLARIFICATION)


class DateKey(NamedTuple):
    """Which date of the plan: of what kind, and whose."""

    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


@dataclass(frozen=True)
class Dated:
    """One date of the plan, which may be missing, and what it is the date of."""

    key: DateKey
    #: What a milestone or phase is called; for a launch what the activity is called.
    title: str
    day: date | None
    #: The row's version; phases have none.
    version: int = 0
    #: What the activity is called, where it is one's.
    activity: str = ""
    activity_id: int | None = None
    phase_id: int | None = None
    #: The partner that answers for it.
    partner_id: int | None = None
    #: Whether the launch waits for it.
    before_launch: bool = False
    #: Why no shift moves it: "done", "launched", "discontinued"; empty where one may.
    stays: str = ""


@dataclass(frozen=True)
class Schedule:
    """All dates of one programme at one moment."""

    programme: Programme
    calendar: WorkingCalendar
    periods: Sequence[ClosingPeriod]
    dates: Mapping[DateKey, Dated]
    #: Open milestones and the open ones that come first.
    predecessors: Mapping[DateKey, Sequence[DateKey]]

    def of_activity(self, pk: int) -> list[Dated]:
        """Return an activity's launch and milestones."""
        return [one for one in self.dates.values() if one.activity_id == pk]

    def of_phase(self, pk: int) -> list[Dated]:
        """Return a phase's bounds, and the dates of all activities in it."""
        return [one for one in self.dates.values() if one.phase_id == pk]


def read_schedule(programme: Programme) -> Schedule:
    """Read a programme's dates, with as many queries whatever it holds.

    What has been dropped plays no part any more.
    """
    by_place = programme.phases.all().by_place()
    activities = {
        one.pk: one
        for one in programme.activities.select_related("initiative", "place")
    }
    phase_of = {
        pk: one.phase_id or getattr(by_place.get(one.place_id), "pk", None)
        for pk, one in activities.items()
    }
    dates = [
        *_phases(programme),
        *(_launch(one, phase_of[pk]) for pk, one in activities.items()),
        *_milestones(programme, activities, phase_of),
    ]
    return Schedule(
        programme=programme,
        calendar=programme.working_calendar(),
        periods=list(programme.closing_periods.order_by("starts_on", "pk")),
        dates={one.key: one for one in dates},
        predecessors=_predecessors(programme),
    )


def _phases(programme: Programme) -> Iterator[Dated]:
    for phase in programme.phases.order_by("position", "starts_on", "pk"):
        bounds = (
            (DateKind.PHASE_START, phase.starts_on),
            (DateKind.PHASE_END, phase.ends_on),
        )
        for kind, day in bounds:
            key = DateKey(kind, phase.pk)
            yield Dated(key, phase.name, day, phase_id=phase.pk)


def _launch(activity: Activity, phase_id: int | None) -> Dated:
    if activity.state == ActivityState.DISCONTINUED:
        stays = "discontinued"
    else:
        stays = "" if activity.state in AHEAD else "launched"
    return Dated(
        DateKey(DateKind.LAUNCH, activity.pk),
        title=str(activity),
        day=activity.planned_launch_on,
        version=activity.version,
        activity=str(activity),
        activity_id=activity.pk,
        phase_id=phase_id,
        partner_id=activity.responsible_partner_id,
        stays=stays,
    )


def _milestones(
    programme: Programme,
    activities: Mapping[int, Activity],
    phase_of: Mapping[int, int | None],
) -> Iterator[Dated]:
    rows = Milestone.objects.filter(activity__programme=programme).exclude(
        state=MilestoneState.DROPPED
    )
    for one in rows.order_by(F("due_on").asc(nulls_last=True), "pk"):
        activity = activities[one.activity_id]
        yield Dated(
            DateKey(DateKind.MILESTONE, one.pk),
            title=one.title,
            day=one.due_on,
            version=one.version,
            activity=str(activity),
            activity_id=activity.pk,
            phase_id=phase_of[activity.pk],
            partner_id=one.responsible_partner_id or activity.responsible_partner_id,
            before_launch=one.before_launch,
            stays="done" if one.state == MilestoneState.DONE else "",
        )


def _predecessors(programme: Programme) -> dict[DateKey, list[DateKey]]:
    """Read what waits for what; what is done or dropped keeps nobody waiting."""
    follows = Milestone.predecessors.through.objects.filter(
        from_milestone__activity__programme=programme,
        from_milestone__state=MilestoneState.OPEN,
        to_milestone__activity__programme=programme,
        to_milestone__state=MilestoneState.OPEN,
    ).order_by("pk")
    found: dict[DateKey, list[DateKey]] = defaultdict(list)
    for after, before in follows.values_list("from_milestone", "to_milestone"):
        key = DateKey(DateKind.MILESTONE, after)
        found[key].append(DateKey(DateKind.MILESTONE, before))
    return dict(found)
