"""Reports: the list, one report, making, editing, freezing and downloading it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout.models import Programme, Report, ReportKind
from rollout.replica import heavy_reading
from rollout.reports import keeping
from rollout.reports.kinds import document_of
from rollout.reports.writers import WRITERS
from rollout.web.access import PersonRequest, action, page, programme_page
from rollout.web.answers import attempt
from rollout.web.forms import VersionForm
from rollout.web.refusals import Trouble
from rollout.web.reports import (
    DISCARD,
    EDIT,
    FREEZE,
    NEW,
    NewReportForm,
    ReportForm,
    ReportPage,
    sheet_of,
)
from rollout.web.sheets import ListedSheet, list_or_file


@require_safe
@programme_page
def reports(request: PersonRequest, programme: Programme) -> HttpResponse:
    """List the reports, and offer to make one."""
    return _list(request, programme)


def _list(
    request: PersonRequest,
    programme: Programme,
    trouble: Trouble | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = Report.objects.visible_to(request.user).filter(programme=programme)
    people = rows.select_related("frozen_by", "made_by", "meeting")
    form = NewReportForm(prefix=NEW)
    if trouble is not None:
        form = NewReportForm(trouble.data, prefix=NEW)
    context = {
        "nav": "monitoring",
        "tab": "reports",
        "programme": programme,
        "form": form,
        "kinds": list(ReportKind),
        "may_write": request.user.has_perm("rollout.write_report", programme),
        "trouble": trouble,
        "page_url": f"{reverse('rollout:reports')}?programme={programme.code}",
    }

    def draw(shown: ListedSheet) -> HttpResponse:
        told = context | {"list": shown}
        return render(request, "rollout/reports.html", told, status=status)

    return list_or_file(request, sheet_of(people.defer("content")), draw)


@action
def new_report(request: PersonRequest, pk: int) -> HttpResponse:
    """Make a draft."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    at = timezone.now()
    form = NewReportForm(request.POST, prefix=NEW)

    def make(values: dict[str, Any]) -> str:
        kind = values["kind"]
        usual = keeping.usual_period(programme, kind, on=timezone.localdate(at))
        period = form.period() or usual
        made = keeping.make_report(programme, kind, period, by=request.user, at=at)
        return _("The draft “%(title)s” is made.") % {"title": made.title}

    def show(trouble: Trouble, status: int) -> HttpResponse:
        return _list(request, programme, trouble, status)

    back_to = f"{reverse('rollout:reports')}?programme={programme.code}"
    return attempt(*(request, NEW, form, make), show=show, back_to=back_to)


def _find(request: PersonRequest, pk: int) -> Report:
    visible = Report.objects.visible_to(request.user)
    people = ("programme", "frozen_by", "made_by", "meeting")
    return get_object_or_404(visible.select_related(*people), pk=pk)


@require_safe
@page
@heavy_reading
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one report; ``?compare=1`` shows what it would say otherwise today."""
    return _show(request, _find(request, pk))


def _show(
    request: PersonRequest,
    found: Report,
    trouble: Trouble | None = None,
    status: int = 200,
) -> HttpResponse:
    on = timezone.localdate()
    shown = ReportPage(found, user=request.user, trouble=trouble)
    compares = found.is_frozen and "compare" in request.GET
    context = {
        "nav": "monitoring",
        "tab": "reports",
        "programme": found.programme,
        "page": shown,
        "report": found,
        "kind": ReportKind(found.kind),
        "document": document_of(found, on=on),
        "compares": compares,
        "differences": keeping.differences(found, on=on) if compares else [],
        "trouble": trouble,
        "page_url": found.get_absolute_url(),
    }
    return render(request, "rollout/report.html", context, status=status)


@action
def edit_report(request: PersonRequest, pk: int) -> HttpResponse:
    """Save a draft's own words."""
    found = _find(request, pk)
    form = ReportForm(request.POST, report=found, prefix=EDIT)

    def edit(values: dict[str, Any]) -> str:
        keeping.edit_report(
            *(found, form.values(found)), by=request.user, version=values["version"]
        )
        return _("The draft is saved.")

    return _attempt(request, found, EDIT, form, edit)


@action
def freeze_report(request: PersonRequest, pk: int) -> HttpResponse:
    """Freeze a draft."""
    found = _find(request, pk)
    at = timezone.now()

    def freeze(values: dict[str, Any]) -> str:
        keeping.freeze_report(found, by=request.user, at=at, version=values["version"])
        return _("The report is frozen.")

    form = VersionForm(request.POST, prefix=FREEZE)
    return _attempt(request, found, FREEZE, form, freeze)


@action
def discard_report(request: PersonRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    found = _find(request, pk)

    def discard(values: dict[str, Any]) -> str:
        keeping.discard_report(found, by=request.user, version=values["version"])
        return _("The draft is deleted.")

    form = VersionForm(request.POST, prefix=DISCARD)
    back_to = f"{reverse('rollout:reports')}?programme={found.programme.code}"
    return _attempt(request, found, DISCARD, form, discard, back_to=back_to)


def _attempt(
    request: PersonRequest,
    found: Report,
    key: str,
    form: VersionForm,
    deed: Any,
    *,
    back_to: str = "",
) -> HttpResponse:
    def show(trouble: Trouble, status: int) -> HttpResponse:
        return _show(request, _find(request, found.pk), trouble, status)

    back = back_to or found.get_absolute_url()
    return attempt(*(request, key, form, deed), show=show, back_to=back)


@require_safe
@page
@heavy_reading
def report_file(request: PersonRequest, pk: int, form: str) -> HttpResponse:
    """Hand out a report as a file. Raises Http404 for an unknown kind of file."""
    writer = WRITERS.get(form)
    if writer is None:
        raise Http404
    found = _find(request, pk)
    now = timezone.now()
    document = document_of(found, on=timezone.localdate(now))
    content = writer.write(document, found.frozen_at or now)
    response = HttpResponse(content, content_type=writer.content_type)
    name = f"{slugify(found.title, allow_unicode=True)}.{form}"
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=name
    )
    return response
