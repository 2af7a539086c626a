"""How long a login lasts: so long without a sign of life, and so long in all.

A browser that is left open in an office is not logged in the next morning, whatever is
done in it. The limits are settings (`SESSION_IDLE_MINUTES`, `SESSION_HOURS`). What a
page asks for by itself, such as news every few seconds, is no sign of life; it says so
in the header `X-Unattended` (static/js/rollout.js).
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

_BEGAN, _SEEN = "login_began", "login_seen"
#: Seconds between two notes of a sign of life: a page costs no write of its own.
NOTED_EVERY = 60


class SessionLimitsMiddleware:
    """Logs out whose login is too old, or was not used for too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, as to a stranger where the login has ended."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            self._look_at(request, time.time())
        return self.get_response(request)

    def _look_at(self, request: HttpRequest, now: float) -> None:
        if not request.user.is_authenticated:
            return
        session = request.session
        began, seen = session.get(_BEGAN, now), session.get(_SEEN, now)
        if now - began > settings.SESSION_COOKIE_AGE or now - seen > _idle_seconds():
            logout(request)
        elif _SEEN not in session or (
            now - seen >= NOTED_EVERY and "X-Unattended" not in request.headers
        ):
            session[_BEGAN], session[_SEEN] = began, now


def begin(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Note when a login begins; a receiver of Django's own `user_logged_in`."""
    request.session[_BEGAN] = request.session[_SEEN] = time.time()


def _idle_seconds() -> float:
    return float(settings.SESSION_IDLE_MINUTES) * 60
