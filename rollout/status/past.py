"""Puts a programme back to what it was on a past day, for whoever reads inside.

The record of changes holds every row as it became. Temporary tables made from it hide
the real ones from this one connection, so the status of a past day is computed by the
very same code as today's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.utils import timezone

from rollout.models import Change, Programme

#: What the status reads, save people and their roles: who may see what, and what
#: somebody is called, is asked of today.
_RESTORED = (
    "programme",
    "focusarea",
    "focusarea_departments",
    "objective",
    "indicator",
    "measurement",
    "place",
    "phase",
    "partner",
    "initiative",
    "activity",
    "activity_contributors",
    "readiness",
    "condition",
    "milestone",
    "monitoringround",
    "datarequest",
    "stoppedclock",
    "grant",
)

# A column that the row did not have at the time gets its present value.
_RESTORE = """
CREATE TEMPORARY TABLE rollout_{kind} ON COMMIT DROP AS
SELECT r.*
FROM (SELECT DISTINCT ON (object_id) object_id, "row" FROM {schema}.rollout_change
      WHERE programme_id = {programme} AND kind = '{kind}' AND at < {end}
      ORDER BY object_id, id DESC) newest
LEFT JOIN {schema}.rollout_{kind} present ON present.id = newest.object_id
CROSS JOIN LATERAL jsonb_populate_record(present, newest."row") r
WHERE newest."row" IS NOT NULL;
ALTER TABLE pg_temp.rollout_{kind} ADD PRIMARY KEY (id);
"""
# The same words that define the views now mean the tables of that day.
_CUT = """
CREATE TEMPORARY VIEW rollout_change AS
    SELECT * FROM {schema}.rollout_change WHERE at < {end};
CREATE TEMPORARY VIEW rollout_answering AS {answers};
CREATE TEMPORARY VIEW rollout_deadline AS {deadlines};
"""


def recorded_since(programme: Programme) -> datetime | None:
    """Return when the record of the programme begins."""
    since: datetime | None = (
        Change.objects.filter(
            programme=programme, kind="programme", object_id=programme.pk
        )
        .order_by("pk")
        .values_list("at", flat=True)
        .first()
    )
    return since


@contextmanager
def as_it_was(programme: Programme, *, on: date) -> Iterator[None]:
    """Let everything inside read the programme as it was when the local day ended.

    What is read must be read to its end inside. Nothing of it remains. The database
    user needs the right to make temporary tables.
    """
    end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    with transaction.atomic():
        _restore(programme, end)
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _restore(programme: Programme, end: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(current_schema()), quote_literal(%s),"
            " rtrim(pg_get_viewdef('rollout_answering'::regclass), ';'),"
            " rtrim(pg_get_viewdef('rollout_deadline'::regclass), ';')",
            [end.isoformat()],
        )
        names = ("schema", "end", "answers", "deadlines")
        words = dict(zip(names, cursor.fetchone(), strict=True))
        words["programme"] = programme.pk
        statements = [_RESTORE.format(kind=kind, **words) for kind in _RESTORED]
        cursor.execute("".join(statements) + _CUT.format(**words))
