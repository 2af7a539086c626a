"""Partners: what each has promised, delivered and owes, and the people in them."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rollout.models import Membership, Partner, Programme
from rollout.record import (
    Commitment,
    Standing,
    activities_of,
    record_of,
    standings_of,
)
from rollout.tables import Table
from rollout.templatetags.dates import short_day
from rollout.web.access import PersonRequest, page, programme_page
from rollout.web.export import download
from rollout.web.pace import paces_of
from rollout.web.sorting import Column, Listed, danish, list_by

#: Which commitments the page shows, by what the address says.
SHOWN = {
    "owed": lambda record: record.owed,
    "kept": lambda record: record.kept,
    "all": lambda record: record.commitments,
}


def _commitments(on: date) -> list[Column[Commitment]]:
    return [
        Column(
            *("what", _("What"), lambda one: danish(one.title)),
            words=lambda one: f"{one.title}\n{one.kind.label}",
        ),
        Column("where", _("Where"), lambda one: danish(one.about)),
        Column(
            *("due", _("Due on"), lambda one: one.due_on),
            words=lambda one: short_day(one.due_on) or _("no date"),
        ),
        Column(
            *("kept", _("Status"), lambda one: one.kept_on),
            words=lambda one: _status(one, on),
        ),
        Column(
            "who",
            _("Responsible"),
            lambda one: danish(one.responsible) if one.responsible else None,
        ),
    ]


def _status(one: Commitment, on: date) -> str:
    """Return how far it is, as the page says it."""
    if one.kept_on:
        return _("delivered %(date)s") % {"date": short_day(one.kept_on)}
    if one.is_overdue(on):
        return _("overdue")
    return str(one.hold) or _("owed")


_PARTNERS: list[Column[Standing]] = [
    Column("name", gettext_lazy("Partner"), lambda one: danish(one.partner)),
    Column(
        "kind",
        gettext_lazy("Kind"),
        lambda one: danish(one.partner.get_kind_display()),
    ),
    Column("activities", gettext_lazy("Activities"), lambda one: one.activities),
    Column("owed", gettext_lazy("Owes"), lambda one: one.owed),
    Column("overdue", gettext_lazy("Overdue"), lambda one: one.overdue),
]


@require_safe
@programme_page
def partners(request: PersonRequest, programme: Programme) -> HttpResponse:
    """List the partners whose page the person may open, with what each owes."""
    found = standings_of(programme, user=request.user, on=timezone.localdate())
    by_name = sorted(found, key=lambda one: danish(one.partner))
    listed = list_by(by_name, _PARTNERS, request.GET)
    if "format" in request.GET:
        columns = [str(one.label) for one in _PARTNERS]
        table = [
            (
                *(str(one.partner), one.partner.get_kind_display()),
                *(one.activities, one.owed, one.overdue),
            )
            for one in listed.rows
        ]
        return download(Table(_("Partners"), columns, table), request.GET["format"])
    context = {
        "nav": "plan",
        "tab": "partners",
        "programme": programme,
        "listed": listed,
    }
    return render(request, "rollout/partners.html", context)


@require_safe
@page
def partner(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one partner; ``?show=`` chooses what was kept or is owed."""
    visible = Partner.objects.open_to(request.user).select_related("programme", "lead")
    found = get_object_or_404(visible, pk=pk)
    on = timezone.localdate()
    record = record_of(found, user=request.user)
    show = request.GET.get("show", "owed")
    show = show if show in SHOWN else "owed"
    listed = list_by(SHOWN[show](record), _commitments(on), request.GET)
    if "format" in request.GET:
        return download(_table(found, listed), request.GET["format"])
    contacts = (
        Membership.objects.filter(partner=found)
        .select_related("user__stand_in")
        .order_by("user__name")
    )
    context = {
        "nav": "plan",
        "tab": "partners",
        "programme": found.programme,
        "partner": found,
        "record": record,
        "paces": list(paces_of(record)),
        "overdue": sum(one.is_overdue(on) for one in record.owed),
        "show": show,
        "rows": [(one, one.is_overdue(on)) for one in listed.shown],
        "listed": listed,
        "activities": activities_of(found, user=request.user),
        "contacts": [
            (one.user, one.user.stands_in_on(on))
            for one in contacts
            if one.user.is_active
        ],
    }
    return render(request, "rollout/partner.html", context)


def _table(found: Partner, listed: Listed[Commitment]) -> Table:
    columns = [_("Kind"), *(str(one.label) for one in listed.headings), _("Note")]
    rows = [
        (
            *(str(one.kind.label), one.title, one.about, one.due_on, one.kept_on),
            *(str(one.responsible or ""), one.hold),
        )
        for one in listed.rows
    ]
    return Table(str(found), columns, rows)
