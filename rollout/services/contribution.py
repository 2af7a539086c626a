"""The ledger of what partners promised to put in, and of what they have delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    Contribution,
    ContributionDelivery,
    Partner,
    Programme,
    User,
)
from rollout.services.ground import Invalid, require


@dataclass(frozen=True)
class ContributionValues:
    """What a partner promises."""

    partner: Partner
    kind: str
    title: str
    promised: Decimal
    starts_on: date
    ends_on: date
    activity: Activity | None
    note: str


@transaction.atomic
def promise_contribution(
    programme: Programme, values: ContributionValues, *, by: User
) -> Contribution:
    """Enter a promise. Raises Invalid where it makes no sense."""
    require(by, "rollout.edit_programme", programme)
    return _save(Contribution(programme=programme), values)


@transaction.atomic
def change_contribution(
    entry: Contribution, values: ContributionValues, *, by: User
) -> Contribution:
    """Change what was promised. Raises Invalid where it makes no sense."""
    require(by, "rollout.edit_programme", entry.programme)
    fresh = Contribution.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    return _save(fresh, values)


def _save(entry: Contribution, values: ContributionValues) -> Contribution:
    if values.ends_on < values.starts_on:
        raise Invalid(_("The last day lies before the first."))
    if values.promised <= 0:
        raise Invalid(_("Say how much is promised."))
    for name, value in vars(values).items():
        setattr(entry, name, value)
    entry.save()
    return entry


@transaction.atomic
def note_delivery(
    entry: Contribution,
    *,
    amount: Decimal,
    delivered_on: date,
    note: str,
    by: User,
    at: datetime,
) -> ContributionDelivery:
    """Note that some of a contribution was delivered; a negative amount takes back.

    Raises Invalid for nothing, for a day ahead, and for more taken back than noted.
    """
    require(by, "rollout.note_delivery", entry)
    fresh = Contribution.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if amount == 0:
        raise Invalid(_("Say how much was delivered."))
    if delivered_on > timezone.localdate(at):
        raise Invalid(_("The day lies ahead."))
    noted = sum((one.amount for one in fresh.deliveries.all()), Decimal(0))
    if noted + amount < 0:
        raise Invalid(_("So much has not been delivered."))
    return ContributionDelivery.objects.create(
        contribution=fresh,
        amount=amount,
        delivered_on=delivered_on,
        note=note,
        noted_by=by,
        noted_at=at,
    )
