"""Money from outside: entering it, and widening initiatives by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import Activity, Grant, Initiative, Place, Programme, User
from rollout.services.ground import Invalid, require
from rollout.services.readiness import make_readiness


@dataclass(frozen=True)
class GrantValues:
    """Who gives how much, from when until when, for which activities."""

    funder: str
    amount: Decimal | None
    starts_on: date
    ends_on: date
    activities: Sequence[Activity]
    note: str


@transaction.atomic
def add_grant(programme: Programme, values: GrantValues, *, by: User) -> Grant:
    """Enter a grant. Its last day is a deadline. Raises Invalid for wrong dates."""
    require(by, "rollout.edit_programme", programme)
    return _save(Grant(programme=programme), values)


@transaction.atomic
def change_grant(grant: Grant, values: GrantValues, *, by: User) -> Grant:
    """Change a grant. Raises Invalid for wrong dates."""
    require(by, "rollout.edit_programme", grant.programme)
    fresh = Grant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    return _save(fresh, values)


def _save(grant: Grant, values: GrantValues) -> Grant:
    if values.ends_on < values.starts_on:
        raise Invalid(_("The last day lies before the first."))
    if values.amount is not None and values.amount < 0:
        raise Invalid(_("An amount is not negative."))
    for name in ("funder", "amount", "starts_on", "ends_on", "note"):
        setattr(grant, name, getattr(values, name))
    grant.save()
    grant.activities.set(values.activities)
    return grant


@transaction.atomic
def widen_by_grant(
    grant: Grant, initiative: Initiative, places: Sequence[Place], *, by: User
) -> list[Activity]:
    """Carry an initiative out in more places, on this grant's money.

    Each place gets a planned activity that is linked to the grant. Raises Invalid
    without a place, for another programme's, and where the activity exists already.
    """
    require(by, "rollout.edit_programme", grant.programme)
    if not places:
        raise Invalid(_("Choose at least one place."))
    programme = grant.programme
    owners = {initiative.focus_area.programme_id, *(one.programme_id for one in places)}
    if owners != {programme.pk}:
        raise Invalid(_("This belongs to another programme."))
    present = Activity.objects.filter(initiative=initiative, place__in=places)
    found = present.select_related("place").first()
    if found is not None:
        raise Invalid(
            _("The initiative is carried out in %(place)s already.")
            % {"place": found.place}
        )
    made = [
        Activity.objects.create(
            initiative=initiative,
            place=place,
            source=_("Widened by the grant of %(funder)s") % {"funder": grant.funder},
        )
        for place in places
    ]
    make_readiness(made)
    grant.activities.add(*made)
    return made
