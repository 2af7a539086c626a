"""A person's work, and what can be done about it on the spot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout import answers, services
from rollout.models import DataRequest, Measurement, Milestone, Role
from rollout.web import forms
from rollout.web.access import PersonRequest, action, page
from rollout.web.answers import attempt
from rollout.web.duties import table_of_duties
from rollout.web.export import download
from rollout.web.numbers import DeliveryForm
from rollout.web.refusals import Trouble
from rollout.web.work import WorkPage
from workflows.engine import perform


@require_safe
@page
def start(request: PersonRequest) -> HttpResponse:
    """Send who logs in to where their work is: partners to theirs, others to all."""
    roles = {one.role for one in request.user.memberships.all()}
    view = "rollout:my_work" if roles == {Role.PARTNER} else "rollout:overview"
    return HttpResponseRedirect(reverse(view))


@require_safe
@page
def my_work(request: PersonRequest) -> HttpResponse:
    """Show what lies with the person; ``?format=`` downloads it."""
    at = timezone.now()
    form = request.GET.get("format")
    if form is not None:
        duties = WorkPage(request.user, at=at).duties
        return download(table_of_duties(_("My work"), duties), form)
    return _show(request, at=at)


def _show(
    request: PersonRequest,
    *,
    at: datetime,
    trouble: Trouble | None = None,
    status: int = 200,
) -> HttpResponse:
    memberships = request.user.memberships.all()
    context = {
        "nav": "my_work",
        "page": WorkPage(request.user, at=at, trouble=trouble),
        "programme": memberships[0].programme if len(memberships) == 1 else None,
        "trouble": trouble,
        "page_url": reverse("rollout:my_work"),
    }
    return render(request, "rollout/my_work.html", context, status=status)


def _carry_out(
    request: PersonRequest,
    key: str,
    form: forms.Form,
    deed: Any,
    *,
    at: datetime,
    subject: Milestone | None = None,
) -> HttpResponse:
    def show(trouble: Trouble, status: int) -> HttpResponse:
        return _show(request, at=at, trouble=trouble, status=status)

    return attempt(
        *(request, key, form, deed),
        show=show,
        back_to=reverse("rollout:my_work"),
        subject=subject,
    )


@action
def finish(request: PersonRequest, pk: int) -> HttpResponse:
    """Declare a milestone reached."""
    asked = get_object_or_404(Milestone.objects.visible_to(request.user), pk=pk)
    at = timezone.now()

    def done(values: dict[str, Any]) -> str:
        perform(
            asked, "finish", by=request.user, at=at, expected_version=values["version"]
        )
        return _("“%(title)s” is done. Thank you.") % {"title": asked.title}

    key = f"milestone-{pk}"
    form = forms.VersionForm(request.POST, prefix=key)
    return _carry_out(request, key, form, done, at=at, subject=asked)


@action
def deliver(request: PersonRequest, pk: int) -> HttpResponse:
    """Deliver a number that is asked for."""
    requests = DataRequest.objects.visible_to(request.user)
    asked = get_object_or_404(requests.select_related("indicator", "place"), pk=pk)
    at = timezone.now()

    def delivered(values: dict[str, Any]) -> str:
        answers.deliver_value(
            *(asked, values["value"]),
            by=request.user,
            at=at,
            comment=values["comment"],
        )
        return _("The number is delivered. Thank you.")

    key = f"request-{pk}"
    form = DeliveryForm(request.POST, request=asked, prefix=key)
    return _carry_out(request, key, form, delivered, at=at)


@action
def approve(request: PersonRequest, pk: int) -> HttpResponse:
    """Approve a number that somebody delivered."""
    asked = get_object_or_404(Measurement.objects.visible_to(request.user), pk=pk)
    at = timezone.now()

    def approved(values: dict[str, Any]) -> str:
        services.approve_measurement(
            asked, by=request.user, at=at, expected_version=values["version"]
        )
        return _("The number is approved.")

    key = f"value-{pk}"
    form = forms.VersionForm(request.POST, prefix=key)
    return _carry_out(request, key, form, approved, at=at)
