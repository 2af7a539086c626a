"""How objectives are measured: indicators, targets, and periods of one's own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import Indicator, Objective, Programme, ReportingPeriod, Target
from rollout.web.access import PersonRequest, action, page, programme_page
from rollout.web.forms import Form
from rollout.web.reporting.frame import EDIT, form_page, must, show_list
from rollout.web.reporting.indicator_forms import (
    IndicatorForm,
    ReportingPeriodForm,
    TargetForm,
)
from rollout.web.settings import address_of, carry_out
from rollout.web.sheets import Cell, Sheet

_TAB = "indicators"


@require_safe
@programme_page
def indicators(request: PersonRequest, programme: Programme) -> HttpResponse:
    """List how each objective is measured."""
    may_edit = request.user.has_perm(EDIT, programme)
    sheet = Sheet(
        _("Indicators"),
        [
            *(_("Objective"), _("Indicator"), _("Unit"), _("Direction")),
            *(_("How often"), _("Who delivers"), _("Baseline")),
        ],
    )
    objectives = Objective.objects.visible_to(request.user).filter(
        focus_area__programme=programme
    )
    for objective in objectives.in_order().prefetch_related("indicators__delivered_by"):
        add = reverse("rollout:new_indicator", args=[objective.pk]) if may_edit else ""
        head = Cell(objective.text, add, note=_("Add an indicator") if add else "")
        for one in objective.indicators.all():
            sheet.add(head, *_cells(one, may_edit=may_edit))
        if not objective.indicators.all():
            sheet.add(head, *[""] * 6)
    links = []
    if may_edit:
        periods = address_of("rollout:reporting_periods", programme)
        links = [(_("Own periods"), periods)]
    return show_list(
        *(request, programme, _TAB, sheet),
        links=links,
        lead=_("LBF sets the objectives; how they are measured is agreed here."),
    )


def _cells(one: Indicator, *, may_edit: bool) -> list[Cell]:
    url = reverse("rollout:indicator", args=[one.pk]) if may_edit else ""
    direction = one.get_direction_display()
    if one.threshold is not None:
        direction = f"{direction} {one.threshold.normalize():f}"
    lacks = _("Say what is counted, and of how many.") if one.lacks_definition else ""
    return [
        Cell(one.name, url, note=_("proposal") if one.is_proposal else lacks),
        Cell(one.unit),
        Cell(direction),
        Cell(one.get_rhythm_display()),
        Cell(str(one.delivered_by or "")),
        Cell("", note=one.baseline_missing_reason)
        if one.baseline is None
        else Cell(_("is known")),
    ]


@page
def new_indicator(request: PersonRequest, objective_pk: int) -> HttpResponse:
    """Add an indicator to an objective."""
    visible = Objective.objects.visible_to(request.user)
    objective = get_object_or_404(
        visible.select_related("focus_area__programme"), pk=objective_pk
    )
    programme = objective.focus_area.programme
    must(request, EDIT, programme)
    form = IndicatorForm(request.POST or None, programme=programme)

    def add() -> str:
        services.add_indicator(objective, form.values(), by=request.user)
        return _("The indicator is added.")

    return form_page(
        *(request, programme, form, add),
        tab=_TAB,
        title=_("Add an indicator"),
        about=objective.text,
        back=address_of("rollout:indicators", programme),
    )


def _find(request: PersonRequest, pk: int) -> Indicator:
    visible = Indicator.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related("objective__focus_area__programme"), pk=pk
    )
    must(request, EDIT, found.programme)
    return found


@page
def indicator(request: PersonRequest, pk: int) -> HttpResponse:
    """Change an indicator; its targets stand below."""
    found = _find(request, pk)
    form = IndicatorForm(request.POST or None, programme=found.programme, of=found)

    def change() -> str:
        services.change_indicator(found, form.values(), by=request.user)
        return _("Saved.")

    return form_page(
        *(request, found.programme, form, change),
        tab=_TAB,
        title=found.name,
        about=found.objective.text,
        template="indicator",
        targets=found.targets.select_related("place"),
        new_target=reverse("rollout:new_target", args=[pk]),
        back=address_of("rollout:indicators", found.programme),
    )


@page
def new_target(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what is to be reached in a period."""
    found = _find(request, pk)
    form = TargetForm(request.POST or None, programme=found.programme)

    def aim() -> str:
        services.set_target(found, by=request.user, **form.cleaned_data)
        return _("The target is set.")

    return form_page(
        *(request, found.programme, form, aim),
        tab=_TAB,
        title=_("Set a target"),
        about=found.name,
        back=reverse("rollout:indicator", args=[pk]),
    )


@action
def remove_target(request: PersonRequest, pk: int) -> HttpResponse:
    """Aim at nothing in a period any more."""
    target = get_object_or_404(Target.objects.visible_to(request.user), pk=pk)
    back = reverse("rollout:indicator", args=[target.indicator_id])

    def remove() -> str:
        services.remove_target(target, by=request.user)
        return _("Removed.")

    def again() -> HttpResponse:
        return indicator(request, target.indicator_id)

    return carry_out(request, Form(request.POST), remove, again=again, back=back)


@programme_page
def reporting_periods(request: PersonRequest, programme: Programme) -> HttpResponse:
    """List the programme's own periods, and add one."""
    must(request, EDIT, programme)
    form = ReportingPeriodForm(request.POST or None)

    def add() -> str:
        services.add_reporting_period(programme, by=request.user, **form.cleaned_data)
        return _("Added.")

    here = address_of("rollout:reporting_periods", programme)
    return form_page(
        *(request, programme, form, add),
        tab=_TAB,
        title=_("Own periods"),
        about=_(
            "Indicators that are measured in the programme's own periods are asked for"
            " in each of these."
        ),
        submit=_("Add"),
        template="periods",
        periods=programme.reporting_periods.all(),
        back=address_of("rollout:indicators", programme),
        after=here,
    )


@action
def remove_reporting_period(request: PersonRequest, pk: int) -> HttpResponse:
    """Measure in a period no more."""
    visible = ReportingPeriod.objects.visible_to(request.user)
    period = get_object_or_404(visible.select_related("programme"), pk=pk)
    back = address_of("rollout:reporting_periods", period.programme)

    def remove() -> str:
        services.remove_reporting_period(period, by=request.user)
        return _("Removed.")

    def again() -> HttpResponse:
        return reporting_periods(request)

    return carry_out(request, Form(request.POST), remove, again=again, back=back)
