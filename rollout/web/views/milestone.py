"""What the forms for an activity's milestones do."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout import services
from rollout.models import Activity, Milestone
from rollout.web import forms
from rollout.web.access import PersonRequest, action
from rollout.web.answers import carry_out, find_activity
from rollout.web.milestone_list import edit_key, possible_predecessors
from rollout.web.reading import people_of
from workflows.engine import perform
from workflows.machine import rules_of


@action
def milestones(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a milestone."""
    found = find_activity(request, pk)

    def add(values: dict[str, Any]) -> str:
        added = services.add_milestone(found, by=request.user, **values)
        return _("Added: %(milestone)s.") % {"milestone": added}

    people = people_of(found.programme, request.user)
    key = "milestone-new"
    form = forms.MilestoneForm(request.POST, people=people, prefix=key)
    at = timezone.now()
    return carry_out(request, found, key, form, add, at=at, anchor="milestones")


@action
def milestone(
    request: PersonRequest, pk: int, milestone_pk: int, name: str
) -> HttpResponse:
    """Finish, drop or reopen a milestone."""
    found = find_activity(request, pk)
    asked = _find(request, found, milestone_pk)
    if name not in rules_of(Milestone):
        raise Http404
    at = timezone.now()

    def advance(values: dict[str, Any]) -> str:
        fresh = perform(
            asked,
            name,
            by=request.user,
            at=at,
            reason=values["reason"],
            expected_version=values["version"],
        )
        return _("“%(milestone)s” is now %(state)s.") % {
            "milestone": fresh.title,
            "state": fresh.get_state_display(),
        }

    key = f"milestone-{asked.pk}-{name}"
    form = forms.MilestoneTransitionForm(request.POST, prefix=key)
    return carry_out(
        *(request, found, key, form, advance),
        at=at,
        anchor=f"milestone-{asked.pk}",
        subject=asked,
    )


@action
def change(request: PersonRequest, pk: int, milestone_pk: int) -> HttpResponse:
    """Say anew what a milestone is, when, whose and after what."""
    found = find_activity(request, pk)
    asked = _find(request, found, milestone_pk)
    key = edit_key(asked.pk)
    form = forms.MilestoneEditForm(
        request.POST,
        people=people_of(found.programme, request.user),
        predecessors=possible_predecessors(asked),
        prefix=key,
    )

    def save(values: dict[str, Any]) -> str:
        fresh = services.change_milestone(
            *(asked, form.values()),
            by=request.user,
            expected_version=values["version"],
        )
        return _("“%(milestone)s” is saved.") % {"milestone": fresh.title}

    return carry_out(
        *(request, found, key, form, save),
        at=timezone.now(),
        anchor=f"milestone-{asked.pk}",
        subject=asked,
    )


@action
def reorder(request: PersonRequest, pk: int, milestone_pk: int) -> HttpResponse:
    """Put a milestone at another place in the list."""
    found = find_activity(request, pk)
    asked = _find(request, found, milestone_pk)

    def put(values: dict[str, Any]) -> str:
        services.reorder_milestone(asked, to=values["to"], by=request.user)
        return _("“%(milestone)s” is moved.") % {"milestone": asked.title}

    return carry_out(
        *(request, found, f"milestone-{asked.pk}-order"),
        forms.PlaceForm(request.POST),
        put,
        at=timezone.now(),
        anchor=f"milestone-{asked.pk}",
    )


def _find(request: PersonRequest, activity: Activity, pk: int) -> Milestone:
    visible = Milestone.objects.visible_to(request.user).filter(activity=activity)
    return get_object_or_404(visible, pk=pk)
