"""The overview: how far a programme is, and what needs action."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import Programme
from rollout.status import programme_status
from rollout.web.access import PersonRequest, programme_page
from rollout.web.attention import concerns_of, decisions_of, page_of
from rollout.web.export import download
from rollout.web.listing import table_of
from rollout.web.matrix import bar_of, columns_of, groups_of
from rollout.web.narrowing import narrowing_of


@programme_page
def overview(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show how far a programme is, or the part of it that the address chooses."""
    narrowing = narrowing_of(request.GET, programme)
    status = programme_status(
        programme, on=timezone.localdate(), user=request.user, scope=narrowing.scope
    )
    if "format" in request.GET:
        return download(table_of(status, _("Overview")), request.GET["format"])
    columns = columns_of(status)
    return render(
        request,
        "rollout/overview.html",
        {
            "nav": "overview",
            "programme": programme,
            "narrowing": narrowing,
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
