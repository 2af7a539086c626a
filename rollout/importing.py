"""Takes values over from a file: all of it, or nothing and every reason why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    ColumnMapping,
    DataRequest,
    Measurement,
    MeasurementStatus,
    Programme,
    User,
)
from rollout.models.protection import lock_values
from rollout.periods import Period
from rollout.services import Invalid, check_enterable, keep_correction, require
from rollout.values_file import Line, RawTable

#: A value that stands so was delivered already.
_GIVEN = frozenset((MeasurementStatus.SUBMITTED, MeasurementStatus.APPROVED))
#: What becomes of a line.
ADDED, CHANGED, SAME = "added", "changed", "same"


@transaction.atomic
def import_values(
    programme: Programme, lines: Iterable[Line], *, by: User, at: datetime
) -> Counter[str]:
    """Take over every value as delivered; return how many were added, changed, same.

    Raises Invalid for a line that is wrong, and for one that may not be entered; then
    nothing is taken over.
    """
    require(by, "rollout.run_monitoring", programme)
    lines = list(lines)
    if any(line.errors for line in lines):
        raise Invalid(_("The file has mistakes. Nothing is taken over."))
    lock_values(*{line.values["indicator"].pk for line in lines})
    done: Counter[str] = Counter()
    for line in lines:
        try:
            done[_take_over(line.values, by=by, at=at)] += 1
        except Invalid as refusal:
            told = {"number": line.number, "why": refusal}
            raise Invalid(_("Line %(number)s: %(why)s") % told) from refusal
    return done


@transaction.atomic
def rehearse(
    programme: Programme, lines: Iterable[Line], *, by: User, at: datetime
) -> Counter[str]:
    """Return what taking the values over would do, and do nothing. Raises Invalid."""
    done = import_values(programme, lines, by=by, at=at)
    transaction.set_rollback(True)
    return done


def _take_over(values: Mapping[str, Any], *, by: User, at: datetime) -> str:
    period = Period(values["period_start"], values["period_end"])
    found = (
        Measurement.objects.select_for_update(of=("self",))
        .filter(
            indicator=values["indicator"],
            place=values["place"],
            band=values["band"],
            period_start=period.starts_on,
            period_end=period.ends_on,
        )
        .first()
    )
    if found is not None and found.value == values["value"] and found.status in _GIVEN:
        return SAME
    on = timezone.localdate(at)
    partner = values["indicator"].delivered_by_id
    check_enterable(values["indicator"], period, partner=partner, on=on)
    if found is not None and found.frozen_at is not None:
        raise Invalid(_("The value is frozen by an evaluation."))
    outcome = ADDED if found is None else CHANGED
    measurement = found or Measurement(
        indicator=values["indicator"],
        place=values["place"],
        band=values["band"],
        period_start=period.starts_on,
        period_end=period.ends_on,
    )
    if found is not None and found.value != values["value"]:
        reason = values["comment"] or _("Taken over from a file.")
        keep_correction(found, values["value"], reason=reason, by=by, at=at)
    if measurement.data_request is None and not measurement.band:
        measurement.data_request = _question(measurement)
    measurement.value = values["value"]
    measurement.comment = values["comment"] or measurement.comment
    measurement.status = MeasurementStatus.SUBMITTED
    measurement.submitted_by, measurement.submitted_at = by, at
    measurement.approved_by = measurement.approved_at = None
    measurement.save()
    return outcome


def _question(measurement: Measurement) -> DataRequest | None:
    """Return what asked for the value and has no other value, if anything did."""
    asked = DataRequest.objects.asking_for(
        measurement.indicator, measurement.place, measurement.period
    )
    return asked.filter(delivered=None).order_by("due_on", "pk").first()


def remembered(programme: Programme, table: RawTable) -> dict[str, str]:
    """Return which headings held what in the last file with these headings."""
    kept = ColumnMapping.objects.filter(
        programme=programme, fingerprint=table.fingerprint
    ).first()
    return dict(kept.columns) if kept else {}


def remember(
    programme: Programme,
    table: RawTable,
    mapping: Mapping[str, int],
    *,
    by: User,
    at: datetime,
) -> None:
    """Remember which headings held what, for the next such file."""
    require(by, "rollout.run_monitoring", programme)
    ColumnMapping.objects.update_or_create(
        programme=programme,
        fingerprint=table.fingerprint,
        defaults={
            "columns": {key: table.headings[n] for key, n in mapping.items()},
            "used_by": by,
            "used_at": at,
        },
    )
