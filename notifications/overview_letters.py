"""Says in mails how a programme stands: what moved, what is late, waits or comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import email, wording
from notifications.models import Message, MessageKind
from rollout.addresses import in_full
from rollout.models import (
    ActivityState,
    ActivityTransition,
    Deadline,
    Meeting,
    Programme,
)
from rollout.status import Cell, ProgrammeStatus, programme_status

#: Kinds of message that are written here.
KINDS = (MessageKind.SUMMARY, MessageKind.MEETING)

#: How many lines of one sort a mail holds; the rest is on the page.
SHOWN = 8
#: How many reasons are told of one activity.
REASONS = 2
#: How far ahead an overview looks, in days.
AHEAD = timedelta(days=14)
#: How far back a notice before a meeting looks where there was none before it.
QUARTER = timedelta(days=91)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One thing in an overview."""

    title: str
    detail: str
    #: With whom it lies; often empty.
    who: str
    url: str


@dataclass(frozen=True)
class Section:
    """The first lines of one sort, and how many more there are."""

    lines: Sequence[Line]
    more: int

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Section:
        """Cut lines short."""
        every = list(lines)
        return cls(every[:SHOWN], max(len(every) - SHOWN, 0))

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.lines) + self.more


def context(message: Message, *, now: datetime) -> dict[str, Any]:
    """Return what the texts need. Raises LookupError where it is gone."""
    if message.programme is None or message.recipient is None:
        raise LookupError(f"message {message.pk} has no programme or nobody to read it")
    today = timezone.localdate(now)
    reader, programme = message.recipient, message.programme
    meeting, since, draft = None, today - _WEEK, None
    if message.kind == MessageKind.MEETING:
        meeting = Meeting.objects.get(pk=message.params["meeting"])
        since = _last_time(meeting)
        draft = meeting.reports.drafts().first()
    status = programme_status(programme, on=today, user=None)
    return {
        "programme": programme,
        "programme_id": programme.pk,
        "meeting": meeting,
        "draft": draft,
        "draft_url": in_full(draft.get_absolute_url()) if draft else "",
        "meeting_day": wording.day_and_week(meeting.held_on, on=today)
        if meeting
        else "",
        "week": today.isocalendar().week,
        "since": wording.day(since, on=today),
        "counts": status.counts,
        "activities": status.counts.total
        - status.counts.by_state[ActivityState.DISCONTINUED],
        "moved": Section.of(_moved(programme, since, today)),
        "overdue": Section.of(_deadlines(status.overdue, today)),
        "blocked": Section.of(_blocked(status)),
        "ready": Section.of(_ready(status)),
        "coming": Section.of(_coming(status, programme, today)),
        "url": in_full(reverse("rollout:overview")),
        "is_example": reader.is_example,
    }


def _last_time(meeting: Meeting) -> date:
    """Return the day of the meeting before, of the same body."""
    before = Meeting.objects.filter(
        programme=meeting.programme,
        kind=meeting.kind,
        body=meeting.body,
        held_on__lt=meeting.held_on,
    ).order_by("-held_on")
    last = before.first()
    return last.held_on if last else meeting.held_on - QUARTER


def _moved(programme: Programme, since: date, today: date) -> Iterator[Line]:
    records = (
        ActivityTransition.objects.filter(
            activity__programme=programme, at__date__gte=since
        )
        # An import moves nothing.
        .exclude(transition="adopt")
        .select_related("activity__initiative", "activity__place", "by")
        .order_by("-at", "-pk")
    )
    for record in records:
        states = [
            str(ActivityState(code).label) for code in (record.source, record.target)
        ]
        day = wording.day(timezone.localdate(record.at), on=today)
        yield Line(
            title=wording.in_place(record.activity),
            detail=f"{' → '.join(states)} · {day}",
            who="",
            url=in_full(record.activity.get_absolute_url()),
        )


def _deadlines(deadlines: Iterable[Deadline], today: date) -> Iterator[Line]:
    for deadline in deadlines:
        activity = deadline.activity
        parts = [wording.in_place(activity)] if activity else []
        parts.append(wording.day_and_week(deadline.due_on, on=today))
        path = activity.get_absolute_url() if activity else reverse("rollout:overview")
        yield Line(
            title=email.one_line(deadline.title),
            detail=" · ".join(parts),
            who=str(deadline.responsible or deadline.partner or ""),
            url=in_full(path),
        )


def _blocked(status: ProgrammeStatus) -> Iterator[Line]:
    for cell in status.blocked:
        reasons = [str(reason.text) for reason in cell.reasons[:REASONS]]
        more = len(cell.reasons) - len(reasons)
        if more > 0:
            reasons.append(_("And %(count)d more.") % {"count": more})
        who = dict.fromkeys(str(one.who) for one in cell.reasons if one.who)
        yield _about(cell, " ".join(reasons), ", ".join(who))


def _ready(status: ProgrammeStatus) -> Iterator[Line]:
    for cell in status.ready:
        if cell.activity.state == ActivityState.IN_CLARIFICATION:
            yield _about(cell, _("Nothing blocks the launch"))


def _about(cell: Cell, detail: str, who: str = "") -> Line:
    return Line(
        title=wording.in_place(cell.activity),
        detail=detail,
        who=who,
        url=in_full(cell.activity.get_absolute_url()),
    )


def _coming(
    status: ProgrammeStatus, programme: Programme, today: date
) -> Iterator[Line]:
    """Yield meetings and deadlines of the next two weeks, by their days."""
    meetings = Meeting.objects.filter(
        programme=programme, held_on__range=(today, today + AHEAD)
    )
    lines = [
        (
            meeting.held_on,
            Line(
                title=str(meeting),
                detail=wording.day_and_week(meeting.held_on, on=today),
                who="",
                url=in_full(reverse("rollout:overview")),
            ),
        )
        for meeting in meetings
    ]
    soon = [one for one in status.upcoming if one.due_on <= today + AHEAD]
    lines += [
        (deadline.due_on, line)
        for deadline, line in zip(soon, _deadlines(soon, today), strict=True)
    ]
    for _day, line in sorted(lines, key=lambda pair: pair[0]):
        yield line
