"""Bare Django views: the same statements as a page, and nothing else."""

from __future__ import annotations

import json
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


def rows(request: HttpRequest) -> HttpResponse:
    """Ask the statements and answer with every row, written by the standard library."""
    with connection.cursor() as cursor:
        found = [rows_of(cursor, statement) for statement in STATEMENTS]
    text = json.dumps(found, default=str)
    return HttpResponse(text, content_type="application/json")


def rows_of(cursor: Any, statement: str) -> list[dict[str, Any]]:
    """Return what a statement finds, each row by the names of its columns."""
    cursor.execute(statement)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
