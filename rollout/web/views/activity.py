"""The activity's page and what its own forms do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import Activity, Aspect, Condition, Readiness, User
from rollout.web import forms
from rollout.web.access import PersonRequest, action, page
from rollout.web.answers import carry_out, find_activity, show_activity
from rollout.web.changes import lines_of
from rollout.web.files import hand_out
from rollout.web.history_part import HistoryPart, sheet_of
from rollout.web.reading import people_of
from rollout.web.sheets import show_list
from rollout.web.wording import title_of
from workflows.engine import perform
from workflows.machine import rules_of


@page
def activity(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one activity."""
    return show_activity(request, pk, at=timezone.now())


@require_safe
@page
def history(request: PersonRequest, pk: int) -> HttpResponse:
    """List what happened to an activity; the address narrows it as on its page."""
    found = find_activity(request, pk)
    sheet = sheet_of(found, HistoryPart(found, request.GET).shown)
    context = {
        "nav": "overview",
        "programme": found.programme,
        "back": f"{found.get_absolute_url()}#history",
        "back_label": found,
    }
    if request.user.has_perm("rollout.edit_activity", found):
        every = f"programme={found.programme.code}&activity={pk}"
        context["more"] = f"{reverse('rollout:trail')}?{every}"
        context["more_label"] = _("Every change, field by field")
    return show_list(request, sheet, context)


@action
def transition(request: PersonRequest, pk: int, name: str) -> HttpResponse:
    """Advance the activity."""
    found = find_activity(request, pk)
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
    return carry_out(request, found, name, form, advance, at=at)


@require_safe
@page
def preview(request: PersonRequest, pk: int, name: str) -> HttpResponse:
    """Show what a step would do, before anybody takes it. It is tried and undone."""
    found = find_activity(request, pk)
    rule = rules_of(Activity).get(name)
    if rule is None:
        raise Http404
    if not request.user.has_perm(rule.permission, found):
        raise PermissionDenied
    result = services.rehearse_change(
        *(found.programme, {found.pk: None}, services.Advance(name, reason="–")),
        by=request.user,
        at=timezone.now(),
    )
    context = {
        "nav": "overview",
        "programme": found.programme,
        "activity": found,
        "title": title_of(found),
        "rule": rule,
        "lines": [line for one in result.changed for line in lines_of(one)],
        "requests": result.requests,
        "reasons": [reason for one in result.refusals for reason in one.reasons],
    }
    return render(request, "rollout/preview.html", context)


@action
def proposal(request: PersonRequest, pk: int) -> HttpResponse:
    """Confirm that a proposed activity is to be carried out."""
    found = find_activity(request, pk)

    def confirm(values: dict[str, Any]) -> str:
        services.confirm_proposal(
            found, by=request.user, expected_version=values["version"]
        )
        return _("The proposal is confirmed.")

    form = forms.VersionForm(request.POST, prefix="proposal")
    at = timezone.now()
    return carry_out(request, found, "proposal", form, confirm, at=at, anchor="next")


@action
def responsible(request: PersonRequest, pk: int) -> HttpResponse:
    """Say who answers for the activity."""
    found = find_activity(request, pk)

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

    people = people_of(found.programme, request.user)
    form = forms.ResponsibleForm(request.POST, people=people, prefix="responsible")
    at = timezone.now()
    return carry_out(request, found, "responsible", form, assign, at=at, anchor="next")


@action
def planned_launch(request: PersonRequest, pk: int) -> HttpResponse:
    """Say when the activity is to be launched."""
    found = find_activity(request, pk)

    def plan(values: dict[str, Any]) -> str:
        on: date | None = values["planned_launch_on"]
        services.plan_launch(
            found, on=on, by=request.user, expected_version=values["version"]
        )
        if on is None:
            return _("No launch is planned now.")
        return _("The launch is planned for %(date)s.") % {"date": date_format(on)}

    key = "planned-launch"
    form = forms.PlannedLaunchForm(request.POST, prefix=key)
    return carry_out(request, found, key, form, plan, at=timezone.now(), anchor=key)


@action
def readiness(request: PersonRequest, pk: int, aspect: str) -> HttpResponse:
    """Declare an aspect ready, or withdraw that, here or in the whole place."""
    found = find_activity(request, pk)
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
            evidence=values["evidence"],
            expected_version=values["version"],
        )
        if values["whole_place"]:
            services.apply_readiness_to_place(
                found, aspect, is_met=values["is_met"], by=request.user, at=at
            )
            return _("Recorded for all in %(place)s.") % {"place": found.place}
        return _("Recorded.")

    key = f"readiness-{aspect}"
    form = forms.ReadinessForm(request.POST, request.FILES, prefix=key)
    check = Readiness.objects.filter(activity=found, aspect=aspect).first()
    return carry_out(
        *(request, found, key, form, declare),
        at=at,
        anchor="readiness",
        subject=check or found,
    )


@require_safe
@page
def evidence(request: PersonRequest, pk: int, aspect: str) -> HttpResponse:
    """Hand out the file that a readiness check rests on."""
    found = find_activity(request, pk)
    visible = Readiness.objects.visible_to(request.user).filter(activity=found)
    return hand_out(get_object_or_404(visible, aspect=aspect).evidence)


@action
def condition(request: PersonRequest, pk: int, condition_pk: int) -> HttpResponse:
    """Record how a decision turned out."""
    found = find_activity(request, pk)
    conditions = Condition.objects.visible_to(request.user).filter(activity=found)
    asked = get_object_or_404(conditions, pk=condition_pk)
    at = timezone.now()

    def decide(values: dict[str, Any]) -> str:
        services.decide_condition(
            *(asked, values["outcome"]),
            by=request.user,
            at=at,
            note=values["note"],
            expected_version=values["version"],
        )
        return _("Recorded.")

    key = f"condition-{asked.pk}"
    form = forms.ConditionForm(request.POST, prefix=key)
    return carry_out(
        *(request, found, key, form, decide), at=at, anchor=key, subject=asked
    )


@action
def details(request: PersonRequest, pk: int) -> HttpResponse:
    """Say which phase the activity belongs to, how large it is, who contributes."""
    found = find_activity(request, pk)
    key = "details"
    form = forms.DetailsForm(request.POST, programme=found.programme, prefix=key)

    def change(values: dict[str, Any]) -> str:
        services.change_activity(
            *(found, form.values()),
            by=request.user,
            expected_version=values["version"],
        )
        return _("Saved.")

    at = timezone.now()
    return carry_out(request, found, key, form, change, at=at, anchor=key)
