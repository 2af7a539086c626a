"""How objectives are measured: indicators, their targets, and periods of one's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from rollout.models import (
    Direction,
    Indicator,
    Measurement,
    Objective,
    Place,
    Programme,
    ReportingPeriod,
    Target,
    User,
)
from rollout.models.protection import protect_all
from rollout.services.ground import Invalid, require

#: What of an indicator must not change once values are stored, or they would mean
#: something else.
_MEANING = ("unit", "is_share")


@dataclass(frozen=True)
class IndicatorValues:
    """What an indicator is; columns by name, and the places apart."""

    columns: dict[str, Any]
    places: list[Place] = field(default_factory=list)


@transaction.atomic
def add_indicator(
    objective: Objective, values: IndicatorValues, *, by: User
) -> Indicator:
    """Add an indicator to an objective. Raises Invalid where it makes no sense."""
    require(by, "rollout.edit_programme", objective.focus_area.programme)
    indicator = Indicator(objective=objective)
    indicator.code = _free_code(objective, values.columns["name"])
    last = objective.indicators.order_by("-position").first()
    indicator.position = last.position + 1 if last else 1
    return _save(indicator, values)


@transaction.atomic
def change_indicator(
    indicator: Indicator, values: IndicatorValues, *, by: User
) -> Indicator:
    """Change an indicator.

    Raises Invalid where it makes no sense, and for another unit once it has values.
    """
    require(by, "rollout.edit_programme", indicator.programme)
    fresh = Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    is_other = any(getattr(fresh, name) != values.columns[name] for name in _MEANING)
    if is_other and Measurement.objects.filter(indicator=fresh).exists():
        raise Invalid(
            _("It has values already: another unit would change what they mean.")
        )
    return _save(fresh, values)


def _free_code(objective: Objective, name: str) -> str:
    code = slugify(name)[:50] or "indicator"
    taken = set(
        Indicator.objects.filter(
            objective__focus_area__programme=objective.focus_area.programme
        ).values_list("code", flat=True)
    )
    number = 1
    found = code
    while found in taken:
        number += 1
        found = f"{code}-{number}"
    return found


def _save(indicator: Indicator, values: IndicatorValues) -> Indicator:
    for name, value in values.columns.items():
        setattr(indicator, name, value)
    if (indicator.direction == Direction.KEEP_BELOW) != (
        indicator.threshold is not None
    ):
        raise Invalid(_("What should stay below needs a threshold, and nothing else."))
    if indicator.baseline is None and not indicator.baseline_missing_reason:
        raise Invalid(_("Give the baseline, or say why there is none."))
    if bool(indicator.attendance_of) != bool(indicator.attendance_sum):
        raise Invalid(_("Say both which log gives the values and what is added up."))
    has_values = indicator.pk and indicator.measurements.exists()
    if has_values and indicator.lacks_definition:
        raise Invalid(
            _("First say what is counted, and of how many: the indicator is a share.")
        )
    try:
        indicator.full_clean()
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    indicator.save()
    indicator.places.set(values.places)
    # Which numbers tell small ones depends on the bands, groups and decimals, too.
    protect_all(indicator)
    return indicator


@transaction.atomic
def set_target(
    indicator: Indicator,
    *,
    place: Place | None,
    period_start: date,
    period_end: date,
    value: Decimal,
    note: str,
    by: User,
) -> Target:
    """Say what is to be reached in a period; what was said of it before is replaced."""
    require(by, "rollout.edit_programme", indicator.programme)
    if period_end < period_start:
        raise Invalid(_("The period ends before it begins."))
    target, _is_new = Target.objects.update_or_create(
        indicator=indicator,
        place=place,
        period_start=period_start,
        period_end=period_end,
        defaults={"value": value, "note": note},
    )
    return target


@transaction.atomic
def remove_target(target: Target, *, by: User) -> None:
    """Aim at nothing in that period."""
    require(by, "rollout.edit_programme", target.programme)
    target.delete()


@transaction.atomic
def add_reporting_period(
    programme: Programme, *, name: str, starts_on: date, ends_on: date, by: User
) -> ReportingPeriod:
    """Add a period of the programme's own. Raises Invalid for one that is there."""
    require(by, "rollout.edit_programme", programme)
    period = ReportingPeriod(
        programme=programme, name=name, starts_on=starts_on, ends_on=ends_on
    )
    try:
        period.full_clean()
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    period.save()
    return period


@transaction.atomic
def remove_reporting_period(period: ReportingPeriod, *, by: User) -> None:
    """Measure in that period no more; values that are there stay."""
    require(by, "rollout.edit_programme", period.programme)
    period.delete()
