"""Evaluations: written by one person, approved by another, frozen, then added to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    Conclusion,
    Evaluation,
    EvaluationAddendum,
    MonitoringRound,
    RoundState,
    User,
)
from rollout.services.attainment import attainments
from rollout.services.ground import Invalid, locked, require
from workflows.engine import Stale

#: The version that somebody saw who found no draft.
NO_DRAFT = 0


@dataclass(frozen=True)
class EvaluationValues:
    """What an author writes; the values against their targets come by themselves."""

    conclusion: str
    summary: str
    done: str = ""
    reach: str = ""
    assessment: str = ""
    next_step: str = ""


@transaction.atomic
def write_evaluation(
    activity: Activity,
    values: EvaluationValues,
    *,
    by: User,
    expected_version: int | None = None,
) -> Evaluation:
    """Write the evaluation of the present cycle, or rewrite its draft.

    Raises Stale if somebody wrote since ``expected_version`` of the draft (``NO_DRAFT``
    where there was none), and Invalid for an unknown conclusion and once somebody has
    approved it.
    """
    require(by, "rollout.edit_activity", activity)
    if values.conclusion not in Conclusion.values:
        raise Invalid(_("The evaluation has no conclusion."))
    fresh = locked(activity)
    evaluation = fresh.evaluations.filter(frozen_at=None).order_by("-pk").first()
    if evaluation is not None and evaluation.approved_on is not None:
        raise Invalid(_("The evaluation has been approved."))
    version = evaluation.version if evaluation else NO_DRAFT
    if expected_version not in (None, version):
        raise Stale(version)
    if evaluation is None:
        evaluation = Evaluation(activity=fresh)
    for name, value in vars(values).items():
        setattr(evaluation, name, value)
    if evaluation.round is None:
        evaluation.round = _round_of(fresh)
    evaluation.written_by = by
    evaluation.save()
    return evaluation


def _round_of(activity: Activity) -> MonitoringRound | None:
    """Return the newest round that asked for values about the activity."""
    rounds = activity.programme.monitoring_rounds.exclude(state=RoundState.EXPECTED)
    requests = rounds.requests_concerning(activity).select_related("round")
    newest = requests.order_by("-round__period_end", "-round_id").first()
    return newest.round if newest else None


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
    evaluation.values = [one.stored() for one in attainments(evaluation)]
    evaluation.save()
    return evaluation


@transaction.atomic
def add_addendum(
    evaluation: Evaluation, text: str, *, by: User, at: datetime
) -> EvaluationAddendum:
    """Add what was found out later; what was frozen stays as it is.

    Raises Invalid without a text, and while the evaluation can still be rewritten.
    """
    require(by, "rollout.edit_activity", evaluation.activity)
    if not text.strip():
        raise Invalid(_("Write what is to be added."))
    if evaluation.frozen_at is None:
        raise Invalid(_("The evaluation is not frozen: change it instead."))
    return EvaluationAddendum.objects.create(
        evaluation=evaluation, text=text, by=by, at=at
    )
