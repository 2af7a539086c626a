"""What every service begins with: may this person, and is it still what they saw?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from rollout.models import Activity, Membership, Programme, User
from workflows.engine import NotAllowed, Stale
from workflows.models import VersionedModel


class Invalid(ValueError):
    """What was asked makes no sense here; the message says why."""


def require(by: User, permission: str, obj: object) -> None:
    """Raise NotAllowed unless the person holds the permission on the object."""
    if not by.has_perm(permission, obj):
        raise NotAllowed(_("You may not change this."))


def locked(activity: Activity, expected_version: int | None = None) -> Activity:
    """Return the activity as it is now, locked. Raises Stale for another version."""
    fresh = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    check_version(fresh, expected_version)
    return fresh


def check_version(found: VersionedModel, expected: int | None) -> None:
    """Raise Stale if somebody changed it since ``expected``; None: no matter."""
    if expected is not None and found.version != expected:
        raise Stale(found.version)


def member(person: User, activity: Activity) -> Membership:
    """Return the person's membership. Raises Invalid for who takes no part."""
    found = person.memberships.filter(programme=activity.programme).first()
    if found is None or not person.is_active or person.is_service:
        raise Invalid(_("This person does not take part in the programme."))
    return found


def check_inside(programme: Programme, *days: date | None) -> None:
    """Raise Invalid for a local date before or after the programme."""
    if not all(programme.starts_on <= day <= programme.ends_on for day in days if day):
        raise Invalid(_("The date lies outside the programme."))


#: Is told how much of some long work is done, and of how much.
Progress = Callable[[int, int], None]


def silently(done: int, total: int) -> None:
    """Tell nobody: the work is short."""
