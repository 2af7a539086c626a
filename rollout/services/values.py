"""What becomes of delivered values: approved, returned, corrected, closed to entry."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rollout.models import (
    Indicator,
    LateEntry,
    Measurement,
    MeasurementCorrection,
    MeasurementStatus,
    Partner,
    PeriodLock,
    Programme,
    User,
)
from rollout.models.protection import lock_values
from rollout.periods import Period
from rollout.services.documents import check_document
from rollout.services.ground import Invalid, check_version, require


def check_enterable(
    indicator: Indicator, period: Period, *, partner: int | None, on: date
) -> None:
    """Raise Invalid where no value can be entered.

    That is so for a share of which nobody has said what is counted of what, and for
    a period that is locked, unless ``partner`` may still enter late.
    """
    if indicator.lacks_definition:
        raise Invalid(
            _("First say what is counted, and of how many: the indicator is a share.")
        )
    programme = indicator.programme
    lock = PeriodLock.objects.filter(programme=programme).holding(period).first()
    if lock is None:
        return
    late = LateEntry.objects.filter(programme=programme).open_for(partner, on=on)
    if not late.exists():
        raise Invalid(
            _("The period is locked: values until %(date)s are closed.")
            % {"date": date_format(lock.until)}
        )


def _locked_row(measurement: Measurement) -> Measurement:
    """Return the value as it is now, locked. Raises Invalid for a frozen one."""
    lock_values(measurement.indicator_id)
    fresh = Measurement.objects.select_for_update(of=("self",)).get(pk=measurement.pk)
    if fresh.frozen_at is not None:
        raise Invalid(
            _("The value is frozen by an evaluation. Add an addendum to that instead.")
        )
    return fresh


@transaction.atomic
def approve_measurement(
    measurement: Measurement,
    *,
    by: User,
    at: datetime,
    expected_version: int | None = None,
) -> Measurement:
    """Approve a submitted value.

    Raises Stale if somebody changed it since ``expected_version``, and Invalid for a
    value in any other state.
    """
    require(by, "rollout.run_monitoring", measurement)
    fresh = _locked_row(measurement)
    check_version(fresh, expected_version)
    if fresh.status != MeasurementStatus.SUBMITTED:
        raise Invalid(_("Only a submitted value can be approved."))
    fresh.status = MeasurementStatus.APPROVED
    fresh.approved_by = by
    fresh.approved_at = at
    fresh.save()
    return fresh


@transaction.atomic
def return_measurement(
    measurement: Measurement, *, reason: str, by: User, at: datetime
) -> Measurement:
    """Return a value to who delivered it; what asked for it is open again.

    Raises Invalid without a reason, and for a draft or a frozen value.
    """
    require(by, "rollout.run_monitoring", measurement)
    if not reason.strip():
        raise Invalid(_("Say why the number is returned."))
    fresh = _locked_row(measurement)
    if fresh.status not in {MeasurementStatus.SUBMITTED, MeasurementStatus.APPROVED}:
        raise Invalid(_("Only a delivered number can be returned."))
    MeasurementCorrection.objects.create(
        measurement=fresh, value_before=fresh.value, reason=reason, by=by, at=at
    )
    fresh.status = MeasurementStatus.RETURNED
    fresh.returned_reason = reason
    fresh.approved_by = None
    fresh.approved_at = None
    fresh.save()
    return fresh


@transaction.atomic
def correct_measurement(
    measurement: Measurement, value: Decimal, *, reason: str, by: User, at: datetime
) -> Measurement:
    """Correct a value; the old one and the reason are kept, and it is approved anew.

    Raises Invalid without a reason, for a frozen value and in a locked period.
    """
    require(by, "rollout.run_monitoring", measurement)
    if not reason.strip():
        raise Invalid(_("Say why the number is corrected."))
    fresh = _locked_row(measurement)
    partner = fresh.data_request.partner_id if fresh.data_request else None
    check_enterable(
        fresh.indicator, fresh.period, partner=partner, on=timezone.localdate(at)
    )
    keep_correction(fresh, value, reason=reason, by=by, at=at)
    fresh.value = value
    fresh.status = MeasurementStatus.SUBMITTED
    fresh.submitted_by = by
    fresh.submitted_at = at
    fresh.approved_by = None
    fresh.approved_at = None
    fresh.save()
    return fresh


def keep_correction(
    measurement: Measurement, value: Decimal, *, reason: str, by: User, at: datetime
) -> None:
    """Keep what a stored value was before it becomes another."""
    if measurement.value != value:
        MeasurementCorrection.objects.create(
            measurement=measurement,
            value_before=measurement.value,
            value_after=value,
            reason=reason,
            by=by,
            at=at,
        )


@transaction.atomic
def attach_evidence(
    measurement: Measurement, *, url: str, document: File[bytes] | None, by: User
) -> Measurement:
    """Say on what a value rests: a file, a link, or both."""
    permission = "rollout.run_monitoring"
    if measurement.data_request is not None and not by.has_perm(
        permission, measurement
    ):
        require(by, "rollout.deliver_value", measurement.data_request)
    else:
        require(by, permission, measurement)
    if document is not None:
        check_document(document)
    fresh = _locked_row(measurement)
    fresh.evidence_url = url
    if document is not None:
        fresh.evidence = document
    fresh.save()
    return fresh


@transaction.atomic
def lock_periods(
    programme: Programme, *, until: date | None, reason: str, by: User, at: datetime
) -> None:
    """Close the periods that ended by a day, and no others; None opens all."""
    require(by, "rollout.run_monitoring", programme)
    if until is None:
        PeriodLock.objects.filter(programme=programme).delete()
        return
    PeriodLock.objects.update_or_create(
        programme=programme,
        defaults={"until": until, "reason": reason, "locked_by": by, "locked_at": at},
    )


@transaction.atomic
def allow_late_entry(
    programme: Programme,
    *,
    partner: Partner | None,
    until: date,
    reason: str,
    by: User,
    at: datetime,
) -> LateEntry:
    """Let a partner, or everybody, enter values of locked periods until a day."""
    require(by, "rollout.run_monitoring", programme)
    if not reason.strip():
        raise Invalid(_("Say why values may be entered late."))
    if partner is not None and partner.programme_id != programme.pk:
        raise Invalid(_("This partner does not take part in the programme."))
    return LateEntry.objects.create(
        programme=programme,
        partner=partner,
        until=until,
        reason=reason,
        allowed_by=by,
        allowed_at=at,
    )


@transaction.atomic
def end_late_entry(late: LateEntry, *, by: User) -> None:
    """Let nobody enter late by this permission any more."""
    require(by, "rollout.run_monitoring", late.programme)
    late.delete()
