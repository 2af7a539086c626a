"""What a request is answered when something of ours failed.

A database that is away, or a row that somebody else holds for too long, is no defect:
the answer says to come back, and the next request finds it mended by itself.
"""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import defaults

from rollout.api import problems

#: Seconds after which it is worth while to ask again.
RETRY_AFTER = 10


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the database could not, and 500 for every other failure.

    Called by Django while it handles the exception. Needs no database itself.
    """
    if not isinstance(sys.exc_info()[1], problems.DATABASE_AWAY):
        return defaults.server_error(request)
    if request.path.startswith("/api/"):
        return problems.unavailable(request.path, after=RETRY_AFTER)
    page = loader.get_template("503.html").render()
    response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(RETRY_AFTER)
    return response
