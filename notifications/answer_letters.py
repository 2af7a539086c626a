"""Says in mails what somebody answered by a link, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html

from notifications import email, links, wording
from notifications.models import Answer, Message, MessageKind, Purpose
from rollout.addresses import in_full
from rollout.answers import Asked
from rollout.models import DataRequest, Milestone

#: Kinds of message that are made of an answer.
KINDS = (
    MessageKind.RECEIPT,
    MessageKind.ANSWER,
    MessageKind.HANDED_OVER,
    MessageKind.DECISION,
)


@dataclass(frozen=True)
class Linked:
    """An address for a mail, and the secret in it."""

    url: str = ""
    token: str = ""


NO_LINK = Linked()


def link(
    message: Message,
    asked: Asked | None,
    *,
    now: datetime,
    purpose: Purpose = Purpose.ANSWER,
    answer: Answer | None = None,
) -> Linked:
    """Issue a link for a mail that is about to leave.

    A mail that is only looked at has no row in the outbox, and gets no link.
    """
    if asked is None or not message.pk or message.recipient is None:
        return NO_LINK
    token = links.issue(
        asked,
        to=message.recipient,
        message=message,
        at=now,
        purpose=purpose,
        answer=answer,
    )
    return linked_by(token)


def linked_by(token: str | None) -> Linked:
    """Return where a token leads."""
    return Linked(links.url_of(token), token) if token else NO_LINK


def place_of(asked: Asked | None) -> str:
    """Return where it belongs, in words; empty where that is unknown."""
    if isinstance(asked, Milestone):
        return wording.in_place(asked.activity)
    if isinstance(asked, DataRequest):
        parts = (asked.round, asked.place)
        return " · ".join(str(part) for part in parts if part)
    return ""


def context(message: Message, *, now: datetime) -> dict[str, Any]:
    """Return what the texts of an answer need, with the links they carry."""
    given = Answer.objects.select_related(
        "by", "handed_to", "decided_by", "activity"
    ).get(pk=message.params["answer"])
    asked = links.asked_for(given.kind, given.object_id)
    today = timezone.localdate(now)
    linked = _linked(message, given, asked, now=now)
    title = email.one_line(given.title)
    return {
        "answer": given,
        "event": message.params["event"],
        "title": title,
        "quoted_title": f"“{title}”",
        "strong_title": format_html("<strong>{}</strong>", title),
        "place": place_of(asked),
        "by": given.by,
        "note": email.one_line(given.note),
        "decision_note": email.one_line(given.decision_note),
        "old_day": wording.day_and_week(given.due_on, on=today),
        "new_day": _day(given.new_due_on, today),
        "undo_until": _moment(given.undo_until, today),
        "link_url": linked.url,
        "page_url": in_full(given.get_absolute_url()),
        "secrets": [linked.token] if linked.token else [],
        "is_example": given.is_example,
        "programme_id": given.programme_id,
    }


def _linked(
    message: Message, given: Answer, asked: Asked | None, *, now: datetime
) -> Linked:
    if message.params["event"] != "given" or given.undone_at is not None:
        return NO_LINK
    if message.kind == MessageKind.RECEIPT and given.decided_at is None:
        return link(message, asked, now=now, purpose=Purpose.UNDO, answer=given)
    if message.kind == MessageKind.HANDED_OVER:
        return link(message, asked, now=now)
    if message.kind == MessageKind.ANSWER and given.can_be_decided:
        return link(message, asked, now=now, purpose=Purpose.DECIDE, answer=given)
    return NO_LINK


def _day(value: date | None, today: date) -> str:
    return wording.day_and_week(value, on=today) if value else ""


def _moment(value: datetime, today: date) -> str:
    local = timezone.localtime(value)
    return f"{wording.day(local.date(), on=today)} {local:%H:%M}"
