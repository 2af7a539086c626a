"""Says in mails what the engine itself has to tell, to who runs a programme or it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from notifications import email, wording
from notifications.models import Message, MessageKind, SuppressedAddress
from rollout.models import User

#: Kinds of message that are written here.
KINDS = (MessageKind.BOUNCE,)


def context(message: Message, *, now: datetime) -> dict[str, Any]:
    """Return what the texts need. Raises LookupError where it is gone."""
    return _of_address(message, now=now)


def _of_address(message: Message, *, now: datetime) -> dict[str, Any]:
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


def _url(name: str, *args: object) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{reverse(name, args=args)}"
