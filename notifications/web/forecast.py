"""The page “The next 30 days”: who gets which mail, and what is held back."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications import forecast
from notifications.rehearsal import Mail, Rehearsal, Step, rehearse
from rollout.models import READS_ALL, Activity, Membership, Partner, Programme, User
from rollout.web.access import PersonRequest, of_code, page

#: How many days ahead the page looks.
AHEAD_DAYS = 30


@require_safe
@page
def next_days(request: PersonRequest) -> HttpResponse:
    """Show or download the forecast of a programme that the person reads as a whole.

    ``?programme=code``, ``person=key`` and ``partner=key`` narrow it;
    ``format=csv`` and ``format=json`` download it.
    """
    now = timezone.now()
    programme = _programme(request)
    whole = _rehearse(programme, now=now)
    members = list(
        Membership.objects.filter(programme=programme)
        .select_related("user", "partner")
        .order_by("user__name")
    )
    shown = _narrowed(whole, members, request)
    form = request.GET.get("format")
    if form == "csv":
        return _file(forecast.as_csv(shown), "text/csv; charset=utf-8", form)
    if form == "json":
        return _file(forecast.as_json(shown), "application/json", form)
    activities = _activities(shown)
    return render(
        request,
        "notifications/web/forecast.html",
        {
            "nav": "mail",
            "tab": "forecast",
            "programme": programme,
            "rehearsal": shown,
            "total": forecast.total_of(shown),
            "days": _days(shown, activities),
            "kept": [_line(step, shown, activities) for step in shown.kept],
            "people": sorted(
                {mail.recipient for mail in whole.mails}, key=lambda one: one.name
            ),
            "partners": _partners(members),
            "chosen": {name: request.GET.get(name, "") for name in _FILTERS},
        },
    )


_FILTERS = ("person", "partner")


def _programme(request: PersonRequest) -> Programme:
    """Return the programme asked for, or the newest; 404 unless all of it is read."""
    mine = Programme.objects.filter(
        memberships__user=request.user, memberships__role__in=READS_ALL
    ).order_by("-starts_on", "pk")
    code = request.GET.get("programme")
    found = (of_code(mine, code) if code else mine).first()
    if found is None:
        raise Http404
    return found


def _rehearse(programme: Programme, *, now: datetime) -> Rehearsal:
    first = timezone.localdate(now)
    last = first + timedelta(days=AHEAD_DAYS)
    return rehearse(now=now, first=first, last=last, programme=programme)


def _narrowed(
    whole: Rehearsal, members: list[Membership], request: HttpRequest
) -> Rehearsal:
    wanted: set[int] | None = None
    person, partner = (request.GET.get(name, "") for name in _FILTERS)
    if person.isdecimal():
        wanted = {int(person)}
    if partner.isdecimal():
        acting = {m.user_id for m in members if m.partner_id == int(partner)}
        wanted = acting if wanted is None else wanted & acting
    return whole if wanted is None else whole.only(wanted)


def _partners(members: list[Membership]) -> list[Partner]:
    found = {m.partner.pk: m.partner for m in members if m.partner is not None}
    return sorted(found.values(), key=lambda partner: partner.name)


def _activities(rehearsal: Rehearsal) -> dict[int, Activity]:
    steps = [step for mail in rehearsal.mails for step in mail.steps] + rehearsal.kept
    ids = {step.activity_id for step in steps if step.activity_id is not None}
    found: dict[int, Activity] = Activity.objects.select_related(
        "initiative", "place"
    ).in_bulk(ids)
    return found


def _days(
    rehearsal: Rehearsal, activities: dict[int, Activity]
) -> list[dict[str, Any]]:
    return [
        {
            "heading": forecast.heading_of(day),
            "mails": [_mail(mail, rehearsal, activities) for mail in mails],
        }
        for day, mails in groupby(rehearsal.mails, key=lambda mail: mail.day)
    ]


def _mail(
    mail: Mail, rehearsal: Rehearsal, activities: dict[int, Activity]
) -> dict[str, Any]:
    return {
        "recipient": mail.recipient,
        "about": forecast.about(mail),
        "lines": [_line(step, rehearsal, activities) for step in mail.steps],
    }


def _line(
    step: Step, rehearsal: Rehearsal, activities: dict[int, Activity]
) -> dict[str, Any]:
    person: User | None = rehearsal.people.get(step.recipient_id or 0)
    return {
        "step": step,
        "day": forecast.heading_of(step.day),
        "person": person,
        "activity": activities.get(step.activity_id or 0),
        "date": forecast.date_in_words(step),
        "notes": forecast.notes_on(step, rehearsal),
    }


def _file(text: str, content_type: str, extension: str) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="forecast.{extension}"'
    return response
