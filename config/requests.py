"""One log line per request, and one number that ties all its lines together."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger(__name__)

_SECRET = re.compile(r"(?<=/)[-\w]{40,}", re.ASCII)


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
            log.info(
                "request",
                method=request.method,
                path=masked(request.path),
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        response["X-Request-ID"] = request_id
        return response


class MaskSecrets(logging.Filter):
    """Masks the paths that Django itself writes into its log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, without secrets."""
        record.msg, record.args = masked(record.getMessage()), ()
        return True


def masked(text: str) -> str:
    """Return a path, or a line with paths in it, without secrets such as links' tokens.

    Whatever is as long as a secret is taken for one, wherever it stands: an address may
    be mistyped, or redirected before it is looked up, with the secret still in it.
    """
    return _SECRET.sub("…", text)
