"""`/healthz`: this process answers. `/readyz`: it can also do its work.

Answered before any other middleware, so that a caller needs neither a host name that
the site knows nor a session, and an https redirect does not hide the answer.
"""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


class HealthMiddleware:
    """Answers the two health addresses and leaves every other request alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a health check, or pass the request on."""
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> JsonResponse:
    """Say whether the database answers: 200 if it does, 503 if not.

    Redis is left out on purpose: without it pages work and mail only waits a little.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse(
            {"status": "unavailable", "database": "no answer"},
            status=503,
            headers={"Retry-After": "10"},
        )
    return JsonResponse({"status": "ok", "database": "ok"})
