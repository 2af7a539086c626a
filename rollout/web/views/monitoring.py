"""Where the objectives stand: all of them, and one with all its figures."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollout.figures import figures_of
from rollout.models import Objective, Programme
from rollout.web.access import PersonRequest, page, programme_page
from rollout.web.export import download
from rollout.web.monitoring import (
    WHOLE,
    FiguresForm,
    areas_of,
    indicators_seen_by,
    lights_of,
    read,
    table_of,
)


@require_safe
@programme_page
def monitoring(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show every indicator with its light, its drawing and its newest figures."""
    form = FiguresForm(request.GET, programme=programme)
    form.is_valid()
    areas = read(programme, form, user=request.user, on=timezone.localdate())
    if "format" in request.GET:
        return download(table_of(areas), request.GET["format"])
    context = {
        "nav": "monitoring",
        "tab": "monitoring",
        "programme": programme,
        "form": form,
        "areas": areas,
        "lights": lights_of(areas),
    }
    return render(request, "rollout/monitoring.html", context)


@require_safe
@page
def objective(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one objective: each indicator's drawing and every figure behind it."""
    visible = Objective.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related("focus_area__programme").prefetch_related("places"),
        pk=pk,
    )
    programme = found.focus_area.programme
    form = FiguresForm(request.GET, programme=programme)
    form.is_valid()
    figures = figures_of(
        indicators_seen_by(request.user, programme).filter(objective=found),
        user=request.user,
        on=timezone.localdate(),
        breakdown=form.breakdown,
        place=form.cleaned_data.get("place"),
        newest=WHOLE,
    )
    areas = list(areas_of([found], figures))
    if "format" in request.GET:
        return download(table_of(areas), request.GET["format"])
    context = {
        "nav": "monitoring",
        "tab": "monitoring",
        "programme": programme,
        "form": form,
        "objective": found,
        "shown": areas[0].objectives[0],
    }
    return render(request, "rollout/objective.html", context)
