"""Puts into the outbox what is told to one person once: rows, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models.functions import Lower
from django.utils import timezone

from notifications.email import message_id
from notifications.models import (
    Message,
    MessageKind,
    MessageState,
    SuppressedAddress,
)
from rollout.models import Activity, Membership, Role, User

#: What waits while its reader has paused; receipts and the like are waited for.
WAITING_FOR_PAUSE = (
    MessageKind.TRANSITION,
    MessageKind.RESPONSIBLE,
    MessageKind.READY,
    MessageKind.MEETING,
)
#: A notice that could not be sent for so long is no news any more.
EXPIRES_AFTER = timedelta(days=7)


def notice(
    kind: MessageKind,
    *,
    about: str,
    to: User,
    programme: int | None,
    activity: Activity | None = None,
    params: Mapping[str, Any],
    at: datetime,
    can_wait: bool = False,
) -> Message:
    """Make a notice for the outbox; ``about`` is what makes it exist only once.

    ``programme`` is a key, because nothing else of it is needed. One that ``can_wait``
    does so while its reader has paused.
    """
    key = f"{programme or 0}:{kind}:{about}:{to.pk}"
    begins = _after_pause(to, at) if can_wait else at
    return Message(
        programme_id=programme,
        activity=activity,
        dedupe_key=key,
        message_id=message_id(key),
        kind=kind,
        recipient=to,
        to_address=to.email,
        params=dict(params),
        created_at=at,
        not_before=begins,
        expires_at=begins + EXPIRES_AFTER,
        # News of what just happened; it may arrive in the evening.
        awaits_window=False,
    )


def _after_pause(person: User, at: datetime) -> datetime:
    """Return the first moment from ``at`` on at which the person is not paused."""
    if person.paused_until is None or not person.is_paused_on(timezone.localdate(at)):
        return at
    return morning_after(person.paused_until)


def morning_after(day: date) -> datetime:
    """Return the moment at which a local day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def end_pause(person: User, *, at: datetime) -> None:
    """Let what waits for a pause to end leave now: it was ended earlier."""
    Message.objects.filter(
        recipient=person,
        kind__in=WAITING_FOR_PAUSE,
        state=MessageState.PENDING,
        not_before__gt=at,
        attempts=0,
    ).update(not_before=at)


def mailbox(person: User, *, on: date) -> User | None:
    """Return who gets a person's mail on a day, if anybody does.

    The stand-in; where that one cannot be reached the person, as in planning.
    """
    deputy = person.stand_in if person.stands_in_on(on) else None
    if deputy and _may_get_mail(deputy) and not dead_addresses([deputy.email]):
        return deputy
    return person if _may_get_mail(person) else None


def _may_get_mail(person: User) -> bool:
    return person.is_active and not person.is_service


def put(notices: Iterable[Message]) -> None:
    """Put notices into the outbox; those there already, and dead addresses, are not."""
    new = list(notices)
    if not new:
        return
    dead = dead_addresses(one.to_address for one in new)
    Message.objects.bulk_create(
        [one for one in new if one.to_address.lower() not in dead],
        ignore_conflicts=True,
    )


def who_runs(programme: int, *, but: int | None = None) -> list[User]:
    """Return the coordinators, or the managers where nobody else coordinates.

    ``but`` is the key of a person who is left out.
    """
    staff = [
        membership
        for membership in Membership.objects.of_people()
        .filter(programme=programme, role__in=[Role.COORDINATOR, Role.MANAGER])
        .select_related("user")
        .order_by("pk")
        if membership.user_id != but
    ]
    coordinators = [m.user for m in staff if m.role == Role.COORDINATOR]
    return coordinators or [m.user for m in staff]


def dead_addresses(among: Iterable[str]) -> set[str]:
    """Return to which of some addresses nothing is sent, in lower case."""
    low = {address.lower() for address in among}
    in_force = SuppressedAddress.objects.in_force().alias(low=Lower("address"))
    return set(in_force.filter(low__in=low).values_list("address", flat=True))
