"""What the pages of monitoring share: their frame, and how a form page is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from rollout.models import Programme
from rollout.web.access import PersonRequest
from rollout.web.forms import Form
from rollout.web.settings import carry_out
from rollout.web.sheets import ListedSheet, Sheet, list_or_file

#: What runs monitoring, and what changes how it measures.
RUN, EDIT = "rollout.run_monitoring", "rollout.edit_programme"


def must(request: PersonRequest, permission: str, obj: object) -> None:
    """Raise PermissionDenied unless the person holds the permission on the object."""
    if not request.user.has_perm(permission, obj):
        raise PermissionDenied


def show(
    request: PersonRequest,
    template: str,
    programme: Programme,
    tab: str,
    **context: Any,
) -> HttpResponse:
    """Show a page of monitoring from ``rollout/reporting/<template>.html``."""
    context |= {
        "nav": "monitoring",
        "tab": tab,
        "programme": programme,
        "may_run": request.user.has_perm(RUN, programme),
        "may_edit": request.user.has_perm(EDIT, programme),
    }
    return render(request, f"rollout/reporting/{template}.html", context)


def show_list(
    request: PersonRequest, programme: Programme, tab: str, sheet: Sheet, **context: Any
) -> HttpResponse:
    """Show a list, or hand it out as a file."""

    def draw(shown: ListedSheet) -> HttpResponse:
        told = {"title": sheet.title, "list": shown} | context
        return show(request, "list", programme, tab, **told)

    return list_or_file(request, sheet, draw)


def form_page(
    request: PersonRequest,
    programme: Programme,
    form: Form,
    deed: Callable[[], str],
    *,
    tab: str,
    title: str,
    back: str,
    after: str = "",
    template: str = "form",
    **context: Any,
) -> HttpResponse:
    """Show a form, or do what it asks and go ``after`` it, by default ``back``.

    ``deed`` reads the valid form and returns what to tell the person.
    """

    def again() -> HttpResponse:
        told = {"form": form, "title": title, "back": back} | context
        return show(request, template, programme, tab, **told)

    if request.method != "POST":
        return again()
    return carry_out(request, form, deed, again=again, back=after or back)
