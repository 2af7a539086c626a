"""The milestones that activities begin with, as templates."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import MilestoneTemplate, Programme, SettingArea
from rollout.web.access import PersonRequest, action, page
from rollout.web.forms import Form, TemplateForm
from rollout.web.settings import (
    address_of,
    carry_out,
    latest_changes,
    must_set_up,
    programme_to_set_up,
    show,
    show_list,
)
from rollout.web.sheets import Cell, Sheet
from rollout.web.wording import from_launch

_LIST = "rollout:settings_milestones"


@require_safe
@page
def templates(request: PersonRequest) -> HttpResponse:
    """List the templates as they follow in time."""
    programme = programme_to_set_up(request)
    rows = programme.milestone_templates.order_by("offset_days", "position", "pk")
    sheet = Sheet(
        _("Milestone templates"),
        [_("Milestone"), _("When"), _("For"), _("Needed before launch")],
    )
    for row in rows:
        url = reverse("rollout:settings_milestone", args=[row.pk])
        sheet.add(
            Cell(row.title, url, is_example=row.is_example),
            # It sorts by the day, and reads as words.
            Cell(row.offset_days, text=from_launch(row.offset_days)),
            row.get_nature_display() if row.nature else _("every initiative"),
            _("yes") if row.before_launch else _("no"),
        )
    return show_list(
        *(request, "milestones", programme, sheet),
        tab="milestones",
        changes=latest_changes(programme, SettingArea.MILESTONES),
    )


@page
def new_template(request: PersonRequest) -> HttpResponse:
    """Add a template."""
    programme = programme_to_set_up(request)
    form = TemplateForm(request.POST or None)
    at = timezone.now()

    def add() -> str:
        services.add_template(programme, form.values(), by=request.user, at=at)
        return _("The template is added.")

    def again() -> HttpResponse:
        return _form(request, programme, form)

    if request.method != "POST":
        return again()
    back = address_of(_LIST, programme)
    return carry_out(request, form, add, again=again, back=back)


@page
def template(request: PersonRequest, pk: int) -> HttpResponse:
    """Change one template."""
    found = _find(request, pk)
    form = TemplateForm.of(found, request.POST or None)
    at = timezone.now()

    def change() -> str:
        services.change_template(found, form.values(), by=request.user, at=at)
        return _("The template is changed.")

    def again() -> HttpResponse:
        return _form(request, found.programme, form, found)

    if request.method != "POST":
        return again()
    back = address_of(_LIST, found.programme)
    return carry_out(request, form, change, again=again, back=back)


@action
def remove_template(request: PersonRequest, pk: int) -> HttpResponse:
    """Remove one template."""
    found = _find(request, pk)
    at = timezone.now()

    def remove() -> str:
        services.remove_template(found, by=request.user, at=at)
        return _("The template is removed.")

    def again() -> HttpResponse:
        return _form(request, found.programme, TemplateForm.of(found), found)

    back = address_of(_LIST, found.programme)
    return carry_out(request, Form(request.POST), remove, again=again, back=back)


def _find(request: PersonRequest, pk: int) -> MilestoneTemplate:
    visible = MilestoneTemplate.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("programme"), pk=pk)
    must_set_up(request, found.programme)
    return found


def _form(
    request: PersonRequest,
    programme: Programme,
    form: TemplateForm,
    changed: MilestoneTemplate | None = None,
) -> HttpResponse:
    return show(
        *(request, "milestone", programme),
        tab="milestones",
        form=form,
        template=changed,
        back=address_of(_LIST, programme),
    )
