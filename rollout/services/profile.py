"""What people decide about themselves: language, mails, and who stands in for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import Membership, ReminderMode, User
from rollout.services.ground import Invalid
from workflows.engine import NotAllowed

#: Nobody above is asked while a reminder waits for a pause to end, so it must end.
LONGEST_PAUSE = timedelta(days=92)

#: What a person may change about themselves.
OWN_FIELDS = (
    "language",
    "reminder_mode",
    "paused_until",
    "has_weekly_summary",
    "stand_in",
    "stand_in_from",
    "stand_in_until",
)


@transaction.atomic
def change_profile(
    person: User, values: Mapping[str, Any], *, by: User, on: date
) -> User:
    """Change some of :data:`OWN_FIELDS`; return the fresh person.

    Raises NotAllowed for somebody else's, and Invalid for dates that make no sense
    and for a stand-in who shares no programme.
    """
    if by.pk != person.pk:
        raise NotAllowed(_("You may not change this."))
    fresh: User = User.objects.select_for_update().get(pk=person.pk)
    changed = [name for name in OWN_FIELDS if name in values]
    for name in changed:
        setattr(fresh, name, values[name])
    if fresh.stand_in is None:
        # Dates alone would say that somebody stands in.
        fresh.stand_in_from = fresh.stand_in_until = None
        changed += ["stand_in_from", "stand_in_until"]
    _check(fresh, values, on=on)
    fresh.save(update_fields=changed)
    return fresh


def _check(person: User, values: Mapping[str, Any], *, on: date) -> None:
    if values.get("reminder_mode", ReminderMode.SINGLE) not in ReminderMode.values:
        raise Invalid(_("There is no such choice."))
    pause = values.get("paused_until")
    if pause is not None and pause < on:
        raise Invalid(_("The pause must end today or later."))
    if pause is not None and pause > on + LONGEST_PAUSE:
        raise Invalid(
            _("A pause lasts three months at most. Name a stand-in for longer.")
        )
    if person.stand_in is not None and "stand_in" in values:
        _check_stand_in(person)
    first, last = person.stand_in_from, person.stand_in_until
    if first is not None and last is not None and last < first:
        raise Invalid(_("The last day lies before the first."))


def _check_stand_in(person: User) -> None:
    if not possible_stand_ins(person).filter(pk=person.stand_in_id).exists():
        raise Invalid(_("Choose somebody who takes part in the same programme."))


def possible_stand_ins(person: User) -> Any:
    """Return who can get this person's reminders: those in the same programmes."""
    programmes = Membership.objects.filter(user=person).values("programme")
    members = Membership.objects.filter(programme__in=programmes).values("user")
    people = User.objects.filter(pk__in=members, is_active=True, is_service=False)
    return people.exclude(pk=person.pk)
