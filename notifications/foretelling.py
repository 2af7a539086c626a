"""Foretells a step's mails: who is told at once, and which reminders come or go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notifications.models import Message, MessageKind
from notifications.whatif import Difference, what_if
from rollout.foretold import Foretold, MovedReminder
from rollout.models import Programme, User


@dataclass(frozen=True)
class Mails:
    """The mails that a step would set off."""

    told: list[User]
    difference: Difference


def mails_of(
    edit: Callable[[], object], *, programme: Programme, now: datetime
) -> Mails:
    """Return who would get which mail; what ``edit`` raises is raised here."""
    told: list[User] = []

    def made() -> None:
        edit()
        mails = Message.objects.filter(
            activity__programme=programme,
            kind=MessageKind.TRANSITION,
            created_at=now,
        ).select_related("recipient")
        told.extend(
            mail.recipient
            for mail in mails.order_by("recipient__name")
            if mail.recipient
        )

    return Mails(told, what_if(made, now=now, programme=programme))


def foretell(
    edit: Callable[[], object], *, programme: Programme, now: datetime
) -> Foretold:
    """Return the same in the domain's words, as `FORETELLER` in the settings."""
    mails = mails_of(edit, programme=programme, now=now)
    names = mails.difference.names
    return Foretold(
        told=mails.told,
        reminders=[
            MovedReminder(
                title=one.step.title,
                recipient=names.get(one.step.recipient_id or 0),
                before=one.before.day if one.before else None,
                after=one.after.day if one.after else None,
            )
            for one in mails.difference.changes
        ],
    )
