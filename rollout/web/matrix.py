"""The overview's table: initiatives down, places across, schools in one column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rollout.models import ActivityState, PlaceKind
from rollout.status import Cell, FocusAreaStatus, InitiativeStatus, ProgrammeStatus
from rollout.web.cells import Cells

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
    places: Sequence[int]
    #: Whether a cell must name its place, because the column holds several.
    names_places: bool


@dataclass(frozen=True)
class Group:
    """One focus area with its rows: an initiative each, across the columns."""

    status: FocusAreaStatus
    rows: Sequence[SafeString]


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
        Column(place.name, [place.pk], names_places=False)
        for place in places
        if place.kind != PlaceKind.SCHOOL
    ]
    if schools:
        keys = [place.pk for place in schools]
        columns.append(Column(_("Schools"), keys, names_places=True))
    return columns


def groups_of(
    status: ProgrammeStatus,
    columns: Sequence[Column],
    *,
    chosen: Collection[int] | None = None,
) -> list[Group]:
    """Return the table's rows by focus area; ``chosen`` as :class:`Cells` takes it.

    Of a part of the programme it shows only the rows with something in them.
    """
    cells = Cells(chosen)
    groups = []
    for area in status.focus_areas:
        here = {one.initiative.pk for one in area.initiatives}
        rows = [
            cells.draw_row(
                one.initiative,
                _fields(one, columns, cells),
                is_part=one.initiative.parent_id in here,
            )
            for one in area.initiatives
            if one.cells or not (status.is_partial or status.scope)
        ]
        if rows:
            groups.append(Group(area, rows))
    return groups


def _fields(
    row: InitiativeStatus, columns: Iterable[Column], cells: Cells
) -> Iterator[str]:
    by_place: dict[int, list[Cell]] = defaultdict(list)
    for cell in row.cells:
        by_place[cell.activity.place_id].append(cell)
    for column in columns:
        yield cells.draw_field(
            [one for key in column.places for one in by_place.get(key, ())],
            initiative=row.initiative.name,
            column=column.label,
            names_place=column.names_places,
        )


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
