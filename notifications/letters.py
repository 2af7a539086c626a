"""Says what a message is about, from the rows it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import override

from notifications import (
    answer_letters,
    duty_letters,
    email,
    ics,
    invitations,
    links,
    notice_letters,
    overview_letters,
    subscriptions,
    wording,
)
from notifications.answer_letters import NO_LINK, Linked
from notifications.email import Letter
from notifications.facts import Facts, read, staff_of
from notifications.items import Item, items_of
from notifications.links import Question
from notifications.models import Audience, Message, MessageKind, Reminder
from notifications.subscriptions import MAILINGS, ONE_CLICK, Mailing
from rollout.addresses import in_full
from rollout.models import (
    STATUTORY,
    ActivityTransition,
    DataRequest,
    DeadlineKind,
    Milestone,
    User,
)


class Writer(Protocol):
    """Returns what the texts of a message need."""

    def __call__(self, message: Message, *, now: datetime) -> dict[str, Any]:
        """Read it from the database, as of ``now``."""


@dataclass(frozen=True)
class Material:
    """What several mails are made of, with the links that they carry."""

    facts: Facts
    #: By message and deadline, where the reader can answer.
    links: Mapping[tuple[int, str], Linked]


#: A message and what it still speaks of.
Draft = tuple[Message, Sequence[Reminder]]


def gather(drafts: Sequence[Draft], *, now: datetime) -> Material:
    """Read what mails speak of and issue their links, for many at once as for one.

    A link of a mail that does not leave after all is good for nobody: its token was in
    the mail alone.
    """
    rows = [reminder for _message, reminders in drafts for reminder in reminders]
    facts = read(rows, today=timezone.localdate(now))
    return Material(facts, _links(drafts, now, facts))


def _links(
    drafts: Iterable[Draft], now: datetime, facts: Facts
) -> dict[tuple[int, str], Linked]:
    """Issue a link to answer each deadline that can be answered.

    A mail that is only looked at has no row in the outbox, and gets none.
    """
    questions: dict[tuple[int, str], Question] = {}
    for message, reminders in drafts:
        for key in {reminder.key for reminder in reminders}:
            asked = facts.sources.get(key)
            if (
                message.pk
                and message.recipient is not None
                and isinstance(asked, Milestone | DataRequest)
            ):
                questions[message.pk, key] = Question(asked, message.recipient, message)
    tokens = links.issue_each(
        list(questions.values()),
        at=now,
        steps=facts.steps,
        taking_part=facts.taking_part,
    )
    made = map(answer_letters.linked_by, tokens)
    return dict(zip(questions, made, strict=True))


def write(
    message: Message,
    reminders: Sequence[Reminder],
    *,
    now: datetime,
    material: Material | None = None,
) -> Letter:
    """Write the mail for a message, as it should read at ``now``.

    ``material`` is what was gathered for several messages at once, this one among them.
    """
    if message.recipient is None:
        raise ValueError(f"message {message.pk} has no recipient")
    if material is None:
        material = gather([(message, reminders)], now=now)
    with override(message.recipient.language):
        return _write(message, message.recipient, reminders, now, material)


def _write(
    message: Message,
    to: User,
    reminders: Sequence[Reminder],
    now: datetime,
    material: Material,
) -> Letter:
    facts = material.facts
    context: dict[str, Any]
    if message.kind in _WRITERS:
        kind = MessageKind(message.kind)
        context = _WRITERS[kind](message, now=now)
        programme_id = context["programme_id"]
    else:
        items = [
            replace(item, answer=material.links.get((message.pk, item.key), NO_LINK))
            for item in items_of(reminders, facts)
        ]
        kind = _kind(message, items)
        context = _of_items(items)
        # A digest would fill calendars anew each week; there are feeds for that.
        if kind != MessageKind.DIGEST:
            context["calendar"] = ics.attachment(items, now=now)
        programme_id = reminders[0].programme_id
    context |= _choice(message, to, kind, reminders, context.get("secrets", []))
    context["today"] = facts.today
    asked_by = context.pop("asked_by", None) or _who_asks(programme_id, to, facts)
    return email.write(kind, to=to, asked_by=asked_by, context=context)


def _who_asks(programme_id: int | None, to: User, facts: Facts) -> User | None:
    """Return in whose name the programme writes; nobody is written to by themselves."""
    if programme_id is None:
        return None
    staff = facts.staff if programme_id in facts.staff else staff_of([programme_id])
    return next((one for one in staff[programme_id] if one != to), None)


def _kind(message: Message, items: Sequence[Item]) -> MessageKind:
    if message.kind == MessageKind.DIGEST:
        return MessageKind.DIGEST
    if all(item.is_escalated for item in items):
        return MessageKind.ESCALATION
    if len(items) > 1:
        return MessageKind.REMINDERS
    if items[0].is_overdue:
        return MessageKind.OVERDUE
    is_number = items[0].kind == DeadlineKind.DATA_REQUEST
    return MessageKind.DATA_REQUEST if is_number else MessageKind.REMINDER


def _choice(
    message: Message,
    to: User,
    kind: MessageKind,
    reminders: Sequence[Reminder],
    secrets: Sequence[str],
) -> dict[str, Any]:
    """Return the link by which the reader chooses which mails to get.

    None where there is no choice, nor in a mail that is only looked at.
    """
    mailing = MAILINGS.get(kind)
    if mailing is None or not message.pk:
        return {}
    if mailing == Mailing.SUMMARY and message.params["manager"] != to.pk:
        # A stand-in gets it for somebody else.
        return {}
    if mailing == Mailing.REMINDERS and not any(_is_declinable(r) for r in reminders):
        return {}
    token = subscriptions.token_for(to, mailing)
    url = subscriptions.url_of(token)
    return {
        "mailing": mailing,
        "settings_url": url,
        "unsubscribe_url": url if mailing in ONE_CLICK else "",
        "secrets": [*secrets, token],
    }


def _is_declinable(reminder: Reminder) -> bool:
    is_own = reminder.audience == Audience.RESPONSIBLE
    return is_own and reminder.kind not in STATUTORY


def _of_items(items: Sequence[Item]) -> dict[str, Any]:
    ahead = [i for i in items if not i.is_overdue and not i.is_nudge]
    return {
        "items": items,
        "item": items[0],
        "deadlines": [item for item in items if not item.is_nudge],
        "nudges": [item for item in items if item.is_nudge],
        "overdue": [item for item in items if item.is_overdue],
        "ahead": ahead,
        "week": items[0].today.isocalendar().week,
        "weeks": [
            {"name": name, "items": list(of_week)}
            for name, of_week in groupby(ahead, key=lambda item: item.week)
        ],
        "is_example": any(item.is_example for item in items),
        "secrets": [item.answer.token for item in items if item.answer.token],
    }


def _transition(message: Message, *, now: datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
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
        "url": in_full(activity.get_absolute_url()),
        "is_example": message.recipient is not None and message.recipient.is_example,
        "programme_id": activity.programme_id,
    }


#: Who finds the words for a kind of message that is not made of reminders.
_WRITERS: dict[MessageKind, Writer] = {
    MessageKind.TRANSITION: _transition,
    MessageKind.INVITATION: invitations.context,
    **{
        kind: writer.context
        for writer in (answer_letters, notice_letters, duty_letters, overview_letters)
        for kind in writer.KINDS
    },
}
