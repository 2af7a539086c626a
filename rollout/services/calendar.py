"""Saying when a programme's people are away: closing days, quiet periods, half days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import (
    ClosingKind,
    ClosingPeriod,
    Programme,
    SettingArea,
    User,
    Verb,
)
from rollout.services.ground import Invalid, require
from rollout.services.setting import note_change

#: A longer period is most likely mistyped.
LONGEST_PERIOD_DAYS = 366
#: What a change of these days is called in the list of changes.
HALF_DAYS = "half_days"


@dataclass(frozen=True)
class PeriodValues:
    """What a closing period says; both days are part of it."""

    name: str
    kind: str
    starts_on: date
    ends_on: date


@transaction.atomic
def add_period(
    programme: Programme, values: PeriodValues, *, by: User, at: datetime
) -> ClosingPeriod:
    """Add a closing or quiet period. Raises Invalid where it makes no sense."""
    require(by, "rollout.edit_programme", programme)
    period = ClosingPeriod(programme=programme)
    _save(period, values)
    _note(period, Verb.ADDED, by=by, at=at)
    return period


@transaction.atomic
def change_period(
    period: ClosingPeriod, values: PeriodValues, *, by: User, at: datetime
) -> ClosingPeriod:
    """Change a period. Raises Invalid where it makes no sense."""
    require(by, "rollout.edit_programme", period)
    fresh = ClosingPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    _save(fresh, values)
    _note(fresh, Verb.CHANGED, by=by, at=at)
    return fresh


@transaction.atomic
def remove_period(period: ClosingPeriod, *, by: User, at: datetime) -> None:
    """Remove a period; people work, or are reminded, as on other days."""
    require(by, "rollout.edit_programme", period)
    _note(period, Verb.REMOVED, by=by, at=at)
    ClosingPeriod.objects.filter(pk=period.pk).delete()


@transaction.atomic
def set_half_days(
    programme: Programme, *, may_1: bool, june_5: bool, by: User, at: datetime
) -> Programme:
    """Say whether 1 May and 5 June, off from noon, are working days."""
    require(by, "rollout.edit_programme", programme)
    fresh = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    fresh.has_may_1_off, fresh.has_june_5_off = may_1, june_5
    fresh.save(update_fields=["has_may_1_off", "has_june_5_off"])
    area = SettingArea.CALENDAR
    note_change(fresh, area, Verb.CHANGED, HALF_DAYS, by=by, at=at)
    return fresh


def _save(period: ClosingPeriod, values: PeriodValues) -> None:
    if values.kind not in ClosingKind.values:
        raise Invalid(_("Choose whether it is closed or quiet."))
    if values.ends_on < values.starts_on:
        raise Invalid(_("The last day lies before the first."))
    if (values.ends_on - values.starts_on).days > LONGEST_PERIOD_DAYS:
        raise Invalid(_("A period can last a year at most."))
    period.name, period.kind = values.name, values.kind
    period.starts_on, period.ends_on = values.starts_on, values.ends_on
    period.save()


def _note(period: ClosingPeriod, verb: Verb, *, by: User, at: datetime) -> None:
    area = SettingArea.CALENDAR
    note_change(period.programme, area, verb, period.name, by=by, at=at)
