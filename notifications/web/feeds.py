"""Calendars: the files that calendar programs fetch, and the page that gives them out.

A program cannot log in, so the secret is in the address. It is masked in our log, it
opens nothing but one calendar, and its owner can make it worthless at any time.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notifications import feeds, ics
from notifications.models import CalendarFeed, FeedScope
from notifications.web.outward_forms import CalendarForm
from rollout.models import User
from rollout.templatetags.dates import moment
from rollout.web.access import PersonRequest, action, page
from rollout.web.sheets import Cell, Deed, ListedSheet, Sheet, list_or_file
from rollout.web.unsent import is_resumed, say_nothing_is_saved


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Give a calendar program the deadlines; whatever does not work is not found."""
    feed = feeds.find(token)
    if feed is None:
        text = _("There is no such calendar.")
        return HttpResponseNotFound(text, content_type="text/plain; charset=utf-8")
    events = list(feeds.shown(feed))
    tag = ics.tag(feed, events)
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(
            ics.write(feed, events), content_type="text/calendar; charset=utf-8"
        )
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="rollout.ics"'
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@page
def calendars(request: PersonRequest) -> HttpResponse:
    """List one's calendars, without their secrets, and offer a new one."""
    return _page(request, CalendarForm(user=request.user))


@action
def create(request: PersonRequest) -> HttpResponse:
    """Make a calendar and show its address, this once."""
    form = CalendarForm(request.POST, user=request.user)
    if is_resumed(request):
        say_nothing_is_saved(request)
        return _page(request, form)
    if not form.is_valid():
        refused = _page(request, form)
        refused.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return refused
    _feed, secret = feeds.create(request.user, at=timezone.now(), **form.chosen())
    return _page(request, CalendarForm(user=request.user), address=feeds.url_of(secret))


@action
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """End a calendar."""
    mine = CalendarFeed.objects.visible_to(request.user).open()
    feeds.revoke(get_object_or_404(mine, pk=pk), at=timezone.now())
    messages.success(request, _("The address no longer works."))
    return redirect("notifications:calendars")


def _page(
    request: PersonRequest, form: CalendarForm, *, address: str = ""
) -> HttpResponse:
    def draw(shown: ListedSheet) -> HttpResponse:
        context = {
            "nav": "settings",
            "tab": "calendars",
            "form": form,
            "list": shown,
            "address": address,
            # Where the language switch comes back to: the form's own address only
            # posts.
            "page_url": reverse("notifications:calendars"),
        }
        return render(request, "settings/calendars.html", context)

    response = list_or_file(request, _sheet(request.user), draw)
    # A page with a secret is kept by nobody.
    response["Cache-Control"] = "no-store"
    return response


def _sheet(owner: User) -> Sheet:
    sheet = Sheet(_("Your calendars"), [_("Calendar"), _("Made")])
    mine = CalendarFeed.objects.visible_to(owner).open()
    for one in mine.select_related("place", "programme"):
        is_own = one.scope == FeedScope.PERSON
        name = _("My own deadlines") if is_own else str(one)
        about = f"{name}, {moment(one.created_at)}"
        address = reverse("notifications:revoke_calendar", args=[one.pk])
        sheet.add(name, Cell(one.created_at, deed=Deed(_("End it"), address, about)))
    return sheet
