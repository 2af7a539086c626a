"""Understands what mail providers report of mails that we gave them by SMTP.

django-anymail knows the form of each provider's reports. A mail carries its mark in a
header that the provider hands back with every report, so that a report is about one
mail and its own address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.conf import settings

from notifications import return_path
from notifications.bounces import Report
from notifications.models import Message, Returned
from notifications.smtp import is_wrong_address

#: The name under which the mark travels.
_MARK = "rollout"


@dataclass(frozen=True)
class Provider:
    """One mail provider: how it takes a mark along, and how it reports."""

    reader: type[AnymailBaseWebhookView]
    #: The header in which the mark travels, and its form.
    header: str
    form: Callable[[str], str]
    #: Whether its report says that the address does not work.
    is_hard: Callable[[Mapping[str, Any]], bool]


def _as_json(mark: str) -> str:
    return json.dumps({_MARK: mark})


PROVIDERS = {
    "brevo": Provider(
        BrevoTrackingWebhookView,
        "X-Mailin-custom",
        _as_json,
        lambda raw: raw.get("event") in {"hard_bounce", "invalid_email"},
    ),
    "mailjet": Provider(
        MailjetTrackingWebhookView,
        "X-MJ-EventPayload",
        _as_json,
        lambda raw: raw.get("hard_bounce") in {True, "1", "true"},
    ),
    "postmark": Provider(
        PostmarkTrackingWebhookView,
        f"X-PM-Metadata-{_MARK}",
        str,
        lambda raw: raw.get("Type") in {"HardBounce", "BadEmailAddress"},
    ),
}


def chosen() -> Provider | None:
    """Return the provider of the settings; None where mail goes out without one."""
    return PROVIDERS.get(settings.MAIL_PROVIDER)


def headers(message: Message) -> dict[str, str]:
    """Return the headers by which the provider's reports will name this mail."""
    provider = chosen()
    if provider is None:
        return {}
    return {provider.header: provider.form(return_path.mark_of(message))}


def reports(
    provider: Provider, events: list[AnymailTrackingEvent], *, now: datetime
) -> Iterator[tuple[Message, Report]]:
    """Yield what came back, each with its mail; all other events say nothing here.

    A report about another address than that of its mail is none of ours.
    """
    for event in events:
        kind = _kind(provider, event)
        message = _message(event) if kind else None
        if kind is None or message is None or not _is_about(event, message):
            continue
        yield (
            message,
            Report(
                kind=kind,
                key=_key(event, message),
                at=event.timestamp or now,
                text=str(event.mta_response or event.description or "")[:1000],
            ),
        )


def _kind(provider: Provider, event: AnymailTrackingEvent) -> Returned | None:
    if event.event_type == EventType.COMPLAINED:
        return Returned.COMPLAINT
    if event.event_type not in {EventType.BOUNCED, EventType.REJECTED}:
        return None
    raw = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    is_hard = (
        provider.is_hard(raw)
        or event.reject_reason == RejectReason.INVALID
        or is_wrong_address(None, str(event.mta_response or ""))
    )
    return Returned.HARD if is_hard else Returned.SOFT


def _message(event: AnymailTrackingEvent) -> Message | None:
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    return return_path.message_marked(str(metadata.get(_MARK, "")))


def _is_about(event: AnymailTrackingEvent, message: Message) -> bool:
    return str(event.recipient or "").lower() == message.to_address.lower()


def _key(event: AnymailTrackingEvent, message: Message) -> str:
    """Name a report: by the provider's own name for it, or by all that it says."""
    told = event.event_id or f"{event.event_type} {event.timestamp}"
    digest = sha256(f"{message.pk} {told}".encode()).hexdigest()
    return f"{settings.MAIL_PROVIDER}:{digest}"
