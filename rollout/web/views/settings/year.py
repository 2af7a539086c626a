"""The year's fixed points, and the meetings of boards and councils."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import SettingArea
from rollout.services import YearEntry
from rollout.web.access import PersonRequest, action, page
from rollout.web.forms import Form
from rollout.web.settings import (
    address_of,
    carry_out,
    latest_changes,
    must_set_up,
    programme_to_set_up,
    show,
    show_list,
)
from rollout.web.year_wheel.entries import sheet_of_year
from rollout.web.year_wheel.forms import FORMS, EntryForm

_LIST = "rollout:settings_year"


@require_safe
@page
def year(request: PersonRequest) -> HttpResponse:
    """List the fixed points and the meetings."""
    programme = programme_to_set_up(request)
    return show_list(
        *(request, "year", programme, sheet_of_year(programme)),
        tab="year",
        changes=latest_changes(programme, SettingArea.YEAR),
    )


@page
def new_entry(request: PersonRequest, sort: str) -> HttpResponse:
    """Add a fixed point or a meeting."""
    programme = programme_to_set_up(request)
    form = _form_of(sort).new(programme, request.POST or None)
    return _keep(request, form, sort, _("Added."))


@page
def entry(request: PersonRequest, sort: str, pk: int) -> HttpResponse:
    """Change a fixed point or a meeting."""
    found = _find(request, sort, pk)
    form = _form_of(sort)(request.POST or None, entry=found)
    return _keep(request, form, sort, _("Changed."))


@action
def remove_entry(request: PersonRequest, sort: str, pk: int) -> HttpResponse:
    """Remove a fixed point or a meeting."""
    found = _find(request, sort, pk)
    at = timezone.now()

    def remove() -> str:
        services.remove_from_year(found, by=request.user, at=at)
        return _("Removed.")

    def again() -> HttpResponse:
        return _show_form(request, _form_of(sort)(entry=found), sort)

    back = address_of(_LIST, found.programme)
    return carry_out(request, Form(request.POST), remove, again=again, back=back)


def _form_of(sort: str) -> type[EntryForm]:
    if sort not in FORMS:
        raise Http404
    return FORMS[sort]


def _find(request: PersonRequest, sort: str, pk: int) -> YearEntry:
    model = _form_of(sort).model
    visible = model.objects.visible_to(request.user)
    found = cast(YearEntry, get_object_or_404(visible, pk=pk))
    must_set_up(request, found.programme)
    return found


def _keep(
    request: PersonRequest, form: EntryForm, sort: str, told: str
) -> HttpResponse:
    at = timezone.now()

    def keep() -> str:
        services.keep_in_year(form.filled(), by=request.user, at=at)
        return told

    def again() -> HttpResponse:
        return _show_form(request, form, sort)

    if request.method != "POST":
        return again()
    back = address_of(_LIST, form.entry.programme)
    return carry_out(request, form, keep, again=again, back=back)


def _show_form(request: PersonRequest, form: EntryForm, sort: str) -> HttpResponse:
    programme = form.entry.programme
    return show(
        *(request, "year_entry", programme),
        tab="year",
        form=form,
        sort=sort,
        entry=form.entry if form.entry.pk else None,
        back=address_of(_LIST, programme),
    )
