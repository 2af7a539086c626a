"""Who may open a page, and how a form's answer comes back to its page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from rollout.models import Programme, User
from rollout.web.unsent import forget_unsent, is_resumed, keep_unsent

View = Callable[..., HttpResponse]


class PersonRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User


def page(view: View) -> View:
    """Let only people who are logged in open the page; others log in first."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _login(request, request.get_full_path())
        # Every permission asks for the roles, so they are read once.
        prefetch_related_objects([request.user], "memberships__programme")
        return view(request, *args, **kwargs)

    return opened


def programme_page(view: View) -> View:
    """Give a page its programme: the one in ``?programme=code``, or the only one.

    Who takes part in several and names none chooses first.
    """

    @page
    @wraps(view)
    def opened(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mine = Programme.objects.visible_to(request.user).order_by("-starts_on")
        code = request.GET.get("programme")
        if code is not None:
            # A code is a slug; whatever else was sent names no programme.
            mine = mine.none() if "\0" in code else mine.filter(code=code)
        programmes = list(mine)
        if code is not None and not programmes:
            raise Http404
        if len(programmes) != 1:
            return render(request, "rollout/choose.html", {"programmes": programmes})
        return view(request, programmes[0], *args, **kwargs)

    return opened


def action(view: View) -> View:
    """Let only people who are logged in post; nothing is ever changed by a GET.

    Whose login expired logs in and comes back to the form as it was filled in: what
    was written is posted once more with ``resumed``, which
    :func:`rollout.web.answers.attempt` only shows.
    """

    @wraps(view)
    def posted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.is_authenticated:
            if keep_unsent(request, at=timezone.now()):
                return _login(request, reverse("rollout:resume"))
            return _login(request, _page_of_the_form(request))
        if is_resumed(request):
            forget_unsent(request)
        prefetch_related_objects([request.user], "memberships__programme")
        return view(request, *args, **kwargs)

    return posted


def _login(request: HttpRequest, back_to: str) -> HttpResponse:
    if back_to == "/":
        # Nobody asked for a page yet: after the login everybody gets their own first.
        back_to = reverse("rollout:start")
    response = redirect_to_login(back_to, reverse("account_login"))
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(response.url)
    return response


def _page_of_the_form(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        parts = urlsplit(referer)
        return (
            f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        )
    return "/"
