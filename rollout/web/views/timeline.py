"""The timeline, and the saving of a shift that was tried on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import Programme
from rollout.services import shifting
from rollout.services.shifting import Overtaken
from rollout.web.access import PersonRequest, action, programme_page
from rollout.web.export import download
from rollout.web.live import live_of
from rollout.web.refusals import Trouble
from rollout.web.shifting import SaveShiftForm, ShiftForm, write_seen
from rollout.web.timeline import words
from rollout.web.timeline.meanwhile import told_since
from rollout.web.timeline.page import TimelinePage
from rollout.web.timeline.table import as_table
from rollout.web.timeline.trial import FIELDS, without_trial
from rollout.web.unsent import is_resumed
from workflows.engine import NotAllowed


@require_safe
@programme_page
def timeline(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show a programme in time, and what a shift in the address would do.

    ``zoom`` and ``from`` choose the days; ``focus_area``, ``place``, ``phase`` and
    ``partner`` the activities; ``view=table`` shows the same data as a table, which
    ``sort`` sorts and ``format`` downloads; ``move`` with ``days`` or ``to`` tries a
    shift.
    """
    return _show(request, programme, at=timezone.now())


def _show(
    request: PersonRequest,
    programme: Programme,
    *,
    at: datetime,
    saving: SaveShiftForm | None = None,
    trouble: Trouble | None = None,
    differences: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate(at)
    # Read before the rest: what changes in between is then seen to be newer.
    live = live_of(programme, on=today)
    page = TimelinePage(programme, request.GET, user=request.user, today=today)
    if "format" in request.GET:
        return download(as_table(page.entries), request.GET["format"])
    context = {
        "nav": "timeline",
        "programme": programme,
        "page": page,
        "narrowing": page.narrowing,
        "saving": _saving(page, saving),
        "trouble": trouble,
        "differences": differences,
        "live": live,
        "mails_query": _mails_query(request.GET, programme),
        "without_trial": _address(without_trial(request.GET)),
        # Where the language switch comes back to: a form's own address only posts.
        "page_url": _address(request.GET),
    }
    return render(request, "rollout/timeline.html", context, status=status)


def _mails_query(query: QueryDict, programme: Programme) -> str:
    """Return what asks for the mails that the shift in the address would move."""
    asked = {name: str(query[name]) for name in FIELDS if query.get(name)}
    return urlencode({"programme": programme.code} | asked)


def _saving(page: TimelinePage, posted: SaveShiftForm | None) -> SaveShiftForm | None:
    """Return the form that saves what is proposed, with the reason written before."""
    proposal = page.trial.proposal if page.trial else None
    if proposal is None or not proposal.is_possible:
        return None
    reason = posted.data.get("reason", "") if posted else ""
    seen = write_seen(shifting.seen_in(proposal))
    return SaveShiftForm(initial={"seen": seen, "reason": reason})


@action
@programme_page
def shift(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Save the shift that the address asks for, if it is still what was seen."""
    at = timezone.now()
    asked, form = ShiftForm(request.GET), SaveShiftForm(request.POST)

    def refuse(
        status: int, kind: str, *, differences: Sequence[str] = (), **told: Any
    ) -> HttpResponse:
        return _show(
            request,
            programme,
            at=at,
            saving=form,
            trouble=Trouble(kind, form="shift", **told),
            differences=differences,
            status=status,
        )

    if is_resumed(request):
        return refuse(200, "resumed")
    if not (asked.is_valid() and form.is_valid()):
        return refuse(422, "invalid", text=_("Please look at the change again."))
    try:
        made = shifting.shift(
            programme,
            asked.asked(),
            by=request.user,
            at=at,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        )
    except NotAllowed as refused:
        raise PermissionDenied(str(refused)) from refused
    except Overtaken as overtaken:
        return refuse(
            *(412, "stale"),
            differences=[words.difference_of(one) for one in overtaken.differences],
            meanwhile=told_since(overtaken.differences),
        )
    except services.Invalid as refused:
        return refuse(422, "invalid", text=str(refused))
    count = made.dates.count()
    text = ngettext(
        "Saved: %(count)s date was moved.", "Saved: %(count)s dates were moved.", count
    )
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(_address(without_trial(request.GET)))


def _address(query: QueryDict) -> str:
    return f"{reverse('rollout:timeline')}?{query.urlencode()}"
