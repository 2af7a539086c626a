"""One log line per request, and one number that ties all its lines together."""

import time
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from config import metrics
from config.redaction import masked

log = structlog.get_logger(__name__)


class RequestLogMiddleware:
    """Gives each request an id, in its log lines and in the X-Request-ID header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Log the request when it is answered: path only, never the query string."""
        request_id = uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            seconds = time.perf_counter() - started
            metrics.observe(request, response, seconds=seconds)
            log.info(
                "request",
                method=request.method,
                path=masked(request.path),
                status=response.status_code,
                milliseconds=round(seconds * 1000, 1),
            )
            _note_export(request, response)
            _note_refusal(request, response)
        response["X-Request-ID"] = request_id
        return response


def _note_export(request: HttpRequest, response: HttpResponse) -> None:
    """Log who took which file along: a file goes on where nobody can follow it."""
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        person = getattr(request, "user", None)
        log.info(
            "export",
            person=getattr(person, "pk", None),
            path=masked(request.path),
            file=response.headers["Content-Disposition"].partition("; ")[2],
        )


#: Where somebody says who they are: a form that comes back was not believed.
_DOORS = frozenset(
    (
        "account_login",
        "account_confirm_login_code",
        "account_reauthenticate",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    )
)


#: Where one begins: who is sent back there tried too often, or too late.
_BEGINNINGS = ("account_login", "account_request_login_code")


def _note_refusal(request: HttpRequest, response: HttpResponse) -> None:
    """Log a login that failed; all other refusals show by their status."""
    match = request.resolver_match
    if (
        request.method == "POST"
        and match is not None
        and match.view_name in _DOORS
        and _is_refusal(response)
    ):
        log.warning("login refused", door=match.view_name)


def _is_refusal(response: HttpResponse) -> bool:
    """Say whether the form comes back, or the one with which one begins."""
    if response.status_code == HTTPStatus.OK:
        return True
    whither = urlsplit(response.headers.get("Location", "")).path
    return whither in {reverse(beginning) for beginning in _BEGINNINGS}
