"""What needs somebody's action today, most urgent first, with who can act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    ActivityState,
    Aspect,
    Condition,
    Deadline,
    DeadlineKind,
)
from rollout.status import Cell, ProgrammeStatus
from rollout.templatetags.dates import short_day, week

#: How many of one sort are shown before the rest folds away.
SHOWN = 3


@dataclass(frozen=True)
class Concern:
    """One thing to look at."""

    #: "late" or "wait": how urgent, shown by colour and told by the text.
    urgency: str
    title: str
    text: str
    url: str = ""
    #: What the link offers to do.
    link: str = ""
    who: str = ""
    is_example: bool = False


@dataclass(frozen=True)
class Concerns:
    """Concerns of one sort: the first few, and the rest."""

    label: str
    shown: list[Concern]
    folded: list[Concern]


def concerns_of(status: ProgrammeStatus) -> list[Concerns]:
    """Return what needs action, by sort."""
    sorts = [
        (_("Overdue"), _overdue(status)),
        (_("No longer ready"), _withdrawn(status)),
        (_("No responsible person"), _missing_responsible(status)),
        (_("Ready for the next step"), _ready(status)),
        (_("Blocked"), _blocked(status)),
    ]
    found = [(label, list(concerns)) for label, concerns in sorts]
    return [
        Concerns(label, concerns[:SHOWN], concerns[SHOWN:])
        for label, concerns in found
        if concerns
    ]


def _overdue(status: ProgrammeStatus) -> Iterator[Concern]:
    for deadline in status.overdue:
        yield Concern(
            "late",
            title=_title_of(deadline),
            text=_was_due(deadline),
            url=page_of(deadline),
            who=_answers_for(deadline),
            is_example=deadline.is_example,
        )


def _was_due(deadline: Deadline) -> str:
    if deadline.kind == DeadlineKind.MILESTONE:
        text = _("“%(title)s” was due on %(date)s %(week)s")
    else:
        text = _("“%(title)s” was to be delivered on %(date)s %(week)s")
    return text % {
        "title": deadline.title,
        "date": short_day(deadline.due_on),
        "week": week(deadline.due_on),
    }


def _title_of(deadline: Deadline) -> str:
    if deadline.activity:
        return str(deadline.activity)
    return str(deadline.get_kind_display()).capitalize()


def _answers_for(deadline: Deadline) -> str:
    return str(deadline.responsible or deadline.partner or "")


def page_of(deadline: Deadline) -> str:
    """Return where the deadline can be dealt with; empty where there is no page."""
    if deadline.activity is None:
        return ""
    page = deadline.activity.get_absolute_url()
    if deadline.kind in {DeadlineKind.MILESTONE, DeadlineKind.CONDITION}:
        return f"{page}#{deadline.kind}-{deadline.object_id}"
    return page


def _withdrawn(status: ProgrammeStatus) -> Iterator[Concern]:
    for cell in status.cells:
        if cell.is_readiness_withdrawn:
            yield _about(
                cell.activity,
                "late",
                _("Is launched, but only %(count)d of 3 are ready")
                % {"count": len(cell.ready_aspects)},
                anchor="readiness",
            )


def _missing_responsible(status: ProgrammeStatus) -> Iterator[Concern]:
    for cell in status.missing_responsible:
        yield _about(
            cell.activity,
            "late",
            _("Nobody is responsible"),
            link=_("choose somebody"),
            anchor="responsible",
        )


def _ready(status: ProgrammeStatus) -> Iterator[Concern]:
    for cell in status.ready:
        if cell.activity.state == ActivityState.IN_CLARIFICATION:
            is_all = len(cell.ready_aspects) == len(Aspect)
            text = (
                _("Everything is ready") if is_all else _("Nothing blocks the launch")
            )
            link = _("launch")
        else:
            text, link = _("Clarification can begin"), _("begin")
        yield _about(cell.activity, "wait", text, link=link)


def _blocked(status: ProgrammeStatus) -> Iterator[Concern]:
    for cell in status.blocked:
        # Without anybody responsible it is listed as such already.
        if cell.is_held_up:
            yield _about(cell.activity, "wait", _missing(cell), who=_who(cell))


def _missing(cell: Cell) -> str:
    first, *others = cell.reasons
    if not others:
        return str(first.text)
    return _("%(first)s And %(count)d more.") % {
        "first": first.text,
        "count": len(others),
    }


def _who(cell: Cell) -> str:
    return ", ".join(dict.fromkeys(str(r.who) for r in cell.reasons if r.who))


def _about(
    activity: Activity,
    urgency: str,
    text: str,
    *,
    link: str = "",
    who: str = "",
    anchor: str = "",
) -> Concern:
    page = activity.get_absolute_url()
    return Concern(
        urgency,
        title=str(activity),
        text=text,
        url=f"{page}#{anchor}" if anchor else page,
        link=link,
        who=who,
    )


@dataclass(frozen=True)
class Decision:
    """A decision outside our hands, and whether it should have been taken by now."""

    condition: Condition
    is_late: bool


def decisions_of(status: ProgrammeStatus) -> list[Decision]:
    """Return the decisions that are awaited."""
    return [
        Decision(one, _is_past(one.expected_on, status.on)) for one in status.decisions
    ]


def _is_past(day: date | None, on: date) -> bool:
    return day is not None and day < on
