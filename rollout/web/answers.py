"""What a posted form gets for an answer: its page again, or why it was refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from rollout import services
from rollout.models import Activity
from rollout.web import forms
from rollout.web.access import PersonRequest
from rollout.web.activity_page import ActivityPage
from rollout.web.history import entries_since
from rollout.web.live import live_activity
from rollout.web.refusals import Trouble
from rollout.web.unsent import is_resumed
from workflows.engine import Blocked, NotAllowed, Stale
from workflows.models import VersionedModel

#: What a form does: it gets the cleaned values and returns what to tell the person.
Deed = Callable[[dict[str, Any]], str]
#: Draws the form's page again, with what was refused and the status of the answer.
Show = Callable[[Trouble, int], HttpResponse]


def find_activity(request: PersonRequest, pk: int) -> Activity:
    """Return the activity. Raises Http404 for one that the person may not see."""
    return get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)


def show_activity(
    request: PersonRequest,
    pk: int,
    *,
    at: datetime,
    trouble: Trouble | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the activity's page, with why something was refused if it was."""
    about = find_activity(request, pk)
    # Read before the rest: what changes in between is then seen to be newer.
    live = live_activity(about, on=timezone.localdate(at))
    shown = ActivityPage(
        pk, user=request.user, at=at, query=request.GET, trouble=trouble
    )
    context = {
        "live": live,
        "page": shown,
        "activity": shown.activity,
        "programme": shown.activity.programme,
        "trouble": trouble,
        # Where the language switch comes back to: a form's own address only posts.
        "page_url": shown.address,
    }
    return render(request, "rollout/activity.html", context, status=status)


def carry_out(
    request: PersonRequest,
    about: Activity,
    key: str,
    form: forms.Form,
    deed: Deed,
    *,
    at: datetime,
    anchor: str = "",
    subject: VersionedModel | None = None,
) -> HttpResponse:
    """Do what a form on an activity's page asks, and come back to that page.

    ``anchor`` is the place on the page to come back to, and ``subject`` whose version
    the form holds, if not the activity's. See :func:`attempt` for the rest.
    """

    def show(trouble: Trouble, status: int) -> HttpResponse:
        return show_activity(request, about.pk, at=at, trouble=trouble, status=status)

    page = about.get_absolute_url()
    return attempt(
        *(request, key, form, deed),
        show=show,
        back_to=f"{page}#{anchor}" if anchor else page,
        subject=subject or about,
    )


def attempt(
    request: PersonRequest,
    key: str,
    form: forms.Form,
    deed: Deed,
    *,
    show: Show,
    back_to: str,
    subject: VersionedModel | None = None,
) -> HttpResponse:
    """Do what a form asks and go ``back_to`` its page; a refusal is told on the page.

    ``key`` names the form on the page that ``show`` draws again. ``subject`` is whose
    version the form holds, if it holds one. What comes back after an expired login is
    only shown. Raises PermissionDenied for what the person may not do.
    """

    def refuse(status: int, kind: str, **told: Any) -> HttpResponse:
        data, files = request.POST.copy(), request.FILES
        return show(Trouble(kind, form=key, data=data, files=files, **told), status)

    if is_resumed(request):
        return refuse(200, "resumed")
    if not form.is_valid():
        return refuse(422, "invalid")
    try:
        done = deed(form.cleaned_data)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Blocked as refusal:
        return refuse(409, "blocked", reasons=refusal.reasons)
    except Stale:
        seen = form.cleaned_data["version"]
        changes = entries_since(subject, version=seen) if subject else []
        return refuse(412, "stale", meanwhile=changes)
    except services.Invalid as refusal:
        return refuse(422, "invalid", text=str(refusal))
    messages.success(request, done)
    return HttpResponseRedirect(back_to)
