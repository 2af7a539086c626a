"""Proves a history: recomputes every chain and names the records that do not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from workflows.machine import state_field
from workflows.models import TransitionRecord
from workflows.triggers import DIGEST_OF_REASON, DISPOSING, hash_sql


def subject_field(model: type[TransitionRecord]) -> models.ForeignKey[Any, Any]:
    """Return the foreign key of a record model that points to its object."""
    for field in model._meta.concrete_fields:
        if (
            isinstance(field, models.ForeignKey)
            and field.remote_field.related_name == "history"
        ):
            return field
    raise LookupError(f"{model._meta.label} has no foreign key named history")


def record_models() -> list[type[TransitionRecord]]:
    """Return every concrete history model, in order of label."""
    found = [m for m in apps.get_models() if issubclass(m, TransitionRecord)]
    return sorted(found, key=lambda model: model._meta.label)


@contextmanager
def disposing() -> Iterator[None]:
    """Let the history of examples be deleted with them, in this block only.

    A transaction of its own; the history of what is no example stays untouchable.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [DISPOSING])
        yield
        cursor.execute("SELECT set_config(%s, '', true)", [DISPOSING])


def altered_reasons() -> dict[str, list[int]]:
    """Return by table the records whose reason is not what was written, unmarked."""
    found = {}
    with connection.cursor() as cursor:
        for model in record_models():
            table = model._meta.db_table
            cursor.execute(f"SELECT id FROM {table} r WHERE {_ALTERED}")
            found[table] = [pk for (pk,) in cursor.fetchall()]
    return found


def mark_redacted(*, at: datetime, besides: Mapping[str, list[int]]) -> int:
    """Mark the records whose reason no longer is what was written; return how many.

    For who has just taken a person's name out of the reasons, in the same transaction.
    ``besides`` are the :func:`altered_reasons` of before: what was not true then is not
    made so by erasing somebody.
    """
    marked = 0
    with connection.cursor() as cursor:
        for table, known in besides.items():
            cursor.execute(
                f"UPDATE {table} r SET redacted_at = %s"
                f" WHERE {_ALTERED} AND NOT id = ANY(%s)",
                [at, known],
            )
            marked += cursor.rowcount
    return marked


_ALTERED = f"redacted_at IS NULL AND reason_digest <> {DIGEST_OF_REASON.format(r='r')}"


@dataclass(frozen=True)
class Fault:
    """One place where a history does not prove what it claims."""

    table: str
    #: Primary key of the record, or None where the object itself is at fault.
    record: int | None
    subject: int
    #: Number of the record in its object's history, or None.
    sequence: int | None
    #: Stable code: hash, reason, link, gap, source or state.
    code: str


def verify(model: type[TransitionRecord]) -> Iterator[Fault]:
    """Recompute every chain of one history table and yield what does not hold.

    Finds edited, inserted and deleted records, and objects whose state is not what
    their newest record says. Records cut off the end together with a matching state
    can only be found against an anchor kept outside this database.
    """
    subject = subject_field(model)
    statement = _VERIFY.format(
        table=model._meta.db_table,
        of=subject.remote_field.model._meta.db_table,
        subject=subject.column,
        hash=hash_sql("r", subject.column),
        digest=DIGEST_OF_REASON.format(r="chain"),
        initial=state_field(subject.remote_field.model).get_default(),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        for row in cursor.fetchall():
            yield Fault(model._meta.db_table, *row)


_VERIFY = """
WITH chain AS (
    SELECT r.*, {hash} AS computed,
           lag(r.hash, 1, '') OVER own AS last_hash,
           lag(r.target) OVER own AS last_target,
           row_number() OVER own AS place,
           lead(r.id) OVER own IS NULL AS newest
    FROM {table} r
    WINDOW own AS (PARTITION BY r.{subject} ORDER BY r.sequence)
), broken AS (
    SELECT id, {subject} AS subject, sequence,
           CASE WHEN hash IS DISTINCT FROM computed THEN 'hash'
                WHEN redacted_at IS NULL AND reason_digest <> {digest} THEN 'reason'
                WHEN sequence <> place THEN 'gap'
                WHEN previous_hash IS DISTINCT FROM last_hash THEN 'link'
                WHEN source <> coalesce(last_target, source) THEN 'source'
           END AS code
    FROM chain
)
SELECT id, subject, sequence, code FROM broken WHERE code IS NOT NULL
UNION ALL
SELECT chain.id, o.id, chain.sequence, 'state'
FROM {of} o LEFT JOIN chain ON chain.{subject} = o.id AND chain.newest
WHERE coalesce(chain.target, '{initial}') IS DISTINCT FROM o.state
ORDER BY 2, 3
"""
