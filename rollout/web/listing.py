"""The activities that a page shows, as the rows of a file."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rollout.models import Aspect
from rollout.status import Cell, ProgrammeStatus
from rollout.tables import Table, Value


def table_of(status: ProgrammeStatus, title: str) -> Table:
    """Return one row for each activity shown, in the order of the plan."""
    columns = [
        _("Focus area"),
        _("Initiative"),
        _("Nature"),
        _("Place"),
        _("State"),
        *(capfirst(str(aspect.label)) for aspect in Aspect),
        _("Responsible person"),
        _("Responsible partner"),
        _("Phase"),
        _("Planned launch"),
        _("Launched on"),
        _("Size"),
        _("Overdue milestones"),
        _("What is missing"),
        _("Who can settle it"),
    ]
    return Table(title, columns, [_row(cell) for cell in status.cells])


def _row(cell: Cell) -> list[Value]:
    activity = cell.activity
    initiative = activity.initiative
    return [
        initiative.focus_area.name,
        initiative.name,
        initiative.get_nature_display(),
        activity.place.name,
        _("proposal") if activity.is_proposal else activity.get_state_display(),
        *(
            _("yes") if aspect in cell.ready_aspects else _("no")
            for aspect in Aspect.values
        ),
        _name(activity.responsible),
        _name(activity.responsible_partner),
        _name(activity.phase),
        activity.planned_launch_on,
        activity.launched_on,
        activity.weight,
        cell.overdue,
        _each(reason.text for reason in cell.reasons),
        _each(reason.who for reason in cell.reasons),
    ]


def _name(one: object | None) -> str:
    return "" if one is None else str(one)


def _each(texts: Iterable[object]) -> str:
    return "\n".join(dict.fromkeys(str(text) for text in texts if text))
