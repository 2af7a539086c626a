"""`/healthz`: this process answers. `/readyz`: all can do their work. `/metrics`: how.

Answered before any other middleware, so that a caller needs neither a host name that
the site knows nor a session, and an https redirect does not hide the answer.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from redis import RedisError

from config import broker, metrics, tables
from notifications import pulse

#: What each part says of itself when it is well.
OK = "ok"
#: Seconds that Redis has to answer.
PATIENCE = 1


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
    """Say whether the database answers, with the tables of this code, and mail moves.

    200 if so, 503 if not. The broker is told of and not counted: without it pages work
    and mail only waits a little.
    """
    try:
        found = _examined(now=timezone.now())
    except Error:
        found = {"database": "no answer"}
    is_ready = set(found.values()) == {OK}
    return JsonResponse(
        {"status": OK if is_ready else "unavailable", **found, "broker": _broker()},
        status=200 if is_ready else 503,
        headers={} if is_ready else {"Retry-After": "10"},
    )


def _examined(*, now: datetime) -> dict[str, str]:
    if not tables.are_up_to_date():
        # What else is asked may need columns that are not there yet.
        return {"database": OK, "tables": "older than this code: run migrate"}
    return {"database": OK, "tables": OK, "engine": _engine(pulse.signs(now=now))}


def _engine(signs: pulse.Signs) -> str:
    if signs.hold:
        return f"all mail is held: {signs.hold}"
    if signs.is_silent:
        return "nothing has moved for five minutes"
    return "mail is late" if signs.is_late else OK


def _broker() -> str:
    limits = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
    try:
        with broker.client(settings.REDIS_URL, **limits) as server:
            server.ping()
    except RedisError:
        return "no answer"
    return OK
