"""The overview: how far a programme is, and what needs action."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from rollout.models import Programme
from rollout.status import programme_status
from rollout.web.access import PersonRequest, page
from rollout.web.attention import concerns_of, decisions_of, page_of
from rollout.web.matrix import bar_of, columns_of, groups_of


@page
def overview(request: PersonRequest) -> HttpResponse:
    """Show one programme; a person with several chooses by ``?programme=code``."""
    programmes = list(Programme.objects.visible_to(request.user).order_by("-starts_on"))
    code = request.GET.get("programme")
    if code is not None:
        programmes = [one for one in programmes if one.code == code]
        if not programmes:
            raise Http404
    if len(programmes) != 1:
        return render(request, "rollout/choose.html", {"programmes": programmes})
    return _show(request, programmes[0])


def _show(request: PersonRequest, programme: Programme) -> HttpResponse:
    on = timezone.localdate()
    status = programme_status(programme, on=on, user=request.user)
    columns = columns_of(status)
    return render(
        request,
        "rollout/overview.html",
        {
            "nav": "overview",
            "programme": programme,
            "may_edit": request.user.has_perm("rollout.edit_activity", programme),
            "status": status,
            "columns": columns,
            "groups": groups_of(status, columns),
            "bar": bar_of(status),
            "concerns": concerns_of(status),
            "decisions": decisions_of(status),
            "upcoming": [(one, page_of(one)) for one in status.upcoming],
        },
    )
