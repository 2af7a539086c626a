"""What needs somebody's action today, most urgent first, with who can act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

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

T = TypeVar("T")

#: How many of one sort are shown before the rest folds away, and how many fold. The
#: page of everything that needs action has the others.
SHOWN, FOLDED = 3, 12
#: How many decisions, and how many dates of the next 30 days, are shown at once.
SHOWN_DATES = 6


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
    due_on: date | None = None


@dataclass(frozen=True)
class Sort:
    """What needs action for one and the same cause."""

    name: str
    label: str
    #: Deadlines or cells, most urgent first.
    found: Sequence[Any]
    tell: Callable[[Any], Concern]

    def told(self, first: int = 0, last: int | None = None) -> list[Concern]:
        """Put some of them into words, or all."""
        return [self.tell(one) for one in self.found[first:last]]


@dataclass(frozen=True)
class Beginning(Generic[T]):
    """The first few of a long list, some that fold, and how many more there are."""

    shown: Sequence[T]
    folded: Sequence[T]
    more: int

    @classmethod
    def of(cls, found: Sequence[T], shown: int) -> Beginning[T]:
        """Cut a list."""
        last = shown + FOLDED
        return cls(found[:shown], found[shown:last], max(0, len(found) - last))


def sorts_of(status: ProgrammeStatus) -> list[Sort]:
    """Return everything that needs action, by sort, without those that are empty."""
    withdrawn = [cell for cell in status.cells if cell.is_readiness_withdrawn]
    nobody = status.missing_responsible
    # Without anybody responsible it is listed as such already.
    held_up = [cell for cell in status.blocked if cell.is_held_up]
    sorts = [
        Sort("overdue", _("Overdue"), status.overdue, _overdue),
        Sort("withdrawn", _("No longer ready"), withdrawn, _withdrawn),
        Sort("nobody", _("No responsible person"), nobody, _missing_responsible),
        Sort("ready", _("Ready for the next step"), status.ready, _ready),
        Sort("blocked", _("Blocked"), held_up, _blocked),
    ]
    return [sort for sort in sorts if sort.found]


def all_sorts_of(status: ProgrammeStatus) -> list[Sort]:
    """Return as well what is awaited from others and what comes soon."""
    decisions = decisions_of(status)
    sorts = [
        *sorts_of(status),
        Sort("decisions", _("Awaiting a decision"), decisions, _decision),
        Sort("soon", _("Next 30 days"), status.upcoming, _soon),
    ]
    return [sort for sort in sorts if sort.found]


def concerns_of(status: ProgrammeStatus) -> list[tuple[Sort, Beginning[Concern]]]:
    """Return the first of what needs action, by sort."""
    return [(sort, _beginning(sort)) for sort in sorts_of(status)]


def _beginning(sort: Sort) -> Beginning[Concern]:
    last = SHOWN + FOLDED
    more = max(0, len(sort.found) - last)
    # Only what the page holds is put into words.
    return Beginning(sort.told(0, SHOWN), sort.told(SHOWN, last), more)


def _overdue(deadline: Deadline) -> Concern:
    return Concern(
        "late",
        title=_title_of(deadline),
        text=_was_due(deadline),
        url=page_of(deadline),
        who=_answers_for(deadline),
        is_example=deadline.is_example,
        due_on=deadline.due_on,
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


def _withdrawn(cell: Cell) -> Concern:
    return _about(
        cell.activity,
        "late",
        _("Is launched, but only %(count)d of 3 are ready")
        % {"count": len(cell.ready_aspects)},
        anchor="readiness",
    )


def _missing_responsible(cell: Cell) -> Concern:
    return _about(
        cell.activity,
        "late",
        _("Nobody is responsible"),
        link=_("choose somebody"),
        anchor="responsible",
    )


def _ready(cell: Cell) -> Concern:
    if cell.activity.state == ActivityState.IN_CLARIFICATION:
        is_all = len(cell.ready_aspects) == len(Aspect)
        text = _("Everything is ready") if is_all else _("Nothing blocks the launch")
        link = _("launch")
    else:
        text, link = _("Clarification can begin"), _("begin")
    return _about(cell.activity, "wait", text, link=link)


def _blocked(cell: Cell) -> Concern:
    return _about(cell.activity, "wait", _missing(cell), who=_who(cell))


def _decision(decision: Decision) -> Concern:
    condition = decision.condition
    return Concern(
        "wait" if decision.is_late else "",
        title=str(condition.activity),
        text=condition.title,
        url=f"{condition.activity.get_absolute_url()}#condition-{condition.pk}",
        who=condition.body,
        due_on=condition.expected_on,
    )


def _soon(deadline: Deadline) -> Concern:
    return Concern(
        "",
        title=_title_of(deadline),
        text=deadline.title,
        url=page_of(deadline),
        who=_answers_for(deadline),
        is_example=deadline.is_example,
        due_on=deadline.due_on,
    )


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
