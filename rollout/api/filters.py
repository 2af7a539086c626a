"""What lists can be narrowed by: an allow-list, with values that mean one thing."""

from __future__ import annotations

import re
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override

from rollout.models import (
    Activity,
    ActivityState,
    FocusArea,
    Initiative,
    Milestone,
    MilestoneState,
    Place,
)

_LARGEST_KEY = 2**63 - 1
_DIGITS = re.compile(r"\d{1,19}", re.ASCII)


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
        super().__init__(max_length=60, help_text=help_text, **options)
        schema = {"type": "string", "maxLength": 60, "pattern": "^[-a-zA-Z0-9_]+$"}
        set_override(self, "field", schema | {"description": help_text})


def _by_code(path: str, text: str) -> CodeFilter:
    return CodeFilter(field_name=f"{path}__code", help_text=text)


def _by_programme(path: str = "programme") -> CodeFilter:
    return _by_code(path, "Code of the programme.")


class ActivityFilters(django_filters.FilterSet):
    """Narrows the list of activities."""

    programme = _by_programme()
    focus_area = _by_code("initiative__focus_area", "Code of the focus area.")
    initiative = _by_code("initiative", "Code of the initiative.")
    place = _by_code("place", "Code of the place.")
    state = django_filters.MultipleChoiceFilter(
        choices=ActivityState.choices, help_text="One or more states."
    )
    responsible = KeyFilter(
        field_name="responsible_id", help_text="Key of the responsible person."
    )
    is_proposal = BooleanFilter(help_text="Only proposals, or only the others.")

    class Meta:
        model = Activity
        fields: list[str] = []


class FocusAreaFilters(django_filters.FilterSet):
    """Narrows the list of focus areas."""

    programme = _by_programme()

    class Meta:
        model = FocusArea
        fields: list[str] = []


class PlaceFilters(django_filters.FilterSet):
    """Narrows the list of places."""

    programme = _by_programme()

    class Meta:
        model = Place
        fields: list[str] = []


class InitiativeFilters(django_filters.FilterSet):
    """Narrows the list of initiatives."""

    programme = _by_programme("focus_area__programme")
    focus_area = _by_code("focus_area", "Code of the focus area.")

    class Meta:
        model = Initiative
        fields: list[str] = []


class MilestoneFilters(django_filters.FilterSet):
    """Narrows the list of milestones."""

    programme = _by_programme("activity__programme")
    activity = KeyFilter(field_name="activity_id", help_text="Key of the activity.")
    state = django_filters.MultipleChoiceFilter(
        choices=MilestoneState.choices, help_text="One or more states."
    )

    class Meta:
        model = Milestone
        fields: list[str] = []
