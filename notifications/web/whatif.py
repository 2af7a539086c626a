"""The fragment “these mails move”: what a date that is not saved yet would change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from notifications import forecast, wording
from notifications.whatif import Change, Difference, what_if
from rollout import services
from rollout.models import Activity, Milestone, MonitoringRound, Programme
from rollout.services import shifting
from rollout.web.access import PersonRequest, of_code, page
from rollout.web.shifting import ShiftForm
from workflows.engine import NotAllowed


@require_safe
@page
def milestone(request: PersonRequest, pk: int) -> HttpResponse:
    """Show which mails move if the milestone is due on ``?due_on=``."""
    asked = get_object_or_404(Milestone.objects.visible_to(request.user), pk=pk)
    return _answer_date(
        request,
        asked.programme,
        "due_on",
        lambda day: services.move_milestone(asked, to=day, by=request.user),
    )


@require_safe
@page
def launch(request: PersonRequest, pk: int) -> HttpResponse:
    """Show which mails move if the launch is planned for ``?planned_launch_on=``."""
    asked = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    return _answer_date(
        request,
        asked.programme,
        "planned_launch_on",
        lambda day: services.plan_launch(asked, on=day, by=request.user),
    )


@require_safe
@page
def shift(request: PersonRequest) -> HttpResponse:
    """Show which mails move if dates are shifted as the query says.

    ``?programme=code`` names the programme; the rest is what
    :class:`rollout.web.shifting.ShiftForm` asks for.
    """
    programmes = Programme.objects.visible_to(request.user)
    programme = get_object_or_404(of_code(programmes, request.GET.get("programme", "")))
    form = ShiftForm(request.GET)
    if not form.is_valid():
        return _show(request, {})
    now = timezone.now()
    return _answer(
        request,
        programme,
        lambda: shifting.shift(programme, form.asked(), by=request.user, at=now),
        now=now,
    )


@require_safe
@page
def monitoring_round(request: PersonRequest, pk: int) -> HttpResponse:
    """Show which mails move if the round is due on ``?due_on=``."""
    asked = get_object_or_404(MonitoringRound.objects.visible_to(request.user), pk=pk)
    return _answer_date(
        request,
        asked.programme,
        "due_on",
        lambda day: services.move_round(asked, to=day, by=request.user),
    )


def _answer_date(
    request: PersonRequest,
    programme: Programme,
    field: str,
    edit: Callable[[date], object],
) -> HttpResponse:
    """Try the edit with the date that the query names, if it names one."""
    day = _day(request, field)
    if day is None:
        return _show(request, {})
    return _answer(request, programme, lambda: edit(day), now=timezone.now())


def _answer(
    request: PersonRequest,
    programme: Programme,
    edit: Callable[[], object],
    *,
    now: datetime,
) -> HttpResponse:
    """Try the edit and show what it changes. Raises PermissionDenied."""
    try:
        found = what_if(edit, now=now, programme=programme)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except services.Invalid as refusal:
        return _show(request, {"refusal": str(refusal)})
    return _show(request, context_of(found))


def _show(request: PersonRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "notifications/web/what_if.html", context)


def _day(request: HttpRequest, field: str) -> date | None:
    """Return the date asked about; a form's prefix before the name does not matter."""
    for name, value in request.GET.items():
        if name == field or name.endswith(f"-{field}"):
            try:
                return parse_date(str(value))
            except ValueError:
                return None
    return None


def context_of(found: Difference) -> dict[str, Any]:
    """Return what ``notifications/web/what_if.html`` shows."""
    return {
        "found": found,
        "total": _total(found),
        "surely": [_line(one, found) for one in found.changes if not one.is_overdue],
        "if_late": [_line(one, found) for one in found.changes if one.is_overdue],
        "loads": [one for one in found.people if one.before != one.after],
        "partners": [one for one in found.partners if one.before != one.after],
    }


def _total(found: Difference) -> str:
    moved, added, gone = len(found.moved), len(found.added), len(found.gone)
    parts = [
        ngettext("%(count)s reminder moves", "%(count)s reminders move", moved)
        % {"count": moved}
        if moved
        else "",
        ngettext("%(count)s comes on top", "%(count)s come on top", added)
        % {"count": added}
        if added
        else "",
        ngettext("%(count)s falls away", "%(count)s fall away", gone) % {"count": gone}
        if gone
        else "",
    ]
    return ", ".join(part for part in parts if part)


def _line(one: Change, found: Difference) -> dict[str, Any]:
    person = found.names.get(one.step.recipient_id or 0)
    words = {
        "old": wording.day(one.before.day, on=found.first) if one.before else "",
        "new": wording.day(one.after.day, on=found.first) if one.after else "",
        "reason": wording.reason(one.reason, {}, on=found.first),
    }
    if one.before and one.after:
        text = _("%(old)s → %(new)s")
    elif one.after:
        text = _("goes out %(new)s")
    elif one.reason:
        text = _("not %(old)s any more: %(reason)s")
    else:
        text = _("not %(old)s any more")
    return {
        "step": one.step,
        "person": person,
        "when": forecast.step_in_words(one.step.kind, one.step.step),
        "text": text % words,
    }
