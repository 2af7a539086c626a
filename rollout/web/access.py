"""Who may open a page, and how a form's answer comes back to its page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect, reselect, reswap, retarget
from django_htmx.middleware import HtmxDetails

from rollout.models import Programme, User
from rollout.replica import heavy_reading
from rollout.services.waiting import Busy
from rollout.web.unsent import (
    forget_unsent,
    is_resumed,
    keep_unsent,
    say_nothing_is_saved,
)

View = Callable[..., HttpResponse]


class PersonRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User


def page(view: View) -> View:
    """Let only people who are logged in open the page; others log in first.

    A page whose form posts to its own address gets what was written back after a login
    that had expired: as a GET with ``request.POST``, so that it is shown and no more.
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _answer_a_stranger(request)
        if is_resumed(request):
            _only_show(request)
        return _let_in(view, request, *args, **kwargs)

    return opened


def _let_in(
    view: View, request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    if isinstance(request.user, User):
        # Every permission asks for the roles, so they are read once.
        prefetch_related_objects([request.user], "memberships__programme")
    if request.method == "GET" and "format" in request.GET:
        # A list as a file, with all its rows.
        view = heavy_reading(view)
    try:
        return view(request, *args, **kwargs)
    except Busy:
        return _ask_to_try_again(request)


def programme_page(view: View) -> View:
    """Give a page its programme: the one in ``?programme=code``, or the only one.

    Who takes part in several and names none chooses first.
    """

    @page
    @wraps(view)
    def opened(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mine: QuerySet[Programme, Programme] = Programme.objects.visible_to(
            request.user
        ).order_by("-starts_on")
        code = request.GET.get("programme")
        if code is not None:
            mine = of_code(mine, code)
        programmes = list(mine)
        if code is not None and not programmes:
            raise Http404
        if len(programmes) != 1:
            return render(request, "rollout/choose.html", {"programmes": programmes})
        return view(request, programmes[0], *args, **kwargs)

    return opened


def of_code(
    programmes: QuerySet[Programme, Programme], code: str
) -> QuerySet[Programme, Programme]:
    """Return the programme with the code that an address says, if it is one of these.

    A code is a slug; whatever else was sent, a NUL for one, names no programme.
    """
    return programmes.none() if "\0" in code else programmes.filter(code=code)


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
            return _keep_and_login(request, _page_of_the_form(request))
        if is_resumed(request):
            forget_unsent(request)
        return _let_in(view, request, *args, **kwargs)

    return posted


def _answer_a_stranger(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _keep_and_login(request, request.get_full_path())
    asker = HtmxDetails(request)
    if not asker or asker.boosted or asker.target == "main":
        return _login(request, request.get_full_path())
    around = (asker.current_url_abs_path or "/").partition("#")[0]
    if around == request.get_full_path():
        return _login(request, around)
    # A part of a page: the page stays, with whatever is being written there.
    response = render(
        request,
        "parts/logged_out.html",
        {"login_url": redirect_to_login(around, reverse("account_login")).url},
        status=HTTPStatus.UNAUTHORIZED,
    )
    return reselect(retarget(reswap(response, "innerHTML"), "#messages"), "unset")


def _ask_to_try_again(request: HttpRequest) -> HttpResponse:
    """Answer a preview of what somebody else is changing at this moment."""
    response = render(request, "busy.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = "1"
    return response


def _only_show(request: HttpRequest) -> None:
    """Let a view see a GET that brings fields along, so that it carries nothing out."""
    request.method = "GET"
    if forget_unsent(request):
        say_nothing_is_saved(request)


def _keep_and_login(request: HttpRequest, page_of_the_form: str) -> HttpResponse:
    if keep_unsent(request, at=timezone.now()):
        return _login(request, reverse("rollout:resume"))
    return _login(request, page_of_the_form)


def _login(request: HttpRequest, back_to: str) -> HttpResponse:
    if back_to == "/":
        # Nobody asked for a page yet: after the login everybody gets their own first.
        back_to = reverse("rollout:start")
    response = redirect_to_login(back_to, reverse("account_login"))
    if HtmxDetails(request):
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
