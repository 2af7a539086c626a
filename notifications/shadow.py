"""Lets the engine work on copies of its own tables, so that a rehearsal is harmless."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction

from notifications.models import Calendar, CalendarDay, Edition, Message, Reminder
from rollout.services.waiting import busy_if_held

#: What planning and composing write to, and which rows of it they read.
_COPIED: dict[type[models.Model], str] = {
    Calendar: "",
    CalendarDay: "",
    Reminder: "",
    Edition: "",
    Message: "WHERE state = 'pending' OR bounced_at IS NOT NULL",
}

# A temporary table hides the real one of the same name, from this connection alone.
# The copy's numbers go on where the real ones stand.
_COPY = """
CREATE TEMPORARY TABLE {table} (LIKE {schema}.{table} INCLUDING ALL) ON COMMIT DROP;
INSERT INTO pg_temp.{table} OVERRIDING SYSTEM VALUE
    SELECT * FROM {schema}.{table} {condition};
SELECT setval(pg_get_serial_sequence('pg_temp.{table}', 'id'),
              (SELECT coalesce(max(id), 0) + 1 FROM {schema}.{table}));
ANALYZE pg_temp.{table};
"""


@contextmanager
def rehearsing() -> Iterator[None]:
    """Undo everything on leaving, and keep the engine off its real tables.

    No row of them is locked, none left dead, and no number taken from a sequence.
    Other tables may be changed inside to see what would follow; that is undone too,
    but it locks their rows until the end. Raises Busy where somebody keeps one long.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            schema = cursor.fetchone()[0]
            for model, condition in _COPIED.items():
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(
                    _COPY.format(table=table, schema=schema, condition=condition)
                )
        try:
            with busy_if_held():
                yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """Try something, in a rehearsal or not, and go back to how it was before.

    What it locked is free again.
    """
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
