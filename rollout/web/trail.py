"""The record of changes in sentences: who changed what of what, from what to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.models import (
    Activity,
    Change,
    Contribution,
    DataRequest,
    Evaluation,
    Measurement,
    User,
)
from rollout.templatetags.numbers import number

#: Columns that say nothing to anybody, or that are kept in step with others.
_SILENT = frozenset(("id", "version", "created_at", "programme_id", "is_withheld"))
#: Where a row's name stands, in this order.
_NAMES = ("title", "name", "text", "summary", "note")
#: What the name of a row of these is made of, beyond the row itself.
_FOLLOWED: dict[type[models.Model], tuple[str, ...]] = {
    Activity: ("initiative", "place"),
    Contribution: ("partner",),
    DataRequest: ("indicator",),
    Evaluation: ("activity__initiative", "activity__place"),
    Measurement: ("indicator",),
}
#: What the product does by itself; before there were names, none was kept.
_OURS = frozenset(("", "web", "worker", "beat"))
#: How much of a long text is told.
_LONG = 120


def with_before(changes: QuerySet[Change, Change]) -> QuerySet[Change, Change]:
    """Add to each change, as ``before``, what its row was until then."""
    older = Change.objects.filter(
        programme=OuterRef("programme"),
        kind=OuterRef("kind"),
        object_id=OuterRef("object_id"),
        pk__lt=OuterRef("pk"),
    ).order_by("-pk")
    return changes.annotate(before=Subquery(older.values("row")[:1]))


class Wording:
    """Finds words for rows, reading each name that they point to once."""

    def __init__(self, changes: Iterable[Any]) -> None:
        self.changes = list(changes)
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for one in self.changes:
            for field, value in self._pointers(one):
                wanted[field.related_model].add(value)
        wanted[User] |= {one.by_id for one in self.changes if one.by_id}
        # An activity is called after what its row only points to.
        wanted[Activity] |= {
            one.object_id for one in self.changes if one.kind == "activity"
        }
        self.names = {model: _names(model, keys) for model, keys in wanted.items()}

    def who(self, change: Any) -> str:
        """Return who made the change; where nobody acted, which program."""
        if name := self.names[User].get(change.by_id):
            return name
        if change.through in _OURS:
            return _("The system")
        return _("Program: %(name)s") % {"name": change.through}

    def what(self, change: Any) -> str:
        """Return what was changed, such as “Milestone: Aftale om lokaler”."""
        model, pk = model_of(change.kind), change.object_id
        row = change.row or change.before or {}
        found = next((str(row[one]) for one in _NAMES if row.get(one)), "")
        if relation := _relations().get(change.kind):
            model, pk = relation.model, row.get(relation.m2m_column_name())
        if model is not None and (relation or model is Activity):
            found = self.names.get(model, {}).get(pk, "")
        kind = capfirst(str(model._meta.verbose_name)) if model else change.kind
        return f"{kind}: {_short(found)}" if found else f"{kind} {pk}"

    def told(self, change: Any) -> str:
        """Return what became of it, one line for each field."""
        if relation := _relations().get(change.kind):
            return self._told_pair(relation, change)
        if change.row is None:
            return _("deleted")
        lines = [*self._lines(change)]
        if change.before is None:
            return "\n".join([_("made"), *lines])
        return "\n".join(lines) or _("saved, with nothing that is told here")

    def _told_pair(
        self, relation: models.ManyToManyField[Any, Any], change: Any
    ) -> str:
        """Return what was added to what a row has several of, or removed."""
        row = change.row or change.before or {}
        words = {
            "name": capfirst(str(relation.verbose_name)),
            "one": self._value(relation, row.get(relation.m2m_reverse_name())),
        }
        if change.row is None:
            return _("%(name)s: %(one)s removed") % words
        return _("%(name)s: %(one)s added") % words

    def _lines(self, change: Any) -> Iterator[str]:
        before, after = change.before or {}, change.row
        for field in fields_of(change.kind):
            old, new = before.get(field.column), after.get(field.column)
            if old == new or (change.before is None and not new):
                continue
            words = {
                "name": capfirst(str(field.verbose_name)),
                "old": self._value(field, old),
                "new": self._value(field, new),
            }
            if change.before is None:
                yield _("%(name)s: %(new)s") % words
            else:
                yield _("%(name)s: %(old)s → %(new)s") % words

    def _value(self, field: models.Field[Any, Any], value: Any) -> str:
        if value in (None, "", [], {}):
            return "–"
        if field.is_relation:
            names = self.names.get(field.related_model, {})  # type: ignore[arg-type]
            return names.get(value, f"{value}")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(field, models.DateTimeField) and (at := parse_datetime(value)):
            return date_format(timezone.localtime(at), "DATETIME_FORMAT")
        if isinstance(field, models.DateField) and (day := parse_date(value)):
            return date_format(day)
        if isinstance(field, models.DecimalField):
            return number(Decimal(str(value)))
        return _short(_several(value))

    @staticmethod
    def _pointers(change: Any) -> Iterator[tuple[Any, int]]:
        for field in fields_of(change.kind):
            if field.is_relation:
                for row in (change.before, change.row):
                    if row and row.get(field.column):
                        yield field, row[field.column]


@cache
def _relations() -> dict[str, models.ManyToManyField[Any, Any]]:
    """Return what rows have several of, by the kind of change that ties one to it."""
    found = [
        one for model in apps.get_models() for one in model._meta.local_many_to_many
    ]
    return {one.m2m_db_table().removeprefix("rollout_"): one for one in found}


def model_of(kind: str) -> type[models.Model] | None:
    """Return the model of a kind of change, or None for one that is no more."""
    return _models().get(f"rollout_{kind}")


@cache
def _models() -> dict[str, type[models.Model]]:
    """Return every model by its table."""
    found = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in found}


@cache
def fields_of(kind: str) -> list[models.Field[Any, Any]]:
    """Return the columns that are told of a kind of change."""
    model = model_of(kind)
    if model is None:
        return []
    fields = model._meta.concrete_fields
    return [one for one in fields if one.column not in _SILENT]


def _names(model: type[models.Model], keys: Iterable[int]) -> dict[int, str]:
    """Return what rows are called, by key, in one query."""
    rows = model._base_manager.select_related(*_FOLLOWED.get(model, ()))
    return {pk: str(row) for pk, row in rows.in_bulk(list(keys)).items()}


def _several(value: Any) -> str:
    """Return in words what can be a list, or parts by name; of records how many."""
    if isinstance(value, dict):
        return ", ".join(
            f"{name}: {part}" if name else f"{part}" for name, part in value.items()
        )
    if not isinstance(value, list):
        return str(value)
    if any(isinstance(one, dict) for one in value):
        count = len(value)
        return ngettext("%(count)d line", "%(count)d lines", count) % {"count": count}
    return ", ".join(str(one) for one in value)


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
