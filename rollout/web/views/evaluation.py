"""What the forms for an activity's evaluation do."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout import services
from rollout.models import Evaluation
from rollout.web import forms
from rollout.web.access import PersonRequest, action
from rollout.web.answers import carry_out, find_activity


@action
def evaluation(request: PersonRequest, pk: int) -> HttpResponse:
    """Write the evaluation of this cycle, or rewrite its draft."""
    found = find_activity(request, pk)
    key = "evaluation"
    form = forms.EvaluationForm(request.POST, prefix=key)

    def write(values: dict[str, Any]) -> str:
        services.write_evaluation(
            *(found, form.values()),
            by=request.user,
            expected_version=values["version"],
        )
        return _("The evaluation is written. Somebody else must approve it.")

    # Whose versions count is the draft's, which may not be there yet.
    subject = Evaluation(activity=found)
    return carry_out(
        *(request, found, key, form, write),
        at=timezone.now(),
        anchor=key,
        subject=subject,
    )


@action
def approval(request: PersonRequest, pk: int, evaluation_pk: int) -> HttpResponse:
    """Approve an evaluation that somebody else wrote."""
    found = find_activity(request, pk)
    visible = Evaluation.objects.visible_to(request.user).filter(activity=found)
    asked = get_object_or_404(visible, pk=evaluation_pk)
    at = timezone.now()

    def approve(values: dict[str, Any]) -> str:
        services.approve_evaluation(asked, by=request.user, at=at, seen=values["seen"])
        return _("The evaluation is approved.")

    key = f"approval-{asked.pk}"
    form = forms.ApprovalForm(request.POST)
    return carry_out(request, found, key, form, approve, at=at, anchor="evaluation")


@action
def addendum(request: PersonRequest, pk: int, evaluation_pk: int) -> HttpResponse:
    """Add what was found out after an evaluation was frozen."""
    found = find_activity(request, pk)
    visible = Evaluation.objects.visible_to(request.user).filter(activity=found)
    about = get_object_or_404(visible, pk=evaluation_pk)
    at = timezone.now()

    def add(values: dict[str, Any]) -> str:
        services.add_addendum(about, values["text"], by=request.user, at=at)
        return _("The addendum is kept.")

    key = f"addendum-{about.pk}"
    form = forms.AddendumForm(request.POST, prefix=key)
    return carry_out(request, found, key, form, add, at=at, anchor="evaluation")
