"""Who gets the overview of a programme: its managers, each week and before meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.utils import timezone

from notifications import posting
from notifications.editions import Ahead, Week
from notifications.models import Message, MessageKind
from rollout.models import Meeting, Membership
from rollout.reports import keeping


def make(weeks: Sequence[Week], notices: Sequence[Ahead], *, now: datetime) -> int:
    """Make the mails of the editions that begin now; return how many."""
    managers = _managers(
        {week.programme_id for week in weeks if week.made_on}
        | {ahead.programme_id for ahead in notices}
    )
    mails = [
        *_weekly(weeks, managers, now=now),
        *_before_meetings(notices, managers, now=now),
    ]
    posting.put(mails)
    return len(mails)


def _managers(programmes: Iterable[int]) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = defaultdict(list)
    for membership in (
        Membership.objects.managing()
        .filter(programme__in=programmes)
        .select_related("user__stand_in", "programme")
        .order_by("pk")
    ):
        found[membership.programme_id].append(membership)
    return found


def _weekly(
    weeks: Sequence[Week], managers: dict[int, list[Membership]], *, now: datetime
) -> Iterator[Message]:
    """Yield one summary for each manager who wants it; last week's is of no use."""
    for week in weeks:
        if week.made_on is None:
            continue
        for membership in managers[week.programme_id]:
            programme, day = membership.programme, week.made_on
            reader = posting.mailbox(membership.user, on=day)
            if (
                reader is None
                or not membership.user.has_weekly_summary
                or reader.is_paused_on(day)
                or not programme.starts_on <= day <= programme.ends_on
            ):
                continue
            yield posting.notice(
                MessageKind.SUMMARY,
                about=week.monday.isoformat(),
                to=reader,
                programme=programme.pk,
                params={"manager": membership.user_id},
                at=_on(day, now),
            )


def _before_meetings(
    notices: Sequence[Ahead], managers: dict[int, list[Membership]], *, now: datetime
) -> Iterator[Message]:
    meetings = Meeting.objects.in_bulk({ahead.meeting_id for ahead in notices})
    for ahead in notices:
        meeting = meetings[ahead.meeting_id]
        # What the mail then tells of: a board gets a report.
        keeping.make_for_meeting(meeting, at=_on(ahead.made_on, now))
        for membership in managers[ahead.programme_id]:
            reader = posting.mailbox(membership.user, on=ahead.made_on)
            if reader is None:
                continue
            mail = posting.notice(
                MessageKind.MEETING,
                about=f"{meeting.pk}:{meeting.held_on.isoformat()}",
                to=reader,
                programme=membership.programme_id,
                params={
                    "manager": membership.user_id,
                    "meeting": meeting.pk,
                    "held_on": meeting.held_on.isoformat(),
                },
                at=_on(ahead.made_on, now),
                can_wait=True,
            )
            mail.expires_at = posting.morning_after(meeting.held_on)
            yield mail


def _on(day: date, now: datetime) -> datetime:
    """Return the same time of day on another day."""
    return now + (day - timezone.localdate(now))


def is_wanted(message: Message) -> bool:
    """Say whether an overview is still right when it is about to leave."""
    manages = Membership.objects.managing().filter(
        programme=message.programme, user=message.params["manager"]
    )
    if message.kind == MessageKind.SUMMARY:
        return bool(manages.filter(user__has_weekly_summary=True).exists())
    meetings = Meeting.objects.filter(
        pk=message.params["meeting"], held_on=message.params["held_on"]
    )
    return bool(manages.exists() and meetings.exists())
