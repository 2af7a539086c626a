"""Who is told when an activity changes its state: rows for the outbox, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from notifications.email import message_id
from notifications.models import (
    Message,
    MessageKind,
    Reminder,
    ReminderState,
    SuppressedAddress,
)
from rollout.models import Activity, ActivityTransition, Membership, Role, User

#: Transitions of which people are told, and whether contributors are too.
TOLD = {
    "clarify": False,
    "launch": True,
    "evaluate": False,
    "resume": True,
    "postpone": True,
    "adjust": True,
    "discontinue": True,
    "reinstate": False,
}

#: A notice that could not be sent for so long is no news any more.
EXPIRES_AFTER = timedelta(days=7)


def announce(activity: Activity, record: ActivityTransition) -> list[Message]:
    """Put one notice for each person concerned into the outbox.

    Nobody is told of what they did themselves, and an import tells nobody.
    """
    if record.transition not in TOLD:
        return []
    suppressed = set(
        SuppressedAddress.objects.in_force().values_list("address", flat=True)
    )
    messages: dict[int, Message] = {}
    for person, role, partner in _concerned(activity, record):
        mailbox = _mailbox(person, record)
        if (
            mailbox.pk == record.by_id
            or not mailbox.is_active
            or mailbox.email.lower() in suppressed
            or mailbox.pk in messages
        ):
            continue
        messages[mailbox.pk] = _notice(activity, record, mailbox, role, partner)
    return Message.objects.bulk_create(messages.values(), ignore_conflicts=True)


def _concerned(
    activity: Activity, record: ActivityTransition
) -> Iterator[tuple[User, str, str]]:
    """Yield each person, in which role, and for which partner."""
    if activity.responsible is not None:
        yield activity.responsible, "responsible", ""
    if not TOLD[record.transition]:
        return
    partners = {
        partner.pk: partner
        for partner in activity.contributors.select_related("lead").order_by("pk")
    }
    contacts: dict[int | None, User] = {}
    for membership in (
        Membership.objects.filter(
            partner__in=partners, role=Role.PARTNER, user__is_active=True
        )
        .select_related("user")
        .order_by("pk")
    ):
        contacts.setdefault(membership.partner_id, membership.user)
    for pk, partner in partners.items():
        person = contacts.get(pk) or partner.lead
        if person is not None:
            yield person, "contributor", partner.name


def _mailbox(person: User, record: ActivityTransition) -> User:
    """Return the stand-in on that day, or the person."""
    if person.stand_in is not None and person.stands_in_on(
        timezone.localdate(record.at)
    ):
        return person.stand_in
    return person


def _notice(
    activity: Activity, record: ActivityTransition, to: User, role: str, partner: str
) -> Message:
    key = f"{activity.programme_id}:transition:activity:{record.pk}:{to.pk}"
    return Message(
        programme_id=activity.programme_id,
        activity=activity,
        dedupe_key=key,
        message_id=message_id(key),
        kind=MessageKind.TRANSITION,
        recipient=to,
        to_address=to.email,
        params={"record": record.pk, "role": role, "partner": partner},
        created_at=record.at,
        not_before=record.at,
        expires_at=record.at + EXPIRES_AFTER,
        # News of what was just decided; it may arrive in the evening.
        awaits_window=False,
    )


def call_off(activity: Activity, record: ActivityTransition) -> int:
    """Hold back at once what is planned for an activity that reminds no more."""
    return Reminder.objects.filter(
        activity=activity, state=ReminderState.PLANNED
    ).update(state=ReminderState.HELD, reason=record.target, changed_at=record.at)
