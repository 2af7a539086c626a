"""The overview: how far a programme is, and what needs action."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import Programme
from rollout.status import programme_status
from rollout.web.access import PersonRequest, programme_page
from rollout.web.attention import (
    SHOWN_DATES,
    Beginning,
    concerns_of,
    decisions_of,
    page_of,
)
from rollout.web.bulk import BulkForm
from rollout.web.export import download
from rollout.web.listing import table_of
from rollout.web.live import live_of
from rollout.web.matrix import bar_of, columns_of, groups_of
from rollout.web.narrowing import narrowing_of
from rollout.web.reading import people_of


@dataclass(frozen=True)
class Selection:
    """Which cells are chosen for one change, and the form that says which change."""

    form: BulkForm
    chosen: frozenset[int] = frozenset()


@programme_page
def overview(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show how far a programme is, or the part of it that the address chooses.

    With ``?select=1`` cells can be chosen for one change to all of them.
    """
    selection = None
    may_edit = request.user.has_perm("rollout.edit_activity", programme)
    if "select" in request.GET and may_edit:
        people = people_of(programme, request.user)
        selection = Selection(BulkForm(programme=programme, people=people))
    return show_overview(request, programme, request.GET, selection=selection)


def show_overview(
    request: PersonRequest,
    programme: Programme,
    query: QueryDict,
    *,
    selection: Selection | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the part of the programme that ``query`` chooses, as a page or as a file."""
    narrowing = narrowing_of(query, programme)
    on = timezone.localdate()
    # Read before the rest: what changes in between is then seen to be newer.
    live = live_of(programme, on=on)
    shown = programme_status(programme, on=on, user=request.user, scope=narrowing.scope)
    if form := query.get("format"):
        return download(table_of(shown, _("Overview")), str(form))
    columns = columns_of(shown)
    back = query.copy()
    back.pop("select", None)
    context = {
        "nav": "overview",
        "programme": programme,
        "narrowing": narrowing,
        "may_edit": request.user.has_perm("rollout.edit_activity", programme),
        "status": shown,
        "columns": columns,
        "groups": groups_of(
            shown, columns, chosen=selection.chosen if selection else None
        ),
        "bar": bar_of(shown),
        "concerns": concerns_of(shown),
        "decisions": Beginning.of(decisions_of(shown), SHOWN_DATES),
        "upcoming": Beginning.of(
            [(one, page_of(one)) for one in shown.upcoming], SHOWN_DATES
        ),
        "selection": selection,
        "live": live,
        "back": back.urlencode(),
        # Where the language switch comes back to: a form's own address only posts.
        "page_url": address_of_overview(back, select=selection is not None),
    }
    return render(request, "rollout/overview.html", context, status=status)


def address_of_overview(query: QueryDict, *, select: bool = False) -> str:
    """Return the overview's address for a part, or for choosing cells in it."""
    query = query.copy()
    if select:
        query["select"] = "1"
    address = reverse("rollout:overview")
    return f"{address}?{query.urlencode()}" if query else address
