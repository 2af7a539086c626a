"""The agreement: focus areas with their objectives, initiatives and sub-agreements."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import FocusArea, Programme, SubAgreement
from rollout.web.access import PersonRequest, action, page, programme_page
from rollout.web.agreement import (
    FORM,
    AreaPage,
    SubAgreementForm,
    agreement_table,
    areas_seen_by,
)
from rollout.web.answers import attempt
from rollout.web.export import download
from rollout.web.files import hand_out
from rollout.web.refusals import Trouble


@require_safe
@programme_page
def plan(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show the whole agreement: areas, initiatives, and where each stands."""
    areas = areas_seen_by(request.user).filter(programme=programme)
    if "format" in request.GET:
        return download(agreement_table(_("Agreement"), areas), request.GET["format"])
    context = {"nav": "plan", "tab": "plan", "programme": programme, "areas": areas}
    return render(request, "rollout/plan.html", context)


@require_safe
@page
def focus_area(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one focus area."""
    return _show(request, pk)


def _show(
    request: PersonRequest, pk: int, trouble: Trouble | None = None, status: int = 200
) -> HttpResponse:
    shown = AreaPage(pk, user=request.user, trouble=trouble)
    context = {
        "nav": "plan",
        "tab": "plan",
        "page": shown,
        "area": shown.area,
        "programme": shown.programme,
        "trouble": trouble,
        "page_url": shown.area.get_absolute_url(),
    }
    return render(request, "rollout/focus_area.html", context, status=status)


@action
def new_version(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a version of the area's sub-agreement."""
    visible = FocusArea.objects.visible_to(request.user).select_related("programme")
    area = get_object_or_404(visible, pk=pk)
    at = timezone.now()

    def add(values: dict[str, Any]) -> str:
        added = services.add_sub_agreement(area, by=request.user, at=at, **values)
        return _("Version %(number)s is added.") % {"number": added.number}

    def show(trouble: Trouble, status: int) -> HttpResponse:
        return _show(request, pk, trouble, status)

    form = SubAgreementForm(request.POST, request.FILES, prefix=FORM)
    back_to = f"{area.get_absolute_url()}#agreement"
    return attempt(*(request, FORM, form, add), show=show, back_to=back_to)


@require_safe
@page
def document(request: PersonRequest, pk: int) -> HttpResponse:
    """Hand out the document of one version, to be saved and never to be run."""
    visible = SubAgreement.objects.visible_to(request.user)
    found = get_object_or_404(visible, pk=pk)
    return hand_out(found.document)
