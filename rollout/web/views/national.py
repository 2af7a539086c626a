"""Every programme in numbers, for national observers."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout.models import ActivityState
from rollout.national import counts_for, may_read_numbers
from rollout.replica import heavy_reading
from rollout.web.access import PersonRequest, page
from rollout.web.sheets import Sheet, show_list


@require_safe
@page
@heavy_reading
def national(request: PersonRequest) -> HttpResponse:
    """Show how many activities stand where; Http404 for everybody else."""
    if not may_read_numbers(request.user):
        raise Http404
    states = [capfirst(str(state.label)) for state in ActivityState]
    columns = [_("Programme"), _("Municipality"), *states, _("In all")]
    sheet = Sheet(_("Programmes in numbers"), columns)
    for one in counts_for(request.user):
        sheet.add(one.programme, one.municipality, *one.by_state.values(), one.total)
    context = {
        "nav": "overview",
        "lead": _("Activities by state. Nothing else is shown across programmes."),
    }
    return show_list(request, sheet, context)
