"""Invites new members by mail: one message for each membership, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from notifications import posting
from notifications.email import message_id
from notifications.models import Message, MessageKind
from rollout.addresses import in_full
from rollout.models import Membership

#: An invitation that could not be sent for so long is asked about otherwise.
EXPIRES_AFTER = timedelta(days=7)


def invite(*, now: datetime) -> int:
    """Put an invitation into the outbox for everybody invited lately; count them.

    Run as often as one likes: the key of a message makes it exist once.
    """
    lately = Membership.objects.filter(
        invited_at__gt=now - EXPIRES_AFTER, user__is_active=True
    ).select_related("user")
    keys = {_key(one): one for one in lately}
    known = Message.objects.filter(dedupe_key__in=list(keys))
    for key in known.values_list("dedupe_key", flat=True):
        keys.pop(key, None)
    dead = posting.dead_addresses(one.user.email for one in keys.values())
    made = Message.objects.bulk_create(
        [
            _message(one, key)
            for key, one in keys.items()
            if one.user.email.lower() not in dead
        ],
        ignore_conflicts=True,
    )
    return len(made)


def _key(membership: Membership) -> str:
    return f"{membership.programme_id}:invitation:{membership.pk}"


def _message(membership: Membership, key: str) -> Message:
    at = membership.invited_at
    if at is None:
        raise ValueError(f"membership {membership.pk} was never invited")
    return Message(
        programme_id=membership.programme_id,
        dedupe_key=key,
        message_id=message_id(key),
        kind=MessageKind.INVITATION,
        recipient=membership.user,
        to_address=membership.user.email,
        params={"membership": membership.pk},
        created_at=at,
        not_before=at,
        expires_at=at + EXPIRES_AFTER,
        # Somebody just asked for it and waits for it to arrive.
        awaits_window=False,
    )


def holds(message: Message) -> bool:
    """Say whether the person invited still is a member."""
    return Membership.objects.filter(pk=message.params["membership"]).exists()


def context(message: Message, *, now: datetime) -> dict[str, Any]:
    """Return what the mail tells: to what, as what, and by whom one is invited."""
    membership = Membership.objects.select_related(
        "programme", "partner", "invited_by", "user"
    ).get(pk=message.params["membership"])
    return {
        "programme": membership.programme,
        "programme_id": membership.programme_id,
        "role": membership.role,
        "partner": membership.partner,
        "by": membership.invited_by,
        "address": membership.user.email,
        "url": in_full(reverse("account_request_login_code")),
        "is_example": membership.user.is_example,
    }
