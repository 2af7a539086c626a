"""Where one is logged in, and how to end a login that is left open somewhere."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from rollout.templatetags.dates import moment
from rollout.web.access import PersonRequest, action, page
from rollout.web.sheets import Cell, Deed, Sheet, show_list

#: What a browser says of itself, and what people call it; the first found counts.
_BROWSERS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox")),
    *(("Chrome", "Chrome"), ("Safari", "Safari")),
)
_SYSTEMS = (
    *(("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone")),
    *(("iPad", "iPad"), ("Mac OS", "macOS"), ("Linux", "Linux")),
)


@require_safe
@page
def logins(request: PersonRequest) -> HttpResponse:
    """List the browsers in which the person is logged in."""
    columns = [_("Browser"), _("Logged in"), _("Network address")]
    sheet = Sheet(_("Where I am logged in"), columns)
    for one in _open(request):
        browser = _named(one.user_agent)
        about = f"{browser}, {moment(one.created_at)}"
        deed = Deed(_("End it"), reverse("rollout:end_login", args=[one.pk]), about)
        is_here = one.session_key == request.session.session_key
        here = _("this one") if is_here else ""
        sheet.add(Cell(browser, note=here), one.created_at, Cell(one.ip, deed=deed))
    hours = settings.SESSION_COOKIE_AGE // 3600
    context = {
        "nav": "profile",
        "lead": ngettext(
            "End what you do not know, or what you left open. Nobody stays logged in"
            " longer than %(hours)s hour.",
            "End what you do not know, or what you left open. Nobody stays logged in"
            " longer than %(hours)s hours.",
            hours,
        )
        % {"hours": hours},
        "back": reverse("notifications:profile"),
        "back_label": _("My profile"),
    }
    return show_list(request, sheet, context)


@action
def end_login(request: PersonRequest, pk: int) -> HttpResponse:
    """End one of the person's logins at once."""
    get_object_or_404(_open(request), pk=pk).end()
    messages.success(request, _("The login is ended."))
    return HttpResponseRedirect(reverse("rollout:logins"))


def _open(request: PersonRequest) -> QuerySet[UserSession]:
    lasting = Session.objects.filter(expire_date__gt=timezone.now())
    own: QuerySet[UserSession] = UserSession.objects.filter(user=request.user)
    return own.filter(session_key__in=lasting.values("session_key")).order_by(
        "-created_at"
    )


def _named(user_agent: str) -> str:
    """Return what a person recognises of a browser, such as "Firefox · Windows"."""
    found = [
        next((name for mark, name in marks if mark in user_agent), "")
        for marks in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or _("unknown browser")
