"""Evaluations and values: written by one person, approved by another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    Conclusion,
    Evaluation,
    Measurement,
    MeasurementStatus,
    User,
)
from rollout.services.ground import Invalid, check_version, locked, require


@transaction.atomic
def write_evaluation(
    activity: Activity, *, conclusion: str, summary: str, by: User
) -> Evaluation:
    """Write the evaluation of the present cycle, or rewrite its draft.

    Raises Invalid for an unknown conclusion and once somebody has approved it.
    """
    require(by, "rollout.edit_activity", activity)
    if conclusion not in Conclusion.values:
        raise Invalid(_("The evaluation has no conclusion."))
    fresh = locked(activity)
    evaluation = fresh.evaluations.filter(frozen_at=None).order_by("-pk").first()
    if evaluation is None:
        evaluation = Evaluation(activity=fresh)
    if evaluation.approved_on is not None:
        raise Invalid(_("The evaluation has been approved."))
    evaluation.conclusion = conclusion
    evaluation.summary = summary
    evaluation.written_by = by
    evaluation.save()
    return evaluation


@transaction.atomic
def approve_evaluation(
    evaluation: Evaluation, *, by: User, at: datetime, seen: str = ""
) -> Evaluation:
    """Approve an evaluation that somebody else wrote.

    ``seen`` is the digest of the text that the person read. Raises Invalid without a
    conclusion, when it was approved or rewritten meanwhile, or when the author
    approves alone.
    """
    require(by, "rollout.approve_evaluation", evaluation)
    locked(evaluation.activity)
    evaluation = Evaluation.objects.select_related("activity").get(pk=evaluation.pk)
    if evaluation.approved_on is not None:
        raise Invalid(_("The evaluation has been approved."))
    if seen and seen != evaluation.digest:
        raise Invalid(
            _("The evaluation was rewritten meanwhile. Please read it again.")
        )
    if evaluation.conclusion not in Conclusion.values:
        raise Invalid(_("The evaluation has no conclusion."))
    if evaluation.written_by_id == by.pk:
        raise Invalid(_("Somebody other than the author must approve."))
    evaluation.approved_by = by
    evaluation.approved_on = timezone.localdate(at)
    evaluation.save()
    return evaluation


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
    measurement = Measurement.objects.select_for_update(of=("self",)).get(
        pk=measurement.pk
    )
    check_version(measurement, expected_version)
    if measurement.status != MeasurementStatus.SUBMITTED:
        raise Invalid(_("Only a submitted value can be approved."))
    measurement.status = MeasurementStatus.APPROVED
    measurement.approved_by = by
    measurement.approved_at = at
    measurement.save()
    return measurement
