"""Says in mails what the engine itself has to tell, to who runs a programme or it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from notifications import answer_letters, email, questions, wording
from notifications.models import Message, MessageKind, SuppressedAddress, Webhook
from notifications.resend import GIVEN_UP
from rollout.addresses import in_full
from rollout.models import User

#: Longest list of mails in a summary.
SHOWN = 20


def context(message: Message, *, now: datetime) -> dict[str, Any]:
    """Return what the texts need. Raises LookupError where it is gone.

    ``asked_by`` in it is who writes, where that is not the programme's manager.
    """
    return _CONTEXTS[MessageKind(message.kind)](message, now)


def _of_address(message: Message, now: datetime) -> dict[str, Any]:
    address = SuppressedAddress.objects.get(pk=message.params["address"])
    today = timezone.localdate(now)
    person = User.objects.filter(email__iexact=address.address).first()
    name = email.one_line(person.name) if person else address.address
    return {
        "address": address.address,
        "name": name,
        "strong_name": format_html("<strong>{}</strong>", name),
        "why": address.kind,
        "reason": email.one_line(address.reason),
        "since": wording.day(timezone.localdate(address.suppressed_at), on=today),
        "url": _url("notifications:addresses"),
        "is_example": bool(person and person.is_example),
        "programme_id": message.programme_id,
    }


def _of_failures(message: Message, now: datetime) -> dict[str, Any]:
    failed = Message.objects.filter(
        pk__in=message.params["messages"], state__in=GIVEN_UP
    ).order_by("-created_at", "-pk")
    listed = [
        {
            "when": wording.moment(one.created_at),
            "kind": one.get_kind_display(),
            "address": one.to_address,
            "state": one.get_state_display(),
            "error": email.one_line(one.last_error),
        }
        for one in failed[:SHOWN]
    ]
    count = failed.count()
    return {
        "failures": listed,
        "count": count,
        "more": count - len(listed),
        "url": _url(
            "admin:notifications_message_changelist"
            if settings.ADMIN_ENABLED
            else "notifications:log"
        ),
        "is_example": False,
        "programme_id": None,
    }


def _of_question(message: Message, now: datetime) -> dict[str, Any]:
    question = questions.asked_of(message, at=now)
    activity = message.activity
    if question is None or activity is None:
        raise LookupError(message.dedupe_key)
    milestone = questions.milestone_of(activity, question)
    linked = answer_letters.link(message, milestone, now=now)
    place = wording.in_place(activity)
    return {
        "texts": question.texts,
        "note": message.params["note"],
        "place": place,
        "strong_place": format_html("<strong>{}</strong>", place),
        "asked_by": questions.asker_of(message),
        "can_answer": bool(linked.url),
        "url": linked.url or in_full(activity.get_absolute_url()),
        "secrets": [linked.token] if linked.token else [],
        "is_example": bool(milestone and milestone.is_example)
        or (message.recipient is not None and message.recipient.is_example),
        "programme_id": activity.programme_id,
    }


def _of_webhook(message: Message, now: datetime) -> dict[str, Any]:
    webhook = Webhook.objects.get(pk=message.params["webhook"])
    today = timezone.localdate(now)
    since = webhook.failing_since
    failed = webhook.deliveries.exclude(last_error="").first()
    return {
        "name": email.one_line(str(webhook)),
        "strong_name": format_html("<strong>{}</strong>", email.one_line(str(webhook))),
        "why": webhook.off_reason,
        "since": wording.day(timezone.localdate(since), on=today) if since else "",
        "reason": email.one_line(failed.said) if failed else "",
        "url": _url("notifications:webhook", webhook.pk),
        "is_example": False,
        "programme_id": webhook.programme_id,
    }


_CONTEXTS: dict[MessageKind, Callable[[Message, datetime], dict[str, Any]]] = {
    MessageKind.BOUNCE: _of_address,
    MessageKind.FAILURES: _of_failures,
    MessageKind.QUESTION: _of_question,
    MessageKind.WEBHOOK_OFF: _of_webhook,
}
#: Kinds of message that are written here.
KINDS = tuple(_CONTEXTS)


def _url(name: str, *keys: int) -> str:
    return in_full(reverse(name, args=keys))
