"""The overview's table: initiatives down, places across, schools in one column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rollout.models import ActivityState, Place, PlaceKind
from rollout.status import Cell, FocusAreaStatus, InitiativeStatus, ProgrammeStatus

#: From the end of life to its beginning, as the bar of totals shows them.
BAR_ORDER = (
    ActivityState.EVALUATED,
    ActivityState.LAUNCHED,
    ActivityState.IN_CLARIFICATION,
    ActivityState.PLANNED,
    ActivityState.DISCONTINUED,
)


@dataclass(frozen=True)
class Column:
    """One column of the table."""

    label: str
    places: frozenset[int]
    #: Whether a cell must name its place, because the column holds several.
    names_places: bool


@dataclass(frozen=True)
class Field:
    """What stands where an initiative meets a column: mostly one activity or none."""

    column: Column
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Row:
    """One initiative across the columns."""

    status: InitiativeStatus
    is_part: bool
    fields: Sequence[Field]


@dataclass(frozen=True)
class Group:
    """One focus area with its rows."""

    status: FocusAreaStatus
    rows: Sequence[Row]


@dataclass(frozen=True)
class Segment:
    """One state's share of the bar of totals, in activities."""

    state: str
    label: str
    start: int
    count: int


def columns_of(status: ProgrammeStatus) -> list[Column]:
    """Return a column for each place with activities; all schools share one."""
    places = [one.place for one in status.places if one.place.kind != PlaceKind.GROUP]
    schools = [place for place in places if place.kind == PlaceKind.SCHOOL]
    columns = [
        Column(place.name, frozenset([place.pk]), names_places=False)
        for place in places
        if place.kind != PlaceKind.SCHOOL
    ]
    if schools:
        columns.append(Column(_("Schools"), _keys(schools), names_places=True))
    return columns


def _keys(places: Iterable[Place]) -> frozenset[int]:
    return frozenset(place.pk for place in places)


def groups_of(status: ProgrammeStatus, columns: Sequence[Column]) -> list[Group]:
    """Return the table's rows by focus area.

    Of a part of the programme it shows only the rows with something in them.
    """
    groups = []
    for area in status.focus_areas:
        rows = [
            Row(one, _is_part(one, area), _fields(one.cells, columns))
            for one in area.initiatives
            if one.cells or not (status.is_partial or status.scope)
        ]
        if rows:
            groups.append(Group(area, rows))
    return groups


def _is_part(row: InitiativeStatus, area: FocusAreaStatus) -> bool:
    return row.initiative.parent_id in {one.initiative.pk for one in area.initiatives}


def _fields(cells: Iterable[Cell], columns: Iterable[Column]) -> list[Field]:
    cells = list(cells)
    return [
        Field(column, [one for one in cells if one.place.pk in column.places])
        for column in columns
    ]


def bar_of(status: ProgrammeStatus) -> list[Segment]:
    """Return the states that occur, each with where its share of the bar begins.

    Launched is always among them: how many are is what everybody asks first.
    """
    segments = []
    start = 0
    for state in BAR_ORDER:
        count = status.counts.by_state[state]
        if count or state == ActivityState.LAUNCHED:
            segments.append(Segment(state, str(state.label), start, count))
            start += count
    return segments
