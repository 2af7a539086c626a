"""The activity's page and what its forms do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout import services
from rollout.models import Activity, Aspect, Condition, Evaluation, Milestone, User
from rollout.web import forms
from rollout.web.access import PersonRequest, action, page
from rollout.web.activity_page import ActivityPage
from rollout.web.history import entries_since
from rollout.web.reading import people_of
from rollout.web.refusals import Trouble
from workflows.engine import Blocked, NotAllowed, Stale, perform
from workflows.machine import rules_of
from workflows.models import StatefulModel

#: What a form does: it gets the cleaned values and returns what to tell the person.
Deed = Callable[[dict[str, Any]], str]


@page
def activity(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one activity."""
    return _show(request, pk, at=timezone.now())


def _show(
    request: PersonRequest,
    pk: int,
    *,
    at: datetime,
    trouble: Trouble | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = ActivityPage(pk, user=request.user, at=at, trouble=trouble)
    context = {
        "page": shown,
        "activity": shown.activity,
        "programme": shown.activity.programme,
        "trouble": trouble,
        # Where the language switch comes back to: a form's own address only posts.
        "page_url": shown.activity.get_absolute_url(),
    }
    return render(request, "rollout/activity.html", context, status=status)


def _find(request: PersonRequest, pk: int) -> Activity:
    return get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)


def _carry_out(
    request: PersonRequest,
    about: Activity,
    key: str,
    form: forms.Form,
    deed: Deed,
    *,
    at: datetime,
    anchor: str = "",
    subject: StatefulModel | None = None,
) -> HttpResponse:
    """Do what a form asks, and come back to its page; a refusal shows there."""

    def refuse(status: int, kind: str, **told: Any) -> HttpResponse:
        trouble = Trouble(kind, form=key, data=request.POST.dict(), **told)
        return _show(request, about.pk, at=at, trouble=trouble, status=status)

    if not form.is_valid():
        return refuse(422, "invalid")
    try:
        done = deed(form.cleaned_data)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Blocked as refusal:
        return refuse(409, "blocked", reasons=refusal.reasons)
    except Stale:
        seen = form.cleaned_data["version"]
        return refuse(
            412, "stale", meanwhile=entries_since(subject or about, version=seen)
        )
    except services.Invalid as refusal:
        return refuse(422, "invalid", text=str(refusal))
    messages.success(request, done)
    page = about.get_absolute_url()
    return HttpResponseRedirect(f"{page}#{anchor}" if anchor else page)


@action
def transition(request: PersonRequest, pk: int, name: str) -> HttpResponse:
    """Advance the activity."""
    found = _find(request, pk)
    rule = rules_of(Activity).get(name)
    if rule is None:
        raise Http404
    at = timezone.now()

    def advance(values: dict[str, Any]) -> str:
        fresh = perform(
            found,
            name,
            by=request.user,
            at=at,
            reason=values["reason"],
            expected_version=values["version"],
            override=values["override"],
        )
        return _("Done: the activity is now %(state)s.") % {
            "state": fresh.get_state_display()
        }

    form = forms.TransitionForm(request.POST, prefix=name)
    return _carry_out(request, found, name, form, advance, at=at)


@action
def proposal(request: PersonRequest, pk: int) -> HttpResponse:
    """Confirm that a proposed activity is to be carried out."""
    found = _find(request, pk)

    def confirm(values: dict[str, Any]) -> str:
        services.confirm_proposal(
            found, by=request.user, expected_version=values["version"]
        )
        return _("The proposal is confirmed.")

    form = forms.VersionForm(request.POST, prefix="proposal")
    at = timezone.now()
    return _carry_out(request, found, "proposal", form, confirm, at=at, anchor="next")


@action
def responsible(request: PersonRequest, pk: int) -> HttpResponse:
    """Say who answers for the activity."""
    found = _find(request, pk)

    def assign(values: dict[str, Any]) -> str:
        person: User | None = values["responsible"]
        services.assign_responsible(
            found,
            responsible=person,
            by=request.user,
            expected_version=values["version"],
        )
        if person is None:
            return _("Nobody is responsible now.")
        return _("%(person)s is responsible now.") % {"person": person}

    people = people_of(found, request.user)
    form = forms.ResponsibleForm(request.POST, people=people, prefix="responsible")
    at = timezone.now()
    return _carry_out(request, found, "responsible", form, assign, at=at, anchor="next")


