"""The year wheel: a programme's year by month."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollout.models import Programme
from rollout.web.access import PersonRequest, programme_page
from rollout.web.export import download
from rollout.web.settings import PERMISSION
from rollout.web.year_wheel.page import YearPage


@require_safe
@programme_page
def year_wheel(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show the year that begins in ``?year=``, else the present one; or download it."""
    page = YearPage(
        programme,
        request.GET.get("year", ""),
        user=request.user,
        today=timezone.localdate(),
    )
    if "format" in request.GET:
        return download(page.table(), request.GET["format"])
    context = {
        "nav": "year_wheel",
        "programme": programme,
        "page": page,
        "may_edit": request.user.has_perm(PERMISSION, programme),
    }
    return render(request, "rollout/year_wheel.html", context)
