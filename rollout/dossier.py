"""Everything that is kept about one person, for them to read and take along.

It asks every table that refers to people, so that what is added tomorrow is in it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from rollout.models import User

#: What opens doors or proves nothing to a reader.
#: `data` is what a second factor is checked by; `row`, what somebody changed of other
#: things: that they did, and when, is told.
_SECRET = frozenset(
    ("password", "digest", "salt", "session_key", "previous_hash", "data", "row")
)


def dossier_of(person: User) -> dict[str, list[dict[str, Any]]]:
    """Return all rows that name the person or their address, by what they are."""
    found = {User._meta.label: [_row(person)]}
    for model in apps.get_models():
        condition = _about(model, person)
        if condition is None or not model._meta.managed:
            continue
        rows = model._base_manager.filter(condition).order_by("pk")
        if lines := [_row(row) for row in rows.iterator()]:
            found[model._meta.label] = lines
    return found


def _about(model: type[models.Model], person: User) -> Q | None:
    """Return what rows of a model about the person fulfil; None: it knows no people."""
    parts = list(_parts(model, person))
    if model is User or not parts:
        return None
    condition = parts[0]
    for part in parts[1:]:
        condition |= part
    return condition


def _parts(model: type[models.Model], person: User) -> Iterator[Q]:
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model is User:
            yield Q(**{field.name: person})
        elif isinstance(field, models.EmailField):
            yield Q(**{f"{field.name}__iexact": person.email})


def _row(row: models.Model) -> dict[str, Any]:
    """Return a row as values by name, without secrets and contents of files."""
    return {
        field.attname: str(value) if isinstance(field, models.FileField) else value
        for field in row._meta.concrete_fields
        if field.name not in _SECRET and not isinstance(field, models.BinaryField)
        for value in [getattr(row, field.attname)]
    }
