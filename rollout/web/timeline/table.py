"""The timeline's dates as a table: the same data, sorted at will, and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from rollout.models import Activity, DateKind, Milestone, MilestoneState, Phase
from rollout.services.shifting import AHEAD, Whole
from rollout.tables import Table
from rollout.web.timeline.sheet import Line, Sheet
from rollout.web.wording import title_of

#: Columns that one can sort by, with their headings.
COLUMNS: dict[str, Any] = {
    "kind": gettext_lazy("Kind"),
    "title": gettext_lazy("What"),
    "activity": gettext_lazy("Activity"),
    "phase": gettext_lazy("Phase"),
    "day": gettext_lazy("Date"),
    "state": gettext_lazy("State"),
    "responsible": gettext_lazy("Responsible"),
    "after": gettext_lazy("Comes after"),
}

#: Danish letters come last, in this order.
_DANISH = str.maketrans({"æ": "{1", "ä": "{1", "ø": "{2", "ö": "{2", "å": "{3"})


@dataclass(frozen=True)
class Entry:
    """One date of the timeline, or a phase with its two."""

    kind: str
    title: str
    #: The first day, or the only one, as it would be.
    day: date | None
    #: What the what-if form calls it; empty where nothing can move.
    move: str = ""
    activity: str = ""
    phase: str = ""
    #: The last day of a phase.
    last: date | None = None
    #: Where it lies now, if a proposal would move it.
    now: date | None = None
    state: str = ""
    is_late: bool = False
    responsible: str = ""
    #: What comes first.
    after: str = ""
    url: str = ""
    is_example: bool = False


def entries_of(sheet: Sheet) -> Iterator[Entry]:
    """Yield phases, launches and milestones in the timeline's order."""
    for line in sheet.lines:
        if line.activity is not None:
            launch = _launch(sheet, line, line.activity)
            yield launch
            for milestone in line.milestones:
                yield _milestone(sheet, launch, line.activity, milestone)
        elif line.phase is not None:
            yield _phase(sheet, line.phase)


def _phase(sheet: Sheet, phase: Phase) -> Entry:
    first, last = sheet.window_of(phase)
    return Entry(
        kind=capfirst(_("phase")),
        title=phase.name,
        day=first,
        last=last,
        now=phase.starts_on if phase.starts_on != first else None,
        phase=phase.name,
        move=f"{Whole.PHASE}-{phase.pk}",
        is_example=phase.is_example,
    )


def _launch(sheet: Sheet, line: Line, activity: Activity) -> Entry:
    is_ahead = activity.state in AHEAD
    day = sheet.launch_of(activity) if is_ahead else activity.launched_on
    state = _("proposal") if activity.is_proposal else activity.get_state_display()
    return Entry(
        kind=capfirst(
            str(DateKind.LAUNCH.label) if is_ahead else pgettext("noun", "launch")
        ),
        title=title_of(activity),
        day=day,
        now=activity.planned_launch_on if is_ahead else None,
        activity=title_of(activity),
        phase=line.phase.name if line.phase else "",
        state=str(state),
        is_late=is_ahead and day is not None and day < sheet.today,
        responsible=str(activity.responsible or activity.responsible_partner or ""),
        url=activity.get_absolute_url(),
        move=f"{Whole.ACTIVITY}-{activity.pk}",
    )


def _milestone(
    sheet: Sheet, launch: Entry, activity: Activity, milestone: Milestone
) -> Entry:
    """Return a milestone, which shares what is said of its activity's launch."""
    day = sheet.due_of(milestone)
    is_open = milestone.state == MilestoneState.OPEN
    responsible = milestone.responsible or milestone.responsible_partner
    return Entry(
        kind=capfirst(str(DateKind.MILESTONE.label)),
        title=milestone.title,
        day=day,
        now=milestone.due_on,
        activity=launch.activity,
        phase=launch.phase,
        state=str(milestone.get_state_display()),
        is_late=is_open and day is not None and day < sheet.today,
        responsible=str(responsible or launch.responsible),
        after=", ".join(
            one.title
            if one.activity_id == activity.pk
            else f"{one.title} ({one.activity})"
            for one in milestone.predecessors.all()
        ),
        url=milestone.get_absolute_url(),
        move=f"{Whole.MILESTONE}-{milestone.pk}" if is_open else "",
        is_example=milestone.is_example,
    )


def in_order(entries: Iterable[Entry], sort: str) -> list[Entry]:
    """Sort by a column, backwards with a minus before it; what is empty comes last.

    What is no column leaves the timeline's order.
    """
    column = sort.removeprefix("-")
    if column not in COLUMNS:
        return list(entries)
    found = list(entries)
    filled = [one for one in found if getattr(one, column)]
    filled.sort(
        key=lambda one: _rank(getattr(one, column)), reverse=sort.startswith("-")
    )
    return filled + [one for one in found if not getattr(one, column)]


def _rank(value: str | date) -> str:
    """Return what sorts as Danes expect; dates in ISO form."""
    return str(value).casefold().translate(_DANISH)


def as_table(entries: Iterable[Entry]) -> Table:
    """Return the entries as the rows of a file."""
    columns = [
        *(str(COLUMNS[name]) for name in ("kind", "title", "activity", "phase")),
        *(_("Date"), _("Last day"), _("Week"), _("State"), _("Overdue")),
        *(str(COLUMNS[name]) for name in ("responsible", "after")),
    ]
    rows = [
        [
            *(one.kind, one.title, one.activity, one.phase, one.day, one.last),
            one.day and one.day.isocalendar().week,
            *(one.state, _("yes") if one.is_late else _("no")),
            *(one.responsible, one.after),
        ]
        for one in entries
    ]
    return Table(_("Timeline"), columns, rows)
