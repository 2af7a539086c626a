"""Everything that needs action as one list, of which the overview shows a few."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rollout.models import Programme
from rollout.status import programme_status
from rollout.tables import Table
from rollout.web.access import PersonRequest, programme_page
from rollout.web.attention import Concern, all_sorts_of
from rollout.web.export import download
from rollout.web.narrowing import narrowing_of
from rollout.web.sorting import Column, danish, sort_by

#: Rows on a page.
PAGE_SIZE = 100


@dataclass(frozen=True)
class Row:
    """One concern under the sort that it is of."""

    kind: str
    concern: Concern


_COLUMNS: list[Column[Row]] = [
    Column("kind", gettext_lazy("Why"), lambda one: danish(one.kind)),
    Column("where", gettext_lazy("Where"), lambda one: danish(one.concern.title)),
    Column("what", gettext_lazy("What"), lambda one: danish(one.concern.text)),
    Column(
        "who",
        gettext_lazy("Who"),
        lambda one: danish(one.concern.who) if one.concern.who else None,
    ),
    Column("due", gettext_lazy("Due on"), lambda one: one.concern.due_on),
]


@require_safe
@programme_page
def attention(request: PersonRequest, programme: Programme) -> HttpResponse:
    """List what needs action, of one sort with ``?kind=`` or of all of them."""
    narrowing = narrowing_of(request.GET, programme)
    status = programme_status(
        programme, on=timezone.localdate(), user=request.user, scope=narrowing.scope
    )
    sorts = all_sorts_of(status)
    names = [one.name for one in sorts]
    kind = request.GET.get("kind", "")
    kind = kind if kind in names else ""
    found = [
        Row(sort.label, concern)
        for sort in sorts
        if kind in ("", sort.name)
        for concern in sort.told()
    ]
    rows, headings = sort_by(found, _COLUMNS, request.GET)
    if "format" in request.GET:
        return download(_table(rows), request.GET["format"])
    context = {
        "nav": "overview",
        "programme": programme,
        "narrowing": narrowing,
        "kept": {
            name: str(request.GET[name])
            for name in ("programme", "kind", "sort")
            if request.GET.get(name)
        },
        "sorts": [(one.name, one.label, len(one.found)) for one in sorts],
        "kind": kind,
        "headings": headings,
        "shown": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "rollout/attention.html", context)


def _table(rows: list[Row]) -> Table:
    columns = [str(one.label) for one in _COLUMNS]
    return Table(
        _("Needs action"),
        columns,
        [
            (
                one.kind,
                *(one.concern.title, one.concern.text, one.concern.who),
                one.concern.due_on,
            )
            for one in rows
        ],
    )
