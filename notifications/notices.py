"""Who is told when an activity changes its state: rows for the outbox, and no more."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from notifications import posting
from notifications.models import Message, MessageKind, Reminder, ReminderState
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


def announce(activity: Activity, record: ActivityTransition) -> None:
    """Put one notice for each person concerned into the outbox.

    Nobody is told of what they did themselves, and an import tells nobody.
    """
    if record.transition not in TOLD:
        return
    readers: dict[int, Message] = {}
    for person, role, partner in _concerned(activity, record):
        reader = posting.mailbox(person, on=timezone.localdate(record.at))
        if reader is None or reader.pk == record.by_id or reader.pk in readers:
            continue
        readers[reader.pk] = posting.notice(
            MessageKind.TRANSITION,
            about=f"activity:{record.pk}",
            to=reader,
            programme=activity.programme_id,
            activity=activity,
            params={"record": record.pk, "role": role, "partner": partner},
            at=record.at,
            can_wait=True,
        )
    posting.put(readers.values())


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
        Membership.objects.of_people()
        .filter(partner__in=partners, role=Role.PARTNER)
        .select_related("user")
        .order_by("pk")
    ):
        contacts.setdefault(membership.partner_id, membership.user)
    for pk, partner in partners.items():
        person = contacts.get(pk) or partner.lead
        if person is not None:
            yield person, "contributor", partner.name


def call_off(activity: Activity, record: ActivityTransition) -> int:
    """Hold back at once what is planned for an activity that reminds no more."""
    return Reminder.objects.filter(
        activity=activity, state=ReminderState.PLANNED
    ).update(state=ReminderState.HELD, reason=record.target, changed_at=record.at)
