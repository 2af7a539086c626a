"""Says in mails what somebody has become responsible for, and what may be launched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from notifications import answer_letters, email, responsibilities, wording
from notifications.answer_letters import NO_LINK, Linked
from notifications.models import Message, MessageKind
from rollout.addresses import in_full
from rollout.models import Activity, Milestone, User

#: Kinds of message that are written here.
KINDS = (MessageKind.RESPONSIBLE, MessageKind.READY)


@dataclass(frozen=True)
class Thing:
    """An activity or a milestone, as a mail speaks of it."""

    of: Activity | Milestone
    activity: Activity
    title: str
    #: When it must be finished; of an activity: its next milestone.
    day: str = ""
    #: The milestone that is next in an activity.
    next_title: str = ""
    answer: Linked = NO_LINK

    @property
    def is_milestone(self) -> bool:
        """Whether it is a milestone of the activity and not the whole."""
        return isinstance(self.of, Milestone)

    @property
    def place(self) -> str:
        """The activity and where it is carried out."""
        return wording.in_place(self.activity)

    @property
    def strong_place(self) -> SafeString:
        """The place as HTML with emphasis."""
        return format_html("<strong>{}</strong>", self.place)

    @property
    def quoted_title(self) -> str:
        """The title in quotation marks."""
        return f"“{self.title}”"

    @property
    def strong_title(self) -> SafeString:
        """The title as HTML with emphasis."""
        return format_html("<strong>{}</strong>", self.title)

    @property
    def url(self) -> str:
        """The link to answer, or the page."""
        return self.answer.url or in_full(self.of.get_absolute_url())


def context(message: Message, *, now: datetime) -> dict[str, Any]:
    """Return what the texts need. Raises LookupError where it is gone."""
    if message.kind == MessageKind.READY:
        return _of_ready(message, now)
    return _of_responsible(message, now)


def _of_responsible(message: Message, now: datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    activities, milestones = responsibilities.still_held(message)
    things = [_activity(one, today) for one in activities]
    things += [_milestone(one, message, now) for one in milestones]
    person = User.objects.get(pk=message.params["person"])
    is_deputised = person.pk != message.recipient_id
    return {
        "things": things,
        "thing": things[0],
        "principal_name": person.name if is_deputised else "",
        "secrets": [thing.answer.token for thing in things if thing.answer.token],
        "is_example": person.is_example,
        "programme_id": message.programme_id,
    }


def _activity(activity: Activity, today: date) -> Thing:
    ahead = activity.milestones.all().open().filter(due_on__gte=today)
    following = ahead.order_by("due_on", "pk").first()
    return Thing(
        of=activity,
        activity=activity,
        title=email.one_line(str(activity)),
        day=_day(following, today),
        next_title=email.one_line(following.title) if following else "",
    )


def _milestone(milestone: Milestone, message: Message, now: datetime) -> Thing:
    return Thing(
        of=milestone,
        activity=milestone.activity,
        title=email.one_line(milestone.title),
        day=_day(milestone, timezone.localdate(now)),
        answer=answer_letters.link(message, milestone, now=now),
    )


def _day(milestone: Milestone | None, today: date) -> str:
    if milestone is None or milestone.due_on is None:
        return ""
    return wording.day_and_week(milestone.due_on, on=today)


def _of_ready(message: Message, now: datetime) -> dict[str, Any]:
    activity = message.activity
    if activity is None or message.recipient is None:
        raise LookupError(f"message {message.pk} has no activity or nobody to read it")
    today = timezone.localdate(now)
    place = wording.in_place(activity)
    planned = activity.planned_launch_on
    return {
        "activity": activity,
        "place": place,
        "strong_place": format_html("<strong>{}</strong>", place),
        "planned": wording.day_and_week(planned, on=today) if planned else "",
        "may_launch": message.recipient.has_perm("rollout.advance_activity", activity),
        "url": in_full(activity.get_absolute_url()),
        "is_example": message.recipient.is_example,
        "programme_id": message.programme_id,
    }
