"""What the pages of the settings share: whose settings, and how a form is answered."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from rollout import services
from rollout.models import Programme, SettingArea, SettingChange
from rollout.web.access import PersonRequest, of_code
from rollout.web.sheets import ListedSheet, Sheet, list_or_file
from rollout.web.unsent import is_resumed, say_nothing_is_saved
from workflows.engine import NotAllowed, Stale

PERMISSION = "rollout.edit_programme"
#: How many of the latest changes a page tells.
LATEST_CHANGES = 10


def programme_to_set_up(request: PersonRequest) -> Programme:
    """Return the programme asked for by ``?programme=code``, or the newest.

    Raises Http404 for one in which the person takes no part, and PermissionDenied
    for who may not change its settings.
    """
    mine = Programme.objects.visible_to(request.user).order_by("-starts_on", "pk")
    code = request.GET.get("programme")
    found = list(of_code(mine, code) if code else mine)
    if not found:
        raise Http404
    for programme in found:
        if request.user.has_perm(PERMISSION, programme):
            return programme
    raise PermissionDenied


def must_set_up(request: PersonRequest, programme: Programme) -> None:
    """Raise PermissionDenied for who may not change the programme's settings."""
    if not request.user.has_perm(PERMISSION, programme):
        raise PermissionDenied


def address_of(view: str, programme: Programme, *args: object) -> str:
    """Return the address of a page of the settings, for this programme."""
    return f"{reverse(view, args=args)}?{urlencode({'programme': programme.code})}"


def latest_changes(
    programme: Programme, area: SettingArea
) -> QuerySet[SettingChange, SettingChange]:
    """Return who changed something on a page lately, newest first."""
    changes = programme.setting_changes.filter(area=area).select_related("by")
    return changes[:LATEST_CHANGES]


def show(
    request: PersonRequest, name: str, programme: Programme, **context: Any
) -> HttpResponse:
    """Show a page of the settings from the template ``settings/<name>.html``."""
    context |= {"nav": "settings", "programme": programme}
    return render(request, f"settings/{name}.html", context)


def show_list(
    request: PersonRequest,
    name: str,
    programme: Programme,
    sheet: Sheet,
    **context: Any,
) -> HttpResponse:
    """Show a page of the settings with a list, or hand the list out as a file."""

    def draw(shown: ListedSheet) -> HttpResponse:
        return show(request, name, programme, list=shown, **context)

    return list_or_file(request, sheet, draw)


def carry_out(
    request: PersonRequest,
    form: forms.Form,
    deed: Callable[[], str],
    *,
    again: Callable[[], HttpResponse],
    back: str,
) -> HttpResponse:
    """Do what a form asks and go to the address ``back``.

    ``deed`` returns what to tell the person. Where it cannot be done, ``again`` shows
    the form, which then says why. What comes back after an expired login is only
    shown. Raises PermissionDenied for what the person may not do.
    """
    if is_resumed(request):
        say_nothing_is_saved(request)
        return again()
    try:
        if form.is_valid():
            messages.success(request, deed())
            return HttpResponseRedirect(back)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except services.Invalid as refusal:
        form.add_error(None, str(refusal))
    except Stale as refusal:
        return _overtaken(request, form, refusal, again)
    shown = again()
    shown.status_code = 422
    return shown


def _overtaken(
    request: PersonRequest,
    form: forms.Form,
    refusal: Stale,
    again: Callable[[], HttpResponse],
) -> HttpResponse:
    """Show how it stands now, with what was written, which may be sent once more."""
    form.add_error(
        None,
        _(
            "Somebody else changed this while you had the page open. Look at it, and"
            " send what you wrote once more if it still holds."
        ),
    )
    # The version follows the page: a stale one must not be posted again.
    data = request.POST.copy()
    data[form.add_prefix("version")] = str(refusal.current_version)
    form.data = data
    shown = again()
    shown.status_code = HTTPStatus.PRECONDITION_FAILED
    return shown
