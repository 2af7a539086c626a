"""Sets the clock by which the database records changes, which is otherwise its own."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def record_changes_at(moment: datetime) -> None:
    """Let everything changed from now on count as changed at ``moment``.

    Undone with the test's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION rollout_now() RETURNS timestamptz"
            f" LANGUAGE sql STABLE AS $$SELECT '{moment.isoformat()}'::timestamptz$$"
        )
