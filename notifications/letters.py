"""Says what a message is about, from the rows it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import override

from notifications import answer_letters, calendar, email, wording
from notifications.answer_letters import NO_LINK, Linked
from notifications.email import Letter
from notifications.models import Message, MessageKind, Reminder
from rollout.models import (
    Activity,
    ActivityTransition,
    Condition,
    DataRequest,
    Deadline,
    DeadlineKind,
    Membership,
    Milestone,
    Nudge,
    Role,
    User,
)


@dataclass(frozen=True)
class Item:
    """One deadline as a mail speaks of it. Texts depend on the active language."""

    kind: str
    title: str
    due_on: date
    today: date
    #: Working days until the due date; negative when it has passed.
    working_days: int
    activity: Activity | None
    #: The milestone, request or decision itself, where the text says more of it.
    source: Milestone | DataRequest | Condition | None
    partner_name: str
    why: str
    #: In whose place the reader is told.
    principal_name: str
    path: str
    is_example: bool
    #: Where the reader can answer without an account.
    answer: Linked = NO_LINK

    @property
    def is_nudge(self) -> bool:
        """Whether nothing falls due: somebody should look again."""
        return self.kind in Nudge.values

    @property
    def is_overdue(self) -> bool:
        """Whether the due date has passed."""
        return self.due_on < self.today and not self.is_nudge

    @property
    def is_today(self) -> bool:
        """Whether it is due today."""
        return self.due_on == self.today

    @property
    def thing(self) -> str:
        """What it is, such as “the milestone”."""
        return str(wording.THING[self.kind])

    @property
    def day(self) -> str:
        """The due date in words, with its week."""
        return wording.day_and_week(self.due_on, on=self.today)

    @property
    def when(self) -> str:
        """The beginning of a sentence: “In five working days”."""
        return wording.when(self.due_on, on=self.today, working_days=self.working_days)

    @property
    def since(self) -> str:
        """How long it has been due: “five working days ago”."""
        return wording.since(-self.working_days)

    @property
    def place(self) -> str:
        """The activity and where it is carried out; empty where there is none."""
        return wording.in_place(self.activity) if self.activity else ""

    @property
    def quoted_title(self) -> str:
        """The title in plain text, in quotation marks; a funder's name without."""
        return self.title if self.kind == DeadlineKind.GRANT else f"“{self.title}”"

    @property
    def strong_title(self) -> SafeString:
        """The title as HTML with emphasis."""
        return format_html("<strong>{}</strong>", self.title)

    @property
    def strong_place(self) -> SafeString:
        """The place as HTML with emphasis."""
        return format_html("<strong>{}</strong>", self.place)

    @property
    def url(self) -> str:
        """The page, on the public address; the link to answer where there is one."""
        if self.answer.url:
            return self.answer.url
        return f"{settings.BASE_URL.rstrip('/')}{self.path}"


def write(message: Message, reminders: Sequence[Reminder], *, now: datetime) -> Letter:
    """Write the mail for a message, as it should read at ``now``."""
    if message.recipient is None:
        raise ValueError(f"message {message.pk} has no recipient")
    with override(message.recipient.language):
        return _write(message, message.recipient, reminders, now)


def _write(
    message: Message, to: User, reminders: Sequence[Reminder], now: datetime
) -> Letter:
    today = timezone.localdate(now)
    if message.kind == MessageKind.TRANSITION:
        kind = MessageKind.TRANSITION
        context = _transition(message, today)
        programme_id = context["activity"].programme_id
    elif message.kind in answer_letters.KINDS:
        kind = MessageKind(message.kind)
        context = answer_letters.context(message, now=now)
        programme_id = context["programme_id"]
    else:
        items = [
            replace(item, answer=_link(message, item, now))
            for item in _items(reminders, today)
        ]
        kind = _kind(items)
        context = {
            "items": items,
            "item": items[0],
            "deadlines": [item for item in items if not item.is_nudge],
            "overdue": [item for item in items if item.is_overdue],
            "ahead": [i for i in items if not i.is_overdue and not i.is_nudge],
            "nudges": [item for item in items if item.is_nudge],
            "is_example": any(item.is_example for item in items),
            "secrets": [item.answer.token for item in items if item.answer.token],
        }
        programme_id = reminders[0].programme_id
    context |= {"today": today, "base_url": settings.BASE_URL.rstrip("/")}
    return email.write(kind, to=to, asked_by=_who_asks(programme_id), context=context)


def _link(message: Message, item: Item, now: datetime) -> Linked:
    if isinstance(item.source, Milestone | DataRequest):
        return answer_letters.link(message, item.source, now=now)
    return NO_LINK


