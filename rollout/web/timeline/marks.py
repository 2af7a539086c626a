"""The single dates on the timeline: milestones, planned launches, what follows what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from rollout.models import Activity, Milestone, MilestoneState
from rollout.services.shifting import AHEAD, Whole
from rollout.templatetags.dates import short_day, week
from rollout.web.timeline.sheet import MARK_LANE, Line, Sheet

#: Marks that lie closer than this many percent would cover one another.
CLOSE = 2.8


@dataclass(frozen=True)
class Mark:
    """One date, or several that lie too close together to be told apart."""

    x: float
    y: float
    #: "milestone", "done", "late" or "launch"; "several" for more than one.
    kind: str
    title: str
    url: str
    #: What moves if it is dragged, as the what-if form names it.
    move: str = ""
    #: How many it stands for.
    count: int = 1
    #: Where it lies now, if a proposal would move it from a day in the window.
    ghost: float | None = None


@dataclass(frozen=True)
class Arrow:
    """From what comes first to what comes after it."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def is_level(self) -> bool:
        """Whether it stays in one line."""
        return self.y1 == self.y2


def marks_of(sheet: Sheet) -> list[Mark]:
    """Return the marks of all lines, those that lie close together as one."""
    return [
        mark
        for line in sheet.lines
        if line.activity
        for mark in _together(list(_marks(sheet, line, line.activity)))
    ]


def arrows_of(sheet: Sheet) -> list[Arrow]:
    """Return what follows what, where both are on the page and in the window."""
    place: dict[int, tuple[float, float]] = {}
    for line in sheet.lines:
        for milestone in line.milestones:
            day = sheet.due_of(milestone)
            if day and sheet.scale.holds(day):
                x = sheet.scale.middle(day)
                place[milestone.pk] = (x, sheet.y(line, MARK_LANE))
    arrows = [
        Arrow(*place[before.pk], *place[milestone.pk])
        for line in sheet.lines
        for milestone in line.milestones
        for before in milestone.predecessors.all()
        if milestone.pk in place and before.pk in place
    ]
    return [
        one for one in arrows if not (one.is_level and abs(one.x2 - one.x1) < CLOSE)
    ]


def _marks(sheet: Sheet, line: Line, activity: Activity) -> Iterator[Mark]:
    """Yield a line's marks from left to right."""
    found = [
        *(_milestone_mark(sheet, line, one) for one in activity.milestones.all()),
        _launch_mark(sheet, line, activity),
    ]
    yield from sorted((mark for mark in found if mark), key=lambda mark: mark.x)


def _milestone_mark(sheet: Sheet, line: Line, milestone: Milestone) -> Mark | None:
    day = sheet.due_of(milestone)
    if day is None or not sheet.scale.holds(day):
        return None
    kind, state = "milestone", str(milestone.get_state_display())
    if milestone.state == MilestoneState.DONE:
        kind = "done"
    elif day < sheet.today:
        kind, state = "late", _("overdue")
    before = [one.title for one in milestone.predecessors.all()]
    return Mark(
        *(sheet.scale.middle(day), sheet.y(line, MARK_LANE), kind),
        title=" · ".join(
            [
                f"{milestone.title}: {_when(day)}, {state}",
                *(
                    [_("after: %(title)s") % {"title": ", ".join(before)}]
                    * bool(before)
                ),
            ]
        ),
        url=milestone.get_absolute_url(),
        move=f"{Whole.MILESTONE}-{milestone.pk}" if kind != "done" else "",
        ghost=_ghost(sheet, milestone.due_on, day),
    )


def _launch_mark(sheet: Sheet, line: Line, activity: Activity) -> Mark | None:
    day = sheet.launch_of(activity)
    if activity.state not in AHEAD or day is None or not sheet.scale.holds(day):
        return None
    return Mark(
        *(sheet.scale.middle(day), sheet.y(line, MARK_LANE), "launch"),
        title=_("planned launch: %(date)s") % {"date": _when(day)},
        url=activity.get_absolute_url(),
        move=f"{Whole.ACTIVITY}-{activity.pk}",
        ghost=_ghost(sheet, activity.planned_launch_on, day),
    )


def _when(day: date) -> str:
    return f"{short_day(day)} {week(day)}"


def _ghost(sheet: Sheet, now: date | None, then: date) -> float | None:
    if now is None or now == then or not sheet.scale.holds(now):
        return None
    return sheet.scale.middle(now)


def _together(marks: Sequence[Mark]) -> list[Mark]:
    """Join marks that lie close together; what a proposal moves stays by itself."""
    groups: list[list[Mark]] = []
    for mark in marks:
        last = groups[-1] if groups else []
        is_free = mark.ghost is None and all(one.ghost is None for one in last)
        if last and is_free and mark.x - last[0].x < CLOSE:
            last.append(mark)
        else:
            groups.append([mark])
    return [_joined(group) for group in groups]


def _joined(group: Sequence[Mark]) -> Mark:
    first, count = group[0], len(group)
    if count == 1:
        return first
    text = _("%(count)s dates close together") % {"count": count}
    titles = "; ".join(mark.title for mark in group)
    return replace(
        first,
        x=sum(mark.x for mark in group) / count,
        kind="late" if any(mark.kind == "late" for mark in group) else "several",
        title=f"{text}: {titles}",
        url=first.url.partition("#")[0] + "#milestones",
        move="",
        count=count,
    )
