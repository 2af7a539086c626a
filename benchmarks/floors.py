"""Bare Django views: the same statements as a page, and nothing else."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template

#: The statements that the page under test asks, in their order.
STATEMENTS: list[str] = []

_TRIVIAL = Template(
    "<table>{% for row in rows %}<tr><td>{{ row.0 }}</td><td>{{ row.1 }}</td></tr>"
    "{% endfor %}</table>"
)


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer with an empty page, so that one sees what the middleware asks."""
    return HttpResponse(str(request.user.pk))


def page(request: HttpRequest) -> HttpResponse:
    """Ask the statements and show two columns of every row of the longest answer."""
    assert request.user.pk
    longest: list[Any] = []
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
            longest = max(longest, rows, key=len)
    return HttpResponse(_TRIVIAL.render(Context({"rows": longest})))
