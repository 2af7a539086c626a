"""Reads a programme's status with a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import models

from rollout.models import (
    Activity,
    ActivityState,
    Condition,
    Deadline,
    DeadlineKind,
    FocusArea,
    Hold,
    Initiative,
    Outcome,
    Place,
    Programme,
    Role,
    User,
    VisibleQuerySet,
)
from rollout.status.cells import cells_of
from rollout.status.past import recorded_since
from rollout.status.scope import WHOLE, Scope
from rollout.status.shape import (
    Cell,
    Counts,
    FocusAreaStatus,
    InitiativeStatus,
    PlaceStatus,
    ProgrammeStatus,
)
from rollout.status.sharing import Shared, point

Q = TypeVar("Q", bound=VisibleQuerySet[Any])

#: How far ahead "upcoming" looks, in calendar days.
UPCOMING_DAYS = 30

#: What only passes, without anybody being late: a decision is awaited, a grant ends.
_NEVER_OVERDUE = (DeadlineKind.CONDITION, DeadlineKind.GRANT)


def programme_status(
    programme: Programme, *, on: date, user: User | None, scope: Scope = WHOLE
) -> ProgrammeStatus:
    """Say how far the programme, or a part of it, is on the local date ``on``.

    ``user`` limits the answer to what this person may see; None is the operator at
    the command line, who sees everything. For a past day, call it inside
    :func:`rollout.status.past.as_it_was`.
    """
    shared = Shared()
    areas = _read_areas(programme)
    places = list(Place.objects.filter(programme=programme))
    shared.know([*areas, *places])
    shared.know(one for area in areas for one in area.initiatives.all())
    activities = scope.activities(
        _seen(Activity.objects.all(), user).filter(programme=programme)
    )
    deadlines = _deadlines(programme, on, user, scope)
    overdue = tuple(one for one in deadlines if one.due_on < on)
    late = Counter(one.activity_id for one in overdue if one.kind == "milestone")
    by_initiative: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells_of(activities, on=on, user=user, overdue=late, shared=shared):
        by_initiative[cell.activity.initiative_id].append(cell)
    told = tuple(_focus_area(area, by_initiative) for area in areas)
    cells = tuple(
        cell for area in told for row in area.initiatives for cell in row.cells
    )
    known = {cell.activity.pk: cell.activity for cell in cells}
    _name_what_falls_due(deadlines, programme, known, shared)
    return ProgrammeStatus(
        programme=programme,
        on=on,
        is_partial=_is_partial(programme, user),
        scope=scope,
        counts=_add([area.counts for area in told]),
        focus_areas=told,
        places=tuple(_places(places, cells)),
        overdue=overdue,
        upcoming=tuple(one for one in deadlines if one.due_on >= on),
        decisions=tuple(_decisions(programme, known, user)),
        recorded_since=recorded_since(programme),
        cells=cells,
    )


def _is_partial(programme: Programme, user: User | None) -> bool:
    if user is None:
        return False
    # A page has read the roles already.
    return any(
        one.role == Role.PARTNER and one.programme_id == programme.pk
        for one in user.memberships.all()
    )


def _seen(rows: Q, user: User | None) -> Q:
    seen: Q = rows if user is None else rows.visible_to(user)
    return seen


def _deadlines(
    programme: Programme, on: date, user: User | None, scope: Scope
) -> list[Deadline]:
    """Read what is overdue or comes soon; what is held back is never overdue."""
    rows = scope.deadlines(_seen(Deadline.objects.all(), user)).filter(
        programme=programme, due_on__lte=on + timedelta(days=UPCOMING_DAYS)
    )
    held = models.Q(hold__in=[Hold.PROPOSAL, Hold.DISCONTINUED])
    past = models.Q(due_on__lt=on) & (
        models.Q(kind__in=_NEVER_OVERDUE) | ~models.Q(hold="")
    )
    return list(rows.exclude(held | past).order_by("due_on", "key"))


def _name_what_falls_due(
    deadlines: list[Deadline],
    programme: Programme,
    known: dict[int, Activity],
    shared: Shared,
) -> None:
    """Give each deadline its activity and who answers, each read once for all."""
    point(deadlines, "programme", {programme.pk: programme})
    shared.share(deadlines, "responsible", "partner")
    point([one for one in deadlines if one.activity_id in known], "activity", known)
    others = [
        one
        for one in deadlines
        if one.activity_id is not None and one.activity_id not in known
    ]
    models.prefetch_related_objects(others, "activity__initiative", "activity__place")


def _decisions(
    programme: Programme, known: dict[int, Activity], user: User | None
) -> list[Condition]:
    awaited = (
        _seen(Condition.objects.all(), user)
        .filter(activity__programme=programme, outcome=Outcome.AWAITING)
        .exclude(activity__state=ActivityState.DISCONTINUED)
        .order_by(models.F("expected_on").asc(nulls_last=True), "pk")
    )
    # Of a part of the programme only its own: a thousand keys cost more than few rows.
    found = [one for one in awaited if one.activity_id in known]
    point(found, "activity", known)
    return found


def _count(cells: Iterable[Cell]) -> Counts:
    by_state = dict.fromkeys(ActivityState.values, 0)
    proposals = missing = 0
    for cell in cells:
        by_state[cell.activity.state] += 1
        proposals += cell.activity.is_proposal
        missing += cell.is_missing_responsible
    return Counts(by_state, proposals=proposals, missing_responsible=missing)


def _add(parts: Sequence[Counts]) -> Counts:
    return Counts(
        {
            state: sum(one.by_state[state] for one in parts)
            for state in ActivityState.values
        },
        proposals=sum(one.proposals for one in parts),
        missing_responsible=sum(one.missing_responsible for one in parts),
    )


def _read_areas(programme: Programme) -> list[Any]:
    areas = (
        FocusArea.objects.filter(programme=programme)
        .annotate(objective_count=models.Count("objectives"))
        .prefetch_related("departments", "initiatives")
    )
    return list(areas.order_by("position", "code"))


def _focus_area(area: Any, cells: Mapping[int, list[Cell]]) -> FocusAreaStatus:
    rows = tuple(
        InitiativeStatus(one, _count(here), tuple(here))
        for one in _parents_first(area.initiatives.all())
        for here in [cells.get(one.pk, [])]
    )
    return FocusAreaStatus(
        focus_area=area,
        departments=tuple(area.departments.all()),
        objectives=area.objective_count,
        counts=_add([row.counts for row in rows]),
        initiatives=rows,
    )


def _parents_first(initiatives: Iterable[Initiative]) -> list[Initiative]:
    """Order by position, each with its sub-initiatives right after it."""
    here = sorted(initiatives, key=lambda one: (one.position, one.code))
    keys = {one.pk for one in here}
    parts: dict[int | None, list[Initiative]] = defaultdict(list)
    for one in here:
        parts[one.parent_id if one.parent_id in keys else None].append(one)

    def walk(parent: int | None) -> Iterator[Initiative]:
        for one in parts[parent]:
            yield one
            yield from walk(one.pk)

    return list(walk(None))


def _places(found: Iterable[Place], cells: Iterable[Cell]) -> Iterator[PlaceStatus]:
    places = {one.pk: one for one in found}
    here: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        here[cell.activity.place_id].append(cell)
    inside: dict[int, list[Counts]] = defaultdict(list)
    for key, some in here.items():
        counts = _count(some)
        place = places.get(key)
        while place is not None:
            inside[place.pk].append(counts)
            place = places.get(place.parent_id) if place.parent_id else None
    for place in sorted(places.values(), key=lambda one: (one.position, one.code)):
        if place.pk in inside:
            yield PlaceStatus(place, _add(inside[place.pk]))
