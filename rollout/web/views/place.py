"""A place: what stands between it and its launches."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout.learning import lessons_for
from rollout.models import Activity, ActivityState, Place, Programme
from rollout.status import Obstacle, PlaceStatus, launch_of, programme_status
from rollout.tables import Table
from rollout.web.access import PersonRequest, page, programme_page
from rollout.web.export import download
from rollout.web.sheets import Cell, ListedSheet, Sheet, list_or_file


@require_safe
@programme_page
def places(request: PersonRequest, programme: Programme) -> HttpResponse:
    """List the places of a programme with how many activities are launched in each."""
    status = programme_status(programme, on=timezone.localdate(), user=request.user)
    columns = [_("Place"), _("Kind"), _("Launched"), _("Activities")]
    sheet = Sheet(_("Places"), columns)
    by_key = {one.place.pk: one.place for one in status.places}
    for one in status.places:
        whole = by_key.get(one.place.parent_id or 0)
        sheet.add(_cell(one.place, whole), *_counts(one))

    def draw(shown: ListedSheet) -> HttpResponse:
        context = {"nav": "plan", "tab": "places", "programme": programme}
        return render(request, "rollout/places.html", context | {"list": shown})

    return list_or_file(request, sheet, draw)


def _cell(place: Place, whole: Place | None) -> Cell:
    note = _("part of %(place)s") % {"place": whole} if whole else ""
    return Cell(str(place), place.get_absolute_url(), note=note)


def _counts(one: PlaceStatus) -> tuple[str, int, int]:
    kind = capfirst(one.place.get_kind_display())
    return kind, one.counts.launched, one.counts.total


@require_safe
@page
def place(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what keeps the place's activities from launch; ``?who=`` narrows it."""
    visible = Place.objects.visible_to(request.user).select_related("programme")
    found = get_object_or_404(visible, pk=pk)
    here = Activity.objects.visible_to(request.user).filter(
        place__in=found.with_places_inside()
    )
    awaiting, obstacles = launch_of(here, on=timezone.localdate(), user=request.user)
    people = sorted({who for one in obstacles for who in one.who})
    who = request.GET.get("who", "")
    if who in people:
        obstacles = [one for one in obstacles if who in one.who]
    if "format" in request.GET:
        return download(_table(found, obstacles), request.GET["format"])
    launched = [ActivityState.LAUNCHED, ActivityState.EVALUATED]
    context = {
        "nav": "plan",
        "tab": "places",
        "programme": found.programme,
        "place": found,
        "inside": found.children.order_by("position", "code"),
        "awaiting": awaiting,
        "obstacles": obstacles,
        "people": people,
        "who": who,
        "launched": here.filter(state__in=launched).count(),
        "lessons": lessons_for(found, user=request.user) if awaiting else [],
    }
    return render(request, "rollout/place.html", context)


def _table(found: Place, obstacles: Sequence[Obstacle]) -> Table:
    columns = [_("What is missing"), _("Who can settle it"), _("Activity")]
    rows = [
        (obstacle.text, str(reason.who), str(activity))
        for obstacle in obstacles
        for activity, reason in obstacle.blocks
    ]
    title = _("Until launch in %(place)s") % {"place": found}
    return Table(title, columns, rows)
