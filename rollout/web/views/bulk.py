"""One change for several cells of the overview: told beforehand, then all or none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout import services
from rollout.jobs import ask_for_change
from rollout.models import Activity, Programme
from rollout.web.access import PersonRequest, action
from rollout.web.bulk import BulkForm, title_of_change
from rollout.web.changes import lines_of
from rollout.web.reading import people_of
from rollout.web.unsent import is_resumed, say_nothing_is_saved
from rollout.web.views.overview import (
    Selection,
    address_of_overview,
    show_overview,
)

_KEY = re.compile(r"[0-9]{1,18}")
#: An activity's key, and the version that was seen where the page tells it.
_ACTIVITY = re.compile(r"([0-9]{1,18})(?::([0-9]{1,9}))?")
#: More than this in one go would hold its locks for too long.
MOST = 500
#: More than this are changed by a worker, and a page tells how far it is.
AT_ONCE = 50


@action
def bulk(request: PersonRequest) -> HttpResponse:
    """Tell what a change would do to the chosen activities, or make it.

    With ``confirmed`` it is made; with ``edit`` the choice is shown again.
    """
    programme = _programme(request)
    if not request.user.has_perm("rollout.edit_activity", programme):
        raise PermissionDenied
    chosen = _chosen(request, programme)
    form = BulkForm(
        request.POST, programme=programme, people=people_of(programme, request.user)
    )
    if not chosen:
        form.add_error(None, _("Choose at least one activity."))
    elif len(chosen) > MOST:
        form.add_error(
            None, _("Choose at most %(count)d activities.") % {"count": MOST}
        )
    if is_resumed(request):
        say_nothing_is_saved(request)
    is_shown = "edit" in request.POST or is_resumed(request)
    if is_shown or not form.is_valid():
        selection = Selection(form, frozenset(chosen))
        status = 200 if is_shown else 422
        return show_overview(
            request, programme, _back(request), selection=selection, status=status
        )
    if "confirmed" in request.POST:
        return _carry_out(request, programme, chosen, form)
    return _preview(request, programme, chosen, form)


def _programme(request: PersonRequest) -> Programme:
    key = request.POST.get("programme", "")
    if not _KEY.fullmatch(key):
        raise Http404
    return get_object_or_404(Programme.objects.visible_to(request.user), pk=int(key))


def _back(request: PersonRequest) -> QueryDict:
    """Return the part of the programme that the table showed."""
    return QueryDict(request.POST.get("back", ""))


def _chosen(request: PersonRequest, programme: Programme) -> dict[int, int | None]:
    """Return the chosen keys with the versions that were seen, where they were told.

    Raises Http404 for an activity that the person may not see.
    """
    chosen: dict[int, int | None] = {}
    for text in request.POST.getlist("activity"):
        named = _ACTIVITY.fullmatch(text)
        if named is None:
            raise Http404
        key, version = named.groups()
        chosen[int(key)] = int(version) if version else None
    visible = Activity.objects.visible_to(request.user).filter(programme=programme)
    if visible.filter(pk__in=chosen).count() != len(chosen):
        raise Http404
    return chosen


def _carry_out(
    request: PersonRequest,
    programme: Programme,
    chosen: Mapping[int, int | None],
    form: BulkForm,
) -> HttpResponse:
    if len(chosen) > AT_ONCE:
        job = ask_for_change(
            *(programme, chosen, form.bulk_change()),
            title=title_of_change(form.cleaned_data),
            by=request.user,
            at=timezone.now(),
        )
        return HttpResponseRedirect(job.get_absolute_url())
    result = services.change_all(
        programme, chosen, form.bulk_change(), by=request.user, at=timezone.now()
    )
    if result.refusals:
        return _show(request, programme, chosen, form, result, status=409)
    count = len(chosen)
    done = ngettext(
        "Saved for %(count)d activity.", "Saved for %(count)d activities.", count
    )
    messages.success(request, done % {"count": count})
    return HttpResponseRedirect(address_of_overview(_back(request)))


def _preview(
    request: PersonRequest,
    programme: Programme,
    chosen: Mapping[int, int | None],
    form: BulkForm,
) -> HttpResponse:
    # What was seen in the table may be old; the preview shows what is.
    now = dict.fromkeys(chosen)
    result = services.rehearse_change(
        programme, now, form.bulk_change(), by=request.user, at=timezone.now()
    )
    return _show(request, programme, chosen, form, result)


def _show(
    request: PersonRequest,
    programme: Programme,
    chosen: Mapping[int, int | None],
    form: BulkForm,
    result: services.BulkResult,
    *,
    status: int = 200,
) -> HttpResponse:
    values = {
        name: request.POST.get(name, "")
        for name in ("programme", "back", "change", "responsible", "phase", "days")
    }
    context: dict[str, Any] = {
        "nav": "overview",
        "programme": programme,
        "title": title_of_change(form.cleaned_data),
        "result": result,
        "changed": [(one.before, lines_of(one)) for one in result.changed],
        "chosen": list(chosen),
        "count": len(chosen),
        "values": values,
        "page_url": address_of_overview(_back(request), select=True),
    }
    return render(request, "rollout/bulk.html", context, status=status)
