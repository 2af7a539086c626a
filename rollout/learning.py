"""What earlier waves of the rollout teach: how long each step took, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    ActivityState,
    ActivityTransition,
    Aspect,
    Condition,
    DataRequest,
    Lesson,
    Milestone,
    Outcome,
    Place,
    Programme,
    Readiness,
    User,
)


@dataclass(frozen=True)
class Dwell:
    """How long activities in one place stood in one state."""

    place: str
    state: ActivityState
    #: Median of calendar days.
    days: float
    #: How many stays that rests on.
    count: int
    #: How many of them have not ended yet.
    open: int


@dataclass(frozen=True)
class Holdup:
    """What launches waited for: one requirement, and how long it took to be met."""

    name: str
    #: Median of calendar days from the beginning of clarification.
    days: float
    count: int
    #: How often it was the last to be met.
    last: int


@dataclass(frozen=True)
class Response:
    """How long one partner takes to deliver a number."""

    partner: str
    #: Median of working days from the agreement of the round.
    days: float
    count: int
    #: How many came after their due date.
    late: int


def dwells_of(programme: Programme, *, user: User, on: date) -> list[Dwell]:
    """Return the stays by place and state, in the order of places and of the life.

    What has not ended counts up to the local date ``on``.
    """
    stays: dict[tuple[str, str], list[int]] = defaultdict(list)
    unended: dict[tuple[str, str], int] = defaultdict(int)
    for records in _histories(programme, user).values():
        for record, after in pairwise([*records, None]):
            if record is None or record.target == ActivityState.DISCONTINUED:
                continue
            key = (record.activity.place.name, record.target)
            first = timezone.localdate(record.at)
            last = timezone.localdate(after.at) if after else on
            stays[key].append(max((last - first).days, 0))
            unended[key] += after is None
    order = list(ActivityState)
    return [
        Dwell(place, state, median(days), len(days), unended[place, state])
        for place in dict.fromkeys(place for place, _state in stays)
        for state in order
        if (days := stays.get((place, state)))
    ]


def _histories(
    programme: Programme, user: User
) -> dict[int, list[ActivityTransition | None]]:
    records = (
        ActivityTransition.objects.filter(
            activity__in=Activity.objects.visible_to(user).filter(programme=programme)
        )
        .select_related("activity__place")
        .order_by("activity__place__position", "activity", "sequence")
    )
    histories: dict[int, list[ActivityTransition | None]] = defaultdict(list)
    for record in records:
        histories[record.activity_id].append(record)
    return histories


def holdups_of(programme: Programme, *, user: User) -> list[Holdup]:
    """Return what launches waited for, the slowest first.

    Of every activity that was clarified and then launched, each requirement counts
    from the beginning of the clarification to the day on which it was met.
    """
    waits: dict[str, list[int]] = defaultdict(list)
    last: dict[str, int] = defaultdict(int)
    begun = _clarified(programme, user)
    met: dict[int, dict[str, date]] = defaultdict(dict)
    for activity, name, day in _requirements(begun):
        met[activity][name] = max(day, met[activity].get(name, day))
    for activity, days in met.items():
        for name, day in days.items():
            waits[name].append(max((day - begun[activity]).days, 0))
        last[max(days, key=lambda name: days[name])] += 1
    found = [
        Holdup(name, median(days), len(days), last[name])
        for name, days in waits.items()
    ]
    return sorted(found, key=lambda one: (-one.days, one.name))


def _clarified(programme: Programme, user: User) -> dict[int, date]:
    """Return when the clarification began of what has been launched since."""
    begun: dict[int, date] = {}
    launched: set[int] = set()
    for activity, records in _histories(programme, user).items():
        for record in records:
            if record is None:
                continue
            if record.transition == "clarify":
                begun[activity] = timezone.localdate(record.at)
            elif record.transition == "launch" and activity in begun:
                launched.add(activity)
    return {activity: begun[activity] for activity in launched}


def _requirements(activities: Iterable[int]) -> Iterator[tuple[int, str, date]]:
    """Yield the activity, the requirement, and when it was met."""
    keys = list(activities)
    ready = Readiness.objects.filter(activity__in=keys, is_met=True)
    conditions = Condition.objects.filter(activity__in=keys, outcome=Outcome.MET)
    milestones = Milestone.objects.filter(activity__in=keys, before_launch=True)
    decision, before = _("a decision of others"), _("milestones before the launch")
    found = [
        *(
            (activity, str(Aspect(aspect).label), day)
            for activity, aspect, day in ready.values_list("activity", "aspect", "on")
        ),
        *(
            (activity, decision, day)
            for activity, day in conditions.values_list("activity", "decided_on")
        ),
        *(
            (activity, before, day)
            for activity, day in milestones.values_list("activity", "done_on")
        ),
    ]
    for activity, name, day in found:
        if day is not None:
            yield activity, name, day


def responses_of(programme: Programme, *, user: User) -> list[Response]:
    """Return how long partners take to deliver, the slowest first."""
    calendar = programme.working_calendar()
    rows = (
        DataRequest.objects.visible_to(user)
        .filter(
            round__programme=programme,
            round__agreed_on__isnull=False,
            partner__isnull=False,
            answering__measurement__submitted_at__isnull=False,
        )
        .values_list(
            *("partner__name", "round__agreed_on", "due_on"),
            "answering__measurement__submitted_at",
        )
    )
    days: dict[str, list[int]] = defaultdict(list)
    late: dict[str, int] = defaultdict(int)
    for partner, asked_on, due_on, at in rows:
        delivered_on = timezone.localdate(at)
        days[partner].append(calendar.between(asked_on, delivered_on))
        late[partner] += delivered_on > due_on
    found = [
        Response(name, median(taken), len(taken), late[name])
        for name, taken in days.items()
    ]
    return sorted(found, key=lambda one: (-one.days, one.partner))


def lessons_for(place: Place, *, user: User) -> list[Lesson]:
    """Return what earlier phases taught, for who prepares the phase of a place."""
    programme = place.programme
    seen = Lesson.objects.visible_to(user).filter(phase__programme=programme)
    lessons = list(
        seen.select_related("phase", "written_by").order_by(
            "-phase__starts_on", "-written_at", "-pk"
        )
    )
    phase = programme.phases.all().by_place().get(place.pk) if lessons else None
    if phase is None:
        return []
    return [one for one in lessons if one.phase.starts_on < phase.starts_on]
