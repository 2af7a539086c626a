"""Rows of the record of changes, each with what its object was before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from rollout.changes.entry import Position

#: Only what is older than every transaction still open is complete, whatever commits
#: later; so nothing can appear behind somebody who has read on. For each programme an
#: index is followed and left as soon as the page is full.
_ROWS = """
SELECT c.transaction, c.id, c.at, c.kind, c.object_id, c.programme_id, c.activity_id,
       c."row", b."row"
FROM (
    SELECT x.* FROM unnest(%(programmes)s::bigint[]) AS p(id) CROSS JOIN LATERAL (
        SELECT * FROM rollout_change
        WHERE programme_id = p.id AND kind = ANY(%(kinds)s)
          AND (transaction, id) > (%(transaction)s, %(number)s)
          AND transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        ORDER BY transaction, id LIMIT %(limit)s) x
    UNION ALL (
        SELECT * FROM rollout_change
        WHERE programme_id IS NULL AND kind = ANY(%(kinds)s)
          AND (transaction, id) > (%(transaction)s, %(number)s)
          AND transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        ORDER BY transaction, id LIMIT %(limit)s)
    ORDER BY transaction, id LIMIT %(limit)s) c
LEFT JOIN LATERAL (
    SELECT o."row" FROM rollout_change o
    WHERE o.programme_id = c.programme_id AND o.kind = c.kind
      AND o.object_id = c.object_id AND o.id < c.id
    ORDER BY o.id DESC LIMIT 1) b ON true
ORDER BY c.transaction, c.id
"""

_PRESENT = """
SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint,
       (SELECT system_identifier FROM pg_control_system())
FROM pg_current_snapshot() s
"""


@dataclass(frozen=True)
class Row:
    """One change of one row."""

    transaction: int
    number: int
    at: datetime
    kind: str
    object_id: int
    programme_id: int | None
    activity_id: int | None
    #: The row as it became; None once it was deleted.
    after: dict[str, Any] | None
    #: The row as it was; None when it was new.
    before: dict[str, Any] | None

    @property
    def position(self) -> Position:
        """Where the change stands in the feed."""
        return Position(self.transaction, self.number)

    @property
    def either(self) -> dict[str, Any]:
        """The row as it became or, where it is gone, as it was."""
        return self.after or self.before or {}

    def is_changed(self, column: str) -> bool:
        """Say whether a column became what it was not."""
        was, became = self.values(column)
        return bool(was != became)

    def values(self, column: str) -> tuple[Any, Any]:
        """Return what a column was and what it became."""
        return (self.before or {}).get(column), (self.after or {}).get(column)


@dataclass(frozen=True)
class Present:
    """Where the database stands."""

    #: The oldest transaction that may still write; all before it are told.
    oldest_open: int
    #: A number that no transaction has reached yet.
    next_transaction: int
    #: Which database this is: numbers of another one's transactions mean nothing here.
    database: int


def present() -> Present:
    """Return where the database stands now."""
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT)
        return Present(*cursor.fetchone())


def rows(
    *,
    since: Position,
    programmes: Iterable[int],
    kinds: Iterable[str],
    limit: int,
) -> list[Row]:
    """Return the next rows of these kinds, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ROWS,
            {
                "programmes": list(programmes),
                "kinds": list(kinds),
                "transaction": since.transaction,
                "number": since.number,
                "limit": limit,
            },
        )
        return [_row(found) for found in cursor.fetchall()]


def _row(found: Sequence[Any]) -> Row:
    *columns, after, before = found
    return Row(*[*columns, _content(after), _content(before)])


def _content(text: Any) -> dict[str, Any] | None:
    """Return what a JSON column holds: raw queries get its text."""
    content: dict[str, Any] | None = json.loads(text) if text else None
    return content
