"""Gives many rows the few things that they share, each read once for all of them.

Django's ``prefetch_related`` does the same, but has so many questions to every row that
the status of a thousand activities took a tenth longer.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Model


def share(rows: Collection[Model], *names: str) -> None:
    """Read what the foreign keys ``names`` of the rows point to."""
    if not rows:
        return
    model = type(next(iter(rows)))
    for name in names:
        field: Any = model._meta.get_field(name)
        keys = {getattr(row, field.attname) for row in rows} - {None}
        found = field.related_model._base_manager.in_bulk(keys)
        for row in rows:
            field.set_cached_value(row, found.get(getattr(row, field.attname)))
