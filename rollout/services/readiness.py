"""Readiness and conditions: who says that something is ready or was decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    Aspect,
    Condition,
    Effect,
    Outcome,
    Readiness,
    User,
)
from rollout.services.documents import check_document
from rollout.services.ground import Invalid, locked, require
from workflows.engine import Stale


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
    evidence: File[bytes] | None = None,
    expected_version: int | None = None,
) -> Readiness:
    """Declare one aspect ready, or withdraw that; what is None stays as it was.

    Withdrawing it after the launch changes no state (the page shows a flag). Raises
    Stale if somebody changed the check since its ``expected_version``, and Invalid for
    another aspect or a file that is too large.
    """
    require(by, "rollout.edit_activity", activity)
    if aspect not in Aspect.values:
        raise Invalid(_("There is no aspect “%(aspect)s”.") % {"aspect": aspect})
    if evidence is not None:
        check_document(evidence)
    fresh = locked(activity)
    check, _made = Readiness.objects.get_or_create(activity=fresh, aspect=aspect)
    if expected_version is not None and check.version != expected_version:
        raise Stale(check.version)
    check.is_met = is_met
    check.by = by if is_met else None
    check.on = timezone.localdate(at) if is_met else None
    if note is not None:
        check.note = note
    if evidence_url is not None:
        check.evidence_url = evidence_url
    if evidence is not None:
        check.evidence = evidence
    check.save()
    return Readiness.objects.get(pk=check.pk)


@transaction.atomic
def apply_readiness_to_place(
    activity: Activity, aspect: str, *, is_met: bool, by: User, at: datetime
) -> list[Readiness]:
    """Set one aspect for every activity in the place that is not yet launched.

    What it rests on is taken from this activity where another one says nothing.
    """
    here = Activity.objects.filter(
        place=activity.place,
        programme=activity.programme,
        state__in=[Activity.State.PLANNED, Activity.State.IN_CLARIFICATION],
        is_proposal=False,
    ).order_by("pk")
    own = Readiness.objects.get(activity=activity, aspect=aspect)
    found = [
        set_readiness(other, aspect, is_met=is_met, by=by, at=at) for other in here
    ]
    for check in found:
        for name in ("note", "evidence_url", "evidence"):
            if is_met and not getattr(check, name):
                setattr(check, name, getattr(own, name))
        check.save()
    return found


@transaction.atomic
def decide_condition(
    condition: Condition,
    outcome: str,
    *,
    by: User,
    at: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Condition:
    """Record how a decision turned out, or that it is awaited again.

    Raises Stale if somebody changed it since ``expected_version``.
    """
    require(by, "rollout.edit_activity", condition.activity)
    if outcome not in Outcome.values:
        raise Invalid(_("There is no outcome “%(outcome)s”.") % {"outcome": outcome})
    condition = _locked_condition(condition)
    if expected_version is not None and condition.version != expected_version:
        raise Stale(condition.version)
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
    require(by, "workflows.override_guard", condition.activity)
    if not reason.strip():
        raise Invalid(_("A reason must be given."))
    condition = _locked_condition(condition)
    condition.effect = Effect.WARNS
    condition.note = f"{condition.note}\n{reason}".strip()
    condition.save()
    return condition


def _locked_condition(condition: Condition) -> Condition:
    """Return it as it is now; its activity is locked, so that no launch overtakes."""
    locked(condition.activity)
    return Condition.objects.select_related("activity").get(pk=condition.pk)
