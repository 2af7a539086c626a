"""Writes rows in one go, where DRF finds out anew for each value how it is shown.

A list of a hundred activities with their milestones has 75,000 values, and DRF needs
longer to find out what to call for each than to call it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from rest_framework import serializers

T = TypeVar("T")

Read = Callable[[Any], Any]

#: What the fields that are nothing but a value make of it.
_SHAPES: dict[type[Any], Read] = {
    serializers.IntegerField: int,
    serializers.BigIntegerField: int,
    serializers.BooleanField: bool,
    serializers.CharField: str,
    serializers.URLField: str,
    serializers.SlugField: str,
    serializers.EmailField: str,
    serializers.DateField: date.isoformat,
}
_NOTHING: Mapping[str, Any] = {}


class Written(serializers.Serializer[T]):
    """A serializer that finds out once, and not for each row, how a row is shown.

    It shows the same as DRF. Where a value is not simply there, as in a mapping or at
    the end of a path that leads nowhere, or is not of the field's type, DRF says for
    that row what becomes of it. No ``source`` may name a method.
    """

    def to_representation(self, instance: T) -> dict[str, Any]:
        """Return the row by the names of its fields."""
        try:
            return {
                name: None if (value := read(instance)) is None else shape(value)
                for name, read, shape in self._parts
            }
        except (AttributeError, TypeError):
            return super().to_representation(instance)

    @cached_property
    def _parts(self) -> list[tuple[str, Read, Read]]:
        return [
            (str(field.field_name), *_way(field)) for field in self._readable_fields
        ]


class Label(serializers.CharField):
    """The words for a code that stands in another field of the row.

    That is the field of the same name without ``_label``, unless ``source`` names
    another. A code without words stands for itself.
    """

    def __init__(self, codes: Any, **kwargs: Any) -> None:
        """Take the codes with their words: choices, or the class that has them."""
        super().__init__(**kwargs)
        self.codes = codes

    def bind(self, field_name: str, parent: Any) -> None:
        """Find the field that holds the code."""
        if self.source is None:
            self.source = field_name.removesuffix("_label")
        super().bind(field_name, parent)

    def to_representation(self, value: str) -> str:
        """Return the words for a code."""
        return self.words.get(value, value)

    @cached_property
    def words(self) -> dict[str, str]:
        """The words in the language of the request, to which this field belongs."""
        choices = getattr(self.codes, "choices", self.codes)
        return {code: str(words) for code, words in choices}


def _way(field: Any) -> tuple[Read, Read]:
    """Return how the value of a field is read from a row, and how it is shown."""
    if isinstance(field, serializers.SerializerMethodField):
        return _itself, getattr(field.parent, str(field.method_name))
    if field.source == "*":
        return _itself, field.to_representation
    source = str(field.source)
    if isinstance(field, serializers.ListSerializer):
        return _rows(source), field.to_representation
    shape = _shape(field)
    if shape is not None:
        return attrgetter(source), shape
    if isinstance(field, serializers.BaseSerializer):
        return attrgetter(source), field.to_representation
    return field.get_attribute, field.to_representation


def _shape(field: Any) -> Read | None:
    """Return what a field that is nothing but a value makes of it; None: it is more."""
    if isinstance(field, Label):
        words = field.words
        return lambda code: words.get(code, code)
    if type(field) is serializers.ChoiceField:
        return str if all(isinstance(code, str) for code in field.choices) else None
    if type(field) is serializers.ListField:
        shape = _shape(field.child)
        return shape and (lambda values: [shape(one) for one in values])
    if type(field) is serializers.DateTimeField:
        return _moment(field.default_timezone())
    return _SHAPES.get(type(field))


def _moment(zone: tzinfo | None) -> Read:
    def moment(at: datetime) -> str:
        text = at.astimezone(zone).isoformat()
        return f"{text[:-6]}Z" if text.endswith("+00:00") else text

    return moment


def _itself(row: Any) -> Any:
    return row


def _rows(source: str) -> Read:
    """Return how what hangs on a row is read; what was prefetched is not copied.

    DRF would ask its manager for it, which makes a manager and two query sets.
    """
    read = attrgetter(source)

    def rows(row: Any) -> Any:
        ready = getattr(row, "_prefetched_objects_cache", _NOTHING).get(source)
        return read(row) if ready is None else ready

    return rows
