"""Puts a plan into the database: all of it or nothing, once however often."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from rollout.plans import kinds
from rollout.plans.checks import check
from rollout.plans.diff import Diff, compare
from rollout.plans.document import Document
from rollout.plans.rows import load
from rollout.plans.writer import Writer
from rollout.services import Progress, silently


def plan_diff(document: Document) -> Diff:
    """Check a document and compare it with the database. Raises BadPlan."""
    addresses = [entry.key for entry in document.of(kinds.PERSON)]
    outward = [
        str(entry.values[name])
        for entry in document.entries
        for name in ("predecessor", "continues")
        if entry.values.get(name)
    ]
    snapshot = load(document.programme, addresses=addresses, elsewhere=outward)
    check(document, snapshot)
    document.reading.refuse()
    return compare(document, snapshot)


@transaction.atomic
def apply_plan(document: Document, *, at: datetime, tell: Progress = silently) -> Diff:
    """Write the document to the database and return what was written.

    ``tell`` hears how many entries have been written. One transaction; two
    applications of one programme wait for each other. Applying the same file again
    writes nothing. Raises BadPlan, and nothing is written.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"plan:{document.programme}"],
        )
    diff = plan_diff(document)
    Writer(diff, at=at, tell=tell).write()
    return diff
