"""Bare Django views: the same statements as a page, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.transaction import atomic
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Template

#: The statements that the page under test asks, in their order.
STATEMENTS: list[str] = []

#: When transitions take place.
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)

_LOCK = "SELECT version FROM rollout_activity WHERE id = %s FOR UPDATE"
_RECORD = """
INSERT INTO rollout_activitytransition
    (activity_id, transition, source, target, by_id, at, reason, overridden, version)
VALUES (%s, %s, %s, %s, %s, %s, 'Venter', '{}', %s)
"""
_ADVANCE = "UPDATE rollout_activity SET state = %s, version = %s WHERE id = %s"

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


def transition(request: HttpRequest) -> HttpResponse:
    """Do the least that a transition is."""
    asked = json.loads(request.body)
    return JsonResponse({"version": advance(**asked)})


def advance(activity: int, step: tuple[str, str, str], by: int) -> int:
    """Lock, write the history row and the state, commit; return the new version."""
    name, source, target = step
    with atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [activity])
        version = int(cursor.fetchone()[0]) + 1
        cursor.execute(_RECORD, [activity, name, source, target, by, NOON, version])
        cursor.execute(_ADVANCE, [target, version, activity])
    return version


def rows_of(cursor: Any, statement: str) -> list[dict[str, Any]]:
    """Return what a statement finds, each row by the names of its columns."""
    cursor.execute(statement)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