@action
def readiness(request: PersonRequest, pk: int, aspect: str) -> HttpResponse:
    """Declare an aspect ready, or withdraw that, here or in the whole place."""
    found = _find(request, pk)
    if aspect not in Aspect.values:
        raise Http404
    at = timezone.now()

    def declare(values: dict[str, Any]) -> str:
        services.set_readiness(
            found,
            aspect,
            is_met=values["is_met"],
            by=request.user,
            at=at,
            note=values["note"],
            evidence_url=values["evidence_url"],
            expected_version=values["version"],
        )
        if values["whole_place"]:
            services.apply_readiness_to_place(
                found, aspect, is_met=values["is_met"], by=request.user, at=at
            )
            return _("Recorded for all in %(place)s.") % {"place": found.place}
        return _("Recorded.")

    key = f"readiness-{aspect}"
    form = forms.ReadinessForm(request.POST, prefix=key)
    return _carry_out(request, found, key, form, declare, at=at, anchor="readiness")


@action
def condition(request: PersonRequest, pk: int, condition_pk: int) -> HttpResponse:
    """Record how a decision turned out."""
    found = _find(request, pk)
    conditions = Condition.objects.visible_to(request.user).filter(activity=found)
    asked = get_object_or_404(conditions, pk=condition_pk)
    at = timezone.now()

    def decide(values: dict[str, Any]) -> str:
        services.decide_condition(
            asked, values["outcome"], by=request.user, at=at, note=values["note"]
        )
        return _("Recorded.")

    key = f"condition-{asked.pk}"
    form = forms.ConditionForm(request.POST, prefix=key)
    return _carry_out(request, found, key, form, decide, at=at, anchor=key)


@action
def milestones(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a milestone."""
    found = _find(request, pk)

    def add(values: dict[str, Any]) -> str:
        added = services.add_milestone(found, by=request.user, **values)
        return _("Added: %(milestone)s.") % {"milestone": added}

    people = people_of(found, request.user)
    key = "milestone-new"
    form = forms.MilestoneForm(request.POST, people=people, prefix=key)
    at = timezone.now()
    return _carry_out(request, found, key, form, add, at=at, anchor="milestones")


@action
def milestone(
    request: PersonRequest, pk: int, milestone_pk: int, name: str
) -> HttpResponse:
    """Finish, drop or reopen a milestone."""
    found = _find(request, pk)
    visible = Milestone.objects.visible_to(request.user).filter(activity=found)
    asked = get_object_or_404(visible, pk=milestone_pk)
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
    return _carry_out(
        *(request, found, key, form, advance),
        at=at,
        anchor=f"milestone-{asked.pk}",
        subject=asked,
    )


@action
def evaluation(request: PersonRequest, pk: int) -> HttpResponse:
    """Write the evaluation of this cycle, or rewrite its draft."""
    found = _find(request, pk)

    def write(values: dict[str, Any]) -> str:
        services.write_evaluation(found, by=request.user, **values)
        return _("The evaluation is written. Somebody else must approve it.")

    form = forms.EvaluationForm(request.POST, prefix="evaluation")
    at = timezone.now()
    return _carry_out(
        request, found, "evaluation", form, write, at=at, anchor="evaluation"
    )


@action
def approval(request: PersonRequest, pk: int, evaluation_pk: int) -> HttpResponse:
    """Approve an evaluation that somebody else wrote."""
    found = _find(request, pk)
    visible = Evaluation.objects.visible_to(request.user).filter(activity=found)
    asked = get_object_or_404(visible, pk=evaluation_pk)
    at = timezone.now()

    def approve(_values: dict[str, Any]) -> str:
        services.approve_evaluation(asked, by=request.user, at=at)
        return _("The evaluation is approved.")

    key = f"approval-{asked.pk}"
    form = forms.Form(request.POST, prefix=key)
    return _carry_out(request, found, key, form, approve, at=at, anchor="evaluation")
