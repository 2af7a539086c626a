"""`/healthz`: this process answers. `/readyz`: it can do its work. `/metrics`: how.

Answered before any other middleware, so that a caller needs neither a host name that
the site knows nor a session, and an https redirect does not hide the answer.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from config import metrics
from notifications import pulse


class HealthMiddleware:
    """Answers the addresses for machines and leaves every other request alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a health check, or pass the request on."""
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            return readiness()
        if request.path == "/metrics" and settings.METRICS_TOKEN:
            return metrics.answer(request)
        return self.get_response(request)


def readiness() -> JsonResponse:
    """Say whether the database answers and mail moves: 200 if so, 503 if not.

    Redis is left out on purpose: without it pages work and mail only waits a little.
    """
    try:
        signs = pulse.signs(now=timezone.now())
    except DatabaseError:
        return _unavailable(database="no answer")
    if signs.hold:
        return _unavailable(database="ok", engine=f"all mail is held: {signs.hold}")
    if signs.is_silent:
        return _unavailable(database="ok", engine="nothing has moved for five minutes")
    if signs.is_late:
        return _unavailable(database="ok", engine="mail is late")
    return JsonResponse({"status": "ok", "database": "ok", "engine": "ok"})


def _unavailable(**what: str) -> JsonResponse:
    return JsonResponse(
        {"status": "unavailable", **what}, status=503, headers={"Retry-After": "10"}
    )
