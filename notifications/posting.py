"""Puts into the outbox what is told to one person once: rows, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from notifications.email import message_id
from notifications.models import Message, MessageKind, SuppressedAddress
from rollout.models import Activity, Membership, Programme, Role, User

#: A notice that could not be sent for so long is no news any more.
EXPIRES_AFTER = timedelta(days=7)


def notice(
    kind: MessageKind,
    *,
    about: str,
    to: User,
    programme: Programme | None,
    activity: Activity | None = None,
    params: Mapping[str, Any],
    at: datetime,
) -> Message:
    """Make a notice for the outbox; ``about`` is what makes it exist only once."""
    scope = programme.pk if programme else 0
    key = f"{scope}:{kind}:{about}:{to.pk}"
    return Message(
        programme=programme,
        activity=activity,
        dedupe_key=key,
        message_id=message_id(key),
        kind=kind,
        recipient=to,
        to_address=to.email,
        params=dict(params),
        created_at=at,
        not_before=at,
        expires_at=at + EXPIRES_AFTER,
        # News of what just happened; it may arrive in the evening.
        awaits_window=False,
    )


def put(notices: Iterable[Message]) -> None:
    """Put notices into the outbox; those there already, and dead addresses, are not."""
    dead = set(SuppressedAddress.objects.in_force().values_list("address", flat=True))
    Message.objects.bulk_create(
        [one for one in notices if one.to_address.lower() not in dead],
        ignore_conflicts=True,
    )


def who_runs(programme: int, *, but: int | None = None) -> list[User]:
    """Return the coordinators, or the managers where nobody else coordinates.

    ``but`` is the key of a person who is left out.
    """
    staff = [
        membership
        for membership in Membership.objects.filter(
            programme=programme,
            role__in=[Role.COORDINATOR, Role.MANAGER],
            user__is_active=True,
        )
        .select_related("user")
        .order_by("pk")
        if membership.user_id != but
    ]
    coordinators = [m.user for m in staff if m.role == Role.COORDINATOR]
    return coordinators or [m.user for m in staff]
