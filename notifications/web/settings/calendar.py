"""The page of the calendar: a year of working days, and what changes it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notifications import window
from notifications.web.settings.forms import HalfDaysForm, PeriodForm
from notifications.web.settings.preview import decide, try_out
from notifications.web.settings.year import year_of
from rollout import services
from rollout.models import ClosingPeriod, Programme, SettingArea
from rollout.templatetags.dates import short_day, week
from rollout.web.access import PersonRequest, page
from rollout.web.settings import (
    address_of,
    latest_changes,
    must_set_up,
    programme_to_set_up,
    show,
    show_list,
)
from rollout.web.sheets import Cell, Sheet

_PAGE = "notifications:settings_calendar"
#: How far after a period its effects are looked for.
_AFTER = timedelta(days=30)


@require_safe
@page
def calendar(request: PersonRequest) -> HttpResponse:
    """Show a year of working days; ``?year=`` chooses it."""
    programme = programme_to_set_up(request)
    number = _year(request, programme)
    return show_list(
        *(request, "calendar", programme, _sheet_of_periods(programme)),
        tab="calendar",
        year=year_of(programme, number),
        years=range(programme.starts_on.year, programme.ends_on.year + 1),
        weekdays=[(str(WEEKDAYS_ABBR[n]), str(WEEKDAYS[n])) for n in range(7)],
        opens=window.OPENS,
        closes=window.CLOSES,
        changes=_changes(programme),
    )


def _sheet_of_periods(programme: Programme) -> Sheet:
    columns = [_("Name"), _("What stops?"), _("From"), _("Until")]
    sheet = Sheet(_("Closing days and quiet periods"), columns)
    for one in programme.closing_periods.order_by("starts_on", "pk"):
        address = reverse("notifications:settings_period", args=[one.pk])
        first, last = one.starts_on, one.ends_on
        sheet.add(
            Cell(one.name, address, is_example=one.is_example),
            one.get_kind_display(),
            Cell(first, text=f"{short_day(first)} {week(first)}"),
            Cell(last, text=f"{short_day(last)} {week(last)}"),
        )
    return sheet


def _year(request: HttpRequest, programme: Programme) -> int:
    first, last = programme.starts_on.year, programme.ends_on.year
    asked = request.GET.get("year", "")
    number = int(asked) if asked.isdecimal() else timezone.localdate().year
    return max(first, min(last, number))


def _changes(programme: Programme) -> list[Any]:
    changes = list(latest_changes(programme, SettingArea.CALENDAR))
    for change in changes:
        if change.name == services.HALF_DAYS:
            change.name = _("1 May and 5 June")
    return changes


@page
def new_period(request: PersonRequest) -> HttpResponse:
    """Add a closing or quiet period, once it was seen what it changes."""
    programme = programme_to_set_up(request)
    form = PeriodForm(request.POST or None)
    at = timezone.now()

    def add() -> str:
        services.add_period(programme, form.values(), by=request.user, at=at)
        return _("The period is added.")

    def again(context: dict[str, Any]) -> HttpResponse:
        return _period(request, programme, form=form, **context)

    if request.method != "POST":
        return again({})
    return decide(
        *(request, form, add),
        programme=programme,
        at=at,
        again=again,
        back=address_of(_PAGE, programme),
        last=_end(form),
    )


@page
def period(request: PersonRequest, pk: int) -> HttpResponse:
    """Change one period, once it was seen what that changes."""
    found = _find(request, pk)
    form = PeriodForm.of(found, request.POST or None)
    at = timezone.now()

    def change() -> str:
        services.change_period(found, form.values(), by=request.user, at=at)
        return _("The period is changed.")

    def again(context: dict[str, Any]) -> HttpResponse:
        return _period(request, found.programme, form=form, period=found, **context)

    if request.method != "POST":
        return again({})
    return decide(
        *(request, form, change),
        programme=found.programme,
        at=at,
        again=again,
        back=address_of(_PAGE, found.programme),
        last=max(_end(form), found.ends_on + _AFTER),
    )


@page
def period_removal(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what removing a period changes; a POST removes it."""
    found = _find(request, pk)
    at, programme = timezone.now(), found.programme
    back = address_of(_PAGE, programme)

    def remove() -> None:
        services.remove_period(found, by=request.user, at=at)

    if request.method == "POST":
        remove()
        return HttpResponseRedirect(back)
    preview = try_out(remove, programme=programme, at=at, last=found.ends_on + _AFTER)
    return show(
        *(request, "removal", programme),
        tab="calendar",
        title=found.name,
        question=_("Remove the period “%(name)s”?") % {"name": found.name},
        back=back,
        **preview,
    )


@page
def half_days(request: PersonRequest) -> HttpResponse:
    """Say whether 1 May and 5 June are working days."""
    programme = programme_to_set_up(request)
    form = HalfDaysForm.of(programme, request.POST or None)
    at = timezone.now()

    def change() -> str:
        data = form.cleaned_data
        services.set_half_days(
            *(programme,),
            may_1=data["may_1"],
            june_5=data["june_5"],
            by=request.user,
            at=at,
        )
        return _("The calendar is changed.")

    def again(context: dict[str, Any]) -> HttpResponse:
        context |= {"form": form, "back": address_of(_PAGE, programme)}
        return show(request, "half_days", programme, tab="calendar", **context)

    if request.method != "POST":
        return again({})
    return decide(
        *(request, form, change),
        programme=programme,
        at=at,
        again=again,
        back=address_of(_PAGE, programme),
    )


def _find(request: PersonRequest, pk: int) -> ClosingPeriod:
    visible = ClosingPeriod.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("programme"), pk=pk)
    must_set_up(request, found.programme)
    return found


def _end(form: PeriodForm) -> date:
    if form.is_valid():
        end: date = form.cleaned_data["ends_on"]
        return min(end, timezone.localdate() + 12 * _AFTER) + _AFTER
    return timezone.localdate()


def _period(
    request: PersonRequest, programme: Programme, **context: Any
) -> HttpResponse:
    context["back"] = address_of(_PAGE, programme)
    return show(request, "period", programme, tab="calendar", **context)
