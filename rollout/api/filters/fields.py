"""What filters take: values that mean one thing, and an error for all others."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override

_LARGEST_KEY = 2**63 - 1
_DIGITS = re.compile(r"\d{1,19}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class KeyField(forms.Field):
    """A key in plain digits; Django's field takes other scripts and `1_000` too."""

    def to_python(self, value: Any) -> int | None:
        """Return the key. Raises ValidationError for what cannot be one."""
        if value in self.empty_values:
            return None
        key = int(value) if _DIGITS.fullmatch(value) else 0
        if not 1 <= key <= _LARGEST_KEY:
            raise forms.ValidationError(_("Give a whole number."), code="invalid")
        return key


class KeyFilter(django_filters.Filter):
    """Compares a key."""

    field_class = KeyField

    def __init__(self, *, help_text: Any, **options: Any) -> None:
        super().__init__(help_text=help_text, **options)
        schema = {"type": "integer", "format": "int64", "minimum": 1}
        set_override(self, "field", schema | {"description": help_text})


class BooleanFilter(django_filters.TypedChoiceFilter):
    """Takes `true` and `false`; anything else is an error and not "any"."""

    def __init__(self, *, help_text: Any, **options: Any) -> None:
        super().__init__(
            choices=[("true", "true"), ("false", "false")],
            coerce=lambda text: text == "true",
            help_text=help_text,
            **options,
        )
        schema = {"type": "boolean", "description": help_text}
        set_override(self, "field", schema)


class CodeFilter(django_filters.Filter):
    """Compares the code of something that the rows belong to."""

    field_class = forms.SlugField

    def __init__(self, *, help_text: Any, **options: Any) -> None:
        super().__init__(max_length=60, strip=False, help_text=help_text, **options)
        schema = {"type": "string", "maxLength": 60, "pattern": "^[-a-zA-Z0-9_]+$"}
        set_override(self, "field", schema | {"description": help_text})


class DayField(forms.Field):
    """A date as ISO 8601 writes it; Django's field takes other forms too."""

    def to_python(self, value: Any) -> date | None:
        """Return the date. Raises ValidationError for what is none."""
        if value in self.empty_values:
            return None
        try:
            if _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise forms.ValidationError(
            _("Give a date such as 2026-03-02."), code="invalid"
        )


class DayFilter(django_filters.Filter):
    """Compares a date, or the local date of a time."""

    field_class = DayField

    def __init__(self, *, help_text: Any, **options: Any) -> None:
        super().__init__(help_text=help_text, **options)
        schema = {"type": "string", "format": "date", "description": help_text}
        set_override(self, "field", schema)


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """Takes one or more of the codes that there are."""

    def __init__(self, choices: Any, *, help_text: Any, **options: Any) -> None:
        super().__init__(
            choices=choices.choices, help_text=help_text, distinct=False, **options
        )


class FilterSet(django_filters.FilterSet):
    """Narrows one list by what it names, and by nothing else."""

    class Meta:
        fields: list[str] = []


def by_code(path: str, text: str) -> CodeFilter:
    """Filter by the code of what stands at the end of ``path``."""
    return CodeFilter(field_name=f"{path}__code", help_text=text)


def by_programme(path: str = "programme") -> CodeFilter:
    """Filter by the programme's code."""
    return by_code(path, "Code of the programme.")


def from_day(field: str, text: str, lookup: str = "gte") -> DayFilter:
    """Filter from a first date on, that date included."""
    return DayFilter(field_name=field, lookup_expr=lookup, help_text=text)


def until_day(field: str, text: str, lookup: str = "lte") -> DayFilter:
    """Filter up to a last date, that date included."""
    return DayFilter(field_name=field, lookup_expr=lookup, help_text=text)
