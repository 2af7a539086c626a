"""What people do to activities besides advancing them: one function for each verb.

Every function takes who (``by``) and when (``at``), checks permission, and raises
:class:`workflows.engine.NotAllowed` when the person may not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    Aspect,
    Conclusion,
    Condition,
    Effect,
    Evaluation,
    Measurement,
    MeasurementStatus,
    Milestone,
    Outcome,
    Partner,
    Readiness,
    User,
)
from workflows.engine import NotAllowed, Stale


class Invalid(ValueError):
    """What was asked makes no sense here; the message says why."""


def _require(by: User, permission: str, obj: object) -> None:
    if not by.has_perm(permission, obj):
        raise NotAllowed(_("You may not change this."))


def _locked(activity: Activity, expected_version: int | None) -> Activity:
    fresh = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise Stale(fresh.version)
    return fresh


def _locked_condition(condition: Condition) -> Condition:
    """Return it as it is now; its activity is locked, so that no launch overtakes."""
    _locked(condition.activity, None)
    return Condition.objects.select_related("activity").get(pk=condition.pk)


@transaction.atomic
def confirm_proposal(
    activity: Activity, *, by: User, expected_version: int | None = None
) -> Activity:
    """Confirm that a proposed activity is to be carried out."""
    _require(by, "rollout.edit_activity", activity)
    fresh = _locked(activity, expected_version)
    fresh.is_proposal = False
    fresh.save(update_fields=["is_proposal"])
    return Activity.objects.get(pk=fresh.pk)


@transaction.atomic
def assign_responsible(
    activity: Activity,
    *,
    responsible: User | None,
    partner: Partner | None = None,
    by: User,
    expected_version: int | None = None,
) -> Activity:
    """Say who answers for the activity, and for which partner.

    Without ``partner`` it is the one for which the person acts in the programme;
    without a person too, the partner stays as it was.
    Raises Invalid for a person or partner of another programme.
    """
    _require(by, "rollout.edit_activity", activity)
    fresh = _locked(activity, expected_version)
    if responsible is not None:
        membership = responsible.memberships.filter(programme=fresh.programme).first()
        if membership is None or not responsible.is_active:
            raise Invalid(_("This person does not take part in the programme."))
        partner = partner or membership.partner
    if partner is not None and partner.programme_id != fresh.programme_id:
        raise Invalid(_("This partner does not take part in the programme."))
    fresh.responsible = responsible
    if responsible is not None or partner is not None:
        fresh.responsible_partner = partner
    fresh.save(update_fields=["responsible", "responsible_partner"])
    return Activity.objects.get(pk=fresh.pk)


@transaction.atomic
def plan_launch(
    activity: Activity,
    *,
    on: date | None,
    by: User,
    expected_version: int | None = None,
) -> Activity:
    """Say on which local date the launch is planned, or that none is.

    Open milestones from templates that had no date for want of one get theirs; what
    is dated already stays. Raises Invalid for a date outside the programme.
    """
    _require(by, "rollout.edit_activity", activity)
    fresh = _locked(activity, expected_version)
    programme = fresh.programme
    if on is not None and not programme.starts_on <= on <= programme.ends_on:
        raise Invalid(_("The date lies outside the programme."))
    fresh.planned_launch_on = on
    fresh.save(update_fields=["planned_launch_on"])
    fresh.milestones.all().open().date_from_templates(launch=on)
    return Activity.objects.get(pk=fresh.pk)


def make_readiness(activities: Iterable[Activity]) -> None:
    """Give activities their three readiness checks; those they have stay."""
    Readiness.objects.bulk_create(
        [
            Readiness(activity=activity, aspect=aspect)
            for activity in activities
            for aspect in Aspect
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def set_readiness(
    activity: Activity,
    aspect: str,
    *,
    is_met: bool,
    by: User,
    at: datetime,
    note: str | None = None,
    evidence_url: str | None = None,
    expected_version: int | None = None,
) -> Readiness:
    """Declare one aspect ready, or withdraw that. Raises Invalid for another aspect.

    Withdrawing it after the launch changes no state (the page shows a flag).
    """
    _require(by, "rollout.edit_activity", activity)
    if aspect not in Aspect.values:
        raise Invalid(_("There is no aspect “%(aspect)s”.") % {"aspect": aspect})
    fresh = _locked(activity, expected_version)
    check, _made = Readiness.objects.get_or_create(activity=fresh, aspect=aspect)
    check.is_met = is_met
    check.by = by if is_met else None
    check.on = timezone.localdate(at) if is_met else None
    if note is not None:
        check.note = note
    if evidence_url is not None:
        check.evidence_url = evidence_url
    check.save()
    return check


@transaction.atomic
def apply_readiness_to_place(
    activity: Activity, aspect: str, *, is_met: bool, by: User, at: datetime
) -> list[Readiness]:
    """Set one aspect for every activity in the place that is not yet launched."""
    here = Activity.objects.filter(
        place=activity.place,
        programme=activity.programme,
        state__in=[Activity.State.PLANNED, Activity.State.IN_CLARIFICATION],
        is_proposal=False,
    ).order_by("pk")
    return [set_readiness(other, aspect, is_met=is_met, by=by, at=at) for other in here]


@transaction.atomic
def decide_condition(
    condition: Condition, outcome: str, *, by: User, at: datetime, note: str = ""
) -> Condition:
    """Record how a decision turned out, or that it is awaited again."""
    _require(by, "rollout.edit_activity", condition.activity)
    if outcome not in Outcome.values:
        raise Invalid(_("There is no outcome “%(outcome)s”.") % {"outcome": outcome})
    condition = _locked_condition(condition)
    condition.outcome = outcome
    awaited = outcome == Outcome.AWAITING
    condition.decided_on = None if awaited else timezone.localdate(at)
    if note:
        condition.note = note
    condition.save()
    return condition


@transaction.atomic
def soften_condition(condition: Condition, *, by: User, reason: str) -> Condition:
    """Let a condition only warn. Raises Invalid without a reason.

    Only who may override a guard may take one out of the way.
    """
    _require(by, "workflows.override_guard", condition.activity)
    if not reason.strip():
        raise Invalid(_("A reason must be given."))
    condition = _locked_condition(condition)
    condition.effect = Effect.WARNS
    condition.note = f"{condition.note}\n{reason}".strip()
    condition.save()
    return condition


@transaction.atomic
def approve_evaluation(
    evaluation: Evaluation, *, by: User, at: datetime, seen: str = ""
) -> Evaluation:
    """Approve an evaluation that somebody else wrote.

    ``seen`` is the digest of the text that the person read. Raises Invalid without a
    conclusion, when it was approved or rewritten meanwhile, or when the author
    approves alone.
    """
    _require(by, "rollout.approve_evaluation", evaluation)
    _locked(evaluation.activity, None)
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
    measurement: Measurement, *, by: User, at: datetime
) -> Measurement:
    """Approve a submitted value."""
    _require(by, "rollout.run_monitoring", measurement)
    measurement = Measurement.objects.select_for_update(of=("self",)).get(
        pk=measurement.pk
    )
    if measurement.status != MeasurementStatus.SUBMITTED:
        raise Invalid(_("Only a submitted value can be approved."))
    measurement.status = MeasurementStatus.APPROVED
    measurement.approved_by = by
    measurement.approved_at = at
    measurement.save()
    return measurement


@transaction.atomic
def add_milestone(
    activity: Activity,
    *,
    title: str,
    due_on: date | None = None,
    responsible: User | None = None,
    before_launch: bool = False,
    by: User,
) -> Milestone:
    """Add a milestone after those that the activity has.

    Raises Invalid for a person who takes no part in the programme.
    """
    _require(by, "rollout.edit_activity", activity)
    fresh = _locked(activity, None)
    partner = None
    if responsible is not None:
        membership = responsible.memberships.filter(programme=fresh.programme).first()
        if membership is None or not responsible.is_active:
            raise Invalid(_("This person does not take part in the programme."))
        partner = membership.partner
    last = fresh.milestones.aggregate(last=Max("position"))["last"]
    return Milestone.objects.create(
        activity=fresh,
        title=title,
        due_on=due_on,
        responsible=responsible,
        responsible_partner=partner,
        before_launch=before_launch,
        position=0 if last is None else last + 1,
    )


@transaction.atomic
def write_evaluation(
    activity: Activity, *, conclusion: str, summary: str, by: User
) -> Evaluation:
    """Write the evaluation of the present cycle, or rewrite its draft.

    Raises Invalid for an unknown conclusion and once somebody has approved it.
    """
    _require(by, "rollout.edit_activity", activity)
    if conclusion not in Conclusion.values:
        raise Invalid(_("The evaluation has no conclusion."))
    fresh = _locked(activity, None)
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
