"""Anchors: how the histories stood on a day, to be kept outside of this database.

A chain proves itself but for its end: records that are cut off together with the state
they led to leave no gap. An anchor that was written down elsewhere still counts them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from workflows.history import record_models, subject_field
from workflows.models import TransitionRecord

#: Younger records are left to the next anchor: one of them may not be committed yet.
SETTLED_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Head:
    """The records of one table up to a last one, as a number and a digest."""

    last: int
    count: int
    digest: str


@dataclass(frozen=True)
class Anchor:
    """The heads of all history tables at one moment, by table."""

    at: str
    heads: dict[str, Head]

    def as_line(self) -> str:
        """Return it as one line of JSON."""
        heads = {name: vars(head) for name, head in sorted(self.heads.items())}
        return json.dumps({"at": self.at, "heads": heads}, sort_keys=True)

    @classmethod
    def from_line(cls, line: str) -> Anchor:
        """Read it back. Raises ValueError for what is no anchor."""
        try:
            said = json.loads(line)
            heads = {name: Head(**head) for name, head in said["heads"].items()}
            return cls(str(said["at"]), heads)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"no anchor: {line[:80]}") from error


def take(*, at: datetime) -> Anchor:
    """Return how the histories stand; of examples, which may go, nothing is kept."""
    heads = {}
    for model in record_models():
        settled = model._base_manager.filter(at__lte=at - SETTLED_AFTER)
        last = settled.order_by("-pk").values_list("pk", flat=True).first() or 0
        heads[model._meta.db_table] = _head(model, last)
    return Anchor(at.isoformat(), heads)


def broken(anchor: Anchor) -> Iterator[str]:
    """Yield each table whose records of that time are not those of today."""
    models = {model._meta.db_table: model for model in record_models()}
    for table, head in anchor.heads.items():
        if table not in models or _head(models[table], head.last) != head:
            yield table


def _head(model: type[TransitionRecord], last: int) -> Head:
    subject = subject_field(model)
    objects: Any = subject.remote_field.model
    has_examples = any(one.name == "is_example" for one in objects._meta.fields)
    statement = _HEAD.format(
        table=model._meta.db_table,
        of=objects._meta.db_table,
        subject=subject.column,
        which="AND NOT o.is_example" if has_examples else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [last])
        count, digest = cursor.fetchone()
    return Head(last, count, digest)


_HEAD = """
SELECT count(*), encode(sha256(convert_to(
    coalesce(string_agg(r.hash, '' ORDER BY r.id), ''), 'UTF8')), 'hex')
FROM {table} r JOIN {of} o ON o.id = r.{subject}
WHERE r.id <= %s {which}
"""
