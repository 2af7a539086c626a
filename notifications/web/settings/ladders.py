"""The pages of the ladders: when who is reminded of what."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notifications.ladder import drop_ladder, ladder_of, set_ladder
from notifications.ladder_wording import lines_of
from notifications.models import Ladder
from notifications.web.settings.forms import steps_form
from notifications.web.settings.preview import decide, try_out
from rollout.models import REMINDED, Nudge, Programme, SettingArea
from rollout.web.access import PersonRequest, page
from rollout.web.settings import (
    address_of,
    latest_changes,
    programme_to_set_up,
    show,
    show_list,
)
from rollout.web.sheets import Cell, Sheet

_LIST = "notifications:settings_ladders"


@require_safe
@page
def ladders(request: PersonRequest) -> HttpResponse:
    """List what people are reminded of, and when."""
    programme = programme_to_set_up(request)
    columns = [_("What"), _("When people are reminded"), _("Steps")]
    sheet = Sheet(_("When people are reminded"), columns)
    for kind, label in REMINDED:
        found = ladder_of(programme, kind)
        lines = lines_of(kind, list(found.steps.all()) if found else [])
        address = reverse("notifications:settings_ladder", args=[kind])
        sheet.add(
            Cell(capfirst(str(label)), f"{address}?programme={programme.code}"),
            "\n".join(lines) or _("Nobody is reminded."),
            _("own") if _is_own(found, kind) else _("standard"),
        )
    changes = _changes(programme)
    return show_list(
        *(request, "ladders", programme, sheet), tab="ladders", changes=changes
    )


def _is_own(found: Ladder | None, kind: str) -> bool:
    return found is not None and found.programme_id is not None and found.kind == kind


def _changes(programme: Programme) -> list[Any]:
    changes = list(latest_changes(programme, SettingArea.LADDERS))
    for change in changes:
        change.name = str(dict(REMINDED).get(change.name, change.name))
    return changes


@page
def ladder(request: PersonRequest, kind: str) -> HttpResponse:
    """Change the ladder of a kind, once it was seen which mails that changes.

    The programme's first change is made on a copy of the standard.
    """
    programme = programme_to_set_up(request)
    label = _label(kind)
    found = ladder_of(programme, kind)
    current = list(found.steps.all()) if found else []
    steps = steps_form(kind, current, request.POST or None)
    at = timezone.now()

    def change() -> str:
        set_ladder(programme, kind, steps.values(), by=request.user, at=at)
        return _("The ladder is changed.")

    def again(context: dict[str, Any]) -> HttpResponse:
        return show(
            *(request, "ladder", programme),
            tab="ladders",
            kind=kind,
            kind_label=label,
            is_nudge=kind in Nudge.values,
            is_own=_is_own(found, kind),
            steps=steps,
            back=address_of(_LIST, programme),
            **context,
        )

    if request.method != "POST":
        return again({})
    return decide(
        *(request, steps, change),
        programme=programme,
        at=at,
        again=again,
        back=address_of(_LIST, programme),
    )


@page
def ladder_removal(request: PersonRequest, kind: str) -> HttpResponse:
    """Show what going back to the standard changes; a POST goes back."""
    programme = programme_to_set_up(request)
    label, at = _label(kind), timezone.now()
    back = address_of(_LIST, programme)

    def drop() -> None:
        drop_ladder(programme, kind, by=request.user, at=at)

    if request.method == "POST":
        drop()
        return HttpResponseRedirect(back)
    return show(
        *(request, "removal", programme),
        tab="ladders",
        title=label,
        question=_("Use the standard for “%(kind)s” again?") % {"kind": label},
        back=back,
        **try_out(drop, programme=programme, at=at),
    )


def _label(kind: str) -> str:
    label = dict(REMINDED).get(kind)
    if label is None:
        raise Http404
    return str(label)
