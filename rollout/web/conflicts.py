"""Two versions of the same thing: what somebody else saved, and what one wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rollout.web.forms import Form


@dataclass(frozen=True)
class Difference:
    """One field in which the two differ, each value in words."""

    label: str
    now: str
    yours: str


def differences_of(form: Form) -> list[Difference]:
    """Tell where what was posted to a form differs from what is stored now.

    The form's initial values are what is stored. Files are left out: a browser never
    shows again which one was chosen.
    """
    found = []
    for field in form.visible_fields():
        if isinstance(field.field, forms.FileField):
            continue
        now, yours = (_shown(field, value) for value in (field.initial, field.value()))
        if now != yours:
            found.append(Difference(str(field.label), now or "–", yours or "–"))
    return found


def _shown(bound: BoundField, value: Any) -> str:
    field = bound.field
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(sorted(_label(field, one) for one in value or ()))
    if isinstance(field, forms.ChoiceField):
        return _label(field, value)
    if isinstance(field, forms.BooleanField):
        return _("yes") if field.to_python(value) else _("no")
    if isinstance(field, forms.DateField):
        return _day(field, value)
    return str(value or "").strip()


def _label(field: forms.ChoiceField, value: Any) -> str:
    key = str(getattr(value, "pk", value) or "")
    choices: Any = field.choices
    labels = {str(choice): str(label) for choice, label in choices}
    return labels.get(key, "") if key else ""


def _day(field: forms.DateField, value: Any) -> str:
    try:
        day = field.to_python(value)
    except ValidationError:
        return str(value)
    return date_format(day) if day else ""
