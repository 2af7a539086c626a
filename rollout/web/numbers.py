"""The forms in which people deliver numbers, as they write them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from rollout.answers import doubt
from rollout.models import DataRequest
from rollout.numbers import read_number, written
from rollout.web.forms import Form, NoteField


class NumberField(forms.CharField):
    """A number as people write it here: 1.234,5 in Danish, also 12.5 and 12,5."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        """Return a number so that reading it again gives the same one."""
        if not isinstance(value, Decimal):
            return value
        return written(value)

    def to_python(self, value: Any) -> Any:
        """Return a Decimal; empty stays None."""
        text = str(value or "").strip()
        return read_number(text) if text else None


class DeliveryForm(Form):
    """The number that is asked for; a surprising one must be confirmed."""

    value = NumberField()
    confirm = forms.BooleanField(label=_("Yes, the number is right"), required=False)
    comment = NoteField(max_length=2000)

    def __init__(self, *args: Any, request: DataRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = request
        self.needs_confirmation = False
        self.fields["value"].label = _("The number (%(unit)s)") % {
            "unit": request.indicator.unit
        }

    def __iter__(self) -> Iterator[BoundField]:
        """Yield the fields to show: to confirm, only what was asked about."""
        return (
            field
            for field in super().__iter__()
            if field.name != "confirm" or self.needs_confirmation
        )

    def clean(self) -> dict[str, Any]:
        """Ask about a number far from the last one."""
        data: dict[str, Any] = super().clean() or {}
        value = data.get("value")
        question = doubt(value, self.asked) if value is not None else ""
        if question:
            self.needs_confirmation = True
            if not data.get("confirm"):
                self.add_error("confirm", question)
        return data
