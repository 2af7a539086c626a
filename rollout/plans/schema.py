"""How a plan file's schema is declared: kinds of entry, their fields and types.

Types, lengths and choices are taken from the models, so file and database cannot
disagree. The declarations themselves stand in :mod:`rollout.plans.kinds`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rollout.models import (
    Activity,
    FocusArea,
    Indicator,
    Initiative,
    Milestone,
    MonitoringRound,
    Objective,
    Partner,
    Phase,
    Place,
    Programme,
    User,
)
from rollout.plans import keys
from rollout.plans.values import (
    Choice,
    Code,
    Day,
    Email,
    Flag,
    Many,
    Number,
    Ref,
    Text,
    Url,
    Value,
    ValueType,
    Whole,
)

_KIND_OF_MODEL = {
    Programme: "programme",
    Partner: "partner",
    Place: "place",
    Phase: "phase",
    User: "person",
    FocusArea: "focus_area",
    Objective: "objective",
    Indicator: "indicator",
    Initiative: "initiative",
    Activity: "activity",
    Milestone: "milestone",
    MonitoringRound: "monitoring_round",
}


@dataclass(frozen=True)
class Field:
    """One key of an entry."""

    name: str
    type: ValueType
    #: What it means, in English, for the schema and the documentation.
    meaning: str
    #: The model's attribute.
    column: str
    is_required: bool = False
    #: Written when the row is made and left to people from then on.
    is_once: bool = False
    #: Not a key: it follows from where in the file the entry stands.
    is_implied: bool = False
    #: What the database holds where the file says nothing.
    default: Value = None


@dataclass(frozen=True)
class Kind:
    """One kind of entry."""

    name: str
    #: The key under which a list of them stands.
    section: str
    model: type[models.Model]
    meaning: str
    fields: tuple[Field, ...]
    #: Makes an entry's key from its values; None while a part is missing.
    key: keys.KeyOf
    #: Lookup from the model to its programme.
    programme_path: str = "programme"
    #: Kind in whose entries these stand, if not at the top.
    parent: str = ""
    #: Whether entries without a code may share their name and are then numbered.
    is_numbered: bool = False

    @property
    def has_examples(self) -> bool:
        """Whether rows can be marked as example data."""
        return self.name == "person" or any(
            field.name == "is_example" for field in self.model._meta.fields
        )

    @property
    def has_positions(self) -> bool:
        """Whether entries stand in an order that the file decides."""
        return any(field.name == "position" for field in self.fields)

    @property
    def written(self) -> tuple[Field, ...]:
        """The fields that are keys in the file."""
        return tuple(field for field in self.fields if not field.is_implied)

    def field(self, name: str) -> Field:
        """Return one field. Raises KeyError."""
        return {field.name: field for field in self.fields}[name]


@dataclass(frozen=True)
class Spec:
    """A field as it is declared below, before the model has told the rest."""

    name: str
    meaning: str
    column: str = ""
    type: ValueType | None = None
    is_required: bool | None = None
    is_once: bool = False
    is_implied: bool = False
    may_be_relative: bool = False


def key(name: str, meaning: str, **more: Any) -> Spec:
    """Declare a key of the file."""
    return Spec(name, meaning, **more)


def implied(name: str, **more: Any) -> Spec:
    """Declare a value that follows from where the entry stands."""
    return Spec(name, "", is_implied=True, is_required=False, **more)


def fields_of(model: type[models.Model], *specs: Spec) -> tuple[Field, ...]:
    """Complete the declared fields with what the model knows about them."""
    return tuple(_field(model, spec) for spec in specs)


def _field(model: type[models.Model], spec: Spec) -> Field:
    column = spec.column or spec.name
    known = {f.name: f for f in [*model._meta.fields, *model._meta.many_to_many]}
    source: Any = known.get(column)
    default: Value = None
    is_required = bool(spec.is_required)
    if source is not None and not source.many_to_many:
        default = _plain(source.get_default()) if source.has_default() else None
        if spec.is_required is None:
            is_required = not (source.null or source.blank or source.has_default())
    value_type = spec.type or _type_of(source, spec)
    if isinstance(value_type, Many):
        default = ()
    return Field(
        spec.name,
        value_type,
        spec.meaning,
        column,
        is_required,
        spec.is_once,
        spec.is_implied,
        default,
    )


def _plain(default: Any) -> Value:
    """Return a default as a plain value, an empty text as none."""
    return str(default) or None if isinstance(default, str) else default


#: How a column's type becomes a type of value; the first that fits, so subclasses of
#: CharField come before it.
_TYPES: dict[type[models.Field[Any, Any]], Callable[[Any, Spec], ValueType]] = {
    ArrayField: lambda column, _spec: Many(Text(column.base_field.max_length)),
    models.SlugField: lambda _column, _spec: Code(),
    models.URLField: lambda column, _spec: Url(column.max_length),
    models.EmailField: lambda column, _spec: Email(column.max_length),
    models.CharField: lambda column, _spec: Text(column.max_length),
    models.TextField: lambda _column, _spec: Text(is_multiline=True),
    models.DateField: lambda _column, spec: Day(spec.may_be_relative),
    models.BooleanField: lambda _column, _spec: Flag(),
    models.DecimalField: lambda c, _spec: Number(c.max_digits, c.decimal_places),
    models.PositiveSmallIntegerField: lambda _column, _spec: Whole(0, 32767),
    models.SmallIntegerField: lambda _column, _spec: Whole(-32768, 32767),
}


def _type_of(source: Any, spec: Spec) -> ValueType:
    """Return the type of value that the model's field holds."""
    if source is None:
        raise TypeError(f"{spec.name!r} is no column and has no type of its own")
    if source.is_relation:
        reference = Ref(to=_KIND_OF_MODEL[source.related_model])
        return Many(reference) if source.many_to_many else reference
    if source.choices:
        return Choice(tuple(str(value) for value, _label in source.choices))
    for column_type, make in _TYPES.items():
        if isinstance(source, column_type):
            return make(source, spec)
    raise TypeError(f"No type of value for {source!r}")