def _kind(items: Sequence[Item]) -> MessageKind:
    if len(items) > 1:
        return MessageKind.REMINDERS
    return MessageKind.OVERDUE if items[0].is_overdue else MessageKind.REMINDER


def _who_asks(programme_id: int) -> User | None:
    """Return the human being in whose name the programme writes."""
    staff = Membership.objects.filter(
        programme=programme_id,
        role__in=[Role.MANAGER, Role.COORDINATOR],
        user__is_active=True,
    ).select_related("user")
    ranked = sorted(staff, key=lambda m: (m.role != Role.MANAGER, m.pk))
    return ranked[0].user if ranked else None


def _items(reminders: Iterable[Reminder], today: date) -> list[Item]:
    """Describe each deadline once, the longest overdue first."""
    newest: dict[str, Reminder] = {}
    for reminder in reminders:
        if reminder.key not in newest or newest[reminder.key].step < reminder.step:
            newest[reminder.key] = reminder
    objects: dict[str, list[int]] = {}
    due: dict[int, set[date]] = {}
    for reminder in newest.values():
        objects.setdefault(reminder.kind, []).append(reminder.object_id)
        due.setdefault(reminder.programme_id, set()).add(reminder.due_on)
    deadlines = _deadlines(objects)
    sources = _sources(objects)
    working_days = {
        programme: calendar.working_days_until(programme, days, on=today)
        for programme, days in due.items()
    }
    ordered = sorted(newest.values(), key=lambda r: (r.due_on, r.pk))
    return [
        _item(
            reminder,
            deadlines.get(reminder.key),
            sources.get(reminder.key),
            today,
            working_days[reminder.programme_id][reminder.due_on],
        )
        for reminder in ordered
    ]


def _deadlines(objects: Mapping[str, list[int]]) -> dict[str, Deadline]:
    # By kind and id, which the view looks up in an index; its key it would compute.
    wanted = Q()
    for kind, ids in objects.items():
        wanted |= Q(kind=kind, object_id__in=ids)
    found = Deadline.with_nudges.filter(wanted).select_related("partner")
    return {deadline.key: deadline for deadline in found}


def _sources(
    objects: Mapping[str, list[int]],
) -> Mapping[str, Milestone | DataRequest | Condition]:
    found: dict[str, Milestone | DataRequest | Condition] = {}
    for milestone in Milestone.objects.select_related("activity").filter(
        pk__in=objects.get(DeadlineKind.MILESTONE, [])
    ):
        found[f"{DeadlineKind.MILESTONE}:{milestone.pk}"] = milestone
    for request in DataRequest.objects.select_related(
        "round", "place", "indicator"
    ).filter(pk__in=objects.get(DeadlineKind.DATA_REQUEST, [])):
        found[f"{DeadlineKind.DATA_REQUEST}:{request.pk}"] = request
    for condition in Condition.objects.filter(
        pk__in=objects.get(DeadlineKind.CONDITION, [])
    ):
        found[f"{DeadlineKind.CONDITION}:{condition.pk}"] = condition
    return found


def _item(
    reminder: Reminder,
    deadline: Deadline | None,
    source: Milestone | DataRequest | Condition | None,
    today: date,
    working_days: int,
) -> Item:
    partner = deadline.partner if deadline else None
    return Item(
        kind=reminder.kind,
        title=email.one_line(deadline.title if deadline else reminder.title),
        due_on=reminder.due_on,
        today=today,
        working_days=working_days,
        activity=reminder.activity,
        source=source,
        partner_name=partner.name if partner else "",
        why=reminder.why,
        principal_name=(
            reminder.principal.name
            if reminder.principal and reminder.is_deputised
            else ""
        ),
        path=_path(reminder, source),
        is_example=reminder.is_example,
    )


def _path(
    reminder: Reminder, source: Milestone | DataRequest | Condition | None
) -> str:
    if isinstance(source, Milestone):
        return source.get_absolute_url()
    if reminder.activity is not None:
        return reminder.activity.get_absolute_url()
    return reverse("rollout:overview")


def _transition(message: Message, today: date) -> dict[str, Any]:
    record = ActivityTransition.objects.select_related(
        "activity__initiative", "activity__place", "by"
    ).get(pk=message.params["record"])
    activity = record.activity
    place = wording.in_place(activity)
    return {
        "activity": activity,
        "place": place,
        "strong_place": format_html("<strong>{}</strong>", place),
        "record": record,
        "by": record.by,
        "reason": email.one_line(record.reason),
        "is_responsible": message.params["role"] == "responsible",
        "partner_name": message.params.get("partner", ""),
        "on": wording.day(timezone.localdate(record.at), on=today),
        "url": f"{settings.BASE_URL.rstrip('/')}{activity.get_absolute_url()}",
        "is_example": message.recipient is not None and message.recipient.is_example,
    }
